"""What a batch was asked for, what a worker made of a unit, and what the batch did in all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from analyzer.batch.index_cost import Cost
from analyzer.batch.record import Record
from analyzer.batch.tree import UNOPENED
from analyzer.batch.typed import mapping, string
from analyzer.model.issues import UNREADABLE, LogIssue, Skipped
from analyzer.reading.site import RUN_POINTS

if TYPE_CHECKING:
    from analyzer.batch.shards import Shard


@dataclass(frozen=True)
class Limits:
    """What one unit may take (seconds, bytes), and how many processes work."""

    seconds: float = 120.0
    memory: int = 2 << 30
    workers: int = 1


@dataclass(frozen=True)
class Options:
    """How a batch is made. Runs are grouped by the settings ``group``, else by all but the seed.

    With ``shard`` it reads a part of the logs; ``merge`` are sites whose results it takes over.
    Of ``reports`` only those of runs in which something was found are written if ``found_only``.
    With ``points`` the site has tables of runs and points as Parquet.
    """

    lang: str = "en"
    reports: bool = True
    rehash: bool = False
    group: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    shard: Shard | None = None
    merge: tuple[Path, ...] = ()
    found_only: bool = False
    points: bool = False

    def has_report(self, *, found: bool) -> bool:
        """Say whether a run has a report; ``found`` is whether something was found in it."""
        return self.reports and (found or not self.found_only)

    def files_of(self, *, found: bool) -> dict[str, bool]:
        """Return the files of a run, each with whether it is asked for."""
        has_report = self.has_report(found=found)
        return {"diagnosis.json": True, "report.html": has_report, RUN_POINTS: self.points}

    def page_of(self, record: Record) -> str:
        """Return the file of a run to which the pages link."""
        has_report = self.has_report(found=bool(record.findings))
        return "report.html" if has_report else "diagnosis.json"


@dataclass(frozen=True)
class Failure:
    """Why a unit, or the log ``source`` of it, gave no result.

    ``key`` names the sentence that ``values`` fill.
    """

    key: str
    values: Mapping[str, Any]
    source: str = ""


@dataclass(frozen=True)
class UnitResult:
    """What a worker made of a unit.

    ``issues`` are those of logs that gave no run, ``skipped`` the files that turned out not to be
    logs, ``content`` a hash of the files as they were read. ``names`` are logged names, kept where
    the user maps some. ``used`` are the files that gave settings.
    """

    records: tuple[Record, ...] = ()
    issues: tuple[LogIssue, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    content: str | None = None
    failures: tuple[Failure, ...] = ()
    names: tuple[str, ...] = ()
    used: tuple[str, ...] = ()

    @property
    def is_final(self) -> bool:
        """Whether nothing failed and every file could be opened, so that no retry is due."""
        return not self.failures and all(file.key != UNOPENED for file in self.skipped)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain JSON, without ``content``."""
        return {
            "runs": [record.to_dict() for record in self.records],
            "issues": [vars(issue) for issue in self.issues],
            "skipped": [vars(skipped) for skipped in self.skipped],
            "failures": [vars(failure) for failure in self.failures],
            "names": list(self.names),
            "used": list(self.used),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> UnitResult:
        """Return the result that ``to_dict`` wrote.

        Raises KeyError, TypeError or ValueError for anything else.
        """
        return cls(
            records=tuple(Record.from_dict(run) for run in data["runs"]),
            issues=tuple(LogIssue(**issue) for issue in data["issues"]),
            skipped=tuple(Skipped(**skipped) for skipped in data["skipped"]),
            failures=tuple(Failure(**failure) for failure in data["failures"]),
            names=tuple(data["names"]),
            used=tuple(map(string, data["used"])),
        )


@dataclass(frozen=True)
class Unread:
    """A log or another file that gave no run, with the reason.

    It is the failure of a worker (``failed``), the ``issue`` of a log, or a file that was skipped.
    """

    source: str
    key: str
    values: Mapping[str, Any]
    failed: bool = False
    issue: LogIssue | None = None

    def to_json(self) -> list[Any]:
        """Return the file as plain JSON, short since there may be as many as runs."""
        issue = None if self.issue is None else vars(self.issue)
        return [self.source, self.key, self.values, self.failed, issue]

    @classmethod
    def from_json(cls, data: Any) -> Unread:
        """Return what ``to_json`` wrote. Raises TypeError or ValueError for anything else."""
        source, key, values, failed, issue = data
        found = None if issue is None else LogIssue(**mapping(issue))
        return cls(string(source), string(key), mapping(values), failed is True, found)


class RunGlance(NamedTuple):
    """What a batch needs of a run whose pages it does not write.

    ``folder`` is its place in the site, ``found`` whether something was found in it, ``source`` its
    first file below the root, ``kind`` its verdict or the mark that takes its place.
    """

    folder: str
    found: bool
    source: str
    verdict: str
    issues: int
    kind: str

    @classmethod
    def of(cls, record: Record) -> RunGlance:
        """Return a glance at a record."""
        found = bool(record.findings)
        return cls(record.folder, found, record.source, record.verdict, record.issues, record.kind)


class Glances(NamedTuple):
    """All runs of a batch at a glance, the names of their settings, and what they took in all."""

    runs: tuple[RunGlance, ...]
    settings: frozenset[str]
    cost: Cost | None


@dataclass(frozen=True)
class Batch:
    """What a batch did: the records of all runs, what could not be read, how much was new.

    ``names`` are the names that were logged, where the user maps some. ``left`` are folders of runs
    that went but that hold files of somebody else, and so stay. ``adopted`` counts the results of
    other sites that were taken over, None if none were merged; with ``shard`` the site is a part.
    ``unit_of`` names the unit of each record. A batch without a change has ``glances`` alone.
    """

    records: tuple[Record, ...]
    unread: tuple[Unread, ...]
    fresh: int
    units: int
    interrupted: bool = False
    names: frozenset[str] = frozenset()
    left: tuple[str, ...] = ()
    adopted: int | None = None
    shard: Shard | None = None
    unit_of: tuple[str, ...] = ()
    glances: Glances | None = None

    @cached_property
    def runs(self) -> tuple[RunGlance, ...]:
        """All runs at a glance."""
        return self.glances.runs if self.glances else tuple(map(RunGlance.of, self.records))

    @cached_property
    def setting_names(self) -> frozenset[str]:
        """The names of the settings of all runs."""
        if self.glances is not None:
            return self.glances.settings
        return frozenset().union(*(record.summary.settings for record in self.records))

    @cached_property
    def cost(self) -> Cost | None:
        """What all runs took, None if that is unknown."""
        return self.glances.cost if self.glances else Cost.of(self.records)

    @property
    def unreadable(self) -> list[Skipped]:
        """The files that may well be logs but that could not be opened."""
        return [
            Skipped(unread.source, unread.key, unread.values)
            for unread in self.unread
            if unread.key in UNREADABLE and not unread.failed and unread.issue is None
        ]

    @property
    def refused(self) -> list[LogIssue]:
        """The issues of the logs that gave no run."""
        return [unread.issue for unread in self.unread if unread.issue is not None]

    @property
    def damaged(self) -> bool:
        """Whether a log was damaged or refused, or a unit failed."""
        if any(run.issues for run in self.runs):
            return True
        if any(issue.severity != "info" for issue in self.refused):
            return True
        return any(unread.failed or unread.key in UNREADABLE for unread in self.unread)
