"""One run through ``keras.Model.fit``: Keras writes its own logs, and our writers observe."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analyzer.safe.files import write_atomically
from analyzer.trainer import constructed, data, measure, predictions, red_wine
from analyzer.trainer.data import Data
from analyzer.trainer.digits import significant
from analyzer.trainer.interrupts import deferred_interrupts
from analyzer.trainer.keras_model import build, import_keras
from analyzer.trainer.keras_watch import Watch, schedule
from analyzer.trainer.measure import Curves
from analyzer.trainer.progress import Progress
from analyzer.trainer.scenarios import Scenario
from analyzer.trainer.session import (
    Options,
    begin,
    config_of,
    folder_of,
    logs_steps,
    opened,
    write,
)
from analyzer.trainer.writers._base import About
from analyzer.trainer.writers._open import BY_KERAS
from analyzer.trainer.writers.csv_table import write_config


def run(scenario: Scenario, options: Options, progress: Progress) -> Path:
    """Train and log a scenario with Keras, then write the truth about it; return the folder."""
    sets, scenario = _sets(scenario, options)
    model = build(scenario, sets, seed=options.seed, lr=scenario.lr)
    begin(scenario, options)
    watch = _fit_logged(model, scenario, sets, options=options, progress=progress)
    if watch.best is not None:
        predictions.write(options.output / "predictions.csv", watch.best)
    model.set_weights(watch.weights)
    logged = constructed.Logged(tuple(watch.ends))
    built = constructed.of_run(
        scenario, sets, logged, patience_ran_out=len(logged.ends) < scenario.epochs
    )
    built |= _of_network(model, scenario, sets)
    labels = None
    if options.counterfactual:
        labels = _labels(model, scenario, sets, logged=logged, seed=options.seed)
    write(scenario, options, logged, labels=labels, built=built, first_epochs=[0])
    return options.output


def _fit_logged(
    model: Any, scenario: Scenario, sets: Data, *, options: Options, progress: Progress
) -> Watch:
    """Fit the model while every writer logs it; return what was observed."""
    config = config_of(scenario, sets, options)
    _write_configs(scenario, options, config)
    with deferred_interrupts() as check, opened(scenario, options, config) as writers:
        step_writers = [writer for name, writer in writers.items() if logs_steps(name, options)]
        watch = Watch(model, sets, list(writers.values()), step_writers=step_writers)
        shown = import_keras().callbacks.LambdaCallback(
            on_train_batch_end=lambda batch, logs: check(),  # noqa: ARG005 - named by Keras
            on_epoch_end=lambda epoch, logs: progress(epoch + 1, scenario.epochs),  # noqa: ARG005
        )
        callbacks = [watch.callback(), shown, *_csv_loggers(options)]
        try:
            fit(model, scenario, sets, callbacks=callbacks, patience=scenario.patience)
        finally:
            _write_history(options, model)
    return watch


def fit(
    model: Any,
    scenario: Scenario,
    sets: Data,
    *,
    callbacks: Sequence[Any] = (),
    patience: int | None = None,
    first: int = 0,
    epochs: int | None = None,
) -> Any:
    """Fit a model with the scenario's schedule; epoch numbers continue from ``first``."""
    all_callbacks = [*schedule(scenario, sets, model), *callbacks]
    if patience is not None:
        stop = import_keras().callbacks.EarlyStopping(
            monitor="val_loss",
            patience=patience,
            min_delta=scenario.min_delta,
            restore_best_weights=True,
        )
        all_callbacks.append(stop)
    return model.fit(
        sets.train.x,
        sets.train.y,
        validation_data=(sets.val.x, sets.val.y),
        batch_size=scenario.batch,
        epochs=first + (epochs or scenario.epochs),
        initial_epoch=first,
        verbose=0,
        callbacks=all_callbacks,
    )


def _sets(scenario: Scenario, options: Options) -> tuple[Data, Scenario]:
    if not scenario.needs_file:
        return data.make(scenario, options.seed), scenario
    assert options.table is not None
    return red_wine.make(options.table, options.model, scenario)


def _write_configs(scenario: Scenario, options: Options, config: Mapping[str, Any]) -> None:
    """Write the settings beside the logs that Keras writes, which hold none."""
    for name in BY_KERAS:
        if name in options.formats:
            folder = folder_of(name, options)
            folder.mkdir(parents=True, exist_ok=True)
            write_config(About(scenario.name, config, folder, per_step=False))


def _csv_loggers(options: Options) -> list[Any]:
    """Return Keras' own CSVLogger if requested."""
    if "csvlogger" not in options.formats:
        return []
    folder = folder_of("csvlogger", options)
    folder.mkdir(parents=True, exist_ok=True)
    return [import_keras().callbacks.CSVLogger(str(folder / "training.csv"))]


def _write_history(options: Options, model: Any) -> None:
    """Write ``json.dump(model.fit(...).history)`` if requested; after Ctrl-C, the epochs so far."""
    history = getattr(model, "history", None)
    if "keras-history" not in options.formats or history is None or not history.history:
        return
    folder = folder_of("keras-history", options)
    folder.mkdir(parents=True, exist_ok=True)
    plain = {name: [float(value) for value in values] for name, values in history.history.items()}
    write_atomically(folder / "history.json", json.dumps(plain).encode())


def _labels(
    model: Any, scenario: Scenario, sets: Data, *, logged: constructed.Logged, seed: int
) -> dict[str, Any]:
    """Fit the unlogged second half, then the run again at the two other rates; return labels."""
    epochs = len(logged.ends)
    later = _follow(model, scenario, sets, first=epochs, epochs=epochs)

    def at_rate(rate: float) -> Curves:
        again = build(scenario, sets, seed=seed, lr=rate * scenario.lr)
        return _follow(again, scenario, sets, first=0, epochs=epochs)

    tenth = at_rate(0.1)
    tenfold = at_rate(10.0)
    return measure.labels_of(
        measure.curves_of(logged.ends), sets, later=later, tenth=tenth, tenfold=tenfold
    )


def _follow(model: Any, scenario: Scenario, sets: Data, *, first: int, epochs: int) -> Curves:
    """Fit some epochs that are not logged."""
    watch = Watch(model, sets, (), step_writers=())
    fit(model, scenario, sets, callbacks=[watch.callback()], first=first, epochs=epochs)
    return measure.curves_of(watch.ends)


def _of_network(model: Any, scenario: Scenario, sets: Data) -> dict[str, Any]:
    """Return the share of dead ReLU units at the end."""
    if scenario.network.activation != "relu" or not scenario.network.hidden:
        return {}
    keras = import_keras()
    kind = keras.layers.Dense if scenario.network.norm_last else keras.layers.Activation
    outputs = [layer.output for layer in model.layers[:-1] if isinstance(layer, kind)]
    hidden = keras.Model(model.inputs[0], outputs)(sets.train.x, training=False)
    arrays = [output.detach().cpu().numpy() for output in keras.tree.flatten(hidden)]
    return {"dead_unit_share": significant(constructed.dead_share(arrays), 4)}
