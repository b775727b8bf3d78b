"""An index of losses of different kinds is ranked by a metric that all share, and says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.batch.index import build_index
from analyzer.batch.index_rows import curves_scale
from analyzer.batch.index_said import lines
from analyzer.batch.index_title import title
from analyzer.batch.judged_instead import judged_instead
from analyzer.batch.others import others_of
from analyzer.batch.record import Record, folder_name, record_of
from analyzer.batch.result import Options
from analyzer.engine import diagnose
from analyzer.model.diagnosis import Diagnosis

Make = dict[str, Callable[..., Any]]
LOSSES = ("mse", "mae", "cross_entropy")


def diagnosed(
    at: int, *, unit: float = 1.0, scores: tuple[str, ...] = ("accuracy",), **config: object
) -> Diagnosis:
    """Return a run with a loss and scores that are better the higher its number."""
    epochs = np.arange(40)
    noise = 1 + 0.003 * np.random.default_rng(at).standard_normal(40)
    fall = unit * (0.4 + 1.9 * np.exp(-epochs / 5)) * noise
    rise = 0.7 + 0.05 * at - 0.6 * np.exp(-epochs / 5) * noise
    curves = {("train", "loss"): fall * 0.98, ("val", "loss"): fall}
    curves |= {("val", name): rise for name in scores}
    return diagnose(synthetic.of_curves(f"r{at}", curves, config={"lr": at, **config}))


def recorded(at: int, **changes: Any) -> Record:
    name = f"r{at}"
    return record_of(diagnosed(at, **changes), name, folder_name(name, name))


def of_losses(*losses: str) -> list[Record]:
    return [recorded(at, loss=loss) for at, loss in enumerate(losses)]


def test_losses_of_other_functions_are_ranked_by_the_accuracy_that_all_share(make: Make) -> None:
    records = of_losses(*LOSSES)
    index = build_index(make["batch"](records), Options(), missing=0)
    assert title(index).startswith("3 runs: highest validation accuracy with r2 (0.8")
    said = lines(index)[0]
    assert said == (
        "The losses are different functions (mse, mae, cross_entropy), so their values cannot be "
        "compared; validation accuracy takes their place."
    )
    assert not any("Not ranked" in line for line in lines(index))
    assert [record.run for record in (records[place] for place in index.order)] == [
        "r2",
        "r1",
        "r0",
    ]
    spanish = build_index(make["batch"](records), Options(lang="es"), missing=0)
    assert "la accuracy de validación" in lines(spanish)[0]
    page = make["files"](records)["index.html"].decode()
    assert "takes their place" in page
    assert "validation accuracy ↑" in page


def test_the_curves_of_other_losses_share_no_scale(make: Make) -> None:
    index = build_index(make["batch"](of_losses(*LOSSES)), Options(), missing=0)
    assert index.sweep is not None
    assert curves_scale(index) is None
    assert all(record.trace is None for record in index.batch.records)


def test_losses_in_other_units_are_ranked_by_it_too(make: Make) -> None:
    records = [recorded(0), recorded(1), recorded(2, unit=1e6)]
    index = build_index(make["batch"](records), Options(), missing=0)
    assert "highest validation accuracy with r2" in title(index)
    assert lines(index)[0].startswith("The losses lie so far apart")


def test_losses_of_one_kind_stay_what_runs_are_ranked_by(make: Make) -> None:
    records = of_losses("mse", "mse", "MSELoss")
    assert judged_instead(records) == (records, None)
    index = build_index(make["batch"](records), Options(), missing=0)
    assert "lowest validation loss" in title(index)


@pytest.mark.parametrize(
    "changes",
    [{"scores": ()}, {"scores": ("f1",)}, {"scores": ("loss_cls",)}],
    ids=["no score", "another score", "a loss by another name"],
)
def test_without_a_metric_that_all_share_the_losses_stay(changes: dict[str, Any]) -> None:
    records = [*of_losses("mse", "mae"), recorded(2, loss="huber", **changes)]
    assert judged_instead(records) == (records, None)


def test_shares_and_percentages_are_no_shared_metric() -> None:
    records = of_losses(*LOSSES)
    (other,) = records[0].others
    percent = replace(records[0], others=(other._replace(scale="percent"),))
    assert judged_instead([percent, *records[1:]])[1] is None


def test_runs_that_cannot_be_judged_keep_no_others_from_it() -> None:
    records = of_losses(*LOSSES)
    records.append(replace(records[0], run="x", best=None, level=None, others=()))
    made, instead = judged_instead(records)
    assert instead is not None
    assert instead.measure == ("val", "accuracy")
    assert made[3].best is None


def test_a_record_keeps_at_most_three_other_metrics_scores_first() -> None:
    found = others_of(diagnosed(1, scores=("f1", "auc", "iou", "recall")))
    assert [other.best.metric for other in found] == ["f1", "auc", "iou"]
    assert others_of(diagnosed(1, scores=())) == ()
    made = recorded(1, scores=("f1", "auc"))
    assert len(made.others) == 2
    assert Record.from_dict(json.loads(json.dumps(made.to_dict()))) == made
    with pytest.raises((KeyError, TypeError, ValueError)):
        Record.from_dict({**json.loads(json.dumps(made.to_dict())), "others": [{"best": 3}]})
