"""Printed Python: what NumPy, PyTorch and collections print, and what is refused."""

from __future__ import annotations

import math
from collections import OrderedDict, defaultdict
from typing import Any

import numpy as np
import pytest

from analyzer.errors import ParseError
from analyzer.parsers._literal import load_literal

HISTORY = {"loss": [0.5, 0.25], "lr": 1e-05, "name": "it's", "best": None, "done": True}


def as_default(history: dict[str, Any]) -> defaultdict[str, Any]:
    found: defaultdict[str, Any] = defaultdict(list)
    found.update(history)
    return found


@pytest.mark.parametrize(
    "value",
    [
        HISTORY,
        [HISTORY, HISTORY],
        {"a b": {"c": [1, -2, 3.5e10]}, 'quote"s': "tab\tand \\ and \n"},
        {"empty": [], "none": {}},
    ],
)
def test_literals_come_back(value: Any) -> None:
    assert load_literal(str(value)) == value
    assert load_literal(f"  {value!r}\n") == value


@pytest.mark.parametrize("wrap", [OrderedDict, as_default])
def test_dicts_of_collections_are_dicts(wrap: Any) -> None:
    assert load_literal(repr(wrap(HISTORY))) == HISTORY


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (repr([np.float64(0.5), np.float32(0.25), np.int64(3)]), [0.5, 0.25, 3]),
        ("[float64(0.5), numpy.float16(2.0)]", [0.5, 2.0]),
        (repr({"loss": np.array([0.5, 0.25], dtype=np.float32)}), {"loss": [0.5, 0.25]}),
        (str(np.array([0.5, 0.25])), [0.5, 0.25]),
        ("[tensor(0.5), tensor(0.25, device='cuda:0', dtype=torch.float64)]", [0.5, 0.25]),
        ("{'l': tensor([0.5, 0.25], grad_fn=<StackBackward0>)}", {"l": [0.5, 0.25]}),
        ("{'a': (1, 2), 3: (4,)}", {"a": [1, 2], "3": [4]}),
        ("[0.5, 0.25,]", [0.5, 0.25]),
        ("defaultdict(list, {'a': [1]})", {"a": [1]}),
        (r"['\x41\u00e9']", ["Aé"]),
    ],
)
def test_wrappers_around_numbers_are_opened(text: str, value: Any) -> None:
    assert load_literal(text) == value


def test_numbers_that_are_not_finite_are_numbers() -> None:
    found = load_literal("[nan, inf, -inf, np.float64(nan), NaN]")
    assert [math.isnan(number) for number in found] == [True, False, False, True, True]
    assert found[1:3] == [math.inf, -math.inf]
    assert load_literal("[Infinity, -Infinity, np.inf]") == [math.inf, -math.inf, math.inf]


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('ls')",
        "{'a': open('x')}",
        "{'a': os.system('x')}",
        "[x for x in y]",
        "{'a': lambda: 0}",
        "{'loss': [0.5, 0.2",
        "{'loss': [0.5]} and more",
        "{'a' 'b'}",
        "'unended",
        "[" * 1000,
        "{'a': " * 1000,
        "",
    ],
)
def test_anything_else_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(ParseError) as refused:
        load_literal(text)
    assert refused.value.key == "not_literal"
    assert refused.value.values["line"] == 1


def test_the_place_of_an_error_is_a_line_and_a_column() -> None:
    with pytest.raises(ParseError) as refused:
        load_literal("{'a': [1,\n 2, ?]}")
    assert (refused.value.values["line"], refused.value.values["column"]) == (2, 4)


def test_a_number_with_thousands_of_digits_is_not_computed() -> None:
    assert math.isnan(load_literal(f"(1, {'9' * 5000})")[1])
