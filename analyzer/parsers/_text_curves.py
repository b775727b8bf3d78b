"""What shows that console output is a log: values on an axis that rises."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analyzer import metrics
from analyzer.parsers._restarts import are_ordered
from analyzer.parsers._series import Points
from analyzer.parsers._text_axes import FEW_ROWS, FEWEST, distinct


def is_curve(tagged: Points) -> bool:
    """Say whether a tag has enough rows on a rising axis."""
    return len(tagged.step) >= FEWEST and _rises(tagged, FEWEST)


def is_short_log(metrics_only: Sequence[Points]) -> bool:
    """Say whether few epochs were printed, as of a fine-tuning, in a form that no prose has.

    Three of them or more must have a training and a held-out value each. A name without a split is
    that of the training if another name says that it is held out: "loss: 0.5, val_loss: 0.6".
    """
    splits = set()
    for tagged in metrics_only:
        if _rises(tagged, FEW_ROWS) and np.isfinite(tagged.epoch).all():
            splits.add(tagged.split or metrics.read(tagged.tag).split or "train")
    return "train" in splits and not splits.isdisjoint(("val", "test"))


def _rises(tagged: Points, fewest: int) -> bool:
    """Say whether the steps of a tag grow, but for a few restarts, over some values or more."""
    return are_ordered(tagged.step) and len(distinct([tagged.step])) >= fewest
