"""Noting on a run of a site: how the run is found, what is written, and what a new batch keeps."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch.noting import Changes, noted, pick, show
from analyzer.batch.result import Options
from analyzer.batch.site import run_batch
from analyzer.config import Config
from analyzer.errors import AnalyzerError, PathNotFound

Make = dict[str, Callable[..., Any]]
DAY = "2026-01-02"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with three runs and their site, once: a batch starts processes."""
    folder = tmp_path_factory.mktemp("made")
    for at in range(3):
        fall = [(2 + at) / (1 + epoch) for epoch in range(20)]
        log = folder / "runs" / f"exp{at}" / "history.json"
        log.parent.mkdir(parents=True)
        document = {"loss": fall, "val_loss": [value + 0.1 for value in fall]}
        log.write_text(json.dumps(document), encoding="utf-8")
    again(folder)
    return folder


@pytest.fixture
def place(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the folder, which is the current folder."""
    shutil.copytree(made, tmp_path / "place")
    monkeypatch.chdir(tmp_path / "place")
    return tmp_path / "place"


def again(folder: Path, lang: str = "en") -> None:
    run_batch(folder / "runs", folder / "site", Config(), Options(lang=lang))


def register(folder: Path) -> str:
    return (folder / "site" / "register.md").read_text(encoding="utf-8")


def note(run: str, text: str = "seen", site: Path | None = None, **changes: Any) -> str:
    return noted(
        run, site, Changes(text, changes.get("done", ()), changes.get("open", ()), DAY), "en"
    )


def folder_of(place: Path, run: str) -> str:
    (folder,) = (place / "site" / "runs").glob(f"*/{run}-*")
    return folder.relative_to(place).as_posix()


@pytest.mark.parametrize(
    "run",
    [
        "exp1",
        "runs/exp1",
        "./runs/exp1/",
        "runs/exp1/history.json",
        "exp1/history.json",
        "{folder}",
        "{folder}/",
        "{folder}/report.html",
    ],
)
def test_a_run_is_found_by_its_name_its_log_and_its_folder(place: Path, run: str) -> None:
    note(run.format(folder=folder_of(place, "exp1")))
    (line,) = [line for line in register(place).splitlines() if "2026-01-02 seen" in line]
    assert line.split(" | ")[1].startswith("[exp1]")


def test_a_site_is_found_from_elsewhere_by_the_path_of_a_run_or_by_name(
    place: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = place / folder_of(place, "exp2")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    note(str(path), "by path")
    note("exp0", "by name", site=place / "site")
    assert "by path" in register(place)
    assert "by name" in register(place)
    with pytest.raises(PathNotFound, match="name it with --site"):
        note("exp0")


def test_notes_and_ticks_survive_a_new_batch(place: Path, make: Make) -> None:
    note("exp0", "kept", done=(1,))
    text = register(place)
    assert "kept" in text
    make["history"](place / "runs" / "exp9" / "history.json", 9)
    again(place)
    line = next(line for line in register(place).splitlines() if "[exp0]" in line)
    assert line == next(line for line in text.splitlines() if "[exp0]" in line)
    assert "[exp9]" in register(place)


def test_a_tick_holds_in_both_languages(place: Path) -> None:
    before = show("exp0", None, "en")
    note("exp0", "", done=(1,))
    assert show("exp0", None, "en") == before.replace("[ ] 1:", "[x] 1:")
    again(place, "es")
    assert "[x] 1:" in show("exp0", None, "es")
    note("exp0", "", open=(1,))
    assert "[ ] 1:" in show("exp0", None, "es")
    assert register(place).startswith("# Registro")


def test_the_site_is_the_same_whether_the_note_or_the_batch_writes_the_register(
    place: Path, make: Make
) -> None:
    note("exp0", "seen", done=(1,))
    before = make["everything"](place / "site")
    (place / "site" / "register.md").unlink()
    again(place)
    assert make["everything"](place / "site") == before


def test_nothing_is_written_beside_the_logs(place: Path) -> None:
    before = sorted((place / "runs").rglob("*"))
    note("exp0")
    assert sorted((place / "runs").rglob("*")) == before


def test_notes_are_no_log(place: Path) -> None:
    from analyzer import load

    note("exp0", "loss 0.1 0.2 0.3")
    with pytest.raises(AnalyzerError):
        load(place / "site")


def test_what_is_not_there_is_one_line_with_the_nearest_name(place: Path) -> None:
    with pytest.raises(AnalyzerError, match='no run "exp7"; did you mean "exp'):
        note("exp7")
    with pytest.raises(AnalyzerError, match="there are: exp0, exp1, exp2"):
        note("zzzzz")
    with pytest.raises(AnalyzerError, match="no item 99"):
        note("exp0", done=(99,))
    with pytest.raises(AnalyzerError, match="is not a site"):
        note("exp0", site=place / "runs")
    with pytest.raises(AnalyzerError, match="at most 500"):
        note("exp0", "x" * 501)
    assert not (place / "site" / "notes.jsonl").exists()


def test_runs_of_one_name_are_told_apart_by_their_folder(make: Make) -> None:
    records = [make["record"](at, run="run", folder=f"run-{at}") for at in range(2)]
    with pytest.raises(AnalyzerError, match=r"2 runs are named .*: runs/run-0, runs/run-1"):
        pick("run", records, Path("site"))
    assert pick("site/runs/run-1", records, Path("site")) is records[1]


def test_showing_changes_nothing(place: Path, make: Make) -> None:
    before = make["everything"](place / "site")
    assert show("exp0", None, "en").splitlines()[1] == "no notes"
    assert make["everything"](place / "site") == before


def test_a_name_that_is_not_utf_8_is_found_by_its_bytes_and_as_it_is_printed(make: Make) -> None:
    names = ("a\N{REPLACEMENT CHARACTER}", "b")
    records = [make["record"](at, run=run, folder=f"run-{at}") for at, run in enumerate(names)]
    for asked in ("a\udcff", "./logs/a\udcff/", names[0]):
        assert pick(asked, records, Path("site")) is records[0]
