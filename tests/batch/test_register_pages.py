"""The register as a page and as a table: each line in words, and names that do no harm."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any

import pytest

from analyzer.batch.notes import Note, Notes, RunNotes
from analyzer.batch.record import Item, Record
from analyzer.batch.register import build_register
from analyzer.batch.register_pages import register_csv, register_markdown
from analyzer.batch.result import Options
from analyzer.measures.level import Level
from analyzer.model.diagnosis import Best

Make = dict[str, Callable[..., Any]]
BASE = {"lr": 0.1, "width": 32, "dropout": 0.0, "decay": 0.0, "batch": 8}


def runs(make: Make, *settings: dict[str, Any], level: float = 0.5, **changes: Any) -> list[Record]:
    """Return records of runs with these settings, all with the same level."""
    return [
        make["record"](
            at,
            run,
            run=f"try{at}",
            source=f"try{at}/log.csv",
            folder=f"try{at}-0123456789",
            level=Level(level),
            **changes,
        )
        for at, run in enumerate(settings)
    ]


def page(records: list[Record], notes: Notes | None = None, **options: Any) -> str:
    return register_markdown(build_register(records, notes or {}), Options(**options))


def lines_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("| ")][2:]


def test_a_line_says_what_was_changed_and_what_came_of_it(make: Make) -> None:
    first, second = lines_of(page(runs(make, BASE, BASE | {"lr": 0.3})))
    assert "| the first run | validation loss 0.5 |" in first
    assert "| lr 0.1 → 0.3 (against try0) |" in second
    assert "validation loss 0.5; 0; one run each cannot show how much runs vary" in second
    assert "[try1](runs/try1-0123456789/report.html)" in second


def test_several_changes_at_once_are_counted(make: Make) -> None:
    four = {"lr": 0.3, "width": 64, "dropout": 0.2, "decay": 0.1}
    (_, second) = lines_of(page(runs(make, BASE, BASE | four)))
    assert (
        "4 settings at once: decay 0 → 0.1, dropout 0 → 0.2, lr 0.1 → 0.3, width 32 → 64" in second
    )
    (_, second) = lines_of(page(runs(make, BASE, BASE | four | {"batch": 9})))
    assert "5 settings at once: batch 8 → 9" in second
    assert ", … (against try0)" in second


def test_repeats_give_an_interval(make: Make) -> None:
    settings = [BASE | {"seed": seed, "lr": lr} for lr in (0.1, 0.3) for seed in range(3)]
    records = runs(make, *settings)
    levels = (1.0, 1.01, 0.99, 0.7, 0.71, 0.69)
    for at, level in enumerate(levels):
        records[at] = make["record"](
            at, settings[at], run=f"try{at}", source=f"try{at}", level=Level(level)
        )
    line = lines_of(page(records))[3]
    assert "−0.3 (95% interval −0.323 to −0.277; 3 and 3 runs): better" in line
    assert "repetición de try3 con otra semilla" in lines_of(page(records, lang="es"))[4]


def test_the_page_speaks_spanish(make: Make) -> None:
    text = page(runs(make, BASE, BASE | {"lr": 0.3}), lang="es")
    assert text.startswith("# Registro de ejecuciones\n")
    assert "lr 0,1 → 0,3 (respecto a try0)" in text
    assert "Los logs no contienen horas" in text


@pytest.mark.parametrize(
    ("starts", "says"),
    [
        ((1.7e9, 1.7e9), ""),
        ((1.7e9, None), "1 log holds no time: its run stands last"),
        ((None, None), "The logs hold no time: the runs stand in the order of their paths"),
    ],
)
def test_the_page_says_how_runs_without_a_time_are_ordered(
    make: Make, starts: tuple[float | None, ...], says: str
) -> None:
    records = [
        make["record"](at, BASE | {"lr": at}, start=start) for at, start in enumerate(starts)
    ]
    text = page(records)
    assert says in text
    assert ("no time" in text) == bool(says)


def test_open_boxes_have_the_numbers_that_tick_them(make: Make) -> None:
    todos = (Item("Repeat the run.", "a"), Item("Log the *seed*.", "b"))
    records = runs(make, BASE, todos=todos)
    notes = {"try0-0123456789": RunNotes((), frozenset("a"))}
    assert "- [ ] 1: Repeat the run.\n- [ ] 2: Log the \\*seed\\*.\n" in page(records)
    ticked = page(records, notes)
    assert "| 1 of 2 |" in ticked
    assert "- [ ] 1:" not in ticked
    assert "- [ ] 2:" in ticked


def test_a_run_without_a_best_value_or_items_has_dashes(make: Make) -> None:
    record = make["record"](0, {}, best=None, level=None)
    (line,) = lines_of(page([record]))
    assert "| no settings logged | nothing to judge |" in line
    assert "| – |" in line


HOSTILE = "=cmd|' /C calc'!A0 | <script>x</script> [a](http://x.y) @all\n# big"


def test_names_settings_and_notes_are_text_in_markdown(make: Make) -> None:
    settings = [{HOSTILE: 1, "lr": HOSTILE}, {HOSTILE: 2, "lr": "b"}]
    records = [
        make["record"](at, run, run=HOSTILE, source=str(at)) for at, run in enumerate(settings)
    ]
    notes = {records[0].note_key: RunNotes((Note("2026-01-02", HOSTILE),), frozenset())}
    text = page(records, notes)
    assert "<script" not in text.replace("\\<", "")
    assert "](http" not in text.replace("\\]", "")
    assert "@all" not in text
    assert "\n# big" not in text
    for line in lines_of(text):
        assert line.replace("\\|", "").count("|") == 8


def test_no_cell_of_the_table_is_a_formula(make: Make) -> None:
    records = [
        make["record"](at, {"lr": at, HOSTILE: at}, run=HOSTILE, source=HOSTILE + str(at))
        for at in range(2)
    ]
    notes = {records[0].note_key: RunNotes((Note("=1+1", HOSTILE),), frozenset())}
    rows = list(csv.reader(register_csv(build_register(records, notes))))
    assert len(rows) == 3
    for cell in [cell for row in rows for cell in row]:
        assert not cell.startswith(("=", "+", "@", "\t"))
        assert not cell.startswith("-") or float(cell)


def test_the_table_has_numbers_as_they_are(make: Make) -> None:
    records = runs(make, BASE, BASE | {"lr": 0.3, "width": 2})
    _, row = csv.DictReader(register_csv(build_register(records, {})))
    assert (row["before"], row["kind"], row["changes"]) == ("try0", "changed", "2")
    assert row["changed"] == "lr: 0.1 -> 0.3; width: 32 -> 2"
    assert (row["metric"], row["split"], row["level"]) == ("loss", "val", "0.5")
    assert (row["difference"], row["low"], row["answer"]) == ("0.0", "", "no_clear_difference")


def test_another_metric_is_not_compared(make: Make) -> None:
    first, second = runs(make, BASE, BASE | {"lr": 0.3})
    other = make["record"](1, second.summary.settings, best=Best("val", "accuracy", 9, 9.0, 0.9))
    assert "not compared: another metric, scale or loss" in page([first, other])


def test_a_thousand_lines_are_shown_and_the_rest_is_counted(make: Make) -> None:
    records = [make["record"](at, {"lr": at}, run=f"r{at}", source=f"r{at}") for at in range(1003)]
    text = page(records)
    assert len(lines_of(text)) == 1000
    assert "… and 3 earlier" in text
    assert "[r1002]" in text
    assert "[r2]" not in text


def test_a_setting_that_one_run_did_not_log_is_named_apart(make: Make) -> None:
    settings = [{"lr": 1}, {"lr": 2, "mixup": 0.1}, {"lr": 2}]
    shown = page([make["record"](at, run) for at, run in enumerate(settings)])
    assert "logged in one only: mixup" in shown
    assert "no setting that both logged differs" in shown
