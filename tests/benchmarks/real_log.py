"""Write the log of a real run as a user would have it, read it back, and judge it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from real_data import TASKS
from real_runs import Curves, Settings

import analyzer
from analyzer.model.diagnosis import Diagnosis
from analyzer.trainer.records import Point
from analyzer.trainer.writers._base import About, Writer
from analyzer.trainer.writers.csv_table import CsvTable, write_config
from analyzer.trainer.writers.tensorboard import TensorBoard

_START = 1767225600.0  # 2026-01-01 instead of the clock
_OPTIMIZERS = {"sgd": "SGD", "momentum": "SGD", "adam": "Adam", "adamw": "AdamW"}


def logged(curves: Curves, *, classes: bool) -> dict[str, list[float]]:
    """Return the curves that the run logs, by tag; nothing of the test part is among them."""
    log = {"train/loss": curves.train, "val/loss": curves.val, "train/lr": curves.rate}
    if classes:
        log["train/accuracy"] = [1 - error for error in curves.train_error]
        log["val/accuracy"] = [1 - error for error in curves.val_error]
    return {tag: [float(f"{value:.6g}") for value in values] for tag, values in log.items()}


def config_of(settings: Settings) -> dict[str, Any]:
    """Return the settings as a training script would log them."""
    config = {
        "model": TASKS[settings.task].network,
        "width": settings.width,
        "optimizer": _OPTIMIZERS[settings.optimizer],
        "learning_rate": settings.rate,
        "lr_scheduler": settings.schedule,
        "weight_decay": settings.weight_decay,
        "dropout": settings.dropout,
        "batch_size": settings.batch,
        "epochs": settings.epochs,
        "train_examples": settings.examples,
        "val_examples": settings.val_examples,
        "seed": settings.seed,
    }
    if settings.optimizer == "momentum":
        config["momentum"] = 0.9
    return config


def judge(settings: Settings, log: Mapping[str, list[float]]) -> Diagnosis:
    """Write a log in the format that its seed picks, read it and judge it."""
    with tempfile.TemporaryDirectory() as folder:
        about = About(
            name=settings.task,
            config=config_of(settings),
            folder=Path(folder),
            per_step=False,
            start=_START,
        )
        _WRITERS[settings.seed // len(TASKS) % len(_WRITERS)](about, log)
        runs = analyzer.load(folder)
        if len(runs) != 1:
            raise ValueError(f"run {settings.seed}: its log was read as {len(runs)} runs")
        return analyzer.diagnose(runs[0])


def _write_points(writer: Writer, about: About, log: Mapping[str, list[float]]) -> None:
    steps = -(-about.config["train_examples"] // about.config["batch_size"])
    for at in range(len(log["val/loss"])):
        values = {tag: curve[at] for tag, curve in log.items()}
        writer.write(Point(steps * (at + 1), at + 1, "epoch", values))
    writer.close()


def _write_csv(about: About, log: Mapping[str, list[float]]) -> None:
    _write_points(CsvTable(about), about, log)


def _write_events(about: About, log: Mapping[str, list[float]]) -> None:
    _write_points(TensorBoard(about), about, log)


def _write_history(about: About, log: Mapping[str, list[float]]) -> None:
    """Write what Keras' ``fit`` returns, and the settings beside it."""
    names = {tag: tag.replace("train/", "").replace("val/", "val_") for tag in log}
    history = {names[tag].replace("lr", "learning_rate"): curve for tag, curve in log.items()}
    (about.folder / "history.json").write_text(json.dumps(history), encoding="utf-8")
    write_config(about)


_WRITERS: tuple[Callable[[About, Mapping[str, list[float]]], None], ...] = (
    _write_csv,
    _write_history,
    _write_events,
)
