"""The register: the order of the runs, their notes and boxes, and twelve real runs line by line."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

import pytest

from analyzer import diagnose, load
from analyzer.batch.notes import Note, RunNotes
from analyzer.batch.record import Item, Record, record_of
from analyzer.batch.register import build_register

Make = dict[str, Callable[..., Any]]
DAY = 86400.0
START = 1_700_000_000.0


def test_runs_stand_in_the_order_of_time_and_those_without_come_last(make: Make) -> None:
    starts = {"late": START + DAY, "early": START, "unknown": None}
    records = [
        make["record"](at, run=name, start=start) for at, (name, start) in enumerate(starts.items())
    ]
    register = build_register(records, {})
    assert [entry.name for entry in register.entries] == ["early", "late", "unknown"]
    assert [entry.date for entry in register.entries] == [
        "2023-11-14 22:13",
        "2023-11-15 22:13",
        "",
    ]
    assert register.undated == 1


def test_numbers_in_paths_are_ordered_as_numbers(make: Make) -> None:
    names = ["run10", "run9", "run²", "run1", "run007"]
    records = [make["record"](0, run=name, source=f"{name}/log.csv") for name in names]
    ordered = [entry.name for entry in build_register(records, {}).entries]
    assert ordered == ["run1", "run007", "run9", "run10", "run²"]


def test_paths_sort_as_their_parts_one_by_one(make: Make) -> None:
    chance = random.Random(0)
    names = ["".join(chance.choices("a0/1\0\1é", k=chance.randint(0, 6))) for _ in range(400)]

    def parts(name: str) -> list[tuple[int, str]]:
        found = re.split(r"(\d+)", f"{name}\0x")
        numbers = [digits.lstrip("0") for digits in found[1::2]]
        sorted_by = [(0, part) for part in found]
        sorted_by[1::2] = [(len(number), number) for number in numbers]
        return sorted_by

    records = [
        make["record"](0, run="x", source=name, folder=f"{at:03d}") for at, name in enumerate(names)
    ]
    expected = sorted(records, key=lambda record: (parts(record.source), record.folder))
    assert [entry.record for entry in build_register(records, {}).entries] == expected


@pytest.mark.parametrize("start", [1e30, float("inf"), 2e14])
def test_a_time_that_is_no_date_is_left_out(make: Make, start: float) -> None:
    (entry,) = build_register([make["record"](0, start=start)], {}).entries
    assert entry.date == ""


def test_notes_and_ticks_belong_to_the_run_of_the_folder(make: Make) -> None:
    todos = (Item("Repita.", "Repeat."), Item("Anote la semilla.", "Log the seed."))
    records = [make["record"](at, folder=f"r-{at}", todos=todos) for at in range(2)]
    notes = {"r-1": RunNotes((Note("2026-01-02", "nothing"),), frozenset({"Repeat.", "Gone."}))}
    first, second = build_register(records, notes).entries
    assert (first.notes.notes, [number for number, _ in first.todo]) == ((), [1, 2])
    assert second.notes.notes == (Note("2026-01-02", "nothing"),)
    assert second.todo == [(2, todos[1])]


def test_runs_of_one_name_are_told_apart(make: Make) -> None:
    records = [
        make["record"](at, {"lr": lr}, run="run", source=f"{at}/a.csv")
        for at, lr in enumerate((0.1, 0.2))
    ]
    _, second = build_register(records, {}).entries
    assert second.name == "run · 1/a.csv"
    assert second.before == "run · 0/a.csv"


# Of each run: its options, the run before it, and the settings that it changed (in the log's names)
PLAN: list[tuple[dict[str, Any], int | None, dict[str, tuple[Any, Any]]]] = [
    ({}, None, {}),
    ({"learning_rate": 0.003}, 0, {"learning_rate": (0.0006, 0.003)}),
    ({"learning_rate": 0.003, "dropout": 0.2}, 1, {"dropout": (0.0, 0.2)}),
    ({"learning_rate": 0.003, "weight_decay": 0.01}, 1, {"weight_decay": (0.0, 0.01)}),
    ({"learning_rate": 0.003, "batch_size": 64}, 1, {"batch_size": (256, 64)}),
    (
        {"learning_rate": 0.003, "batch_size": 64, "optimizer": "momentum"},
        4,
        {"optimizer": ("adam", "momentum")},
    ),
    ({"learning_rate": 0.01, "batch_size": 64}, 4, {"learning_rate": (0.003, 0.01)}),
    ({"learning_rate": 0.01, "batch_size": 512}, 6, {"batch_size": (64, 512)}),
    ({"dropout": 0.5}, 0, {"dropout": (0.0, 0.5)}),
    ({"dropout": 0.5, "weight_decay": 0.1}, 8, {"weight_decay": (0.0, 0.1)}),
    ({"seed": 1}, 0, {}),
    (
        {"learning_rate": 0.1, "dropout": 0.3, "weight_decay": 0.1, "batch_size": 32},
        9,
        {
            "learning_rate": (0.0006, 0.1),
            "dropout": (0.5, 0.3),
            "batch_size": (256, 32),
        },
    ),
]


@pytest.fixture(scope="module")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    """Train twelve runs of the reference trainer, each with one change, and diagnose them."""
    pytest.importorskip("torch", reason="needs torch (extra trainer)")
    from analyzer.trainer.command import main

    folder = tmp_path_factory.mktemp("tries")
    quick = ["--epochs", "4", "--no-counterfactual", "--no-rich", "--device", "cpu"]
    records = []
    for at, (options, _, _) in enumerate(PLAN):
        changes = dict(options)
        seed = ["--seed", str(changes.pop("seed", 0))]
        settings = [f"--set={name}={value}" for name, value in changes.items()]
        place = folder / f"try{at}"
        assert main(["healthy", "-o", str(place), "--format=csv", *quick, *seed, *settings]) == 0
        (run,) = load(place)
        records.append(record_of(diagnose(run), f"try{at}/metrics.csv", f"try{at}"))
    return records


def test_every_line_of_twelve_real_runs_is_right(twelve: list[Record]) -> None:
    entries = build_register(twelve[::-1], {}).entries
    assert [entry.record.folder for entry in entries] == [f"try{at}" for at in range(12)]
    for entry, (_, before, changes) in zip(entries, PLAN, strict=True):
        found = {change.setting: (change.old, change.new) for change in entry.attempt.changes}
        assert (entry.attempt.before, found) == (before, changes), entry.name
    assert [entry.attempt.kind for entry in entries].count("repeat") == 1


def test_the_differences_of_twelve_real_runs_are_those_of_their_levels(
    twelve: list[Record],
) -> None:
    entries = build_register(twelve, {}).entries
    levels = [record.level.value for record in twelve if record.level is not None]
    first = (levels[0] + levels[10]) / 2  # of the two repeats
    wanted = {1: levels[1] - first, 5: levels[5] - levels[4], 8: levels[8] - first}
    for at, difference in wanted.items():
        contrast = entries[at].attempt.contrast
        assert contrast is not None
        assert contrast.difference is not None
        assert contrast.difference.value == pytest.approx(difference, rel=1e-9)
        assert (contrast.difference.low is None) == (at == 5)
