"""Tell apart the runs of one folder of event files by the sessions that add_hparams wrote."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from analyzer.parsers._event_file import EventLog


@dataclass(frozen=True)
class RunLogs:
    """The event files of one run.

    ``label`` is "" for the only run of a folder, "#1", "#2" for several, and the folder of a
    session that is a run of its own: a trial of a search.
    """

    label: str
    logs: tuple[EventLog, ...]


@dataclass
class _Stretch:
    """The event files of one writer, and the sessions that it wrote."""

    logs: list[EventLog] = field(default_factory=list)
    sessions: list[EventLog] = field(default_factory=list)

    @property
    def configs(self) -> list[dict[str, Any]]:
        """The settings that its files and sessions have."""
        return [log.config for log in self.logs + self.sessions if log.config]

    @property
    def first_step(self) -> float:
        """The lowest step of the curves, infinity if there are none."""
        return min((log.first_step for log in self.logs), default=float("inf"))


def divide(logs: Sequence[EventLog]) -> list[RunLogs]:
    """Return the runs of a folder.

    A session belongs to the writer that began last before it. Without settings, a second writer is
    a restart of the same run. If one writer has sessions with different settings, each session is
    a trial of its own.
    """
    stretches = _stretches(logs)
    trials = []
    for stretch in stretches:
        if any(session.config != stretch.sessions[0].config for session in stretch.sessions):
            trials += stretch.sessions
            stretch.sessions = []
    runs = [stretch.logs + stretch.sessions for stretch in _joined(stretches)]
    runs = [run for run in runs if run]
    labels = [f"#{number}" for number in range(1, len(runs) + 1)] if len(runs) > 1 else [""]
    divided = [RunLogs(label, tuple(run)) for label, run in zip(labels, runs, strict=False)]
    for trial in trials:
        divided.append(RunLogs(trial.file.relative.parent.as_posix(), (trial,)))
    return divided


def _stretches(logs: Sequence[EventLog]) -> list[_Stretch]:
    """Return the writers of a folder in their order, each with the files that it wrote."""
    leaders = sorted(log.start for log in logs if log.place.is_of_run)
    starts = leaders[1:] if any(log.config for log in logs) else []
    stretches = [_Stretch() for _ in range(len(starts) + 1)]
    for log in sorted(logs, key=lambda log: (log.start, log.file.shown)):
        stretch = stretches[bisect_right(starts, log.start)]
        (stretch.sessions if log.place.is_session else stretch.logs).append(log)
    return stretches


def _joined(stretches: Sequence[_Stretch]) -> list[_Stretch]:
    """Join each stretch with the one before, unless both are runs of their own."""
    joined: list[_Stretch] = []
    for stretch in stretches:
        if joined and not _begins_run(stretch, joined[-1]):
            joined[-1].logs += stretch.logs
            joined[-1].sessions += stretch.sessions
        else:
            joined.append(stretch)
    return joined


def _begins_run(stretch: _Stretch, before: _Stretch) -> bool:
    """Say whether a stretch is not a restart of the one before.

    It begins at the same steps, and has other settings, or both have the session that
    ``add_hparams`` writes at the end of a run.
    """
    if not (before.configs and stretch.configs) or stretch.first_step > before.first_step:
        return False
    have_sessions = bool(before.sessions and stretch.sessions)
    return have_sessions or before.configs[-1] != stretch.configs[0]
