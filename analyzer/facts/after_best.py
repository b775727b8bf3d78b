"""What came after the best point: the share of the run, and the last value against the best."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analyzer.facts._base import Fact
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.stats.levels import end_level


class AfterBest(Fact):
    """Share of the run (by epoch or step) after the best point, last value, and its change against the best."""

    def compute(self, run: Run, best: Best | None) -> Mapping[str, Any] | None:
        """Return share, final, change and level_change.

        ``change`` is (final - best) / |best|, None where the best is 0; ``level_change`` the same of the level at the
        end (median of the last 5 % of the finite values), so that one last point decides nothing.
        """
        if best is None:
            return None
        curve = run.curve(best.metric, best.split)
        at = curve.best()
        length = curve.x[-1] - curve.x[0]
        final = float(
            curve.value[-1]
        )  # NaN and infinite values included: a run that ended in NaN says so
        return {
            "share": float((curve.x[-1] - curve.x[at]) / length) if length > 0 else 0.0,
            "final": final,
            "change": (final - best.value) / abs(best.value) if best.value else None,
            "level_change": (end_level(curve.finite().value) - best.value) / abs(best.value)
            if best.value
            else None,
        }
