"""Effects, shares, ranks and regret of remedies, on runs made by hand."""

from __future__ import annotations

import importlib
import math
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parent))
FIGURES = importlib.import_module("advice_figures")
ORDER = importlib.import_module("advice_order")
losses = st.one_of(st.none(), st.floats(0, 1e6))


def measured(falls: dict[str, float], gains: dict[str, float]) -> Any:
    """Return a run of overfitting with true falls and predicted gains in log loss."""
    told = {name: ORDER.Predicted(better=gain, gain=gain, runs=100) for name, gain in gains.items()}
    advice = tuple(ORDER.Advice("overfitting", name, told.get(name)) for name in falls)
    ranked = tuple(sorted(advice, key=lambda item: -gains.get(item.remedy, 0)))
    effects = {name: FIGURES.Effect(*[-fall] * 4) for name, fall in falls.items()}
    return FIGURES.Measured(7, "wine", "overfitting", advice, ranked, told, effects)


def reached(selected: float | None, last: float | None) -> dict[str, float | None]:
    names = ("selected", "lowest", "last")
    found = dict(zip(names, (selected, selected, last), strict=True))
    return found | {f"{name}_error": 0.5 for name in names}


def test_an_effect_is_the_logarithm_of_the_ratio() -> None:
    assert FIGURES.log_ratio(0.5, 1.0) == pytest.approx(-math.log(2))
    assert FIGURES.log_ratio(0.3, 0.3) == 0


def test_a_diverged_run_is_infinitely_worse_and_two_cannot_be_compared() -> None:
    assert FIGURES.log_ratio(None, 1.0) == math.inf
    assert FIGURES.log_ratio(1.0, None) == -math.inf
    assert math.isnan(FIGURES.log_ratio(None, None))


def test_an_error_of_zero_is_infinitely_better_than_any_other() -> None:
    assert FIGURES.log_ratio(0.0, 0.1) == -math.inf
    assert FIGURES.log_ratio(0.1, 0.0) == math.inf
    assert FIGURES.log_ratio(0.0, 0.0) == 0


@given(losses, losses)
def test_an_effect_undone_is_the_opposite_effect(after: float | None, before: float | None) -> None:
    there, back = FIGURES.log_ratio(after, before), FIGURES.log_ratio(before, after)
    assert (math.isnan(there) and math.isnan(back)) or there == pytest.approx(-back)


def test_early_stopping_is_measured_against_the_last_epoch() -> None:
    base = reached(selected=0.5, last=1.0)
    effects = FIGURES.effects_of(base, {"dropout": reached(selected=0.4, last=0.4)})
    assert effects["early_stopping"].selected == pytest.approx(math.log(0.5))
    assert effects["dropout"].selected == pytest.approx(math.log(0.8))
    assert effects["dropout"].last == pytest.approx(math.log(0.4))


@pytest.mark.parametrize(
    ("ratio", "better", "worse"),
    [(0.989, True, False), (0.991, False, False), (1.009, False, False), (1.011, False, True)],
)
def test_a_change_of_up_to_one_percent_is_neither(ratio: float, better: bool, worse: bool) -> None:
    assert FIGURES.is_better(math.log(ratio)) is better
    assert FIGURES.is_worse(math.log(ratio)) is worse


def test_a_share_leaves_out_what_is_not_known() -> None:
    shown = FIGURES.better_share([-1.0, 1.0, math.nan])
    assert shown.startswith("0.50 (")
    assert FIGURES.better_share([math.nan]) == "-"


def test_each_order_has_the_effects_of_its_boxes() -> None:
    run = measured({"dropout": 0.1, "narrower": -0.2, "wider": 0.3}, {"wider": 0.2, "dropout": 0.1})
    orders = FIGURES.boxes(run, "selected")
    assert orders["measured"] == [-0.3, -0.1, 0.2]
    assert orders["unmeasured"] == [-0.1, 0.2, -0.3]


def test_a_remedy_that_was_not_trained_is_no_box() -> None:
    run = measured({"dropout": math.nan, "wider": 0.3}, {})
    assert FIGURES.boxes(run, "selected")["unmeasured"] == [-0.3]


def test_a_diverged_remedy_counts_as_ten_times_the_loss() -> None:
    run = measured({"wider": -math.inf}, {})
    assert FIGURES.boxes(run, "selected")["unmeasured"] == [pytest.approx(math.log(10))]


def test_regret_is_zero_for_the_best_box_and_a_worse_one_is_a_failure() -> None:
    gains = {"dropout": 0.0, "wider": 0.2}
    good = measured({"dropout": 0.1, "wider": 0.3}, gains)
    bad = measured({"dropout": 0.1, "wider": -0.3}, gains)
    lines = FIGURES.report([good] * 3).splitlines()
    followed = [line for line in lines if line.startswith("| measured order, first box")]
    assert len(followed) == 2
    assert all("| 0.000 | 0.000 |" in line for line in followed)
    assert lines[-1] == "None."
    failed = FIGURES.report([good, bad]).splitlines()[-1]
    assert failed == "| 7 | wine | overfitting | wider | 0.20 | +35.0 % | dropout -9.5 % |"


def test_ranks_agree_if_the_gains_are_in_the_order_of_the_falls() -> None:
    falls = {name: place / 10 for place, name in enumerate(("a", "b", "c", "d", "e"))}
    same, opposite = measured(falls, falls), {name: -fall for name, fall in falls.items()}
    assert "log loss: 1.00 over 10 pairs" in FIGURES.report([same] * 2)
    assert "within a run -1.00" in FIGURES.report([measured(falls, opposite)])


def test_shares_that_come_true_leave_no_gap() -> None:
    helps, harms = ({"a": fall} for fall in (0.1, -0.1))
    told = {"a": 0.5}
    assert "Mean gap: 0.000 over 2 pairs" in FIGURES.report(
        [measured(helps, told), measured(harms, told)]
    )
    assert "Mean gap: 0.500 over 2 pairs" in FIGURES.report([measured(helps, told)] * 2)


def test_without_a_table_of_effects_the_truth_is_still_shown() -> None:
    shown = FIGURES.report([measured({"dropout": 0.1}, {})])
    assert shown.count("Nothing was predicted.") == 2
    assert "| dropout | 1 | - | 1.00 (" in shown


def test_no_run_at_all_gives_a_report_without_numbers() -> None:
    assert "No remedy was advised." in FIGURES.report([])
