"""Names of metrics: which split, metric and grain a name says, and which kind of metric it is."""

from analyzer.metrics.kinds import (
    EPOCH_AXES,
    STEP_AXES,
    WALL_TIME_AXES,
    is_axis,
    kind,
    normal,
    share_family,
)
from analyzer.metrics.names import (
    SPLITS,
    Reading,
    folder_split,
    is_ambiguous,
    is_judged,
    parse_meaning,
    read,
    read_all,
    settle,
)

__all__ = [
    "EPOCH_AXES",
    "SPLITS",
    "STEP_AXES",
    "WALL_TIME_AXES",
    "Reading",
    "folder_split",
    "is_ambiguous",
    "is_axis",
    "is_judged",
    "kind",
    "normal",
    "parse_meaning",
    "read",
    "read_all",
    "settle",
    "share_family",
]
