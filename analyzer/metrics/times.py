"""Names of durations: which words say time, which say none, and which say part of the work."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.metrics.kinds import normal

TIME_ENDS = frozenset(
    {
        *("time", "elapsed", "took", "duration", "dur", "runtime", "tiempo", "walltime"),
        *("secs", "seconds", "sec"),
    }
)
FORECASTS = frozenset(
    {
        *("eta", "remaining", "remain", "left", "timeout", "limit", "best", "every", "sleep"),
        *("wait", "waiting", "interval", "estimated", "expected", "restante"),
    }
)
_LONG_UNITS = ("minutes", "minutos", "hours", "horas", "segundos", "milliseconds")
_SHORT_UNITS = ("s", "ms", "min", "mins", "h")  # alone they say something else
_STAMPS = ("timestamp", "datetime")
_PACES = ("epoch", "step", "iter", "iteration", "it", "batch", "round")  # "time/epoch"
_PARTS = frozenset(  # of the work: their time tells neither a stall nor what the run cost
    {
        *("data", "dataloader", "load", "loading", "forward", "backward", "inference", "eval"),
        *("evaluation", "val", "valid", "validation", "test", "save", "saving"),
    }
)


def says_time(words: Sequence[str]) -> bool:
    """Say whether the words of the last part of a name say time: "train", "time"."""
    return words[-1] in TIME_ENDS or words[0] in ("time", "sec")


def times_training(name: str) -> bool:
    """Say whether a metric holds the time of training: "time/time_elapsed", "epoch_seconds".

    Neither a forecast nor the time of a part of the work ("data_time", "eval_runtime") does.
    """
    words = normal(name).split("_")
    if not (FORECASTS.isdisjoint(words) and _PARTS.isdisjoint(words)):
        return False
    *before, last = (normal(part).split("_") for part in name.split("/"))
    if before and len(last) == 1 and last[0] in _PACES:
        last = before[-1]
    if last[-1] in (*_LONG_UNITS, *_STAMPS) or (last[-1] == "in" and len(last) > 1):
        return True
    if len(last) > 1 and last[-1] in _SHORT_UNITS:
        last = last[:-1]
    return says_time(last)
