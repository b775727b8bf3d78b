"""The nouns of the analyzer: what a parser yields, what a detector finds, what a report shows. No log is read here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np

from analyzer import metrics
from analyzer.errors import NotApplicable
from analyzer.registry.words import sentence, without_words
from analyzer.sentences import PLAIN, SentenceFormatter
from analyzer.stats.arrays import Bools, Floats, Ints

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")

MOST_PARTS = 20
COLUMNS = ("run", "split", "metric", "tag", "step", "epoch", "wall_time", "value", "superseded")


@dataclass(frozen=True)
class LogIssue:
    """Something in a log that was damaged, refused or worth a word.

    ``position`` is a byte offset in binary logs and a line number in text logs; ``kept`` and ``lost`` count points
    (None where it cannot be known), ``bytes`` those skipped. ``severity`` is error (the file gave no run), warning
    (something was lost or changed) or info. ``str(issue)`` is the one line a user sees.
    """

    severity: str
    source: str
    key: str
    position: int | None = None
    kept: int | None = None
    lost: int | None = None
    bytes: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)

    def line(
        self,
        template: str,
        place: str = "{source}:{position}",
        *,
        formatter: SentenceFormatter = PLAIN,
    ) -> str:
        """Return the issue as one line, worded by a sentence of ``_issues.toml``.

        ``formatter`` writes its counts. The position is an address and is not formatted.
        """
        shown = self.source
        if self.position is not None:
            shown = place.format(source=self.source, position=self.position)
        counts = {
            "position": self.position,
            "kept": self.kept,
            "lost": self.lost,
            "bytes": self.bytes,
        }
        values = {**counts, **self.values}
        try:
            worded = formatter.vformat(template, (), values)
        except (LookupError, ValueError, TypeError):  # a plug-in's sentence that cannot be filled
            worded = formatter.vformat(without_words(self.key, values), (), values)
        return f"{shown}: {worded}"

    def __str__(self) -> str:
        return self.line(sentence("_issues", "en", self.key, self.values))

    def to_dict(self) -> dict[str, Any]:
        """Return the issue as the JSON contract has it."""
        names = ("severity", "source", "position", "kept", "lost", "bytes", "key")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, eq=False)
class Series:
    """Every point that a log holds under one name, in the order of the log; all arrays have the same length."""

    tag: str
    split: str
    metric: str
    grain: str
    step: Ints
    epoch: Floats
    wall_time: Floats
    value: Floats
    superseded: Bools

    def __len__(self) -> int:
        return len(self.value)


@dataclass(frozen=True, eq=False)
class Curve:
    """One series ready to be judged: no superseded point, sorted by step (ties in the order of the log).

    ``x`` is the epoch where the epochs can stand for the steps, else the step. NaN and infinite values are still there.
    """

    metric: str
    split: str
    tag: str
    step: Ints
    epoch: Floats
    wall_time: Floats
    value: Floats

    def __len__(self) -> int:
        return len(self.value)

    @cached_property
    def has_epochs(self) -> bool:
        """Whether the epochs can be the axis: each point has one, none goes back, and they tell most steps apart."""
        if not len(self) or not np.isfinite(self.epoch).all():
            return False
        ahead = np.diff(self.epoch)
        if (ahead < 0).any():
            return False
        epochs, steps = (
            1 + np.count_nonzero(one) for one in (ahead, np.diff(self.step))
        )  # both are sorted
        return bool(2 * epochs > steps)

    @cached_property
    def x(self) -> Floats:
        """The epoch of each point where the epochs can stand for the steps, else the step."""
        return self.epoch if self.has_epochs else self.step.astype(np.float64)

    @property
    def unit(self) -> str:
        """What ``x`` counts: "epoch" or "step"."""
        return "epoch" if self.has_epochs else "step"

    @property
    def lower_is_better(self) -> bool:
        """False for accuracies and other scores."""
        return metrics.kind(self.metric) != "score"

    @cached_property
    def finite_points(self) -> int:
        """How many values are finite."""
        return int(np.isfinite(self.value).sum())

    def finite(self) -> Curve:
        """Return the curve without the points whose value is NaN or infinite."""
        if self.finite_points == len(self):
            return self
        keep = np.isfinite(self.value)
        step, epoch, wall_time, value = (
            self.step[keep],
            self.epoch[keep],
            self.wall_time[keep],
            self.value[keep],
        )
        return Curve(self.metric, self.split, self.tag, step, epoch, wall_time, value)

    def best(self) -> int:
        """Return the index of the best finite value, the first of equals."""
        value = np.where(np.isfinite(self.value), self.value, np.nan)
        return int(np.nanargmin(value) if self.lower_is_better else np.nanargmax(value))


@dataclass(frozen=True, eq=False)
class Run:
    """One training run: its points, its hyper-parameters, and what the reading of them cost.

    ``meta`` holds format, files (as shown), start and end (seconds since 1970), axes (which column was which) and
    passed_over (what the parser left aside, with the key of the reason). ``paths`` are its files as the system has
    them, to be opened and never shown.
    """

    name: str
    series: tuple[Series, ...]
    config: Mapping[str, Any] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)
    issues: tuple[LogIssue, ...] = ()
    paths: tuple[str, ...] = field(default=(), repr=False)

    @property
    def points(self) -> int:
        """How many points were logged, superseded ones included."""
        return sum(len(one) for one in self.series)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Return the tidy frame of the run: one row for each logged point, never resampled or deduplicated."""
        return to_frame([self])

    @cached_property
    def _made(self) -> dict[Any, Any]:
        return {}

    def __getstate__(self) -> dict[str, Any]:
        """Return what is pickled: all but what ``once`` can make again."""
        return {name: value for name, value in self.__dict__.items() if name != "_made"}

    def once(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """Return what ``make`` returns, made at the first call with a key and kept with the run: detectors share it."""
        if key not in self._made:
            self._made[key] = make()
        made: T = self._made[key]
        return made

    def splits(self, metric: str) -> list[str]:
        """Return the splits under which a metric was logged, in the order of the log."""
        return self._splits.get(metric, [])

    def held_out(self, metric: str) -> str:
        """Return the split that stands for unseen data: val, or test where there is no val."""
        return (
            "test" if "val" not in self.splits(metric) and "test" in self.splits(metric) else "val"
        )

    def trained_on(self, metric: str) -> str:
        """Return the split of the training data: train, or "" where the log does not say."""
        return "" if "train" not in self.splits(metric) and "" in self.splits(metric) else "train"

    def metrics_of(self, kind: str) -> list[str]:
        """Return the metrics of a kind ("loss" or "score") that tell the run's story.

        Where there is a total loss (or an accuracy) it stands for its parts; else the first ``MOST_PARTS`` parts are
        returned: a log with more of them tells no story by any one.
        """
        names = list(
            dict.fromkeys(one.metric for one in self.series if metrics.kind(one.metric) == kind)
        )
        main = {"loss": "loss", "score": "accuracy"}[kind]
        return [main] if main in names else names[:MOST_PARTS]

    @cached_property
    def _by_curve(self) -> dict[tuple[str, str], list[Series]]:
        found: dict[tuple[str, str], list[Series]] = {}
        for one in self.series:
            found.setdefault((one.metric, one.split), []).append(one)
        return found

    @cached_property
    def _splits(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for metric, split in self._by_curve:
            found.setdefault(metric, []).append(split)
        return found

    def curve(self, metric: str, split: str, *, at_least: int = 1) -> Curve:
        """Return the curve of a metric, or raise NotApplicable where there is none with ``at_least`` finite points."""
        found = self._by_curve.get((metric, split))
        if not found:
            raise NotApplicable("no_curve", metric=metric, split=split)
        curve = self.once(
            ("curve", metric, split), lambda: self.curve_of(min(found, key=_preference))
        )
        points = curve.finite_points
        if points < at_least:
            raise NotApplicable(
                "too_few_points", metric=metric, split=split, points=points, needed=at_least
            )
        return curve

    def find_curve(self, metric: str, split: str, *, at_least: int = 1) -> Curve | None:
        """Return the curve of a metric, or None if it has fewer than ``at_least`` finite points."""
        try:
            return self.curve(metric, split, at_least=at_least)
        except NotApplicable:
            return None

    def curve_of(self, series: Series) -> Curve:
        """Return the curve of one series, where several hold the same metric and split."""
        return self.once(("curve", id(series)), lambda: _curve(series))


def _preference(series: Series) -> tuple[bool, int, int, str]:
    """Order the series of one metric and split: an epoch's value before a batch's, more points before fewer."""
    return len(series) < 2, ("epoch", "", "step").index(series.grain), -len(series), series.tag


def _curve(series: Series) -> Curve:
    keep = np.flatnonzero(~series.superseded)
    order = keep[np.argsort(series.step[keep], kind="stable")]
    step, epoch, wall_time = series.step[order], series.epoch[order], series.wall_time[order]
    return Curve(
        series.metric, series.split, series.tag, step, epoch, wall_time, series.value[order]
    )


@dataclass(frozen=True)
class Skipped:
    """A file that was looked at and not read; ``key`` is a reason of ``_reasons.toml``."""

    source: str
    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class RunSet(Sequence[Run]):
    """The runs under one path, the issues of files that gave none, and the files that were passed over."""

    runs: tuple[Run, ...]
    issues: tuple[LogIssue, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    @overload
    def __getitem__(self, index: int) -> Run: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Run, ...]: ...
    def __getitem__(self, index: int | slice) -> Run | tuple[Run, ...]:
        return self.runs[index]

    def __len__(self) -> int:
        return len(self.runs)

    def __iter__(self) -> Iterator[Run]:
        return iter(self.runs)


def to_frame(runs: Sequence[Run]) -> pd.DataFrame:
    """Return the tidy frame of several runs; the columns are those of ``COLUMNS``.

    One row a logged point, by run, then by series in the order of the log; nothing is resampled or deduplicated.
    """
    import pandas as pd

    rows = [(run.name, one) for run in runs for one in run.series]
    lengths = np.array([len(one) for _, one in rows], dtype=np.int64)
    names = {"run": [name for name, _ in rows]}
    names |= {key: [getattr(one, key) for _, one in rows] for key in ("split", "metric", "tag")}
    data: dict[str, Any] = {}
    for key, labels in names.items():
        categories, codes = np.unique(np.array(labels, dtype=object), return_inverse=True)
        data[key] = pd.Categorical.from_codes(
            np.repeat(codes, lengths), pd.Index(categories, dtype=str)
        )
    types = {
        "step": np.int64,
        "epoch": np.float64,
        "wall_time": np.float64,
        "value": np.float64,
        "superseded": np.bool_,
    }
    for name, kind in types.items():
        parts = [getattr(one, name) for _, one in rows]
        data[name] = np.concatenate(parts) if parts else np.array([], dtype=kind)
    return pd.DataFrame(data, columns=list(COLUMNS))
