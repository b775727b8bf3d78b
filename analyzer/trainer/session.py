"""One run from the command line.

Prepare the folder, train, log, measure what is true, write it down.
"""

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
from analyzer.trainer.interrupts import held_back
from analyzer.trainer.logged import logged
from analyzer.trainer.loop import Trainee
from analyzer.trainer.records import Point, Predictions, Restart
from analyzer.trainer.scenarios import SCENARIOS, Kill, Scenario
from analyzer.trainer.writers._base import About, Writer
from analyzer.trainer.writers._open import OPENERS, STEPS_BY_DEFAULT

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Options:
    """What the user asked for beside the scenario.

    ``per_step`` is None where each format decides.
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
    """Return the scenario with another number of epochs; a kill moves with the end of the run."""
    if epochs is None or epochs == scenario.epochs:
        return scenario
    kill = scenario.kill
    if kill is not None:
        if epochs < 3:
            raise AnalyzerError("--epochs: a run that is killed and goes on needs 3 epochs")
        at = max(2, round(kill.at * epochs / scenario.epochs))
        kill = Kill(min(at - 1, max(1, round(kill.checkpoint * epochs / scenario.epochs))), at)
    return replace(scenario, epochs=epochs, kill=kill)


def run(scenario: Scenario, options: Options, progress: Progress) -> Path:
    """Train and log a scenario with torch, then measure and write what is true of it."""
    made = data.make(scenario, options.seed)

    def again(rate: float = 1.0) -> Trainee:
        return Trainee(scenario, made, device=options.device, seed=options.seed, rate=rate)

    trainee = again()
    begin(scenario, options)
    with (
        held_back() as check,
        opened(scenario, options, config_of(scenario, made, options)) as writers,
    ):
        seen, best = _log(trainee, options, writers, progress, check)
    if best is not None:
        predictions.write(options.output / "predictions.csv", best)
    built = constructed.of_run(
        scenario, made, seen, patience_ran_out=seen.ends[-1].epoch < scenario.epochs
    )
    built |= constructed.of_network(trainee)
    labels = None
    if options.counterfactual:
        labels = measure.measured_labels(trainee, measure.curves_of(seen.ends), again)
        built |= measure.against_wider(scenario, made, device=options.device, seed=options.seed)
    firsts = sorted({writer.first_epoch for writer in writers.values()})
    write(
        scenario,
        options,
        seen,
        labels,
        {"trivial_loss": _short(data.trivial_loss(made)), **built},
        firsts,
    )
    return options.output


def _log(
    trainee: Trainee,
    options: Options,
    writers: Mapping[str, Writer],
    progress: Progress,
    check: Callable[[], None],
) -> tuple[constructed.Logged, Predictions | None]:
    """Hand every record of the run to every writer."""
    scenario = trainee.scenario
    seen, best, step, killed = [], None, 0, None
    for record in logged(trainee, is_rich=options.is_rich, per_step=True):
        check()
        if isinstance(record, Predictions):
            best = record
            continue
        for name, writer in writers.items():
            if not (isinstance(record, Point) and record.grain == "step") or logs_steps(
                name, options
            ):
                writer.write(record)
        if isinstance(record, Restart):
            killed = step
        if isinstance(record, Point):
            step = record.step
            if record.grain == "epoch":
                seen.append(record)
                progress(record.epoch, scenario.epochs)
    resumed = trainee.per_epoch * scenario.kill.checkpoint if scenario.kill and killed else None
    return constructed.Logged(tuple(seen), resumed, killed), best


@contextmanager
def opened(
    scenario: Scenario, options: Options, config: Mapping[str, Any]
) -> Iterator[dict[str, Writer]]:
    """Open a writer for each format, in a folder of its own where there are several.

    Close them whatever happens.
    """
    writers: dict[str, Writer] = {}
    try:
        for name in options.formats:
            if name in OPENERS:
                folder = folder_of(name, options)
                folder.mkdir(parents=True, exist_ok=True)
                about = About(
                    scenario.name, config, folder, logs_steps(name, options), options.start
                )
                writers[name] = OPENERS[name](about)
        yield writers
    finally:
        for writer in writers.values():
            writer.close()


def folder_of(name: str, options: Options) -> Path:
    """Return the folder of a format."""
    return options.output / name if len(options.formats) > 1 else options.output


def logs_steps(name: str, options: Options) -> bool:
    """Say whether a format gets the values of every step."""
    return STEPS_BY_DEFAULT.get(name, True) if options.per_step is None else options.per_step


def config_of(scenario: Scenario, made: data.Data, options: Options) -> dict[str, Any]:
    """Return the hyper-parameters as a training script would log them.

    Nothing that gives the fault away.
    """
    network = scenario.network
    config = {
        "model": "x".join(map(str, network.hidden)) or "linear",
        "activation": network.activation,
        "dropout": network.dropout,
        "batchnorm": network.batchnorm,
        "optimizer": scenario.optimizer,
        "weight_decay": scenario.weight_decay,
        "learning_rate": scenario.lr,
        "batch_size": scenario.batch,
        "epochs": scenario.epochs,
        "loss": made.loss,
        "train_examples": len(made.train),
        "val_examples": len(made.val),
        "seed": options.seed,
    }
    return config if scenario.patience is None else {**config, "patience": scenario.patience}


def begin(scenario: Scenario, options: Options) -> None:
    """Write a ``truth.toml`` that says no more than what is being trained.

    It stays where the run is broken off.
    """
    truth.write_truth(
        options.output / "truth.toml", {"scenario": scenario.name, "is_complete": False}, {}
    )


def write(
    scenario: Scenario,
    options: Options,
    seen: constructed.Logged,
    labels: Mapping[str, Any] | None,
    built: Mapping[str, Any],
    firsts: Sequence[int],
) -> None:
    """Write ``truth.toml``."""
    curves = measure.curves_of(seen.ends)
    head = {
        "scenario": scenario.name,
        "is_complete": True,
        "wrong": scenario.wrong if scenario == SCENARIOS[scenario.name] else None,
        "framework": options.framework,
        "seed": options.seed,
        "device": describe(options.device),
        "epochs": len(curves.train),
        "first_epoch_in_log": firsts[0] if len(firsts) == 1 else list(firsts),
    }
    tables: dict[str, Mapping[str, Any]] = dict(truth.label_tables(labels or {}))
    tables["measured"] = {
        "val_lowest": _short(min(end.values["val/loss"] for end in seen.ends)),
        "population_first": _short(curves.population[0]),
        "population_lowest": _short(min(curves.population)),
        "population_last": _short(curves.population[-1]),
        "train_last": _short(curves.train[-1]),
    }
    tables["constructed"] = built
    truth.write_truth(options.output / "truth.toml", head, tables)


def _short(value: float) -> float:
    return float(f"{value:.5g}")
