from pathlib import Path

import pytest

from analyzer.agents.place import inside, open_folder
from analyzer.errors import AnalyzerError, PathNotFound


@pytest.mark.parametrize("path", ["slow", "./slow", "slow/../slow", "⟦slow⟧"])
def test_a_path_below_the_folder_is_found(runs: Path, path: str) -> None:
    assert inside(runs, path) == runs / "slow"


def test_an_absolute_path_below_the_folder_is_found(runs: Path) -> None:
    assert inside(runs, str(runs / "slow")) == runs / "slow"


@pytest.mark.parametrize("path", ["..", "../outside", "/", "/etc/passwd", "slow/../../outside"])
def test_a_path_outside_is_refused(runs: Path, path: str) -> None:
    with pytest.raises(AnalyzerError, match="outside the folder"):
        inside(runs, path)


def test_a_path_outside_is_refused_whether_or_not_it_exists(runs: Path) -> None:
    with pytest.raises(AnalyzerError, match="outside the folder"):
        inside(runs, "../there-is-no-such-folder")


def test_a_link_that_leads_out_is_refused(runs: Path) -> None:
    (runs / "link").symlink_to(runs.parent / "outside")
    for path in ("link", "link/secret", "link/secret/metrics.csv"):
        with pytest.raises(AnalyzerError, match="outside the folder"):
            inside(runs, path)


def test_a_link_within_the_folder_is_followed(runs: Path) -> None:
    (runs / "link").symlink_to(runs / "slow")
    assert inside(runs, "link") == runs / "slow"


def test_a_folder_whose_name_begins_like_ours_is_outside(runs: Path) -> None:
    (runs.parent / "runs-other").mkdir()
    with pytest.raises(AnalyzerError, match="outside the folder"):
        inside(runs, "../runs-other")


@pytest.mark.parametrize("path", ["missing", "x" * 5000, "a\0b", "slow/metrics.csv/below"])
def test_what_is_not_there_is_one_line(runs: Path, path: str) -> None:
    with pytest.raises(PathNotFound) as caught:
        inside(runs, path)
    assert "\n" not in str(caught.value)
    assert "\0" not in str(caught.value)


def test_the_server_needs_a_folder(runs: Path) -> None:
    with pytest.raises(PathNotFound, match="not a folder"):
        open_folder(runs / "slow" / "metrics.csv")
