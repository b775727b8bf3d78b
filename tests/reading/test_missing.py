"""A path that leads nowhere: the reason, and the existing path that was probably meant."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from analyzer.reading.missing import missing, nearest


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for folder in ("runs/baseline", "runs/Dropout", "runs/.hidden"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "runs" / "baseline" / "history.json").write_text("{}")
    return tmp_path


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("rusn", "runs"),
        ("runs/basline", "runs/baseline"),
        ("runs/dropout", "runs/Dropout"),
        ("rnus/basline/history.jsn", "runs/baseline/history.json"),
        ("runs/baseline/history.csv", "runs/baseline/history.json"),
        ("runs/baseline/history.json/0", "runs/baseline/history.json"),
        ("./runs/../rusn", "runs/../runs"),
    ],
)
def test_the_closest_path_that_exists_is_named(runs: Path, path: str, meant: str) -> None:
    assert nearest(Path(path)) == Path(meant)
    assert missing(Path(path)) == (
        f"{Path(path)}: no such file or folder; did you mean {Path(meant)}?"
    )


@pytest.mark.parametrize(
    "path",
    [
        "nowhere",
        "runs/hidden",
        "x" * 5000,
        "runs/baseline/q",
        "runs/baseline/nope.json",
        "a\0b",
        "\udcff",
        "a/b/c/d",
    ],
)
def test_nothing_is_guessed_where_nothing_is_close(runs: Path, path: str) -> None:
    assert nearest(Path(path)) is None
    assert missing(Path(path), "folder").endswith(": no such folder; check the path")


def test_a_large_folder_is_not_looked_through(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.reading.missing._MOST", 0)
    assert nearest(Path("rusn")) is None


def test_links_that_lead_nowhere_are_named(runs: Path) -> None:
    Path("best").symlink_to("gone")
    Path("loop").symlink_to("loop")
    assert missing(Path("best")) == (
        "best: is a link to gone, which does not exist; name the log itself"
    )
    assert missing(Path("loop")).startswith("loop: is a link that leads back to itself;")


def test_what_may_not_be_opened_is_not_called_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> os.stat_result:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("analyzer.reading.missing.os.stat", refuse)
    assert missing(Path("locked/log.csv")) == (
        "locked/log.csv: cannot be opened: Permission denied; check its rights"
    )


def test_standard_input_is_not_called_a_missing_file(runs: Path) -> None:
    assert missing(Path("-")).startswith("-: this command does not read standard input;")
