"""Where a run came from: its format and files, its time span, and what its parser left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class PassedOver(NamedTuple):
    """A name in a log that gave no point: a text column, an image, a copy of the log.

    ``key`` is a reason of ``_reasons.toml``, and ``values`` fill that sentence.
    """

    name: str
    key: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class TrackerRecord:
    """What an experiment tracker recorded about a run beside its curves.

    ``exit_code`` is None if the process did not report its end. ``summary`` maps each name to the
    last number the tracker kept for it.
    """

    run_id: str = ""
    project: str = ""
    display_name: str = ""
    exit_code: int | None = None
    summary: Mapping[str, float] = field(default_factory=dict)


class SaidEnd(NamedTuple):
    """What console output says of its end: ``kind`` is "stopped" (early) or "finished"."""

    kind: str
    words: str  # the line, safe to show


@dataclass(frozen=True, kw_only=True)
class RunMeta:
    """Where a run came from; every field has a default, so a parser sets only what it knows.

    Parameters
    ----------
    format
        Title of the parser, or several joined by " + " if the run was logged in several formats.
    files
        Names of the files that were read, relative to the analysed path, safe to show.
    start, end
        Wall time of the first and the last point, in seconds since 1970; None if unknown.
    axes
        The name in the log for each axis that it has: "step", "epoch" or "wall_time".
    passed_over
        What the parser left out, with the reason.
    tracker
        What an experiment tracker recorded beside the curves; None without a tracker.
    path
        The path that the user asked for, safe to show; "" if the run was not loaded from one.
    alone
        Whether this is the only run under ``path``, so that the path alone identifies it.
    config_files
        Names of the files beside the log that gave settings, safe to show.
    exception
        The exception in whose traceback the console output ends, safe to show; "" if in none.
    planned
        The epochs or steps that the log itself plans, by unit: 100 in "Epoch 3/100".
    said_end
        What the log says of its end behind its last epoch; None if nothing.
    validation_examples
        Number of examples in the validation set as the user configured it; None if not configured.
    """

    format: str = ""
    files: tuple[str, ...] = ()
    start: float | None = None
    end: float | None = None
    axes: Mapping[str, str] = field(default_factory=dict)
    passed_over: tuple[PassedOver, ...] = ()
    tracker: TrackerRecord | None = None
    path: str = ""
    alone: bool = True
    config_files: tuple[str, ...] = ()
    exception: str = ""
    planned: Mapping[str, float] = field(default_factory=dict)
    said_end: SaidEnd | None = None
    validation_examples: int | None = None
