"""Tell apart the models that a log prints by turns: "[student] loss 0.5", "[teacher] loss 0.4".

Models share their steps. Of "[improved]" and "[stalled]", or of workers of which each takes the
next step, a step has one: together they are one curve.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.parsers._text_labels import distinct_labels, labelled
from analyzer.parsers._text_plan import COUNT, EPOCH, STEP, VALUE, Cells, Key, Path
from analyzer.stats.arrays import Ints

_FEWEST_TURNS = 3  # a phase has one stretch of lines, or two if the run was resumed in between
_MOST_REPEATS = 0.5  # of two loggers that print the same numbers nearly all are repeats
_FEWEST_SHARED = 0.8  # of the steps of a model: another has nearly all, a resumed run repeats few
_NO_STEPS = Cells(np.zeros(0, dtype=np.int64), np.zeros(0))
_Named = tuple[str, str]


class _Turns(NamedTuple):
    """How often the label of a name changes, how often its number does not, and its stretches.

    With them come how many steps each label has, and how many of these another label has, too.
    """

    changes: int
    repeats: int
    stretches: Ints  # of each label
    steps: Ints  # of each label
    shared: Ints  # of each label


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
    steps = _steps(columns) if alike else _NO_STEPS
    labels: dict[Key, str] = {}
    for group, members in alike.items():
        ordered = sorted(group)
        turns = {named: _turns(columns, named, ordered, steps) for named in members}
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


def _steps(columns: Mapping[Key, Cells]) -> Cells:
    """Return the lines at which an epoch or a step begins, and a number for each place."""
    axes = []
    for role in (EPOCH, STEP, COUNT):
        parts = [cells for key, cells in columns.items() if key.role == role]
        if parts:
            axes.append(_joined(parts))
    if not axes:
        return _NO_STEPS
    rows = np.unique(np.concatenate([axis.rows for axis in axes]))
    last = [np.searchsorted(axis.rows, rows, side="right") - 1 for axis in axes]
    values = [np.where(at < 0, -1.0, axis.values[at]) for axis, at in zip(axes, last, strict=True)]
    _, place = np.unique(np.stack(values), axis=1, return_inverse=True)
    return Cells(rows, place.reshape(-1).astype(np.float64))


def _turns(
    columns: Mapping[Key, Cells], named: _Named, paths: Sequence[Path], steps: Cells
) -> _Turns:
    """Count how often the label changes from one number of a name to the next."""
    parts = [columns[_key(named, path)] for path in paths]
    rows = np.concatenate([part.rows for part in parts])
    order = np.argsort(rows, kind="stable")
    label = np.repeat(np.arange(len(parts)), [len(part.rows) for part in parts])[order]
    value = np.concatenate([part.values for part in parts])[order]
    begins = np.flatnonzero(np.diff(label)) + 1
    repeats = int((value[begins] == value[begins - 1]).sum())
    stretches = _stretches(label, begins, len(paths))
    return _Turns(len(begins), repeats, stretches, *_shared(label, rows[order], steps, len(paths)))


def _shared(label: Ints, rows: Ints, steps: Cells, count: int) -> tuple[Ints, Ints]:
    """Return the steps that each label has, and those of them that another label has, too."""
    at = np.searchsorted(steps.rows, rows, side="right")  # 0: above the first step
    place = np.concatenate([[-1], steps.values])[at].astype(np.int64)
    pairs = np.unique(np.stack([place, label]), axis=1)
    _, which, sizes = np.unique(pairs[0], return_inverse=True, return_counts=True)
    is_shared = sizes[which.reshape(-1)] > 1
    has = np.bincount(pairs[1], minlength=count)
    return has, np.bincount(pairs[1][is_shared], minlength=count)


def _take_turns(turns: Mapping[_Named, _Turns]) -> bool:
    """Say whether two labels at least come back again and again at the same steps.

    Their numbers differ.
    A loss or a score decides, if there is one: the learning rate of two models is often the same.
    """
    judged = [turn for named, turn in turns.items() if metrics.is_judged(named[0])]
    deciding = judged or list(turns.values())
    count = sum(turn.changes for turn in deciding)
    repeats = sum(turn.repeats for turn in deciding)
    most = np.max([turn.stretches for turn in deciding], axis=0)
    steps = np.sum([turn.steps for turn in deciding], axis=0)
    shared = np.sum([turn.shared for turn in deciding], axis=0)
    come_back = most >= _FEWEST_TURNS
    are_shared = shared[come_back] >= _FEWEST_SHARED * steps[come_back]
    return len(are_shared) > 1 and bool(are_shared.any()) and repeats <= _MOST_REPEATS * count


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
