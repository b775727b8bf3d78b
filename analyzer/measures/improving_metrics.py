"""Held-out metrics that go on improving after the lowest loss: another choice of checkpoint."""

from __future__ import annotations

from analyzer import metrics
from analyzer.errors import NotApplicable
from analyzer.model.diagnosis import Finding
from analyzer.model.run import Run
from analyzer.model.series import Curve
from analyzer.stats.arrays import Floats
from analyzer.stats.levels import end_level, end_reach, level_at

_FEWEST = 3  # evaluations: one at the lowest loss and two after it
_LEVELS = 8  # evaluations; below it, single values are compared and the last must be the best


def improving_metrics(run: Run, found: Finding) -> list[str]:
    """Return the held-out scores and error rates that improve after the onset of a risen loss.

    The level at the end is better than that at the onset by more than it may be off. A run is
    often kept by such a metric (a word error rate, a BLEU, a mean average precision) while its loss
    already rises, because the network grows too confident. Accuracy is not among them.
    """
    if found.onset is None or metrics.kind(found.metric) != "loss":
        return []
    improving = []
    for name in dict.fromkeys(series.metric for series in run.series):
        if name in ("accuracy", found.metric) or not metrics.tells_errors(name):
            continue
        try:
            curve = run.curve(name, run.held_out(name), at_least=_FEWEST).finite()
        except NotApplicable:
            continue
        if _improves(curve, found.onset.step):
            improving.append(name)
    return improving


def tags_of_scores(run: Run, found: Finding) -> tuple[str, ...]:
    """Return the tag of a finding beside which another held-out metric improves, else none."""
    return ("score_improves",) if improving_metrics(run, found) else ()


def _improves(curve: Curve, step: int) -> bool:
    """Say whether a curve of finite values is better at its end than at a step within it."""
    cost: Floats = curve.value if curve.lower_is_better else -curve.value
    at = int(curve.step.searchsorted(step, side="right")) - 1
    if at < 0 or at >= len(cost) - 1:
        return False
    if len(cost) < _LEVELS:
        return float(cost[-1]) == float(cost.min()) < float(cost[at])
    return level_at(cost, at) - end_level(cost) > end_reach(cost)
