"""MLflow's file store: places of files, lines of values, deleted runs, whole and partial stores."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from analyzer.errors import NothingReadable
from analyzer.model.run import Run
from analyzer.reading.load import load, scan

RUN_META = """artifact_uri: file:///somewhere/artifacts
end_time: 1795918296040
experiment_id: '12'
lifecycle_stage: {stage}
run_id: {run}
run_name: {name}
user_id: someone
"""


def run_folder(
    folder: Path,
    run: str = "aa",
    *,
    name: str = "swift-owl-1",
    stage: str = "active",
    metrics: dict[str, str] | None = None,
    params: dict[str, str] | None = None,
) -> Path:
    """Write a run as MLflow does."""
    place = folder / "mlruns" / "12" / run
    texts = {f"metrics/{key}": text for key, text in (metrics or {"loss": lines()}).items()}
    texts |= {f"params/{key}": text for key, text in (params or {}).items()}
    texts |= {"meta.yaml": RUN_META.format(run=run, name=name, stage=stage)}
    texts |= {"tags/mlflow.runName": name.strip("'"), "tags/mlflow.user": "someone"}
    for key, text in texts.items():
        (place / key).parent.mkdir(parents=True, exist_ok=True)
        (place / key).write_text(text)
    experiment = "experiment_id: '12'\nlifecycle_stage: active\nname: mine\n"
    (place.parent / "meta.yaml").write_text(experiment)
    return place


def lines(count: int = 10, start: float = 2.0) -> str:
    return "".join(f"{1795918295000 + n} {start * 0.8**n} {n}\n" for n in range(count))


def tags(run: Run) -> dict[str, int]:
    return {series.tag: len(series) for series in run.series}


def test_a_run_has_its_metrics_parameters_and_name(tmp_path: Path) -> None:
    metrics = {"train_loss": lines(), "val/loss": lines(5)}
    run_folder(tmp_path, metrics=metrics, params={"lr": "0.1", "opt": "sgd", "n": "[1, 2]"})
    (run,) = load(tmp_path)
    assert run.name == "swift-owl-1"
    assert tags(run) == {"train_loss": 10, "val/loss": 5}
    assert run.config == {"lr": 0.1, "opt": "sgd", "n": "[1, 2]"}
    assert run.series[0].wall_time[0] == 1795918295.0
    assert run.meta.tracker is not None
    assert (run.meta.tracker.run_id, run.meta.tracker.project) == ("aa", "mine")
    assert run.meta.files == ("mlruns/12/aa/metrics",)


@pytest.mark.parametrize("place", ["mlruns", "mlruns/12", "mlruns/12/aa", "mlruns/12/aa/metrics"])
def test_any_part_of_a_store_may_be_given(place: str, tmp_path: Path) -> None:
    run_folder(tmp_path)
    (run,) = load(tmp_path / place)
    assert (run.name, tags(run)) == ("swift-owl-1", {"loss": 10})


def test_one_metric_may_be_given_also_without_its_store(tmp_path: Path) -> None:
    place = run_folder(tmp_path)
    assert load(place / "metrics" / "loss")[0].points == 10
    alone = tmp_path / "val_loss"
    alone.write_text(lines())
    (run,) = load(alone)
    assert [(series.split, series.metric) for series in run.series] == [("val", "loss")]


@pytest.mark.parametrize(
    ("line", "value", "step"),
    [
        ("1795918295000 nan 3\n", math.nan, 3),
        ("1795918295000 inf 3\n", math.inf, 3),
        ("1795918295000 -inf 3\n", -math.inf, 3),
        ("1795918295000 0.5\n", 0.5, 0),
        ("1795918295000 0.5 3 train_set abc123\n", 0.5, 3),
        ("1795918295000 1e-3 -1\r\n", 0.001, -1),
    ],
    ids=["nan", "inf", "-inf", "before 1.0", "with a data set", "step before 0"],
)
def test_each_shape_of_a_line_is_read(line: str, value: float, step: int, tmp_path: Path) -> None:
    run_folder(tmp_path, metrics={"loss": line})
    (run,) = load(tmp_path)
    assert str(run.series[0].value[0]) == str(value)
    assert run.series[0].step[0] == step


def test_a_bad_line_and_half_a_last_line_cost_themselves(tmp_path: Path) -> None:
    run_folder(tmp_path, metrics={"loss": lines(4) + "what\n" + lines(3) + "17959182"})
    (run,) = load(tmp_path)
    assert [(issue.key, issue.position, issue.kept) for issue in run.issues][:2] == [
        ("bad_metric_lines", 5, 7),
        ("cut_line", 9, 7),
    ]


def test_a_deleted_run_is_told_and_not_read(tmp_path: Path) -> None:
    run_folder(tmp_path, "aa")
    run_folder(tmp_path, "bb", stage="deleted")
    found = load(tmp_path)
    assert [run.meta.tracker.run_id for run in found if run.meta.tracker] == ["aa"]
    (issue,) = found.issues
    assert (issue.source, issue.key) == ("mlruns/12/bb", "deleted_runs")
    with pytest.raises(NothingReadable, match="deleted run"):
        load(tmp_path / "mlruns" / "12" / "bb")


def test_a_quoted_name_is_unquoted(tmp_path: Path) -> None:
    place = run_folder(tmp_path, name="'it''s: 1'")
    (place / "tags" / "mlflow.runName").unlink()
    assert [run.name for run in load(tmp_path)] == ["it's: 1"]


def test_system_metrics_are_read_on_demand(tmp_path: Path) -> None:
    run_folder(tmp_path, metrics={"loss": lines(), "system/cpu": lines()})
    assert tags(load(tmp_path)[0]) == {"loss": 10}
    assert tags(load(tmp_path, system_stats=True)[0]) == {"loss": 10, "system/cpu": 10}


def test_other_files_are_left_to_other_formats(tmp_path: Path) -> None:
    for name, text in {
        "metrics/notes": "1795918295000 is a number\n",
        "times.txt": "1795918295000\n1795918295001\n",
        "meta.yaml": "name: a dataset\n",
        "artifacts/h.csv": "epoch,loss\n0,1\n1,0.5\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = scan(tmp_path)
    assert [run.meta.format for run in found] == ["CSV or TSV table"]
    assert {skipped.key for skipped in found.skipped} == {"not_a_log"}


def test_a_run_without_its_meta_file_is_still_one_run(tmp_path: Path) -> None:
    place = run_folder(tmp_path, metrics={"train_loss": lines(), "val/loss": lines(5)})
    (place / "meta.yaml").unlink()
    (run,) = load(tmp_path)
    assert tags(run) == {"train_loss": 10, "val/loss": 5}


def test_a_run_without_a_metric_is_told_from_other_files_of_the_store(tmp_path: Path) -> None:
    run_folder(tmp_path)
    empty = run_folder(tmp_path, "bb")
    (empty / "metrics" / "loss").unlink()
    reasons = {entry.source: entry.key for entry in scan(tmp_path).skipped}
    assert reasons["mlruns/12/meta.yaml"] == "mlflow_side_file"
    assert reasons["mlruns/12/bb/meta.yaml"] == "mlflow_empty_run"
