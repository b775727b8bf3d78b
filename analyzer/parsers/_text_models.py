"""Tell apart the models that a log prints by turns: "[student] loss 0.5", "[teacher] loss 0.4"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.parsers._text_labels import distinct_labels, labelled
from analyzer.parsers._text_plan import VALUE, Cells, Key, Path
from analyzer.stats.arrays import Ints

_FEWEST_TURNS = 3  # a phase has one stretch of lines, or two if the run was resumed in between
_MOST_REPEATS = 0.5  # of two loggers that print the same numbers nearly all are repeats
_Named = tuple[str, str]


class _Turns(NamedTuple):
    """How often the label of a name changes, how often its number does not, and its stretches."""

    changes: int
    repeats: int
    stretches: Ints  # of each label


def with_models(columns: Mapping[Key, Cells]) -> dict[Key, Cells]:
    """Return columns without labels: those of models that take turns are named for them.

    The labels of phases ("[warmup]" and then "[main]") and of loggers that repeat each other's
    numbers say nothing: their columns are joined.
    """
    paths: dict[_Named, list[Path]] = {}
    for key in columns:
        if key.role == VALUE:
            paths.setdefault((key.name, key.split), []).append(key.path)
    alike: dict[frozenset[Path], list[_Named]] = {}
    for named, own in paths.items():
        if len(own) > 1:
            alike.setdefault(frozenset(own), []).append(named)
    labels: dict[Key, str] = {}
    for group, members in alike.items():
        ordered = sorted(group)
        turns = {named: _turns(columns, named, ordered) for named in members}
        if not _take_turns(turns):
            continue
        for path, label in zip(ordered, distinct_labels(ordered), strict=True):
            apart = [named for named in members if turns[named].repeats < turns[named].changes]
            labels.update({_key(named, path): label for named in apart})
    joined: dict[Key, list[Cells]] = {}
    for key, cells in columns.items():
        name, split = labelled(key.name, key.split, labels.get(key, ""))
        joined.setdefault(key._replace(name=name, split=split, path=()), []).append(cells)
    return {key: _joined(parts) for key, parts in joined.items()}


def _key(named: _Named, path: Path) -> Key:
    return Key(VALUE, named[0], named[1], path=path)


def _turns(columns: Mapping[Key, Cells], named: _Named, paths: Sequence[Path]) -> _Turns:
    """Count how often the label changes from one number of a name to the next."""
    parts = [columns[_key(named, path)] for path in paths]
    label = np.repeat(np.arange(len(parts)), [len(part.rows) for part in parts])
    order = np.argsort(np.concatenate([part.rows for part in parts]), kind="stable")
    value = np.concatenate([part.values for part in parts])[order]
    begins = np.flatnonzero(np.diff(label[order])) + 1
    repeats = int((value[begins] == value[begins - 1]).sum())
    return _Turns(len(begins), repeats, _stretches(label[order], begins, len(paths)))


def _take_turns(turns: Mapping[_Named, _Turns]) -> bool:
    """Say whether two of the labels at least come back again and again, with other numbers.

    A loss or a score decides, if there is one: the learning rate of two models is often the same.
    """
    judged = [turn for named, turn in turns.items() if metrics.is_judged(named[0])]
    deciding = judged or list(turns.values())
    count = sum(turn.changes for turn in deciding)
    repeats = sum(turn.repeats for turn in deciding)
    most = np.max([turn.stretches for turn in deciding], axis=0)
    return int((most >= _FEWEST_TURNS).sum()) > 1 and repeats <= _MOST_REPEATS * count


def _stretches(label: Ints, begins: Ints, count: int) -> Ints:
    """Return how many stretches of lines each label has."""
    firsts = label[np.concatenate([[0], begins]).astype(np.int64)]
    return np.bincount(firsts, minlength=count)


def _joined(parts: Sequence[Cells]) -> Cells:
    if len(parts) == 1:
        return parts[0]
    rows = np.concatenate([part.rows for part in parts])
    order = np.argsort(rows, kind="stable")
    return Cells(rows[order], np.concatenate([part.values for part in parts])[order])
