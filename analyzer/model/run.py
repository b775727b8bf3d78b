"""What a parser returns and everything else reads: runs and the tidy frame of their points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np

from analyzer import metrics
from analyzer.errors import NotApplicable
from analyzer.model.columns import Constants, column, is_unknown, joined, repeated
from analyzer.model.issues import LogIssue, Skipped
from analyzer.model.meta import RunMeta
from analyzer.model.series import Curve, Series, curve_of
from analyzer.model.shown import count, html_table, name_list, short

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")

MOST_PARTS = 20
COLUMNS = (
    "run",
    "split",
    "metric",
    "tag",
    "step",
    "epoch",
    "wall_time",
    "value",
    "superseded",
    "not_evaluated",
)


@dataclass(frozen=True, eq=False)
class Run:
    """One training run: its points, its hyperparameters, where it came from and its log issues.

    ``paths`` are its files on this system, ``results`` those with predictions beside its logs: open
    them, never show them.
    """

    name: str
    series: tuple[Series, ...]
    config: Mapping[str, Any] = field(default_factory=dict)
    meta: RunMeta = field(default_factory=RunMeta)
    issues: tuple[LogIssue, ...] = ()
    paths: tuple[str, ...] = field(default=(), repr=False)
    results: tuple[str, ...] = field(default=(), repr=False)

    def __repr__(self) -> str:
        names = list(dict.fromkeys(series.metric for series in self.series))
        metrics_named = f" ({name_list(names)})" if names else ""
        source = f", {self.meta.format}" if self.meta.format else ""
        points, series = count(self.points, "point"), f"{len(self.series):,} series"
        return f"<Run {short(self.name)}: {points} in {series}{metrics_named}{source}>"

    def _repr_html_(self) -> str:
        """Return a table of the series, for a notebook."""
        head = ("metric", "split", "points", "first", "last", "lowest", "highest")
        return html_table(repr(self)[1:-1], head, [_shown(series) for series in self.series])

    @cached_property
    def points(self) -> int:
        """How many points were logged, superseded ones included."""
        return sum(len(series) for series in self.series)

    def distinct(self, name: str) -> list[Any]:
        """Return the different arrays ("step", "wall_time" ...) that the series have or share."""
        return _distinct([getattr(series, name) for series in self.series])

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Return the tidy frame of the run: one row per logged point, never resampled."""
        return to_frame([self])

    @cached_property
    def _cache(self) -> dict[Any, Any]:
        return {}

    def __getstate__(self) -> dict[str, Any]:
        """Return what to pickle: everything but the cache of ``once``."""
        return {name: value for name, value in self.__dict__.items() if name != "_cache"}

    def once(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """Return the result of ``make``, computed once per key and kept with the run.

        Detectors, facts and charts share intermediate results this way.
        """
        if key not in self._cache:
            self._cache[key] = make()
        result: T = self._cache[key]
        return result

    def splits(self, metric: str) -> list[str]:
        """Return the splits under which a metric was logged, in log order."""
        return self._splits.get(metric, [])

    def held_out(self, metric: str) -> str:
        """Return the split of unseen data: val, or test if there is no val."""
        splits = self.splits(metric)
        if "val" not in splits and "test" in splits:
            return "test"
        return "val"

    def trained_on(self, metric: str) -> str:
        """Return the split of the training data: train, or "" if the log names no split."""
        splits = self.splits(metric)
        if "train" not in splits and "" in splits:
            return ""
        return "train"

    def metrics_of(self, kind: str) -> list[str]:
        """Return the metrics of a kind ("loss" or "score") that summarise the run.

        A total loss (or an accuracy) replaces its parts. Without one, at most the first
        ``MOST_PARTS`` parts are returned: with more, no single part describes the run. In
        reinforcement learning the rewards are the scores, and no loss shows success; nor do the
        losses of a generator and its discriminator, which work against each other.
        """
        return list(self.once(("metrics_of", kind), lambda: self._metrics_of(kind)))

    def _metrics_of(self, kind: str) -> list[str]:
        if self.rewards:
            return list(self.rewards[:MOST_PARTS]) if kind == "score" else []
        names = [series.metric for series in self.series if metrics.kind(series.metric) == kind]
        main = {"loss": "loss", "score": "accuracy"}[kind]
        if main in names:
            return [main]
        names = [name for name in names if name not in self.adversarial]
        return list(dict.fromkeys(names))[:MOST_PARTS]

    @cached_property
    def held_out_losses(self) -> tuple[str, ...]:
        """Return the losses that were logged for unseen data if the total was so for training only.

        A validation perplexity or word error rate, or the loss of each evaluation set by its name.
        """
        if self.metrics_of("loss") != ["loss"] or self.held_out("loss") in self.splits("loss"):
            return ()
        names = [name for name in self._splits if metrics.kind(name) == "loss"]
        held_out = [name for name in names if self.held_out(name) in self.splits(name)]
        return tuple(name for name in held_out if name not in self.adversarial)[:MOST_PARTS]

    @property
    def judged_metrics(self) -> list[str]:
        """The metrics that detectors judge and charts show: losses first, then scores."""
        return [*self.metrics_of("loss"), *self.held_out_losses, *self.metrics_of("score")]

    @cached_property
    def rewards(self) -> tuple[str, ...]:
        """Return the rewards of an agent, the best summary of them first; () for other runs.

        A mean comes before the least and the highest reward of the same episodes. Without a reward,
        the rates of success, or else the scores of episodes, are what the agent earned.
        """
        names = list(dict.fromkeys(series.metric for series in self.series if len(series) > 1))
        rewards = [name for name in names if metrics.is_reward(name)]
        rewards = rewards or metrics.successes(names)
        rewards = rewards or metrics.agent_scores(names, self.meta.axes.values())
        return tuple(metrics.summaries(rewards))

    @cached_property
    def adversarial(self) -> tuple[str, ...]:
        """Return the losses of a generator and its discriminator; () unless both were logged."""
        names = dict.fromkeys(series.metric for series in self.series)
        return tuple(metrics.adversarial(list(names)))

    @cached_property
    def _by_curve(self) -> dict[tuple[str, str], list[Series]]:
        found: dict[tuple[str, str], list[Series]] = {}
        for series in self.series:
            found.setdefault((series.metric, series.split), []).append(series)
        return found

    @cached_property
    def _splits(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for metric, split in self._by_curve:
            found.setdefault(metric, []).append(split)
        return found

    def curve(self, metric: str, split: str, *, at_least: int = 1) -> Curve:
        """Return the curve of a metric.

        Raises NotApplicable if it was not logged or has fewer than ``at_least`` finite points.
        """
        found = self._by_curve.get((metric, split))
        if not found:
            raise self._without(metric, split)
        curve = self.once(
            ("curve", metric, split), lambda: self.curve_of(min(found, key=_preference))
        )
        points = curve.finite_points
        if points < at_least:
            counts = {"points": points, "needed": at_least}
            if len(curve) > points:
                counts["not_finite"] = len(curve) - points
            raise NotApplicable("too_few_points", metric=metric, split=split, **counts)
        return curve

    def _without(self, metric: str, split: str) -> NotApplicable:
        """Return why there is no curve: it was not logged, or only losses of other names were."""
        others = self.held_out_losses if metric == "loss" else ()
        names = [name for name in others if split in self.splits(name)]
        if names:
            return NotApplicable("other_names", metric=metric, split=split, others=names)
        return NotApplicable("no_curve", metric=metric, split=split)

    def find_curve(self, metric: str, split: str, *, at_least: int = 1) -> Curve | None:
        """Return the curve of a metric, or None if it has fewer than ``at_least`` finite points."""
        try:
            return self.curve(metric, split, at_least=at_least)
        except NotApplicable:
            return None

    def curve_of(self, series: Series) -> Curve:
        """Return the curve of one series, even if another series of its metric is preferred."""
        return self.once(("curve", id(series)), lambda: curve_of(series))


def _preference(series: Series) -> tuple[bool, int, int, str]:
    """Return the sort key for series of one metric and split: epoch values first, longer first."""
    points = int(series.measured.sum())
    return points < 2, ("epoch", "", "step").index(series.grain), -points, series.tag


def _shown(series: Series) -> tuple[str, str, int, float | None, float | None, float, float]:
    """Return the row of a series in a table: its name, its size, its values."""
    values = series.value[np.isfinite(series.value)]
    first, last = (float(series.value[at]) if len(series) else None for at in (0, -1))
    low, high = (float(values.min()), float(values.max())) if len(values) else (np.nan, np.nan)
    return series.metric, series.split, len(series), first, last, low, high


def _distinct(arrays: Sequence[Any]) -> list[Any]:
    """Return arrays without those that are an earlier one."""
    return list({id(array): array for array in arrays}.values())


@dataclass(frozen=True, eq=False)
class RunSet(Sequence[Run]):
    """The runs under one path, the issues of files that gave none, and the files skipped."""

    runs: tuple[Run, ...]
    issues: tuple[LogIssue, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    def __repr__(self) -> str:
        names = name_list([run.name for run in self.runs])
        files = {issue.source for issue in self.issues}
        lost = f"; {count(len(files), 'file')} refused" if files else ""
        return f"<RunSet of {count(len(self.runs), 'run')}{names and ': '}{names}{lost}>"

    def _repr_html_(self) -> str:
        """Return a table of the runs, for a notebook."""
        rows = [
            (run.name, run.meta.format, run.points, len(run.series), len(run.issues))
            for run in self.runs
        ]
        title = repr(self)[1:-1].partition(":")[0]
        return html_table(title, ("run", "format", "points", "series", "issues"), rows)

    @property
    def unreadable(self) -> tuple[Skipped, ...]:
        """The files that could not be looked into: no permission, a pickle, an archive."""
        return tuple(file for file in self.skipped if file.is_unreadable)

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
    """Return the tidy frame of several runs; its columns are ``COLUMNS``.

    One row per logged point, by run, then by series in log order; nothing is resampled.
    """
    import pandas as pd

    names: list[str] = []
    series: list[Series] = []
    for run in runs:
        names += [run.name] * len(run.series)
        series += run.series
    lengths = np.array([len(points) for points in series], dtype=np.int64)
    labels: dict[str, list[str]] = {"run": names}
    for key in ("split", "metric", "tag"):
        labels[key] = [getattr(points, key) for points in series]
    data: dict[str, Any] = {}
    for key, texts in labels.items():
        categories = sorted(set(texts))
        codes = {text: code for code, text in enumerate(categories)}
        # not 8 bytes a point
        small = np.array([codes[text] for text in texts], np.min_scalar_type(-len(categories)))
        data[key] = pd.Categorical.from_codes(
            repeated(small, lengths), pd.Index(categories, dtype=str)
        )
    types = {
        "step": np.int64,
        "epoch": np.float64,
        "wall_time": np.float64,
        "value": np.float64,
        "superseded": np.bool_,
    }
    constants = Constants(int(lengths.sum()))
    for key, kind in types.items():
        arrays = [getattr(points, key) for points in series]
        if key in ("epoch", "wall_time") and all(map(is_unknown, arrays)):
            data[key] = constants.column(np.nan)
        elif key == "superseded" and not any(array.any() for array in _distinct(arrays)):
            data[key] = constants.column(False)
        else:
            data[key] = column(arrays, kind)
    data["not_evaluated"] = constants.column(False)
    if any(points.not_evaluated is not None for points in series):
        data["not_evaluated"] = joined([~points.measured for points in series], np.bool_)
    return pd.DataFrame(data, columns=list(COLUMNS), copy=False)
