"""What a comparison cannot compare: other losses, and groups without the metric."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer import synthetic
from analyzer.comparing.comparison import Comparison, compare
from analyzer.report.compared import build_compared
from analyzer.report.compared_apart import without_other_loss


def compared(*losses: str, baseline: str | None = None) -> Comparison:
    runs = []
    for at, loss in enumerate(losses):
        run = synthetic.healthy(at, epochs=40).run
        only_loss = tuple(series for series in run.series if series.metric == "loss")
        config = {"loss": loss, "lr": 0.1 * (at + 1)}
        runs.append(replace(run, name=f"r{at}", series=only_loss, config=config))
    return compare(runs, baseline)


def test_other_losses_are_not_compared_and_said_to_be_others() -> None:
    comparison = compared("mse", "cross_entropy", "mse")
    assert [side.answer for side in comparison.sides] == [
        "baseline",
        "not_compared",
        "no_clear_difference",
    ]
    page = build_compared(comparison)
    assert len(page.sentences) == 1
    assert page.warnings[0].startswith("Not compared with r0 (mse): r1 (cross_entropy).")
    assert build_compared(comparison, "es").warnings[0].startswith("Sin comparar con r0 (mse)")
    drawn = [line for charts in page.charts for chart in charts for line in chart.lines]
    assert len(drawn) == 2 * len(page.charts)
    assert [side.name for side in without_other_loss(comparison, comparison.sides)] == ["r0", "r2"]
    found = comparison.to_dict()
    assert found["loss"] == "mse"
    assert found["sides"][1]["runs"][0]["loss"] == "cross_entropy"
    assert found["sides"][1]["runs"][0]["best"] is not None


def test_the_baseline_says_which_loss_counts_else_the_most_common_one() -> None:
    assert compared("huber", "mse", "mse").baseline == 1
    comparison = compared("huber", "mse", "mse", baseline="r0")
    assert comparison.loss == "huber"
    assert [side.answer for side in comparison.sides[1:]] == ["not_compared"] * 2


def test_a_ranking_names_the_groups_that_are_not_in_it() -> None:
    comparison = compared(*["mse"] * 8, "huber", "ce")
    assert comparison.is_ranked
    assert [side.answer for side in comparison.sides[-2:]] == ["not_compared"] * 2
    assert "r8 (huber), r9 (cross_entropy)" in build_compared(comparison).warnings[0]


@pytest.mark.parametrize("losses", [("mse", "L2", "nn.MSELoss()"), ("mse", "", "")])
def test_one_loss_under_several_names_is_compared(losses: tuple[str, ...]) -> None:
    comparison = compared(*losses)
    assert comparison.to_dict()["loss"] is None
    assert "not_compared" not in [side.answer for side in comparison.sides]
