"""What a site keeps of a run: the few numbers that its index, tables and groups are made of."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from analyzer.batch.others import Other, others_of
from analyzer.batch.sparks import Spark, sparks_of
from analyzer.batch.spent import Spent, spent_of
from analyzer.batch.traces import Trace, read_trace, trace_of
from analyzer.batch.typed import mapping, number, number_or_none, string, whole
from analyzer.comparing.summary import RunSummary, summary_of
from analyzer.comparing.suspicion import BELOW, PERFECT, Suspicion, suspicion_of
from analyzer.engine import known_verdicts
from analyzer.measures.level import Level
from analyzer.measures.reach import Reach, reach_of
from analyzer.measures.scale import scale_of
from analyzer.model.diagnosis import Best, Diagnosis
from analyzer.reading.site import RUN_FOLDER
from analyzer.report.checklist import checklist
from analyzer.report.mark import MARKS, is_alone, mark
from analyzer.safe.names import slug
from analyzer.text import words

_FIRST_TIME = 1e8  # seconds since 1970: an earlier start counts from the start of the run

_ADVICE = ("advice", "causes")  # of a finding: the same for all like it, so the pages have them

Kind = TypeVar("Kind")


class Item(NamedTuple):
    """An item of the checklist in the language of the site; ``key`` is its English sentence."""

    text: str
    key: str


class Spare(NamedTuple):
    """What early stopping would have spared a run, with a patience that fits it.

    ``share`` is that of the evaluations; ``seconds`` are None if the log has no times.
    """

    share: float
    seconds: float | None


@dataclass(frozen=True)
class Record:
    """What a site keeps of a run.

    ``source`` is its first file below the root, ``folder`` its place in the site, ``level`` the
    level at its best, by which it is ranked, ``after_best`` the share of the run after its best
    checkpoint, ``spent`` what it took, ``spare`` what early stopping would have saved, ``trace``
    the curve it is judged by. ``findings`` are those of diagnosis.json, each with its detector;
    ``issues`` counts what was worth a warning in its log, ``suspicion`` says why its result should
    be checked. ``reach`` are the ends of a loss that it is judged by, and ``mark`` says what keeps
    a run without a problem from being simply healthy (``analyzer.report.mark``). ``others`` are
    metrics that may take the place of a loss (``others.judged_instead``).
    """

    run: str
    source: str
    folder: str
    verdict: str
    best: Best | None
    level: Level | None
    after_best: float | None
    findings: tuple[Mapping[str, Any], ...]
    issues: int
    summary: RunSummary
    sparks: tuple[Spark, ...]
    start: float | None = None
    scale: str | None = None
    todos: tuple[Item, ...] = ()
    spare: Spare | None = None
    trace: Trace | None = None
    spent: Spent | None = None
    suspicion: Suspicion | None = None
    reach: Reach | None = None
    mark: str | None = None
    others: tuple[Other, ...] = ()

    @property
    def result(self) -> float | None:
        """The level at its best, the best value without one; None for a run without a best."""
        if self.best is None:
            return None
        return self.best.value if self.level is None else self.level.value

    @property
    def kind(self) -> str:
        """The verdict by which it is counted and filtered, or the mark that takes its place."""
        if self.mark is None or not is_alone(self.mark):
            return self.verdict
        return self.mark

    @property
    def note_key(self) -> str:
        """The name by which notes.jsonl knows the run."""
        return self.folder.rpartition("/")[2]

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain JSON."""
        return {
            "run": self.run,
            "source": self.source,
            "folder": self.folder,
            "verdict": self.verdict,
            "best": self.best and vars(self.best),
            "level": self.level and self.level._asdict(),
            "after_best": self.after_best,
            "findings": list(self.findings),
            "issues": self.issues,
            "settings": self.summary.settings,
            "points": self.summary.points,
            "prints": self.summary.prints,
            "sparks": list(self.sparks),
            "start": self.start,
            "scale": self.scale,
            "todos": list(self.todos),
            "spare": self.spare,
            "trace": self.trace,
            "spent": self.spent,
            "suspicion": self.suspicion,
            "reach": self.reach,
            "mark": self.mark,
            "others": [_other_dict(other) for other in self.others],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Record:
        """Return the record that ``to_dict`` wrote.

        Raises KeyError, TypeError or ValueError for anything else: a state may be of a stranger,
        and ``folder`` is used as a path.
        """
        if not RUN_FOLDER.fullmatch(data["folder"]):
            raise ValueError(data["folder"])
        if data["verdict"] not in known_verdicts():
            raise ValueError(data["verdict"])
        scale = data["scale"]
        return cls(
            run=string(data["run"]),
            source=string(data["source"]),
            folder=data["folder"],
            verdict=data["verdict"],
            best=_read(data["best"], _best),
            level=_read(data["level"], _level),
            after_best=number_or_none(data["after_best"]),
            findings=tuple(map(_finding, data["findings"])),
            issues=whole(data["issues"]),
            summary=RunSummary(
                mapping(data["settings"]), whole(data["points"]), string(data["prints"])
            ),
            sparks=tuple(map(_spark_of, data["sparks"])),
            start=number_or_none(data["start"]),
            scale=None if scale is None else string(scale),
            todos=tuple(Item(string(text), string(key)) for text, key in data["todos"]),
            spare=_read(data["spare"], _spare_of),
            trace=_read(data["trace"], read_trace),
            spent=_read(data["spent"], _spent_of),
            suspicion=_read(data["suspicion"], _suspicion_of),
            reach=_read(data["reach"], _reach_of),
            mark=_read(data["mark"], _mark_of),
            others=tuple(map(_other_of, data["others"])),
        )


def _read(data: Any, read: Callable[[Any], Kind]) -> Kind | None:
    return None if data is None else read(data)


def _best(data: Any) -> Best:
    best = Best(**data)
    string(best.split), string(best.metric), whole(best.step)
    number(best.value), number_or_none(best.epoch)
    return best


def _level(data: Any) -> Level:
    level = Level(**data)
    number(level.value), number_or_none(level.low), number_or_none(level.high)
    return level


def _spare_of(data: Any) -> Spare:
    share, seconds = data
    return Spare(number(share), number_or_none(seconds))


def _spent_of(data: Any) -> Spent:
    unit, total, after, seconds, seconds_after = data
    times = number_or_none(seconds), number_or_none(seconds_after)
    return Spent(string(unit), number(total), number(after), *times)


def _suspicion_of(data: Any) -> Suspicion:
    key, share = data
    if key not in (PERFECT, BELOW):
        raise ValueError(key)
    return Suspicion(key, number_or_none(share))


def _reach_of(data: Any) -> Reach:
    low, high = data
    return Reach(number(low), number(high))


def _mark_of(data: Any) -> str:
    if data not in MARKS:
        raise ValueError(data)
    return string(data)


def _other_dict(other: Other) -> dict[str, Any]:
    return {**other._asdict(), "best": vars(other.best), "level": other.level._asdict()}


def _other_of(data: Any) -> Other:
    scale = data["scale"]
    return Other(
        _best(data["best"]),
        _level(data["level"]),
        number(data["after_best"]),
        None if scale is None else string(scale),
        _read(data["reach"], _reach_of),
    )


def _spark_of(data: Any) -> Spark:
    role, path, low, high, is_log = data
    ends = number_or_none(low), number_or_none(high)
    return Spark(string(role), string(path), *ends, is_log is True)


def _finding(data: Any) -> Mapping[str, Any]:
    finding = mapping(data)
    string(finding["detector"]), string(finding["severity"])
    return finding


def record_of(diagnosis: Diagnosis, source: str, folder: str, lang: str = "en") -> Record:
    """Return the record of a run that lies at ``source`` and is shown in ``folder``."""
    after = diagnosis.facts.get("after_best")
    share = float(after["share"]) if after else math.nan
    level = diagnosis.facts.get("best_level")
    start, best = diagnosis.run.meta.start, diagnosis.best
    return Record(
        run=diagnosis.run.name,
        source=source,
        folder=folder,
        verdict=diagnosis.verdict,
        best=best,
        level=None if level is None else Level(**level),
        after_best=share if math.isfinite(share) else None,
        findings=_findings(diagnosis),
        issues=sum(issue.severity != "info" for issue in diagnosis.issues),
        summary=summary_of(diagnosis.run),
        sparks=sparks_of(diagnosis),
        start=start if start is not None and start >= _FIRST_TIME else None,
        scale=None if best is None else scale_of(diagnosis.run, best.metric),
        todos=_todos(diagnosis, lang),
        spare=_spare(diagnosis),
        trace=trace_of(diagnosis),
        spent=spent_of(diagnosis),
        suspicion=suspicion_of(diagnosis),
        reach=None if best is None else reach_of(diagnosis.run, best.metric),
        mark=mark(diagnosis),
        others=others_of(diagnosis),
    )


def _spare(diagnosis: Diagnosis) -> Spare | None:
    """Return what the advised setting would have saved.

    It keeps a checkpoint within the interval of the best; None if no setting does.
    """
    replay = diagnosis.facts.get("early_stopping")
    if replay is None or "cheapest" not in replay["tags"]:
        return None
    advised = replay["advised"]
    return None if advised.saved is None else Spare(advised.saved, advised.saved_seconds)


def _todos(diagnosis: Diagnosis, lang: str) -> tuple[Item, ...]:
    shown = checklist(diagnosis, words(lang))
    english = shown if lang == "en" else checklist(diagnosis, words("en"))
    pairs = zip(shown, english, strict=True)
    return tuple(Item(todo.text, known.text) for todo, known in pairs)


def _findings(diagnosis: Diagnosis) -> tuple[dict[str, Any], ...]:
    found: list[dict[str, Any]] = []
    for check in diagnosis.data["checks"]:
        if check["status"] == "found":
            for finding in check["findings"]:
                kept = {key: value for key, value in finding.items() if key not in _ADVICE}
                found.append({"detector": check["detector"], **kept})
    return tuple(found)


def folder_name(name: str, source: str) -> str:
    """Return the folder of a run in the site: a slug and a hash, never a name from a log.

    It lies in one of 256 folders, named for the hash, since few systems like 100,000 in one.
    ``source`` is the path of its unit as the system has it, so that two paths have two folders even
    if they differ only in bytes that cannot be shown.
    """
    key = "\0".join((source, name)).encode("utf-8", "surrogatepass")
    made = hashlib.sha256(key).hexdigest()[:10]
    return f"{made[:2]}/{slug(name, collapse=True) or 'run'}-{made}"
