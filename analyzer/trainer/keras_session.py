"""One run through ``keras.Model.fit``: Keras writes its own logs, ours only watch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analyzer.trainer import constructed, data, measure, predictions, red_wine
from analyzer.trainer.data import Data
from analyzer.trainer.interrupts import held_back
from analyzer.trainer.keras_model import build, keras
from analyzer.trainer.keras_watch import Watch, schedule
from analyzer.trainer.measure import Curves
from analyzer.trainer.scenarios import Scenario
from analyzer.trainer.session import (
    Options,
    Progress,
    begin,
    config_of,
    folder_of,
    logs_steps,
    opened,
    write,
)


def run(scenario: Scenario, options: Options, progress: Progress) -> Path:
    """Train and log a scenario with Keras, then measure and write what is true of it."""
    made, scenario = _made(scenario, options)
    model = build(scenario, made, seed=options.seed, lr=scenario.lr)
    begin(scenario, options)
    with (
        held_back() as check,
        opened(scenario, options, config_of(scenario, made, options)) as writers,
    ):
        steps_to = [writer for name, writer in writers.items() if logs_steps(name, options)]
        watch = Watch(model, made, list(writers.values()), steps_to=steps_to)
        shown = keras().callbacks.LambdaCallback(
            on_train_batch_end=lambda batch, logs: check(),  # noqa: ARG005 - named by Keras
            on_epoch_end=lambda epoch, logs: progress(epoch + 1, scenario.epochs),  # noqa: ARG005
        )
        try:
            fit(
                model,
                scenario,
                made,
                watch=[watch.callback(), shown, *_csv(options)],
                patience=scenario.patience,
            )
        finally:
            _history(options, model)
    if watch.best is not None:
        predictions.write(options.output / "predictions.csv", watch.best)
    model.set_weights(watch.weights)
    seen = constructed.Logged(tuple(watch.ends))
    built = constructed.of_run(
        scenario, made, seen, patience_ran_out=len(seen.ends) < scenario.epochs
    )
    built |= _of_network(model, scenario, made)
    labels = _labels(model, scenario, made, seen, options) if options.counterfactual else None
    write(scenario, options, seen, labels, built, [0])
    return options.output


def fit(
    model: Any,
    scenario: Scenario,
    made: Data,
    *,
    watch: Sequence[Any] = (),
    patience: int | None = None,
    first: int = 0,
    epochs: int | None = None,
) -> Any:
    """Fit a model with the scenario's schedule; the epochs count on from ``first``."""
    callbacks = [*schedule(scenario, made, model), *watch]
    if patience is not None:
        stop = keras().callbacks.EarlyStopping(
            monitor="val_loss",
            patience=patience,
            min_delta=scenario.min_delta,
            restore_best_weights=True,
        )
        callbacks.append(stop)
    return model.fit(
        made.train.x,
        made.train.y,
        validation_data=(made.val.x, made.val.y),
        batch_size=scenario.batch,
        epochs=first + (epochs or scenario.epochs),
        initial_epoch=first,
        verbose=0,
        callbacks=callbacks,
    )


def _made(scenario: Scenario, options: Options) -> tuple[Data, Scenario]:
    if not scenario.needs_file:
        return data.make(scenario, options.seed), scenario
    assert options.table is not None
    return red_wine.make(options.table, options.model, scenario)


def _csv(options: Options) -> list[Any]:
    """Return Keras' own CSVLogger where it is asked for."""
    if "csvlogger" not in options.formats:
        return []
    folder = folder_of("csvlogger", options)
    folder.mkdir(parents=True, exist_ok=True)
    return [keras().callbacks.CSVLogger(str(folder / "training.csv"))]


def _history(options: Options, model: Any) -> None:
    """Write ``json.dump(model.fit(...).history)`` where it is asked for.

    After Ctrl-C, what it holds so far.
    """
    history = getattr(model, "history", None)
    if "keras-history" not in options.formats or history is None or not history.history:
        return
    folder = folder_of("keras-history", options)
    folder.mkdir(parents=True, exist_ok=True)
    plain = {name: [float(value) for value in values] for name, values in history.history.items()}
    (folder / "history.json").write_text(json.dumps(plain), encoding="utf-8")


def _labels(
    model: Any, scenario: Scenario, made: Data, seen: constructed.Logged, options: Options
) -> dict[str, Any]:
    """Fit the unlogged half, and the run again at the two other rates."""
    epochs = len(seen.ends)
    later = _follow(model, scenario, made, first=epochs, epochs=epochs)
    tenth, tenfold = (
        _follow(
            build(scenario, made, seed=options.seed, lr=rate * scenario.lr),
            scenario,
            made,
            first=0,
            epochs=epochs,
        )
        for rate in (0.1, 10.0)
    )
    return measure.labels_of(
        measure.curves_of(seen.ends), made, later=later, tenth=tenth, tenfold=tenfold
    )


def _follow(model: Any, scenario: Scenario, made: Data, *, first: int, epochs: int) -> Curves:
    """Fit some epochs that no log shows."""
    watch = Watch(model, made, (), steps_to=())
    fit(model, scenario, made, watch=[watch.callback()], first=first, epochs=epochs)
    return watch.curves()


def _of_network(model: Any, scenario: Scenario, made: Data) -> dict[str, Any]:
    """Return the share of dead ReLU units at the end."""
    if scenario.network.activation != "relu" or not scenario.network.hidden:
        return {}
    k = keras()
    kind = k.layers.Dense if scenario.network.norm_last else k.layers.Activation
    chosen = [layer.output for layer in model.layers[:-1] if isinstance(layer, kind)]
    hidden = k.Model(model.inputs[0], chosen)(made.train.x, training=False)
    share = constructed.dead_share(
        [output.detach().cpu().numpy() for output in k.tree.flatten(hidden)]
    )
    return {"dead_unit_share": float(f"{share:.4g}")}
