"""Which runs of a site are ranked together, and why the others are not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from analyzer.batch.index import build_index
from analyzer.batch.index_said import lines
from analyzer.batch.index_title import title
from analyzer.batch.judged_alike import ranked_alike, ranked_by, unranked
from analyzer.batch.result import Options
from analyzer.measures.reach import Reach
from analyzer.model.diagnosis import Best

Make = dict[str, Callable[..., Any]]


def with_losses(make: Make, *losses: str) -> list[Any]:
    return [make["record"](at, {"lr": at, "loss": loss}) for at, loss in enumerate(losses)]


def test_losses_of_different_kinds_are_not_ranked_together(make: Make) -> None:
    records = with_losses(make, "mse", "cross_entropy", "mse", "MSELoss", "huber")
    assert ranked_alike(records) == [0, 2, 3]
    chosen = ranked_by(records)
    assert chosen is not None
    assert chosen.loss == "mse"
    index = build_index(make["batch"](records), Options(), missing=0)
    assert index.sweep is not None
    assert index.sweep.places == (0, 2, 3)
    assert "lowest validation loss (mse) with" in title(index)
    said = "Not ranked: 2 runs whose settings name another loss (cross_entropy, huber)."
    assert said in lines(index)
    spanish = build_index(make["batch"](records), Options(lang="es"), missing=0)
    assert (
        "2 ejecuciones cuyos parámetros indican otra función de pérdida (cross_entropy, huber)."
        in " ".join(lines(spanish))
    )


def test_each_reason_is_told_with_its_runs(make: Make) -> None:
    records = make["grid"]()
    records += [
        make["record"](90, {"lr": 1.0}, best=Best("val", "accuracy", 1, None, 0.9)),
        make["record"](91, {"lr": 1.0}, scale="percent"),
        make["record"](92, {"lr": 1.0}, best=None),
        records[0],
    ]
    assert [(group.reason, group.runs) for group in unranked(records)] == [
        ("metric", 1),
        ("scale", 1),
        ("unjudged", 1),
        ("copy", 1),
    ]
    index = build_index(make["batch"](records), Options(), missing=0)
    assert lines(index)[-2] == (
        "Not ranked: 1 run judged by another metric (validation accuracy); 1 run with the metric "
        "on another scale or in other units; 1 run without a loss or a score; "
        "1 copy of another run."
    )
    assert unranked(make["grid"]()) == []


def test_losses_in_other_units_are_not_ranked_together(make: Make) -> None:
    records = make["grid"]()
    near = [replace(record, reach=Reach(0.3, 2.3), verdict="healthy") for record in records]
    far = replace(near[0], reach=Reach(900.0, 5000.0), folder="ab/far")
    assert ranked_alike([*near, far]) == list(range(len(near)))
    assert [group.reason for group in unranked([*near, far])] == ["scale"]
    failed = replace(far, verdict="diverged", summary=make["record"](99).summary)
    assert ranked_alike([*near, failed]) == list(range(len(near) + 1))


def test_the_register_does_not_compare_levels_of_different_losses(make: Make) -> None:
    records = with_losses(make, "mse", "mse", "cross_entropy")
    register = make["files"](records)["register.md"].decode()
    assert register.count("not compared: another metric, scale or loss") == 1
