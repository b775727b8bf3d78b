"""What real writers wrote is what is read: every value, step and split, in the order of the log.

The writers are TensorBoard's, torch's, pandas', numpy's and those of the standard library;
Hypothesis draws the numbers. ANALYZER_LONG=1 draws many more.
"""

from __future__ import annotations

import csv
import json
import math
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.reading.load import load
from tests.hostile.effort import examples

FINITE = st.floats(-1e6, 1e6, allow_nan=False).filter(lambda value: abs(value) > 1e-9)
SINGLE = st.floats(width=32, allow_nan=True, allow_infinity=True)
ODD = st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -0.0, 5e-324, 1e308, -1e308])
VALUE = st.one_of(FINITE, ODD)
FIRST_STEP = st.sampled_from([0, 1, 7, 1000, 2**31, 2**53 + 1])
MANY = 25  # the longest curve


class Curves(NamedTuple):
    """Two curves on the same steps."""

    steps: list[int]
    loss: list[float]
    val_loss: list[float]

    @property
    def frame(self) -> pd.DataFrame:
        return pd.DataFrame({"step": self.steps, "loss": self.loss, "val_loss": self.val_loss})

    @property
    def records(self) -> list[dict[str, Any]]:
        return [
            {"step": step, "loss": loss, "val_loss": val}
            for step, loss, val in zip(self.steps, self.loss, self.val_loss, strict=True)
        ]


@st.composite
def curves(draw: st.DrawFn, value: st.SearchStrategy[float] = VALUE, least: int = 3) -> Curves:
    """Draw two curves on rising steps; neither is all NaN."""
    count = draw(st.integers(least, MANY))
    first, stride = draw(FIRST_STEP), draw(st.sampled_from([1, 1, 10, 50]))
    columns = [draw(st.lists(value, min_size=count, max_size=count)) for _ in range(2)]
    for column in columns:
        column[0] = 1.5 if math.isnan(column[0]) else column[0]
    return Curves([first + stride * at for at in range(count)], *columns)


@contextmanager
def folder() -> Iterator[Path]:
    """Yield a fresh folder for each example, which tmp_path is not."""
    with tempfile.TemporaryDirectory() as place:
        yield Path(place)


def same(found: Sequence[float], truth: Sequence[float]) -> bool:
    """Compare numbers as they are written: NaN equals NaN, 0 is not -0."""
    return [repr(float(value)) for value in found] == [repr(float(value)) for value in truth]


def read_back(place: Path, truth: Curves, *, nan_is_blank: bool = False) -> None:
    """Assert that the run of a folder has exactly two curves."""
    (run,) = load(place)
    assert [issue.key for issue in run.issues if issue.severity != "info"] == []
    by_tag = {series.tag: series for series in run.series}
    assert set(by_tag) == {"loss", "val_loss"}
    for tag, values, split in (("loss", truth.loss, "train"), ("val_loss", truth.val_loss, "val")):
        rows = [
            row
            for row in zip(truth.steps, values, strict=True)
            if not (nan_is_blank and math.isnan(row[1]))
        ]
        series = by_tag[tag]
        assert series.split == split
        assert same(series.value.tolist(), [value for _, value in rows]), tag
        assert series.step.tolist() == [step for step, _ in rows], tag


DIALECTS = [
    *({"delimiter": ","}, {"delimiter": ";"}, {"delimiter": "\t"}, {"lineterminator": "\n"}),
    *({"quoting": csv.QUOTE_ALL}, {"quoting": csv.QUOTE_NONNUMERIC}),
]


@settings(max_examples=examples(40))
@given(truth=curves(), dialect=st.sampled_from(DIALECTS))
def test_the_csv_module(truth: Curves, dialect: dict[str, Any]) -> None:
    with folder() as place:
        with (place / "log.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, ["step", "loss", "val_loss"], **dialect)
            writer.writeheader()
            writer.writerows(truth.records)
        read_back(place, truth)


PANDAS = [
    *({}, {"index": True}, {"sep": ";"}, {"sep": "\t"}, {"encoding": "utf-8-sig"}),
    *({"quoting": csv.QUOTE_ALL}, {"lineterminator": "\r\n"}, {"sep": ";", "decimal": ","}),
]


@settings(max_examples=examples(40))
@given(truth=curves(), options=st.sampled_from(PANDAS))
def test_pandas_to_csv(truth: Curves, options: dict[str, Any]) -> None:
    with folder() as place:
        truth.frame.to_csv(place / "log.csv", **{"index": False, **options})
        read_back(place, truth, nan_is_blank=True)


@settings(max_examples=examples(25))
@given(truth=curves(FINITE))
def test_pandas_to_json_by_lines(truth: Curves) -> None:
    with folder() as place:
        truth.frame.to_json(place / "log.jsonl", orient="records", lines=True, double_precision=15)
        rounded = [json.loads(line) for line in (place / "log.jsonl").read_text().splitlines()]
        loss, val = ([float(row[name]) for row in rounded] for name in ("loss", "val_loss"))
        read_back(place, Curves(truth.steps, loss, val))


@settings(max_examples=examples(40))
@given(truth=curves(), kind=st.sampled_from(["lines", "records"]))
def test_the_json_module(truth: Curves, kind: str) -> None:
    with folder() as place:
        text = "".join(json.dumps(record) + "\n" for record in truth.records)
        if kind == "lines":
            (place / "log.jsonl").write_text(text, encoding="utf-8")
        else:
            (place / "log.json").write_text(json.dumps(truth.records), encoding="utf-8")
        read_back(place, truth)


@settings(max_examples=examples(25))
@given(truth=curves())
def test_a_keras_history_as_json(truth: Curves) -> None:
    with folder() as place:
        document = {"loss": truth.loss, "val_loss": truth.val_loss}
        (place / "history.json").write_text(json.dumps(document), encoding="utf-8")
        read_back(place, truth._replace(steps=list(range(len(truth.steps)))))


@settings(max_examples=examples(25))
@given(truth=curves())
def test_numpy_savez(truth: Curves) -> None:
    with folder() as place:
        np.savez(place / "losses.npz", loss=np.array(truth.loss), val_loss=np.array(truth.val_loss))
        read_back(place, truth._replace(steps=list(range(len(truth.steps)))))


@settings(max_examples=examples(25))
@given(truth=curves(SINGLE))
def test_the_event_writer_of_tensorboard(truth: Curves) -> None:
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    with folder() as place:
        writer = EventFileWriter(str(place))
        for record in truth.records:
            summary = Summary()
            for tag in ("loss", "val_loss"):
                summary.value.add(tag=tag, simple_value=record[tag])
            writer.add_event(Event(wall_time=1.7e9, step=record["step"], summary=summary))
        writer.close()
        read_back(place, truth)


@settings(max_examples=examples(4))
@given(truth=curves(SINGLE), new_style=st.booleans())
def test_the_summary_writer_of_torch(truth: Curves, new_style: bool) -> None:
    pytest.importorskip("torch")
    from torch.utils.tensorboard import SummaryWriter

    with folder() as place:
        writer = SummaryWriter(str(place))
        for record in truth.records:
            for tag in ("loss", "val_loss"):
                writer.add_scalar(tag, record[tag], record["step"], new_style=new_style)
        writer.close()
        read_back(place, truth)
