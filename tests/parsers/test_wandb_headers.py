"""Headers of W&B charts without bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.parsers._wandb_headers import is_bare_chart
from analyzer.reading.load import load

NAMES = ["lr=0.1, bs=32", "base - v2", 'say "a"']


@pytest.mark.parametrize(
    "names",
    [
        ["Step", "r1 - train/loss", "r2 - train/loss"],
        ["Step", "r2 - val_loss"],
        ["epoch", "a - eval/accuracy", "b - eval/accuracy"],
        ["", "Step", "r1 - loss", "r1 - _step"],
        ["Relative Time (Process)", "a - b - lr"],
    ],
)
def test_an_axis_beside_runs_is_a_chart(names: list[str]) -> None:
    assert is_bare_chart(names, ",".join(names))


@pytest.mark.parametrize(
    "names",
    [
        ["epoch", "Loss - train", "Loss - val"],
        ["Step", "train - loss", "val - loss"],
        ["Step", "Class 1 - IoU", "Class 2 - IoU"],
        ["Step", "student - loss", "teacher - loss"],
        ["epoch", "r1 - loss", "r2 - loss"],
        ["Step", "r1 - loss", "accuracy"],
        ["Step", "note - words"],
        ["r1 - loss", "r2 - loss"],
        ["2026-01-02 10:00:00", "123 - INFO - trainer - Epoch 0/39"],
        ["2026-01-02 10:00:00", "123 - INFO - trainer - train/loss"],
        [],
    ],
)
def test_other_tables_are_not(names: list[str]) -> None:
    assert not is_bare_chart(names, ",".join(names))


def test_quotes_around_every_name_are_those_of_a_chart() -> None:
    names = ["epoch", "r1 - loss", "r2 - loss"]
    assert is_bare_chart(names, ",".join(f'"{name}"' for name in names))


@pytest.mark.parametrize(
    "names",
    [
        ["epoch", "encoder - loss", "decoder - loss"],
        ["epoch", "sentiment - loss", "topic - loss"],
        ["epoch", "r1 - loss", "topic - loss"],
    ],
)
def test_quotes_alone_are_no_proof(names: list[str]) -> None:
    assert not is_bare_chart(names, ",".join(f'"{name}"' for name in names))


def test_parts_of_a_model_in_quotes_are_one_run(tmp_path: Path) -> None:
    lines = ['"epoch","encoder - loss","decoder - loss"']
    lines += [f"{epoch},{2 / epoch:.4f},{3 / epoch:.4f}" for epoch in range(1, 13)]
    (tmp_path / "gan.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (run,) = load(tmp_path)
    assert len(run.series) == 2


def test_each_run_has_its_own_points(tmp_path: Path) -> None:
    quoted = ['"' + f"{name} - train/loss".replace('"', '""') + '"' for name in NAMES]
    lines = [",".join(['"Step"', *quoted])]
    for step in range(12):
        cells = [f"{2 / (step + 1):.4f}", f"{step}.5" if step % 2 else "", "" if step > 7 else "3"]
        lines.append(",".join(f'"{cell}"' for cell in [str(step * 10), *cells]))
    (tmp_path / "wandb_export.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    runs = {run.name: run.series for run in load(tmp_path)}
    assert sorted(runs) == sorted(NAMES)
    found = {name: series for name, (series,) in runs.items()}
    assert {(series.split, series.metric) for series in found.values()} == {("train", "loss")}
    assert found[NAMES[0]].step.tolist() == [step * 10 for step in range(12)]
    assert found[NAMES[0]].value.tolist() == [round(2 / (step + 1), 4) for step in range(12)]
    assert found[NAMES[1]].step.tolist() == [10, 30, 50, 70, 90, 110]
    assert found[NAMES[1]].value.tolist() == [1.5, 3.5, 5.5, 7.5, 9.5, 11.5]
    assert found[NAMES[2]].step.tolist() == [step * 10 for step in range(8)]
