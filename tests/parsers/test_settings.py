"""Settings: values of any kind become text that can be written, limited in depth and number."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from analyzer.parsers import _settings
from analyzer.parsers._settings import settings

DEEPEST = 20


def nested_lists(depth: int) -> list[Any]:
    value: list[Any] = [1]
    for _ in range(depth - 1):
        value = [value]
    return value


def nested_dicts(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {"leaf": 1}
    for _ in range(depth - 1):
        value = {"inner": value}
    return value


@pytest.mark.parametrize("nested", [nested_lists, nested_dicts])
def test_values_nested_twenty_deep_are_kept_and_deeper_ones_cut(nested: Any) -> None:
    assert settings({"a": nested(DEEPEST)}) == {"a": nested(DEEPEST)}
    cut = str(settings({"a": nested(DEEPEST + 1)}))
    assert cut.count("...") == 1
    assert cut.count("[" if nested is nested_lists else "inner") == DEEPEST


def test_lists_and_dicts_in_each_other_count_as_one_depth() -> None:
    value: Any = 1
    for _ in range(DEEPEST):
        value = {"inner": [value]}
    shown = str(settings({"a": value}))
    assert shown.count("inner") + shown.count("[") == DEEPEST


@pytest.mark.parametrize("values", [{"a": [0] * 9}, dict.fromkeys("abcdefghi", 0)])
def test_values_after_the_limit_are_cut(
    values: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_settings, "_MOST", 5)
    shown = str(settings(values))
    assert "..." in shown
    assert shown.count("0") < 6


def test_each_kind_of_value_can_be_written() -> None:
    values = {
        1: True,
        None: None,
        "date": date(2024, 1, 2),
        "half": "a\ud800",
        "bytes": b"x",
        "tuple": (1, 2.5),
        "huge": 1 << 5000,
    }
    assert settings(values) == {
        "1": True,
        "None": None,
        "date": "2024-01-02",
        "half": "a?",
        "bytes": "(bytes)",
        "tuple": [1, 2.5],
        "huge": "...",
    }
