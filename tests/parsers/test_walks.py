"""Walks: cut before a record, and the record at which two whole periods have passed."""

from __future__ import annotations

import pytest

from analyzer.parsers import _walks
from analyzer.parsers._scalars import Layout
from analyzer.parsers._walks import Repeats, Walk


def layout(tag: str) -> Layout:
    return Layout(tag=tag, plugin="", length=9, time=0, step=slice(0, 0), value=0, mask=0)


LAYOUTS = {tag: layout(tag) for tag in "abcd"}


def first_repeat(tags: str) -> tuple[int, int] | None:
    """Return the record that ends two periods, and their length; a dot is no scalar."""
    repeats = Repeats()
    for number, tag in enumerate(tags):
        if repeats.add(number, LAYOUTS.get(tag)):
            return number, repeats.distance
    return None


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("aa", (1, 1)),
        ("abab", (3, 2)),
        ("abcabc", (5, 3)),
        ("dabcabc", (6, 3)),
        ("ab.abab", (6, 2)),
        ("ab.ab", None),
        ("abcd", None),
        ("abcab", None),
        ("abdabcab", None),
        ("", None),
    ],
)
def test_a_period_is_told_by_its_second_end(tags: str, expected: tuple[int, int] | None) -> None:
    assert first_repeat(tags) == expected


def test_many_records_without_a_period_are_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_walks, "_FEWEST_WALKED", 8)
    repeats = Repeats()
    vain = []
    for number, tag in enumerate("abcdabdcabca"):
        repeats.add(number, LAYOUTS[tag])
        vain.append(repeats.is_in_vain)
    assert vain == [False] * 11 + [True]  # three times as many as there are layouts


def test_a_walk_is_cut_before_a_record() -> None:
    walk = Walk(90, [12, 40, 70], [10, 12, 16], [None, None, None])
    walk.cut(3)
    assert walk.end == 90
    walk.cut(1)
    assert (walk.end, walk.start, walk.length, walk.layout) == (28, [12], [10], [None])
