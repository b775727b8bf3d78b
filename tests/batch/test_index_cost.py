"""What the runs of a folder took and how much came after the best, in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from analyzer.batch.index_cost import Cost, cost_line
from analyzer.batch.record import Record, Spare
from analyzer.batch.spent import Spent
from analyzer.batch.summary import batch_summary
from analyzer.comparing.summary import RunSummary
from analyzer.remote.places import source_of
from analyzer.text import words

Make = dict[str, Callable[..., Any]]
HOUR = 3600.0
TIMED = Spent("epoch", 30, 10, 3 * HOUR, 1 * HOUR)
UNTIMED = Spent("epoch", 30, 10, None, None)


def line(records: Sequence[Record], lang: str = "en") -> str:
    return cost_line(Cost.of(records), words(lang)).replace("\N{NO-BREAK SPACE}", " ")


def test_time_is_summed_over_the_runs_that_have_it(make: Make) -> None:
    record = make["record"]
    runs = [record(0, spent=TIMED, spare=Spare(0.3, 0.5 * HOUR)), record(1, spent=TIMED)]
    assert line(runs) == (
        "Compute: of 6 h in 2 runs, 2 h (33%) came after the best checkpoint; early stopping "
        "would have saved 30 min of it."
    )
    assert "3 h in 1 run of 2 (the others could not be timed)" in line(
        [record(0, spent=TIMED), record(1, spent=UNTIMED)]
    )
    assert line(runs, "es").startswith(
        "Cómputo: de 6 h en 2 ejecuciones, 2 h (33 %) transcurrieron"
    )


def test_without_times_epochs_are_counted(make: Make) -> None:
    record = make["record"]
    runs = [record(at, spent=UNTIMED, spare=Spare(0.2, None)) for at in range(3)]
    assert line(runs) == (
        "Compute: of 90 epochs in 3 runs, 30 epochs (33%) came after the best checkpoint; early "
        "stopping would have saved 18 epochs of it."
    )
    steps = record(3, spent=Spent("step", 9000, 0, None, None))
    assert "in 3 runs of 4 (the others could not be measured in epochs)" in line([*runs, steps])
    assert "30 épocas (33 %)" in line(runs, "es")


def test_a_few_timed_runs_do_not_speak_for_all(make: Make) -> None:
    record = make["record"]
    few = [record(0, spent=TIMED), *(record(at, spent=UNTIMED) for at in range(1, 8))]
    assert "of 240 epochs in 8 runs, 80 epochs (33%)" in line(few)
    half = [record(at, spent=TIMED if at < 4 else UNTIMED) for at in range(8)]
    assert "of 12 h in 4 runs of 8 (the others could not be timed)" in line(half)
    steps = Spent("step", 9000, 0, None, None)
    mixed = [*few[:3], *(record(at, spent=steps) for at in range(3, 5))]
    assert "of 90 epochs in 3 runs of 5 (the others could not be measured in epochs)" in line(mixed)
    unknown = [record(at, best=None) for at in range(20, 27)]
    assert line([few[0], *unknown]) == ""
    assert line([*few[:2], *unknown]).startswith("Compute: of 60 epochs in 2 runs of 9")


def test_what_could_not_have_been_saved_is_not_promised(make: Make) -> None:
    record = make["record"]
    assert "would have saved none of it" in line([record(0, spent=UNTIMED)])
    over = record(0, spent=TIMED, spare=Spare(0.9, 9 * HOUR))
    assert "would have saved 60 min of it" in line([over])
    best_last = record(0, spent=Spent("epoch", 30, 0, None, None))
    assert line([best_last]) == (
        "Compute: 30 epochs in 1 run, nothing of it after the best checkpoint."
    )


def test_nothing_is_said_of_runs_that_have_no_best(make: Make) -> None:
    assert line([]) == line([make["record"](0, best=None)]) == ""


def test_the_line_stands_in_every_form_of_the_index(make: Make) -> None:
    records = [make["record"](at, {"lr": at}, spent=TIMED) for at in range(3)]
    files = make["files"](records)
    for name in ("index.html", "index.es.html", "index.md"):
        text = files[name].decode().replace("\N{NO-BREAK SPACE}", " ")
        assert "9 h" in text
    assert "Compute: of 9" in batch_summary(make["batch"](records), source_of("site"), "en")


def copied(record: Record, start: float | None) -> Record:
    """Return a record with the points of all others that are made so."""
    name_and_values = "f" * 16
    summary = RunSummary({"lr": 0.1}, 8000, f"{name_and_values}99")
    return replace(record, summary=summary, start=start)


def test_the_compute_of_a_copy_counts_once_and_is_said_so(make: Make) -> None:
    record = make["record"]
    for start in (None, 1.7e9):
        runs = [copied(record(at, spent=TIMED), start) for at in range(2)]
        cost = Cost.of(runs)
        assert cost is not None
        assert (cost.total, cost.runs, cost.every, cost.copies) == (3 * HOUR, 1, 1, 1)
        assert line(runs).startswith("Compute: of 3 h in 1 run, not counting 1 copy, 60 min")
        assert "1 ejecución, sin contar 1 copia" in line(runs, "es")
    assert "in 1 run of 2 (the others could not be timed), not counting 1 copy" in line(
        [*runs, record(5, spent=UNTIMED)]
    )


def test_the_same_training_done_twice_counts_twice(make: Make) -> None:
    record = make["record"]
    runs = [copied(record(at, spent=TIMED), 1.7e9 + at * HOUR) for at in range(2)]
    assert "of 6 h in 2 runs," in line(runs)


def test_of_a_copy_without_times_the_run_with_times_counts(make: Make) -> None:
    record = make["record"]
    runs = [copied(record(0, spent=UNTIMED), None), copied(record(1, spent=TIMED), 1.7e9)]
    assert "of 3 h in 1 run, not counting 1 copy" in line(runs)
