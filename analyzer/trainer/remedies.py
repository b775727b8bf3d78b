"""The remedies that are measured: what each changes in the settings of a run, and where it can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from analyzer.trainer.sampling import Config
from analyzer.trainer.schedules import STARTS_SLOWLY
from analyzer.trainer.tables import Table
from analyzer.trainer.treatment import DEAD_UNITS, KEPT_GRADIENTS, UNSCALED_INPUTS
from analyzer.trainer.world_tasks import family_of

AGAIN = "again"  # the same run from other initial weights: what chance alone changes
_DECAY, _DROPOUT, _SMOOTHING, _CLIP = 1e-4, 0.3, 0.1, 1.0  # as the advice of this field says
_AVERAGING, _WARM_UP = 0.1, 0.1  # shares of the run
_FACTOR = 4  # of the batch size
_MOST_STEPS = 30_000  # of a run with a smaller batch: more would take the time of ten others

Change = Callable[[Config], Config | None]


@dataclass(frozen=True)
class Remedy:
    """A remedy and the settings that it gives a run; None where it is on or does not apply."""

    name: str
    change: Change


def _rate(factor: float) -> Change:
    return lambda config: replace(config, lr=config.lr * factor)


def _width(factor: float) -> Change:
    return lambda config: replace(config, width=round(config.width * factor))


def _more_decay(config: Config) -> Config:
    return replace(config, weight_decay=10 * config.weight_decay or _DECAY)


def _dropout(config: Config) -> Config | None:
    return None if config.dropout else replace(config, dropout=_DROPOUT)


def _treated(**changes: float) -> Change:
    return lambda config: replace(config, treatment=replace(config.treated, **changes))  # type: ignore[arg-type]


def _smoothing(config: Config) -> Config | None:
    return _treated(smoothing=_SMOOTHING)(config) if family_of(config.family).classes else None


def _warm_up(config: Config) -> Config | None:
    return None if config.schedule in STARTS_SLOWLY else _treated(warm_up=_WARM_UP)(config)


def _cosine(config: Config) -> Config | None:
    return replace(config, schedule="cosine") if config.schedule == "constant" else None


def _more_examples(config: Config) -> Config | None:
    """Return twice the examples in batches of the same size; a table must have the rows."""
    more = 2 * config.train_examples
    family = family_of(config.family)
    if isinstance(family, Table) and (
        config.varied.pretrained or more + sum(config.val_examples) > family.rows // 2
    ):
        return None
    return replace(config, train_examples=more)


def _larger_batch(config: Config) -> Config | None:
    if config.steps % _FACTOR:
        return None
    return replace(config, batch_size=_FACTOR * config.batch_size)


def _smaller_batch(config: Config) -> Config | None:
    size, steps = config.batch_size // _FACTOR, _FACTOR * config.steps
    if size < 2 or steps * config.epochs > _MOST_STEPS:
        return None
    return replace(config, batch_size=size, train_examples=size * steps)


def _longer(config: Config) -> Config:
    """Return twice the epochs; a schedule is stretched over them."""
    return replace(config, epochs=2 * config.epochs)


def _again(config: Config) -> Config | None:
    return None if config.varied.pretrained else _treated(start=1)(config)


def _repair(fault: str) -> Change:
    return lambda config: _treated(fault="")(config) if config.treated.fault == fault else None  # type: ignore[arg-type]


def _restart(config: Config) -> Config | None:
    """Return a usual start, for units that are dead and for weights of the wrong size."""
    if config.varied.start_scale != 1:
        return replace(config, variation=replace(config.varied, start_scale=1.0))
    return _repair(DEAD_UNITS)(config)


REMEDIES = {
    remedy.name: remedy
    for remedy in (
        Remedy("halve_rate", _rate(0.5)),
        Remedy("double_rate", _rate(2.0)),
        Remedy("tenth_rate", _rate(0.1)),
        Remedy("tenfold_rate", _rate(10.0)),
        Remedy("weight_decay", _more_decay),
        Remedy("dropout", _dropout),
        Remedy("label_smoothing", _smoothing),
        Remedy("narrower", _width(0.5)),
        Remedy("wider", _width(2.0)),
        Remedy("more_examples", _more_examples),
        Remedy("larger_batch", _larger_batch),
        Remedy("smaller_batch", _smaller_batch),
        Remedy("clipping", _treated(clip=_CLIP)),
        Remedy("cosine", _cosine),
        Remedy("warmup", _warm_up),
        Remedy("averaging", _treated(averaging=_AVERAGING)),
        Remedy("longer", _longer),
        Remedy("clear_gradients", _repair(KEPT_GRADIENTS)),
        Remedy("scale_inputs", _repair(UNSCALED_INPUTS)),
        Remedy("restart_units", _restart),
        Remedy(AGAIN, _again),
    )
}


def arms_of(config: Config) -> dict[str, Config]:
    """Return the settings of a run under every remedy that applies to it; "" is the run itself."""
    changed = {name: remedy.change(config) for name, remedy in REMEDIES.items()}
    return {"": config} | {name: made for name, made in changed.items() if made is not None}
