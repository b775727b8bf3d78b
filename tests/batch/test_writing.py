"""Files of the site: in their place or not at all, and one batch at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.batch.writing import held, inside, put
from analyzer.errors import AnalyzerError


def test_a_file_of_a_run_is_put_with_its_folders_and_nothing_is_left_beside(
    tmp_path: Path,
) -> None:
    site = tmp_path / "new" / "site"
    with held(site):
        put(site, site / "runs" / "a" / "report.html", b"1")
        put(site, site / "index.html", b"2")
        with inside(site, "runs", "a") as folder:
            assert folder.read("report.html") == b"1"
    assert not list((site / ".state" / "tmp").iterdir())
    assert sorted(path.name for path in site.iterdir()) == [".state", "index.html", "runs"]


def test_what_a_killed_batch_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    with held(tmp_path):
        left = tmp_path / ".state" / "tmp" / "analyzer-0123456789abcdef.part"
        left.write_bytes(b"half")
    with held(tmp_path):
        assert not left.exists()


def test_a_site_is_held_by_one_batch(tmp_path: Path) -> None:
    with (
        held(tmp_path),
        pytest.raises(AnalyzerError, match="another batch writes here"),
        held(tmp_path),
    ):
        pass


def test_a_link_to_nothing_is_no_site(tmp_path: Path) -> None:
    (tmp_path / "site").symlink_to(tmp_path / "none")
    with pytest.raises(AnalyzerError, match="cannot write here"), held(tmp_path / "site"):
        pass
    assert not (tmp_path / "none").exists()
