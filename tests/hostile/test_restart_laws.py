"""Laws of restarts: a log that was resumed gives the curves of what a purge leaves of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.model.run import Run
from analyzer.reading.load import load
from tests.hostile.effort import examples
from tests.hostile.small import event, event_frame, event_records


class Point(NamedTuple):
    """A value of the training or, every few epochs, of the validation."""

    split: str
    epoch: int
    value: float


Attempt = list[Point]
WRITERS = ("csv", "jsonl", "mode", "text", "events")
SETTINGS = settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def attempts_of(lengths: Sequence[int], backs: Sequence[int], every: int) -> list[Attempt]:
    """Return attempts, each of which resumes some epochs before the end of the one before.

    At least two: a step that stands twice in a row is no step back.
    """
    attempts: list[Attempt] = []
    start = 1
    for number, length in enumerate(lengths):
        if attempts:
            start = max(2, attempts[-1][-1].epoch + 1 - backs[number - 1])
        attempts.append([])
        for epoch in range(start, start + length):
            level = round(0.001 * number + 2 / (epoch + 1), 5)
            attempts[-1].append(Point("train", epoch, level))
            if epoch % every == 0:
                attempts[-1].append(Point("val", epoch, level + 1))
    return attempts


def purged(attempts: Sequence[Attempt], split: str) -> list[tuple[int, float]]:
    """Return the points that no later attempt goes back before."""
    left = []
    for number, attempt in enumerate(attempts):
        firsts = [later[0].epoch for later in attempts[number + 1 :]]
        for point in attempt:
            if point.split == split and all(point.epoch < first for first in firsts):
                left.append((point.epoch, point.value))
    return left


def written(folder: Path, points: Sequence[Point], writer: str) -> Path:
    """Write points in log order, as a writer does."""
    if writer == "events":
        return with_events(folder, points)
    lines = []
    for split, epoch, value in points:
        name = f"{split}_loss"
        if writer == "csv":
            lines.append(f"{epoch},{value},") if split == "train" else lines.append(
                f"{epoch},,{value}"
            )
        elif writer == "jsonl":
            lines.append(json.dumps({"epoch": epoch, name: value}))
        elif writer == "mode":
            lines.append(json.dumps({"mode": split, "epoch": epoch, "loss": value}))
        else:
            lines.append(f"Epoch {epoch} | {name}: {value}")
    if writer == "csv":
        lines.insert(0, "epoch,train_loss,val_loss")
    suffix = {"mode": "jsonl", "text": "txt"}.get(writer, writer)
    path = folder / f"log.{suffix}"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def with_events(folder: Path, points: Sequence[Point]) -> Path:
    """Write an event file for all attempts, as a writer does that was never closed."""
    head = event_records()[0]
    frames = [
        event_frame(event(point.epoch, {f"{point.split}/loss": point.value}, seconds=at))
        for at, point in enumerate(points)
    ]
    path = folder / "events.out.tfevents.1700000000.host.1"
    path.write_bytes(head + b"".join(frames))
    return path


def curve(run: Run, split: str) -> list[tuple[int, float]]:
    found = [series for series in run.series if (series.split, series.metric) == (split, "loss")]
    if not found:
        return []
    points = run.curve("loss", split)
    return [
        (int(step), round(float(value), 5))
        for step, value in zip(points.step, points.value, strict=True)
    ]


@pytest.mark.parametrize("writer", WRITERS)
@SETTINGS
@given(
    lengths=st.lists(st.integers(6, 30), min_size=1, max_size=4),
    backs=st.lists(st.integers(2, 25), min_size=3, max_size=3),
    every=st.sampled_from([1, 3, 10]),
)
def test_what_is_judged_is_what_a_purge_leaves(
    tmp_path: Path, writer: str, lengths: list[int], backs: list[int], every: int
) -> None:
    attempts = attempts_of(lengths, backs, every)
    points = [point for attempt in attempts for point in attempt]
    (run,) = load(written(tmp_path, points, writer))
    for split in ("train", "val"):
        expected = [(epoch, round(value, 5)) for epoch, value in purged(attempts, split)]
        assert curve(run, split) == expected
    counts = [issue.values for issue in run.issues if "restart" in issue.key]
    taken = sum(int(found["superseded"]) + int(found.get("abandoned", 0)) for found in counts)
    assert taken == len(points) - sum(len(purged(attempts, split)) for split in ("train", "val"))
    assert run.points == len(points)


@pytest.mark.parametrize("writer", WRITERS)
@SETTINGS
@given(
    length=st.integers(12, 40),
    checkpoints=st.lists(st.integers(1, 11), min_size=1, max_size=6, unique=True),
    every=st.sampled_from([1, 2]),
)
def test_an_evaluation_behind_the_training_changes_no_curve(
    tmp_path: Path, writer: str, length: int, checkpoints: list[int], every: int
) -> None:
    (training,) = attempts_of([length], [], every)
    held_out = {point.epoch for point in training if point.split == "val"}
    tested = [Point("val", epoch, 0.123) for epoch in checkpoints if epoch in held_out]
    (run,) = load(written(tmp_path, [*training, *tested], writer))
    for split in ("train", "val"):
        expected = [(epoch, round(value, 5)) for epoch, value in purged([training], split)]
        assert curve(run, split) == expected
    assert run.points == len(training) + len(tested)
