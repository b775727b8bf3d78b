"""What the index of a site says: the parts that its page and its Markdown have in common."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from analyzer.batch.index_names import Ends, common_ends, distinct_names, fitting
from analyzer.batch.index_notes import note
from analyzer.batch.index_order import judged_order, ordered
from analyzer.batch.index_sweep import Sweep, sweep_of
from analyzer.batch.index_verdicts import kind_names
from analyzer.batch.judged_instead import Instead, judged_instead
from analyzer.batch.record import Record
from analyzer.batch.result import Batch, Options
from analyzer.comparing.copies import same_points_in
from analyzer.comparing.repeats import Repeats, repeats, varying
from analyzer.model.diagnosis import Best
from analyzer.numbers import column_step
from analyzer.reading.site import index_page
from analyzer.safe.names import visible, without_end, without_middle_parts
from analyzer.text import Words, languages_from, words

LONGEST = 80  # characters of a name
_HEAD = 24  # characters that are kept of the beginning of a longer one


@dataclass(frozen=True, eq=False)
class Index:
    """What is shown of a batch; ``missing`` runs are still to come.

    ``vary`` are the settings that differ between the runs, ``names`` and ``notes`` those of each
    run, and ``judged_by`` is the split and metric by which most runs are judged, None if no curve
    has most of them. ``ends`` are what all names have in common, ``same`` the runs with the points
    of an earlier one. ``instead`` is the metric that takes the place of losses of different kinds,
    as it does in the records. ``origin`` is the index in the language of the site, None if this is
    it.
    """

    batch: Batch
    options: Options
    missing: int
    text: Words
    vary: tuple[str, ...]
    groups: tuple[Repeats, ...]
    names: tuple[str, ...]
    notes: tuple[str, ...]
    judged_by: tuple[str, str] | None
    ends: Ends
    same: Mapping[int, int]
    instead: Instead | None = None
    origin: Index | None = None

    @cached_property
    def level_step(self) -> float | None:
        """The step by which levels of the metric of most runs are written, if they have one."""
        return column_step(
            record.result
            for record in self.batch.records
            if record.best and (record.best.split, record.best.metric) == self.judged_by
        )

    @cached_property
    def shown_names(self) -> tuple[str, ...]:
        """The name of each run as tables and sentences have it: its middle cut if it is long."""
        names = [visible(self.ends.cut(name)) for name in self.names]
        return tuple(fitting(names, LONGEST, head=_HEAD))

    @cached_property
    def side_names(self) -> dict[str, str]:
        """The names of the ranked groups as sentences have them."""
        names = [side.name for side in self.sweep.sides] if self.sweep else []
        return dict(
            zip(names, fitting(list(map(visible, names)), LONGEST, head=_HEAD), strict=True)
        )

    @cached_property
    def has_points(self) -> bool:
        """Whether a best value looks unlike the level of its run, so that both are shown."""
        return any(point_shown(record, self) for record in self.batch.records)

    @cached_property
    def sweep(self) -> Sweep | None:
        """What the runs say together, None if nothing is ranked."""
        if self.origin is not None:
            return self.origin.sweep
        names = [self.ends.cut(name) for name in self.names]
        is_complete = not self.missing
        return sweep_of(self.batch.records, names, self.options.group, is_complete=is_complete)

    @cached_property
    def judged(self) -> tuple[int, ...]:
        """The indices of the runs that are judged alike, the best first."""
        if self.origin is not None:
            return self.origin.judged
        return tuple(judged_order(self.batch.records))

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The indices of the runs in the order in which they are shown."""
        return tuple(ordered(self.batch.records, self.sweep))


class VerdictCount(NamedTuple):
    """How many runs have a verdict."""

    verdict: str
    name: str
    runs: str


def build_index(batch: Batch, options: Options, *, missing: int) -> Index:
    """Return what the pages of a batch show. Raises ConfigError for an unknown language."""
    text = words(options.lang)
    records, instead = judged_instead(batch.records)
    batch = replace(batch, records=tuple(records))
    summaries = [record.summary for record in batch.records]
    bests = [record.best for record in batch.records]
    vary = varying([summary.settings for summary in summaries])
    levels = [record.level for record in batch.records]
    groups = repeats(summaries, bests, levels, vary, options.group)
    names = distinct_names(batch.records)
    same = same_points_in(summaries)
    return Index(
        batch=batch,
        options=options,
        missing=missing,
        text=text,
        vary=tuple(vary),
        groups=tuple(groups),
        names=tuple(names),
        notes=_notes(batch.records, groups, same, text),
        judged_by=_judged_by_most([best for best in bests if best is not None]),
        ends=common_ends(names),
        same=same,
        instead=instead,
    )


def _judged_by_most(bests: Sequence[Best]) -> tuple[str, str] | None:
    """Return the split and metric of more than half of the best values, None if there is none."""
    counts = Counter((best.split, best.metric) for best in bests)
    for judged, count in counts.most_common(1):
        if 2 * count > len(bests):
            return judged
    return None


def in_language(index: Index, lang: str) -> Index:
    """Return the index in another language; what was computed for the ranking is shared."""
    text = words(lang)
    return replace(
        index,
        options=replace(index.options, lang=lang),
        text=text,
        notes=_notes(index.batch.records, index.groups, index.same, text) if index.notes else (),
        origin=index.origin or index,
    )


def languages_of(index: Index) -> list[tuple[str, str, str]]:
    """Return (code, name, page) of each language, that of the site first."""
    site = (index.origin or index).options.lang
    return [
        (lang, words(lang).ui("language"), "index.html" if lang == site else index_page(lang))
        for lang in languages_from(site)
    ]


def summary_line(index: Index) -> str:
    """Return how many runs there are, and how many files gave none."""
    text, batch = index.text, index.batch
    counts = {"runs": len(batch.records), "unread": len(batch.unread)}
    key = "summary" if batch.unread else "summary_read"
    line = text.fill(text.of("_index")[key], counts)
    shard = index.options.shard
    if shard is None:
        return line
    part = text.fill(text.of("_index")["part"], shard._asdict())
    return f"{line}; {part}"


def partial_line(index: Index) -> str:
    """Return that runs are still to come, empty if none are."""
    if not index.missing:
        return ""
    missing = {"missing": index.missing}
    return index.text.fill(index.text.of("_index")["partial"], missing)


def verdict_counts(index: Index) -> list[VerdictCount]:
    """Return how many runs have each verdict, or a mark that takes its place."""
    text = index.text
    count = Counter(record.kind for record in index.batch.records)
    return [
        VerdictCount(kind, name, text.integer(count[kind]))
        for kind, name in kind_names(text).items()
        if count[kind]
    ]


def level_shown(record: Record, index: Index) -> str:
    """Return the level at the best, with its metric if that is not the one of most runs."""
    best = record.best
    if best is None:
        return ""
    shown = in_column(record.result, (best.split, best.metric), index)
    if (best.split, best.metric) == index.judged_by:
        return shown
    return f"{shown} {short(index.text.metric(best.metric, best.split, alone=True))}"


def in_column(value: float | None, judged_by: tuple[str, str], index: Index) -> str:
    """Return a level, with the decimals of its column if it is of the metric of most runs."""
    if value is None:
        return ""
    if judged_by != index.judged_by or index.level_step is None:
        return index.text.number(value)
    return index.text.tick(value, index.level_step)


def level_name(index: Index) -> str:
    """Return the metric of most runs and its direction, or a general name if none has most."""
    text, sweep = index.text, index.sweep
    if index.judged_by is None:
        return str(text.of("_index")["best"])
    split, name = index.judged_by
    key = "level_of"
    if sweep is not None and (sweep.split, sweep.metric) == index.judged_by:
        key = "level_low" if sweep.lower_is_better else "level_high"
    return text.fill(text.of("_index")[key], {"metric": text.metric(name, split, alone=True)})


def point_shown(record: Record, index: Index) -> str:
    """Return the best value as it was logged, empty if it looks like the level."""
    best = record.best
    if best is None or record.level is None:
        return ""
    point, level = (
        in_column(value, (best.split, best.metric), index)
        for value in (best.value, record.level.value)
    )
    return "" if point == level else point


def place_shown(best: Best | None, text: Words) -> str:
    """Return where the best value lies."""
    return text.place(best.step, best.epoch, alone=True) if best is not None else ""


def number_shown(value: float | None, text: Words) -> str:
    """Return a number, empty if it is unknown."""
    return "" if value is None else text.number(value)


def share_shown(share: float | None, text: Words) -> str:
    """Return a share in percent, empty if it is unknown."""
    return text.percent(share) if share is not None else ""


def setting_shown(value: Any, text: Words) -> str:
    """Return a setting as a table shows it."""
    if isinstance(value, bool):
        return short(json.dumps(value))
    if isinstance(value, int):
        return text.integer(value)
    if isinstance(value, float):
        return text.number(value)
    if value is None:
        return ""
    return short(value if isinstance(value, str) else json.dumps(value))


def short(name: str) -> str:
    """Return a name that fits a table, without its end if it is long."""
    return without_end(visible(name), LONGEST)


def short_path(name: str) -> str:
    """Return a path that fits a table, its middle cut if it is long."""
    return without_middle_parts(visible(name), LONGEST, head=_HEAD)


def _notes(
    records: Sequence[Record], groups: Sequence[Repeats], same: Mapping[int, int], text: Words
) -> tuple[str, ...]:
    """Return what is worth a note on each run."""
    strangers = {index for group in groups for index in group.strangers}
    places = range(len(records))
    return tuple(note(place, records, same, text, strangers=strangers) for place in places)
