"""What the index says of repeats: their means, and which of them are unstable over seeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analyzer.batch.index import build_index
from analyzer.batch.index_groups import group_row, mean_name, unstable_lines
from analyzer.batch.result import Options
from analyzer.model.diagnosis import Best

Make = dict[str, Callable[..., Any]]


def test_the_means_of_groups_have_the_decimals_of_the_levels(make: Make) -> None:
    records = [
        make["record"](seed, {"seed": seed, "lr": 0.1}, best=Best("val", "loss", 1, None, value))
        for seed, value in enumerate((0.25, 0.35, 1.5))
    ]
    index = build_index(make["batch"](records), Options(lang="es"), missing=0)
    (group,) = index.groups
    assert (group_row(group, index).mean, group_row(group, index).metric) == ("0,700", "")
    assert mean_name(index) == "pérdida de validación: nivel medio (mejores puntos)"


def test_repeats_with_different_verdicts_are_called_unstable_once_a_group(make: Make) -> None:
    record = make["record"]
    judged = ["overfitting", "healthy", "overfitting", "overfitting"]
    records = [
        record(at, {"seed": at % 4, "lr": lr}, verdict=verdict)
        for at, (lr, verdict) in enumerate(
            [*((0.1, verdict) for verdict in judged), *((0.2, "healthy") for _ in range(4))]
        )
    ]
    for lang, sentence in (
        ("en", "Unstable over seeds (lr = 0.1): 3 overfitting, 1 healthy."),
        ("es", "Inestable según la semilla (lr = 0,1): sobreajuste (3), sin problemas (1)."),
    ):
        index = build_index(make["batch"](records), Options(lang=lang), missing=0)
        assert unstable_lines(index) == [sentence]
    page = make["files"](records)["index.html"].decode()
    assert page.count("nstable over seeds") == 1
    assert "Unstable over seeds" in make["files"](records)["index.md"].decode()
    agreeing = build_index(make["batch"](records[4:]), Options(), missing=0)
    assert unstable_lines(agreeing) == []


def test_many_unstable_groups_share_a_sentence(make: Make) -> None:
    record = make["record"]
    records = [
        record(at, {"seed": at % 2, "lr": at // 2}, verdict=("healthy", "plateau")[at % 2])
        for at in range(40)
    ]
    lines = unstable_lines(build_index(make["batch"](records), Options(), missing=0))
    assert (len(lines), lines[-1][:19]) == (11, "10 more groups are ")
