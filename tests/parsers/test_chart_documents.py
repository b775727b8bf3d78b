"""Charts of Plotly and ClearML saved as JSON."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyzer.model.run import Run
from analyzer.parsers._chart_documents import chart_document, odd_traces
from analyzer.reading.load import load

STEPS = [10 * step for step in range(12)]
LOSS = [round(2 / (step + 1), 4) for step in range(12)]
HELD_OUT = [round(2 / (step + 1) + 0.1, 4) for step in range(12)]


def read(folder: Path, document: Any) -> list[Run]:
    (folder / "chart.json").write_text(json.dumps(document), encoding="utf-8")
    return list(load(folder))


def packed(values: list[Any], dtype: str) -> dict[str, str]:
    data = np.array(values, dtype=f"<{dtype}").tobytes()
    return {"dtype": dtype, "bdata": base64.b64encode(data).decode()}


def trace(name: str, y: Any, x: Any = STEPS, **more: Any) -> dict[str, Any]:
    return {"name": name, "x": x, "y": y, **more}


DOCUMENTS = {
    "plotly": {"data": [trace("train loss", LOSS), trace("val loss", HELD_OUT)], "layout": {}},
    "packed": {
        "data": [
            trace("train loss", packed(LOSS, "f8"), packed(STEPS, "i1"), type="scatter"),
            trace("val loss", packed(HELD_OUT, "f8"), packed(STEPS, "u2")),
        ]
    },
    "named by its axis": {
        "data": [trace("train", LOSS), trace("val", HELD_OUT)],
        "layout": {"yaxis": {"title": {"text": "Loss"}}},
    },
    "traces alone": [trace("train_loss", LOSS), trace("val_loss", HELD_OUT)],
    "clearml": {"loss": {"train": trace("train", LOSS), "val": trace("val", HELD_OUT)}},
    "clearml by split": {"train": {"loss": trace("", LOSS)}, "val": {"loss": trace("", HELD_OUT)}},
    "one level": {"train_loss": {"x": STEPS, "y": LOSS}, "val_loss": {"x": STEPS, "y": HELD_OUT}},
}  # fmt: skip


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_curve_is_read(kind: str, tmp_path: Path) -> None:
    (run,) = read(tmp_path, DOCUMENTS[kind])
    found = {(series.split, series.metric): series for series in run.series}
    assert found["train", "loss"].value.tolist() == LOSS
    assert found["val", "loss"].value.tolist() == HELD_OUT
    assert found["val", "loss"].step.tolist() == STEPS


def test_curves_may_have_other_places_and_gaps(tmp_path: Path) -> None:
    held_out = trace("val loss", [None, *HELD_OUT[1:6]], STEPS[::2])
    (run,) = read(tmp_path, {"data": [trace("train loss", LOSS), held_out]})
    (val,) = [series for series in run.series if series.split == "val"]
    assert (val.step.tolist(), val.value.tolist()) == (STEPS[2::2], HELD_OUT[1:6])


def test_an_axis_of_epochs_is_one(tmp_path: Path) -> None:
    x = [step / 2 for step in range(12)]
    layout = {"xaxis": {"title": "Epoch"}}
    (run,) = read(tmp_path, {"data": [trace("val loss", LOSS, x)], "layout": layout})
    assert run.series[0].epoch.tolist() == x


def test_traces_of_one_metric_are_runs(tmp_path: Path) -> None:
    layout = {"yaxis": {"title": {"text": "val_loss"}}}
    document = {"data": [trace("adam", LOSS), trace("sgd", HELD_OUT)], "layout": layout}
    runs = {run.name: run.series[0] for run in read(tmp_path, document)}
    assert {name: series.value.tolist() for name, series in runs.items()} == {
        "adam": LOSS,
        "sgd": HELD_OUT,
    }
    assert {(series.split, series.metric) for series in runs.values()} == {("val", "loss")}


@pytest.mark.parametrize(
    "document",
    [
        {"data": [trace("loss", LOSS, ["a"] * 12)]},
        {"data": [trace("loss", LOSS, STEPS[:5])]},
        {"data": [trace("loss", LOSS, [step / 3 for step in range(12)])]},
        {"data": [trace("loss", LOSS, type="bar")]},
        {"data": [trace("loss", {"dtype": "f8", "bdata": "?"})]},
        {"data": [trace("loss", {**packed(LOSS, "f8"), "shape": "3, 4"})]},
        {"data": [trace("loss", LOSS), trace("loss", HELD_OUT)]},
        {"columns": ["loss"], "data": [[0.5]]},
        {"loss": LOSS},
    ],
)
def test_other_documents_stay_as_they_are(document: Any) -> None:
    assert chart_document(document) is document


@pytest.mark.parametrize("other", [{"type": "bar"}, {"type": "box"}])
@pytest.mark.parametrize("is_list", [False, True])
def test_a_trace_that_is_no_curve_is_told(
    other: dict[str, Any], is_list: bool, tmp_path: Path
) -> None:
    traces = [trace("val loss", HELD_OUT), trace("train loss", LOSS, **other)]
    (run,) = read(tmp_path, traces if is_list else {"data": traces})
    assert [series.split for series in run.series] == ["val"]
    (issue,) = run.issues
    assert issue.key == "odd_entries"
    assert issue.values == {"count": 1, "place": "[1]" if is_list else "data[1]"}


@pytest.mark.parametrize("document", [{"loss": LOSS}, [{"loss": 1, "y": 2}], {"data": 3}, [], 7])
def test_what_is_no_chart_has_no_odd_traces(document: Any) -> None:
    assert odd_traces(document) == ()
