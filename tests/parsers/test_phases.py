"""Phases that each count from their start follow each other on one axis."""

from __future__ import annotations

import numpy as np

from analyzer.parsers._column import Column
from analyzer.parsers._phases import has_evaluations, joined_phases


def table(words: list[str], epochs: list[float]) -> list[Column]:
    rows = len(words)
    nothing = np.zeros(rows, dtype=bool)
    return [
        Column("phase", np.full(rows, np.nan), nothing, dict(enumerate(words))),
        Column("epoch", np.array(epochs, dtype=float), ~nothing),
        Column("loss", np.linspace(2, 1, rows), ~nothing),
    ]


def test_the_second_phase_goes_on_where_the_first_ends() -> None:
    joined = joined_phases(table(["a"] * 3 + ["b"] * 2 + ["c"], [1, 2, 3, 1, 2, 1]))
    assert joined is not None
    assert joined.phases == ("a", "b", "c")
    assert joined.columns[1].value.tolist() == [1, 2, 3, 4, 5, 6]
    assert joined.columns[2].value.tolist() == np.linspace(2, 1, 6).tolist()


def test_steps_keep_their_distance() -> None:
    joined = joined_phases(table(["a"] * 3 + ["b"] * 2, [0, 100, 200, 0, 50]))
    assert joined is not None
    assert joined.columns[1].value.tolist() == [0, 100, 200, 250, 300]


def test_an_axis_that_goes_on_is_left_alone() -> None:
    assert joined_phases(table(["a", "a", "b", "b"], [1, 2, 3, 4])) is None


def test_words_that_come_back_are_no_phases() -> None:
    assert joined_phases(table(["a", "b", "a", "b"], [1, 0, 1, 0])) is None
    assert joined_phases(table(["a", "a", "a", "a"], [1, 2, 1, 2])) is None


def test_evaluations_belong_to_the_phase_before_them() -> None:
    words = ["head", "head", "evaluation", "full", "full", "evaluation"]
    found = table(words, [0, 1, 1, 0, 1, 1])
    assert has_evaluations(found[0])
    joined = joined_phases(found)
    assert joined is not None
    assert joined.phases == ("head", "full")
    assert joined.columns[1].value.tolist() == [0, 1, 1, 2, 3, 3]


def test_rows_without_a_word_belong_to_the_phase_before_them() -> None:
    phase, *rest = table(["a", "a", "", "b", "b"], [0, 1, 1, 0, 1])
    del phase.text[2]
    joined = joined_phases([phase, *rest])
    assert joined is not None
    assert joined.columns[1].value.tolist() == [0, 1, 1, 2, 3]


def test_a_training_beside_evaluations_has_no_phases() -> None:
    assert not has_evaluations(table(["train", "val", "head"], [0, 0, 1])[0])
    assert not has_evaluations(table(["head", "full", "head"], [0, 0, 1])[0])
