"""Names on a chart: what a curve is called, and long names cut to the room there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.model.series import Curve

if TYPE_CHECKING:
    from analyzer.text import Words


def curve_name(curve: Curve, words: Words) -> str:
    """Return the name of a curve among those of its metric: its split, or its metric if unsplit."""
    if curve.split:
        return words.split(curve.split)
    return words.metric(curve.metric, alone=True)


def cut_end(name: str, longest: int) -> str:
    """Return a name in at most ``longest`` characters, its end replaced by an ellipsis."""
    if len(name) <= longest:
        return name
    return name[: longest - 1] + "…"


def cut_middle(name: str, longest: int) -> str:
    """Return a name in about ``longest`` characters, its middle replaced by an ellipsis.

    Names of runs differ at either end; this keeps both.
    """
    if len(name) <= longest:
        return name
    half = max(1, (longest - 1) // 2)
    return f"{name[:half]}…{name[-half:]}"
