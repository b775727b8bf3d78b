"""DVCLive: a file for each metric, the summary beside, parameters, clocks in milliseconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import NothingReadable
from analyzer.model.run import Run
from analyzer.reading.load import load

TABLES = {"train/loss": [0.9, 0.5, 0.3], "val/loss": [1.0, 0.7, 0.6], "lr": [0.1, 0.1, 0.01]}


def save(folder: Path, *, timestamps: bool = False) -> Path:
    for name, values in TABLES.items():
        path = folder / "plots" / "metrics" / f"{name}.tsv"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [f"step\t{path.stem}"] + [f"{n}\t{value}" for n, value in enumerate(values)]
        if timestamps:
            lines = [f"timestamp\t{lines[0]}"] + [
                f"{1700000000000 + n}\t{lines[n]}" for n in (1, 2, 3)
            ]
        path.write_text("\n".join(lines) + "\n")
    (folder / "metrics.json").write_text(
        '{"train": {"loss": 0.3}, "val": {"loss": 0.6}, "step": 2}'
    )
    (folder / "params.yaml").write_text("lr: 0.1\nmodel:\n  layers: 3\n")
    return folder


def only(path: Path) -> Run:
    (run,) = load(path)
    return run


def curves(run: Run) -> dict[tuple[str, str], list[float]]:
    return {(series.split, series.metric): series.value.tolist() for series in run.series}


EXPECTED = {
    ("train", "loss"): TABLES["train/loss"],
    ("val", "loss"): TABLES["val/loss"],
    ("", "lr"): TABLES["lr"],
}


def test_the_paths_of_the_tables_say_split_and_metric(tmp_path: Path) -> None:
    run = only(save(tmp_path / "dvclive").parent)
    assert run.name == "dvclive"
    assert curves(run) == EXPECTED
    assert run.config == {"lr": 0.1, "model": {"layers": 3}}
    assert run.series[0].step.tolist() == [0, 1, 2]


def test_the_summary_alone_leads_to_the_tables_beside(tmp_path: Path) -> None:
    assert curves(only(save(tmp_path) / "metrics.json")) == EXPECTED


def test_one_table_is_a_log_on_its_own(tmp_path: Path) -> None:
    path = save(tmp_path) / "plots" / "metrics" / "val" / "loss.tsv"
    assert curves(only(path)) == {("val", "loss"): TABLES["val/loss"]}


def test_the_clock_counts_milliseconds(tmp_path: Path) -> None:
    run = only(save(tmp_path, timestamps=True))
    assert curves(run) == EXPECTED
    assert run.meta.start == pytest.approx(1.7e9, abs=1)


def test_two_experiments_are_two_runs(tmp_path: Path) -> None:
    for name in ("a", "b"):
        save(tmp_path / name)
    assert [run.name for run in load(tmp_path)] == ["a", "b"]


def test_parameters_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    save(tmp_path)
    (tmp_path / "params.yaml").write_text("a: [1\n")
    run = only(tmp_path)
    assert "a" not in run.config
    assert "yaml_unread" in [issue.key for issue in run.issues]


def test_a_summary_without_tables_has_no_curve(tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text('{"train": {"loss": 0.3}}')
    with pytest.raises(NothingReadable):
        load(tmp_path)
