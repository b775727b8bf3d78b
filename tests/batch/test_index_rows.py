"""The rows of the index: short names, settings before the seed, the metric in the head."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from analyzer.batch.index import build_index
from analyzer.batch.index_rows import columns_of, curves_scale, heads, row
from analyzer.batch.result import Options
from analyzer.batch.sparks import Spark

Make = dict[str, Callable[..., Any]]


def test_a_short_name_has_the_full_one_as_its_title(make: Make) -> None:
    records = [make["record"](at, {"lr": at}, run=f"a/b/r{at}/history") for at in range(2)]
    index = build_index(make["batch"](records), Options(), missing=0)
    cells = row(1, index, [], None)
    assert 'title="a/b/r1/history">r1</a>' in cells


def test_settings_come_before_the_seed_however_many_there_are(make: Make) -> None:
    many = {f"setting{number}": 0 for number in range(12)}
    records = [make["record"](at, {"seed": at % 2, **dict.fromkeys(many, at)}) for at in range(4)]
    index = build_index(make["batch"](records), Options(), missing=0)
    columns = columns_of(index)
    assert len(columns) == 8
    assert columns[-1] == "seed"


def test_the_head_names_the_metric_and_its_direction(make: Make) -> None:
    index = build_index(make["batch"](make["grid"]()), Options(), missing=0)
    names = [head.name for head in heads(index, columns_of(index))]
    assert names[2] == "validation loss ↓ level (best point)"
    scores = build_index(make["batch"](make["grid"]("accuracy")), Options(lang="es"), missing=0)
    assert heads(scores, [])[2].name.endswith("↑ nivel (mejor punto)")


def test_the_curves_of_ranked_runs_share_a_scale(make: Make) -> None:
    low = Spark("val", "M0 1l100 22", 1.0, 2.0)
    high = Spark("val", "M0 1l100 22", 2.0, 3.0)
    records = [make["record"](at, {"lr": at}, sparks=(low, high)[at : at + 1]) for at in range(2)]
    index = build_index(make["batch"](records), Options(), missing=0)
    scale = curves_scale(index)
    assert scale is not None
    assert (scale.low, round(scale.high, 6)) == (1.0, 2.9)
    drawn = [re.findall(r' d="([^"]+)"', row(at, index, [], scale))[0] for at in range(2)]
    assert drawn == ["M0 11l100 12", "M0 1l100 10"]
