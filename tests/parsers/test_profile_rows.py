"""MMCV and MMEngine: where their validation records stand, with what their loggers write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.reading.load import load


def save(folder: Path, records: list[dict[str, Any]], name: str = "log.json") -> Run:
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(record) + "\n" for record in records)
    (folder / name).write_text(text)
    (run,) = load(folder)
    return run


def series(run: Run, metric: str, split: str) -> Series:
    (found,) = [part for part in run.series if (part.metric, part.split) == (metric, split)]
    return found


def mmengine(*, by_epoch: bool) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    for step in range(10, 101, 10):
        row = {"lr": 0.1, "data_time": 0.1, "loss": 9 / step, "time": 0.2, "iter": step}
        epoch = {"epoch": (step + 19) // 20} if by_epoch else {}
        records.append({**row, **epoch, "step": step})
        if step % 20 == 0:
            own = step // 20 if by_epoch else step
            records.append(
                {"accuracy/top1": 50 + step / 10, "data_time": 0.1, "time": 0.2, "step": own}
            )
    return records


def test_records_of_mmengine_without_an_iteration_are_validation(tmp_path: Path) -> None:
    run = save(tmp_path, mmengine(by_epoch=True))
    score = series(run, "accuracy/top1", "val")
    assert score.step.tolist() == [20, 40, 60, 80, 100]
    assert score.epoch.tolist() == [1, 2, 3, 4, 5]
    assert series(run, "loss", "train").step.tolist() == list(range(10, 101, 10))


def test_mmengine_by_iteration_says_the_step_itself(tmp_path: Path) -> None:
    score = series(save(tmp_path, mmengine(by_epoch=False)), "accuracy/top1", "val")
    assert score.step.tolist() == [20, 40, 60, 80, 100]


def test_the_copy_and_the_configuration_of_mmengine_belong_to_its_log(tmp_path: Path) -> None:
    folder = tmp_path / "20250101_120000" / "vis_data"
    folder.mkdir(parents=True)
    lines = "".join(json.dumps(record) + "\n" for record in mmengine(by_epoch=True))
    (folder / "20250101_120000.json").write_text(lines)
    (folder / "config.py").write_text(
        "lr = 0.1\noptimizer = dict(type='SGD', momentum=0.9)\nrun = open('x')\n"
    )
    run = save(folder, mmengine(by_epoch=True), "scalars.json")
    assert run.config == {"lr": 0.1, "optimizer": {"type": "SGD", "momentum": 0.9}}
    assert run.meta.config_files == ()  # it is part of the log
    assert [entry.key for entry in run.meta.passed_over].count("same_log") == 1
    (outer,) = load(tmp_path)
    assert outer.name == "20250101_120000"


def mmcv(validation_iter: int | None) -> list[dict[str, Any]]:
    """Return the log of an epoch-based runner with 25 iterations an epoch, logged each 10."""
    records: list[dict[str, Any]] = [
        {"env_info": "Python: 3.8", "config": "lr = 0.02\n", "seed": 7, "exp_name": "x.py"}
    ]
    for epoch in (1, 2, 3):
        for count in (10, 20):
            row = {"mode": "train", "epoch": epoch, "iter": count, "lr": 0.02, "memory": 900}
            records.append({**row, "data_time": 0.1, "loss": 2 / epoch, "time": 0.2})
        own = {} if validation_iter is None else {"iter": validation_iter}
        records.append({"mode": "val", "epoch": epoch, **own, "lr": 0.02, "bbox_mAP": 0.1 * epoch})
    return records


def test_iterations_of_mmcv_count_through_the_run(tmp_path: Path) -> None:
    run = save(tmp_path, mmcv(25), "20250101_120000.log.json")
    assert series(run, "loss", "train").step.tolist() == [10, 20, 35, 45, 60, 70]
    score = series(run, "bbox_mAP", "val")
    assert score.step.tolist() == [25, 50, 75]
    assert score.epoch.tolist() == [1, 2, 3]
    assert run.config == {"lr": 0.02, "seed": 7}


def test_a_record_of_mmcv_that_was_written_twice_costs_no_step(tmp_path: Path) -> None:
    records = mmcv(25)
    records.insert(3, records[2] | {"loss": 1.9})
    run = save(tmp_path, records, "a.log.json")
    assert series(run, "bbox_mAP", "val").step.tolist() == [25, 50, 75]
    assert series(run, "loss", "train").step.tolist()[-4:] == [35, 45, 60, 70]


def test_validation_of_mmcv_without_an_iteration_follows_the_training(tmp_path: Path) -> None:
    score = series(save(tmp_path, mmcv(None), "a.log.json"), "bbox_mAP", "val")
    assert score.step.tolist() == [20, 40, 60]


def test_the_batches_of_the_validation_are_no_step(tmp_path: Path) -> None:
    score = series(save(tmp_path, mmcv(5000), "a.log.json"), "bbox_mAP", "val")
    assert score.step.tolist() == [20, 40, 60]
