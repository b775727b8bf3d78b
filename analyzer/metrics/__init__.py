"""Names of metrics: which split, metric and grain a name says, and which kind of metric it is."""

from analyzer.metrics.kinds import (
    EPOCH_AXES,
    STEP_AXES,
    WALL_TIME_AXES,
    WEAK_STEP_AXES,
    adversarial,
    is_axis,
    is_bounded,
    is_reward,
    kind,
    normal,
    share_family,
    successes,
    summaries,
)
from analyzer.metrics.logs import ASSUMPTIONS, read_all, settle
from analyzer.metrics.names import (
    BOOSTER_LOSSES,
    SPLITS,
    Reading,
    cell_split,
    folder_split,
    is_ambiguous,
    is_judged,
    parse_meaning,
    read,
)
from analyzer.metrics.words import context_of

__all__ = [
    "ASSUMPTIONS",
    "BOOSTER_LOSSES",
    "EPOCH_AXES",
    "SPLITS",
    "STEP_AXES",
    "WALL_TIME_AXES",
    "WEAK_STEP_AXES",
    "Reading",
    "adversarial",
    "cell_split",
    "context_of",
    "folder_split",
    "is_ambiguous",
    "is_axis",
    "is_bounded",
    "is_judged",
    "is_reward",
    "kind",
    "normal",
    "parse_meaning",
    "read",
    "read_all",
    "settle",
    "share_family",
    "successes",
    "summaries",
]
