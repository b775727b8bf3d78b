"""A run from what a training loop still has in memory: its lists, a data frame, a Keras history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from analyzer import metrics
from analyzer.errors import ConfigError, ParseError
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, ReadOptions
from analyzer.parsers.keras_history import KerasHistory
from analyzer.reading.groups import settled
from analyzer.reading.history_shapes import SHAPES, columns_of
from analyzer.reading.load import meanings_of
from analyzer.reading.side_by_side import in_parts
from analyzer.registry.words import reason


def from_history(
    history: Any,
    *,
    name: str = "history",
    config: Mapping[str, Any] | None = None,
    names: Mapping[str, str] | None = None,
) -> Run:
    """Return the run that a history in memory describes.

    ``history`` is a dict of lists or arrays (one value an epoch), a list of dicts (one an epoch), a
    data frame (wide, tidy, or with train and val logged in rows of their own), two lists (the loss
    of training and of validation), or an object with such a dict as ``history``, as ``fit`` of
    Keras returns it. Its names are read as those of a history file; ``names`` gives the meaning of
    others, as for ``load``. Single values beside the lists are settings; those of ``config`` win.
    Raises TypeError (a ConfigError too) if it is none of these, and ConfigError if it has no known
    metric or holds several runs, such as folds.
    """
    meanings = meanings_of(names or {})
    run = settled(_only(_read(columns_of(history), name, meanings), name), meanings)
    meta = replace(run.meta, format="history in memory", files=())
    settings = {**run.config, **(config or {})}
    return replace(run, name=name, config=settings, meta=meta)


def _read(document: Any, name: str, meanings: Mapping[str, metrics.Reading]) -> list[Run]:
    """Return the runs of a document, without its columns of text where they are in the way."""
    parser = KerasHistory(ReadOptions(names=meanings))
    group = Group(Path(name), (LogFile(Path(name), Path(name), name, 0),))
    try:
        found = parser.runs_of(document, group)
    except ParseError as refused:
        try:
            found = parser.runs_of(_without_text(document), group)
        except ParseError:
            raise ConfigError(f"{name}: {_why(refused)}") from refused
    return [fold for run in found for fold in in_parts(replace(run, name=name), meanings)]


def _why(refused: ParseError) -> str:
    """Return why a document is refused, and the parameter that helps."""
    if refused.key == "unknown_names":  # its sentence names an option of the command line
        values = {"name": next(iter(refused.values.get("logged", ())), "my_nll"), **refused.values}
        return reason("unknown_in_memory", values)
    return f"{reason(refused.key, refused.values)} Pass {SHAPES}."


def _only(runs: list[Run], name: str) -> Run:
    """Return the run that has points. Raises ConfigError if several have."""
    with_points = [run for run in runs if run.points]
    if len(with_points) > 1:
        raise ConfigError(f"{name}: holds {len(with_points)} runs or folds; pass one at a time")
    return with_points[0] if with_points else runs[0]


def _without_text(part: Any) -> Any:
    """Return a document without the lists that hold nothing but text."""
    if not isinstance(part, dict):
        return part
    return {name: _without_text(inner) for name, inner in part.items() if not _is_text(inner)}


def _is_text(part: Any) -> bool:
    texts = [entry for entry in part if entry is not None] if isinstance(part, list) else []
    return bool(texts) and all(isinstance(entry, str) for entry in texts)
