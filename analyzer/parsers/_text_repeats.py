"""Pass over what console output prints twice: "Saving model with validation loss: 0.31".

Loops print the value of an epoch again where they save a model or find the best one so far, in
words of their own and with more or fewer digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from analyzer import metrics
from analyzer.parsers._series import Points
from analyzer.stats.arrays import Bools, Floats, Ints

_FEW = 100  # single steps back; a log with more of them is in no order and repeats nothing
_DIGITS = 1e-3  # of a value: three digits are the fewest that such lines print


def without_repeats(points: Sequence[Points]) -> list[Points]:
    """Return points without the tags that say only what another tag of their metric says."""
    kept: dict[tuple[str, str], list[Points]] = {}
    repeats = set()
    for tagged in sorted(points, key=lambda tagged: -len(tagged.value)):
        meaning = _meaning(tagged)
        if meaning is None or not len(tagged.value):
            continue
        if any(_is_repeat(tagged, other) for other in _others(kept, *meaning)):
            repeats.add(id(tagged))
        else:
            kept.setdefault(meaning, []).append(tagged)
    return [tagged for tagged in points if id(tagged) not in repeats]


def printed_again(step: Ints, epoch: Floats, value: Floats) -> Bools:
    """Say which values were printed before at the same place ("Best iteration is: [20] ...").

    A stretch that begins again (a restart, a second training) repeats nothing of the one before.
    A single step back ("Best result: epoch 9, dev acc 84.1234") may have other digits.
    """
    stretch, is_single = _stretches(step)
    order = np.lexsort((value, np.nan_to_num(epoch), step, stretch))
    same = np.zeros(len(step), dtype=bool)
    first, second = order[:-1], order[1:]
    no_epoch = np.isnan(epoch[first]) & np.isnan(epoch[second])
    same[second] = (
        (stretch[first] == stretch[second])
        & (step[first] == step[second])
        & (value[first] == value[second])
        & (no_epoch | (epoch[first] == epoch[second]))
    )
    singles = np.flatnonzero(is_single)
    for at in singles if len(singles) <= _FEW else ():
        before = (step[:at] == step[at]) & (stretch[:at] == stretch[at])
        same[at] |= bool(np.isclose(value[at], value[:at][before], rtol=_DIGITS, atol=0.0).any())
    return same


def _stretches(step: Ints) -> tuple[Ints, Bools]:
    """Count the stretches of rising steps, and say which points are a single step back.

    These belong to the stretch before.
    """
    if not len(step):
        return step, np.zeros(0, dtype=bool)
    stretch = np.concatenate([[0], np.cumsum(np.diff(step) < 0)])
    is_single = (np.bincount(stretch)[stretch] == 1) & (stretch > 0)
    return stretch - is_single, is_single


def _others(kept: Mapping[tuple[str, str], list[Points]], split: str, metric: str) -> list[Points]:
    """Return what a tag may repeat: its metric of its split, of any split if it names none.

    "Saved the best model (Dice: 0.83)" below "Val Dice: 0.83" does not say the split again.
    """
    found: list[Points] = []
    for (other_split, other), tags in kept.items():
        if other.lower() == metric.lower() and split in ("", other_split):
            found += tags
    return found


def _is_repeat(tagged: Points, other: Points) -> bool:
    """Say whether every value of a tag stands at the same place under another tag."""
    if (np.diff(other.step) <= 0).any():  # restarts, or several values at one place
        return False
    at = np.minimum(np.searchsorted(other.step, tagged.step), len(other.step) - 1)
    if not (other.step[at] == tagged.step).all():
        return False
    return bool(np.isclose(tagged.value, other.value[at], rtol=_DIGITS, atol=0.0).all())


def _meaning(tagged: Points) -> tuple[str, str] | None:
    """Return the split and the metric of a tag, None of a name that is neither loss nor score."""
    reading = metrics.read(tagged.tag)
    if metrics.kind(reading.metric) is None:
        return None
    return tagged.split or reading.split, reading.metric
