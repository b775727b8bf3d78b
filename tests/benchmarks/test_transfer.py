"""Regret and calibration of advice, on cases that are counted by hand."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs torch (extra trainer)")

FOLDER = Path(__file__).parent


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    sys.path.insert(0, str(FOLDER))
    try:
        return runpy.run_path(str(FOLDER / "transfer.py"))
    finally:
        sys.path.remove(str(FOLDER))


def test_the_regret_is_what_the_best_remedy_would_have_brought_beyond(
    script: dict[str, Any],
) -> None:
    followed = script["Followed"]
    cases = [
        followed("plateau", "a", (0.3, 0.1), (0.1, 0.3), ()),
        followed("plateau", "a", (-0.2, 0.0), (0.0, -0.2), ()),
        followed("plateau", "a", (0.5,), (0.5,), ()),  # one remedy: nothing to choose
    ]
    found = {name: values.tolist() for name, values in script["regrets"](cases).items()}
    assert found["measured order"] == pytest.approx([0.0, 0.2])
    assert found["order of the words"] == pytest.approx([0.2, 0.0])
    assert found["any order"] == pytest.approx([0.1, 0.1])
    assert found["nothing"] == pytest.approx([0.3, 0.0])


def test_the_best_remedy_may_be_one_that_only_the_words_name(script: dict[str, Any]) -> None:
    case = script["Followed"]("plateau", "a", (0.3, 0.1), (0.5, 0.1), ())
    found = {name: values.tolist() for name, values in script["regrets"]([case]).items()}
    assert found["measured order"] == pytest.approx([0.2])
    assert found["order of the words"] == pytest.approx([0.0])


def test_the_calibration_error_weighs_bins_by_their_steps(script: dict[str, Any]) -> None:
    told = np.array([[0.7, 0, 0.1]] * 7 + [[0.7, 0, -0.1]] * 3 + [[0.1, 0, 0.1]] * 10)
    error, bins = script["calibration"](told)
    assert error == pytest.approx((10 * 0.0 + 10 * 0.9) / 20)
    assert [count for *_, count in bins] == [10, 10]
