"""What the runs of a site say together: which settings are best, and which settings matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer import metrics
from analyzer.batch.judged_alike import ranked_alike, ranked_by
from analyzer.batch.record import Record
from analyzer.comparing.bests import Bests
from analyzer.comparing.command import command_line
from analyzer.comparing.copies import twins
from analyzer.comparing.importance import Importance, importances_of_causes
from analyzer.comparing.ranking import by_rank, judge_against_best
from analyzer.comparing.repeats import varying
from analyzer.comparing.roles import is_cause
from analyzer.comparing.sides import Side, make_sides
from analyzer.comparing.sweep import Correlation, correlations
from analyzer.measures.level import Level
from analyzer.measures.scale import ACCURACY, PERCENT, SHARE

_FULL = {PERCENT: 100.0, SHARE: 1.0}  # the highest accuracy on a scale


@dataclass(frozen=True)
class Sweep:
    """The runs of a site that are judged by the same metric, ranked by their settings.

    ``places`` are the indices of these runs, ``keys`` the settings that vary and can be a cause.
    ``sides`` are groups of repeats and single runs, the best first; their members are indices into
    ``places``. ``loss`` is the loss that their settings name if other runs name another one.
    ``command`` are the best settings as options of a command.
    """

    metric: str
    split: str
    loss: str | None
    lower_is_better: bool
    places: tuple[int, ...]
    keys: tuple[str, ...]
    sides: tuple[Side, ...]
    correlations: tuple[Correlation, ...]
    importances: tuple[Importance, ...]
    command: str

    def records_of(self, side: Side, records: Sequence[Record]) -> list[Record]:
        """Return the records of the runs of a side, from those of all runs."""
        return [records[self.places[member]] for member in side.members]


def sweep_of(
    records: Sequence[Record], names: Sequence[str], group: Sequence[str], *, is_complete: bool
) -> Sweep | None:
    """Return what the runs say that share the metric, scale and loss by which most are judged.

    Copies of a run count once. There is none without two sides or a setting that varies.
    ``names`` are those of the runs. The forest waits until the batch ``is_complete``.
    """
    measure = ranked_by(records)
    places = ranked_alike(records)
    chosen = [records[place] for place in places]
    settings = [record.summary.settings for record in chosen]
    keys = [key for key in varying(settings) if is_cause(key)] if chosen else []
    best = chosen[0].best if chosen else None
    if not keys or best is None:
        return None
    bests = bests_of_records(chosen, best.metric)
    same = twins([record.summary for record in chosen])
    sides = make_sides(
        names=[names[place] for place in places],
        verdicts=[record.verdict for record in chosen],
        bests=bests,
        settings=settings,
        group=[key for key in group if any(key in run for run in settings)],
        same=same,
    )
    if len(sides) < 2:
        return None
    lower = bests.lower_is_better
    ranked = judge_against_best(by_rank(sides, lower_is_better=lower), lower_is_better=lower)
    asked = ranked if is_complete else []
    means = [side.mean for side in asked]
    firsts = [settings[side.members[0]] for side in asked]
    return Sweep(
        metric=best.metric,
        split=best.split,
        loss=measure.loss if measure is not None else None,
        lower_is_better=lower,
        places=tuple(places),
        keys=tuple(keys),
        sides=tuple(ranked),
        correlations=correlations(
            [None if at in same else value for at, value in enumerate(bests.values)],
            settings,
            lower_is_better=lower,
        ),
        importances=importances_of_causes(means, firsts),
        command=command_line(ranked[0].settings, keys),
    )


def bests_of_records(records: Sequence[Record], metric: str) -> Bests:
    """Return the levels of runs that are judged by a metric on one scale, as records have them."""
    levels, raw = [], []
    for record in records:
        result = record.result
        levels.append(record.level or (None if result is None else Level(result)))
        raw.append(None if record.best is None else record.best.value)
    is_accuracy = metrics.share_family(metric) == ACCURACY
    scale = records[0].scale if is_accuracy and records else None
    return Bests(
        tuple(levels),
        tuple(raw),
        lower_is_better=metrics.kind(metric) != "score",
        reaches=tuple(record.reach for record in records),
        full=_FULL.get(scale or ""),
    )
