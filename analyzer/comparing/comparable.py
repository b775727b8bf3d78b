"""Which runs have losses that can be compared, and by which metric the others can be.

Losses are of different kinds if the settings name different functions (``losses``), or if their
values lie so far apart that they must be in different units: a mean squared error of prices beside
one of prices in thousands, a sum over a batch beside a mean.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from analyzer import metrics
from analyzer.comparing.bests import judged_by
from analyzer.comparing.losses import is_general, losses_of
from analyzer.measures.reach import Reach, reach_of
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.run import Run
from analyzer.model.settings import name_of

# Between the highest value of one run and the lowest of another. Two runs of one task begin near
# the same loss, and few fall a hundredfold before their first value is logged.
_FAR = 100.0
_LEARNED = 4 / 3  # highest by lowest value: a run that never learned stays where it began
_FAILED = {"diverged", "no_learning"}  # far from the others for another reason

Measure = tuple[str, str]  # split and metric


class Kind(NamedTuple):
    """What two losses must share to be compared: the function, if any are named, and the unit.

    ``unit`` is 0 for that of most runs; other numbers only tell units apart.
    """

    loss: str | None = None
    unit: int = 0


ANY = Kind()  # nothing tells the losses of the runs apart


def kinds_of(
    diagnoses: Sequence[Diagnosis], settings: Sequence[Mapping[str, Any]], metric: str
) -> list[Kind]:
    """Return the kind of the loss ``metric`` of each run; all are equal for a score."""
    losses = losses_of(settings, [metric] * len(settings))
    reaches = [reach_of(diagnosis.run, metric) for diagnosis in diagnoses]
    verdicts = [diagnosis.verdict for diagnosis in diagnoses]
    return kinds(losses, reaches, verdicts)


def kinds(
    losses: Sequence[str | None], reaches: Sequence[Reach | None], verdicts: Sequence[str]
) -> list[Kind]:
    """Return the kinds of losses; units are told apart among runs with the same loss."""
    found = [Kind(loss) for loss in losses]
    for loss in set(losses):
        places = [at for at, other in enumerate(losses) if other == loss]
        units = units_of([reaches[at] for at in places], [verdicts[at] for at in places])
        for at, unit in zip(places, units, strict=True):
            found[at] = Kind(loss, unit)
    return found


def units_of(reaches: Sequence[Reach | None], verdicts: Sequence[str]) -> list[int]:
    """Return a number for the unit of each loss, 0 for the one of most runs.

    Two units lie a hundredfold apart, with nothing between them. A run that failed or never learned
    may lie anywhere, so it counts as one of most.
    """
    learned = [
        (reach, at)
        for at, reach in enumerate(reaches)
        if reach is not None and verdicts[at] not in _FAILED and reach.high >= _LEARNED * reach.low
    ]
    units: dict[int, int] = {}
    unit, top = 0, math.inf
    for reach, at in sorted(learned):
        if reach.low > _FAR * top:
            unit, top = unit + 1, 0.0
        top = reach.high if math.isinf(top) else max(top, reach.high)
        units[at] = unit
    count = Counter(units[at] for at in sorted(units))
    most = count.most_common(1)[0][0] if count else 0
    order = [most, *(other for other in sorted(count) if other != most)]
    return [order.index(units.get(at, most)) for at in range(len(reaches))]


class ComparedBy(NamedTuple):
    """By what runs are compared, and the kind of it in each run.

    ``instead_of`` is the loss whose place it takes, and ``replaced`` the kinds of that loss.
    """

    measure: Measure
    kinds: tuple[Kind, ...]
    instead_of: Measure | None = None
    replaced: tuple[Kind, ...] = ()


def compared_by(
    diagnoses: Sequence[Diagnosis], settings: Sequence[Mapping[str, Any]]
) -> ComparedBy:
    """Return by what runs are compared: not by losses of several kinds if there is another way.

    Raises AnalyzerError if no run has a best value.
    """
    measure = judged_by(diagnoses)
    found = tuple(kinds_of(diagnoses, settings, measure[1]))
    other = shared_measure(diagnoses, settings, measure) if len(set(found)) > 1 else None
    if other is None:
        return ComparedBy(measure, found)
    return ComparedBy(other, (ANY,) * len(diagnoses), measure, found)


def shared_measure(
    diagnoses: Sequence[Diagnosis], settings: Sequence[Mapping[str, Any]], instead_of: Measure
) -> Measure | None:
    """Return the (split, metric) that all runs logged and that can be compared, scores first.

    It takes the place of a loss that cannot. None if there is none.
    """
    for split, metric in others_logged(diagnoses[0].run, instead_of):
        curves = [diagnosis.run.find_curve(metric, split) for diagnosis in diagnoses]
        if None not in curves and len(set(kinds_of(diagnoses, settings, metric))) == 1:
            return split, metric
    return None


def others_logged(run: Run, instead_of: Measure) -> Iterator[Measure]:
    """Yield what a run may be judged by instead of a loss, on the same split or on unseen data."""
    first, _ = instead_of
    names = [metric for metric in run.judged_metrics if _says_what_it_is(metric)]
    for metric in sorted(names, key=lambda metric: metrics.kind(metric) != "score"):
        split = first if first in run.splits(metric) else run.held_out(metric)
        if split in run.splits(metric):
            yield split, metric


def _says_what_it_is(metric: str) -> bool:
    """Say whether a name is the same measure in every run: "mae" is, "loss" and "cls_loss" not."""
    return not is_general(metric) and "loss" not in name_of(metric).split("_")
