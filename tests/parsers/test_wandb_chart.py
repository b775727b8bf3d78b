"""W&B chart CSV: several runs per file, groups, other axes, bounds, and similar headers."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyzer import metrics
from analyzer.errors import NothingReadable
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.reading.load import load


def export(
    folder: Path, x: str, columns: dict[str, list[Any]], xs: list[Any] | None = None
) -> Path:
    """Write a chart as the app does: all cells quoted, each column with its bounds."""
    named = {name + end: cells for name, cells in columns.items() for end in ("", "__MIN", "__MAX")}
    rows = list(zip(xs or range(len(next(iter(columns.values())))), *named.values(), strict=True))
    path = folder / "wandb_export.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([[x, *named], *rows])
    return path


def series(run: Run, tag: str) -> Series:
    (found,) = [series for series in run.series if series.tag == tag]
    return found


def names(path: Path) -> list[str]:
    return [run.name for run in load(path)]


def test_each_run_of_a_chart_is_a_run(tmp_path: Path) -> None:
    path = export(tmp_path, "Step", {"a - val/loss": [3, 2, 1], "b - val/loss": [6, 5, 4]})
    a, b = load(path)
    assert (a.name, b.name) == ("a", "b")
    assert series(a, "val/loss").value.tolist() == [3, 2, 1]
    assert (series(b, "val/loss").split, series(b, "val/loss").metric) == ("val", "loss")
    assert series(b, "val/loss").step.tolist() == [0, 1, 2]
    assert a.issues == b.issues == ()


def test_the_metrics_of_one_run_are_together(tmp_path: Path) -> None:
    columns = {"a - train/loss": [1, 2], "b - train/loss": [3, 4], "a - val/loss": [5, 6]}
    a, b = load(export(tmp_path, "Step", columns))
    assert [series.tag for series in a.series if "__" not in series.tag] == [
        "train/loss",
        "val/loss",
    ]
    assert [series.tag for series in b.series if "__" not in series.tag] == ["train/loss"]


@pytest.mark.parametrize(
    "label", ["lr 0.1 - seed 1", "a - b - c", "näme, with comma", 'a "quoted" name', "Group: x: y"]
)
def test_a_run_may_be_called_anything(label: str, tmp_path: Path) -> None:
    assert names(export(tmp_path, "Step", {f"{label} - loss": [2, 1]})) == [label]


def test_a_group_needs_no_bounds_to_be_recognised(tmp_path: Path) -> None:
    path = tmp_path / "chart.csv"
    path.write_text(
        '"Step","Group: base - loss","Group: wide - loss"\n"0","1","2"\n"1","0.5","1"\n',
        encoding="utf-8",
    )
    assert names(path) == ["Group: base", "Group: wide"]


def test_empty_cells_are_no_points_and_rows_of_other_runs_no_steps(tmp_path: Path) -> None:
    columns = {"a - loss": [3, "", 1, ""], "b - loss": ["", 5, "", "NaN"]}
    a, b = load(export(tmp_path, "Step", columns, [0, 10, 20, 30]))
    assert series(a, "loss").step.tolist() == [0, 20]
    assert series(b, "loss").step.tolist() == [10, 30]
    assert np.isnan(series(b, "loss").value[1])
    assert a.issues == b.issues == ()


def test_the_bounds_are_kept_and_judge_nothing(tmp_path: Path) -> None:
    (run,) = load(export(tmp_path, "Step", {"a - val_loss": [2, 1], "a - acc": [0, 1]}))
    bounds = [series for series in run.series if series.tag.endswith(("__MIN", "__MAX"))]
    assert [series.tag for series in bounds] == [
        "val_loss__MIN",
        "val_loss__MAX",
        "acc__MIN",
        "acc__MAX",
    ]
    assert {metrics.kind(series.metric) for series in bounds} == {None}
    assert run.metrics_of("loss") == ["loss"]


def test_an_epoch_axis_is_the_epoch(tmp_path: Path) -> None:
    (run,) = load(export(tmp_path, "epoch", {"a - loss": [2, 1]}, [1, 2]))
    assert (series(run, "loss").epoch.tolist(), series(run, "loss").step.tolist()) == (
        [1, 2],
        [1, 2],
    )
    (run,) = load(export(tmp_path, "train/epoch", {"a - loss": [2, 1]}, [0.5, 1.5]))
    assert (series(run, "loss").epoch.tolist(), series(run, "loss").step.tolist()) == (
        [0.5, 1.5],
        [0, 1],
    )


def test_a_step_of_another_name_is_the_step(tmp_path: Path) -> None:
    (run,) = load(export(tmp_path, "train/global_step", {"a - loss": [2, 1]}, [500, 1000]))
    assert series(run, "loss").step.tolist() == [500, 1000]


def test_seconds_are_no_steps_and_stay_a_series(tmp_path: Path) -> None:
    columns = {"a - loss": [3, "", 1], "b - loss": ["", 5, 4]}
    a, b = load(export(tmp_path, "Relative Time (Process)", columns, [10, 25, 40]))
    assert series(a, "loss").step.tolist() == series(b, "loss").step.tolist() == [0, 1]
    assert series(a, "Relative Time (Process)").value.tolist() == [10, 40]
    assert np.isnan(series(a, "loss").epoch).all()


def test_over_another_axis_the_step_column_of_the_run_counts(tmp_path: Path) -> None:
    columns = {
        "a - _step": [100, "", 300],
        "a - loss": [3, "", 1],
        "b - _step": ["", 7, 9],
        "b - loss": ["", 2, 1],
    }
    a, b = load(export(tmp_path, "epoch", columns, [1, 2, 3]))
    assert (series(a, "loss").step.tolist(), series(a, "loss").epoch.tolist()) == (
        [100, 300],
        [1, 3],
    )
    assert (series(b, "loss").step.tolist(), series(b, "loss").epoch.tolist()) == ([7, 9], [2, 3])


def test_runs_of_one_name_stay_apart(tmp_path: Path) -> None:
    bounds = [f"a - loss{end}" for end in ("", "__MIN", "__MAX")]
    path = tmp_path / "chart.csv"
    path.write_text(
        ",".join(["Step", *bounds, *bounds]) + "\n0,3,3,3,6,6,6\n1,2,2,2,5,5,5\n", encoding="utf-8"
    )
    first, second = load(path)
    assert (first.name, second.name) == ("a", "a (2)")
    assert [series(run, "loss").value.tolist() for run in (first, second)] == [[3, 2], [6, 5]]
    assert {len(run.series) for run in (first, second)} == {3}


def test_a_number_behind_a_metric_is_part_of_its_name(tmp_path: Path) -> None:
    (run,) = load(export(tmp_path, "Step", {"a - loss": [2, 1], "a - loss.1": [4, 3]}))
    assert series(run, "loss.1").value.tolist() == [4, 3]


def test_a_header_longer_than_the_head_is_recognised(tmp_path: Path) -> None:
    columns = {f"run {number:03} with a name - train/loss": [2, 1] for number in range(200)}
    assert len(names(export(tmp_path, "Step", columns))) == 200


def test_a_run_without_a_value_is_told(tmp_path: Path) -> None:
    found = load(export(tmp_path, "Step", {"a - loss": [2, 1], "b - loss": ["", ""]}))
    assert [run.name for run in found] == ["a"]
    (message,) = map(str, found.issues)
    assert message.startswith('wandb_export.csv: the run "b" has no value in this chart; 0 points.')


def test_a_chart_without_any_value_says_so(tmp_path: Path) -> None:
    with pytest.raises(NothingReadable):
        load(export(tmp_path, "Step", {"a - loss": ["", ""]}))


def test_text_in_a_metric_is_reported_with_its_line(tmp_path: Path) -> None:
    found = load(
        export(tmp_path, "Step", {"a - loss": [3, 2, 1, 0], "b - loss": ["", 2, "broken", 0]})
    )
    (issue,) = [issue for issue in found[1].issues if issue.values["name"] == "loss"]
    assert (issue.key, issue.position, issue.lost) == ("text_cells", 4, 1)


def test_half_a_last_line_costs_that_line_in_each_run(tmp_path: Path) -> None:
    path = export(tmp_path, "Step", {"a - loss": [3, 2, 1]})
    path.write_text(path.read_text(encoding="utf-8").rstrip()[:-12], encoding="utf-8")
    (run,) = load(path)
    assert ([issue.key for issue in run.issues], len(series(run, "loss"))) == (["cut_line"], 2)


OTHER_TABLES = {
    "no bounds": "step,a - loss\n0,1\n1,2\n",
    "bounds of nothing": "step,loss,loss__MIN\n0,1,1\n1,2,2\n",
    "prose": "Group: this - is a sentence\n",
}


@pytest.mark.parametrize("name", OTHER_TABLES)
def test_other_tables_are_left_to_others(name: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(OTHER_TABLES[name], encoding="utf-8")
    try:
        formats = {run.meta.format for run in load(path)}
    except NothingReadable:
        formats = set()
    assert "W&B chart CSV" not in formats


def test_a_runs_table_is_refused_with_its_sentence(tmp_path: Path) -> None:
    path = tmp_path / "wandb_export.csv"
    path.write_text(
        "Name,State,Created,train/loss,val/loss\n"
        "a - b,finished,2024-01-01,1,2\n"
        "c,crashed,2024-01-02,2,3\n"
    )
    with pytest.raises(NothingReadable, match="is a W&B runs table: one row per run, no curves"):
        load(path)
