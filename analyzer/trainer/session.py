"""One run from the command line: train, log, measure the truth and write it beside the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from analyzer.errors import AnalyzerError
from analyzer.trainer import constructed, data, measure, predictions, truth
from analyzer.trainer.devices import describe
from analyzer.trainer.digits import significant
from analyzer.trainer.interrupts import deferred_interrupts
from analyzer.trainer.logged import logged
from analyzer.trainer.loop import Trainee
from analyzer.trainer.progress import Progress
from analyzer.trainer.records import Point, Predictions, Restart
from analyzer.trainer.scenarios import SCENARIOS, Kill, Scenario
from analyzer.trainer.writers._base import About, Writer
from analyzer.trainer.writers._open import OPENERS, STEPS_BY_DEFAULT

_DIGITS = 5


@dataclass(frozen=True)
class Options:
    """The user's choices beside the scenario.

    ``per_step`` is None if each format decides. ``start`` replaces the clock in event files.
    ``table`` and ``model`` apply to red-wine only.
    """

    output: Path
    formats: tuple[str, ...] = ("tensorboard",)
    framework: str = "torch"
    device: torch.device = torch.device("cpu")  # noqa: RUF009 - immutable
    seed: int = 0
    is_rich: bool = True
    per_step: bool | None = None
    counterfactual: bool = True
    start: float | None = None
    table: Path | None = None
    model: str = ""


def shortened(scenario: Scenario, epochs: int | None) -> Scenario:
    """Return the scenario with this number of epochs; a kill moves in proportion.

    Raises AnalyzerError if a killed run gets fewer than 3 epochs.
    """
    if epochs is None or epochs == scenario.epochs:
        return scenario
    kill = scenario.kill
    if kill is not None:
        if epochs < 3:
            raise AnalyzerError(
                f"--epochs {epochs}: {scenario.name} needs at least 3, to be killed and resumed"
            )
        at = max(2, round(kill.at * epochs / scenario.epochs))
        kill = Kill(min(at - 1, max(1, round(kill.checkpoint * epochs / scenario.epochs))), at)
    return replace(scenario, epochs=epochs, kill=kill)


def run(scenario: Scenario, options: Options, progress: Progress) -> Path:
    """Train and log a scenario with torch, then write the truth about it; return the folder."""
    sets = data.make(scenario, options.seed)

    def again(rate: float = 1.0) -> Trainee:
        return Trainee(scenario, sets, device=options.device, seed=options.seed, rate=rate)

    trainee = again()
    begin(scenario, options)
    config = config_of(scenario, sets, options)
    with deferred_interrupts() as check, opened(scenario, options, config) as writers:
        run_log, best = _log(trainee, options, writers, progress=progress, check=check)
    if best is not None:
        predictions.write(options.output / "predictions.csv", best)
    stopped_early = run_log.ends[-1].epoch < scenario.epochs
    built: dict[str, Any] = {"trivial_loss": significant(data.trivial_loss(sets), _DIGITS)}
    built |= constructed.of_run(scenario, sets, run_log, patience_ran_out=stopped_early)
    built |= constructed.of_network(trainee)
    labels = None
    if options.counterfactual:
        labels = measure.measured_labels(trainee, measure.curves_of(run_log.ends), again)
        built |= measure.against_wider(scenario, sets, device=options.device, seed=options.seed)
    first_epochs = sorted({writer.first_epoch for writer in writers.values()})
    write(scenario, options, run_log, labels=labels, built=built, first_epochs=first_epochs)
    return options.output


def _log(
    trainee: Trainee,
    options: Options,
    writers: Mapping[str, Writer],
    *,
    progress: Progress,
    check: Callable[[], None],
) -> tuple[constructed.Logged, Predictions | None]:
    """Train the run, pass each record to the writers, and return what the measurements need."""
    scenario = trainee.scenario
    step_writers = [writer for name, writer in writers.items() if logs_steps(name, options)]
    ends: list[Point] = []
    best, step, killed_at, resumed_at = None, 0, None, None
    for record in logged(trainee, is_rich=options.is_rich, per_step=True):
        check()
        if isinstance(record, Predictions):
            best = record
            continue
        is_step = isinstance(record, Point) and record.grain == "step"
        for writer in step_writers if is_step else writers.values():
            writer.write(record)
        if isinstance(record, Restart):
            killed_at = step
        if isinstance(record, Point):
            step = record.step
            if record.grain == "epoch":
                ends.append(record)
                progress(record.epoch, scenario.epochs)
    if scenario.kill and killed_at:
        resumed_at = trainee.per_epoch * scenario.kill.checkpoint
    return constructed.Logged(tuple(ends), resumed_at, killed_at), best


@contextmanager
def opened(
    scenario: Scenario, options: Options, config: Mapping[str, Any]
) -> Iterator[dict[str, Writer]]:
    """Open a writer for each format that is ours, and close it whatever happens."""
    writers: dict[str, Writer] = {}
    try:
        for name in options.formats:
            if name in OPENERS:
                folder = folder_of(name, options)
                folder.mkdir(parents=True, exist_ok=True)
                about = About(
                    name=scenario.name,
                    config=config,
                    folder=folder,
                    per_step=logs_steps(name, options),
                    start=options.start,
                )
                writers[name] = OPENERS[name](about)
        yield writers
    finally:
        for writer in writers.values():
            writer.close()


def folder_of(name: str, options: Options) -> Path:
    """Return the folder of a format: a subfolder if there are several formats."""
    if len(options.formats) > 1:
        return options.output / name
    return options.output


def logs_steps(name: str, options: Options) -> bool:
    """Return whether a format gets the values of every step."""
    if options.per_step is None:
        return STEPS_BY_DEFAULT.get(name, True)
    return options.per_step


def config_of(scenario: Scenario, sets: data.Data, options: Options) -> dict[str, Any]:
    """Return the hyper-parameters as a training script would log them, without the fault."""
    network = scenario.network
    config: dict[str, Any] = {
        "model": "x".join(map(str, network.hidden)) or "linear",
        "activation": network.activation,
        "dropout": network.dropout,
        "batchnorm": network.batchnorm,
        "optimizer": scenario.optimizer,
        "weight_decay": scenario.weight_decay,
        "learning_rate": scenario.lr,
        "batch_size": scenario.batch,
        "epochs": scenario.epochs,
        "loss": sets.loss,
        "train_examples": len(sets.train),
        "val_examples": len(sets.val),
        "val_split": round(len(sets.val) / (len(sets.train) + len(sets.val)), 3),
        "stratify": False,
        "seed": options.seed,
    }
    if scenario.patience is not None:
        config["patience"] = scenario.patience
    return config


def begin(scenario: Scenario, options: Options) -> None:
    """Write a ``truth.toml`` with only the scenario; it stays if the run is interrupted."""
    head = {"scenario": scenario.name, "is_complete": False}
    truth.write_truth(options.output / "truth.toml", head, {})


def write(
    scenario: Scenario,
    options: Options,
    run_log: constructed.Logged,
    *,
    labels: Mapping[str, Any] | None,
    built: Mapping[str, Any],
    first_epochs: Sequence[int],
) -> None:
    """Write the complete ``truth.toml``.

    ``first_epochs`` are the numbers that the formats give to the first epoch.
    """
    curves = measure.curves_of(run_log.ends)
    head = {
        "scenario": scenario.name,
        "is_complete": True,
        "wrong": scenario.wrong if scenario == SCENARIOS[scenario.name] else None,
        "framework": options.framework,
        "seed": options.seed,
        "device": describe(options.device),
        "epochs": len(curves.train),
        "first_epoch_in_log": first_epochs[0] if len(first_epochs) == 1 else list(first_epochs),
    }
    lowest = min(point.values["val/loss"] for point in run_log.ends)
    tables: dict[str, Mapping[str, Any]] = dict(truth.label_tables(labels or {}))
    tables["measured"] = {
        "val_lowest": significant(lowest, _DIGITS),
        "population_first": significant(curves.population[0], _DIGITS),
        "population_lowest": significant(min(curves.population), _DIGITS),
        "population_last": significant(curves.population[-1], _DIGITS),
        "train_last": significant(curves.train[-1], _DIGITS),
    }
    tables["constructed"] = built
    truth.write_truth(options.output / "truth.toml", head, tables)
