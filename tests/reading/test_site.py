"""A site of a batch: its own files are known by what they begin with, not by their names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analyzer.reading.site import OPTIONAL, PAGES, is_page, is_site, pages_of_site

RUN = "01/a-0123456789"
OLD_RUN = "a-0123456789"


def mark(folder: Path) -> Path:
    (folder / ".state").mkdir(parents=True)
    (folder / ".state" / "README").write_text(
        "What analyzer batch remembers between calls.\n", encoding="utf-8"
    )
    return folder


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_a_note_marks_a_site_and_a_link_or_another_text_does_not(tmp_path: Path) -> None:
    site = mark(tmp_path / "site")
    assert is_site(site, names(site))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / ".state").symlink_to(site / ".state")
    assert not is_site(tmp_path / "other", [".state"])
    (site / ".state" / "README").write_text("notes of mine", encoding="utf-8")
    assert not is_site(site, names(site))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a FIFO")
def test_a_pipe_is_no_note(tmp_path: Path) -> None:
    (tmp_path / ".state").mkdir()
    os.mkfifo(tmp_path / ".state" / "README")
    assert not is_site(tmp_path, [".state"])


def test_only_pages_that_begin_like_ours_are_passed_over(tmp_path: Path) -> None:
    site = mark(tmp_path)
    (site / "runs.csv").write_text("run,source,verdict,metric\n", encoding="utf-8")
    (site / "findings.jsonl").write_text('{"epoch": 1, "loss": 2}\n', encoding="utf-8")
    (site / "log.csv").write_text("epoch,loss\n", encoding="utf-8")
    assert is_page(site / "runs.csv")
    assert pages_of_site(site, names(site)) == {"runs.csv"}


@pytest.mark.parametrize("run", [RUN, OLD_RUN])
@pytest.mark.parametrize(
    ("document", "ours"), [('{\n  "schema": 1', True), ('{"loss": [1]', False)]
)
def test_a_diagnosis_is_known_in_the_folder_of_a_run(
    tmp_path: Path, document: str, ours: bool, run: str
) -> None:
    folder = mark(tmp_path) / "runs" / run
    folder.mkdir(parents=True)
    (folder / "diagnosis.json").write_text(document, encoding="utf-8")
    assert ("diagnosis.json" in pages_of_site(folder, names(folder))) is ours
    (tmp_path / ".state" / "README").unlink()
    assert not pages_of_site(folder, names(folder))


def test_pages_of_groups_and_scripts_of_the_search_are_passed_over(tmp_path: Path) -> None:
    folder = mark(tmp_path) / "pages"
    folder.mkdir()
    for name in ("group-0001-1.html", "search-0001.js", "mine.csv"):
        (folder / name).touch()
    assert pages_of_site(folder, names(folder)) == {"group-0001-1.html", "search-0001.js"}


def test_what_a_site_can_be_without_is_a_page_of_it() -> None:
    assert PAGES.keys() >= OPTIONAL
    assert "index.html" not in OPTIONAL


def test_a_site_that_git_gave_the_line_ends_of_windows_is_still_known(tmp_path: Path) -> None:
    for name, starts in PAGES.items():
        for start in starts:
            (tmp_path / name).write_bytes((start + b"\n").replace(b"\n", b"\r\n"))
            assert is_page(tmp_path / name), start
