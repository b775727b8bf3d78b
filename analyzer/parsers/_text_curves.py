"""What shows that console output is a log: values on an axis that rises."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analyzer import metrics
from analyzer.parsers._restarts import are_ordered
from analyzer.parsers._series import Points
from analyzer.parsers._text_axes import FEWEST, distinct

FEW_ROWS = 3  # of one name: enough where the user or the form of the lines says what they are


def is_curve(tagged: Points) -> bool:
    """Say whether a tag has enough rows on a rising axis."""
    return len(tagged.step) >= FEWEST and _rises(tagged, FEWEST)


def is_short_log(metrics_only: Sequence[Points]) -> bool:
    """Say whether few epochs were printed, as of a fine-tuning, in a form that no prose has.

    Three of them or more must have a training and a held-out value each; beside a ``val_loss``, a
    bare ``loss`` is that of the training.
    """
    splits: dict[str, set[str]] = {}  # of each metric
    for tagged in metrics_only:
        if _rises(tagged, FEW_ROWS) and np.isfinite(tagged.epoch).all():
            reading = metrics.read(tagged.tag)
            splits.setdefault(reading.metric, set()).add(tagged.split or reading.split)
    known = set().union(*splits.values())
    has_pair = any("" in own and own & {"val", "test"} for own in splits.values())
    return has_pair or ("train" in known and not known.isdisjoint(("val", "test")))


def _rises(tagged: Points, fewest: int) -> bool:
    """Say whether the steps of a tag grow, but for a few restarts, over some values or more."""
    return are_ordered(tagged.step) and len(distinct([tagged.step])) >= fewest
