"""What the index of a site says: the parts that its page and its Markdown have in common."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from analyzer.batch.index_names import Ends, common_ends, distinct_names
from analyzer.batch.index_notes import note
from analyzer.batch.index_order import judged_order, ordered
from analyzer.batch.index_sweep import Sweep, sweep_of
from analyzer.batch.record import Record
from analyzer.batch.result import Batch, Options
from analyzer.comparing.copies import same_points_in
from analyzer.comparing.repeats import Repeats, disagree, repeats, varying
from analyzer.engine import known_verdicts
from analyzer.model.diagnosis import Best
from analyzer.reading.site import index_page
from analyzer.report.differences import counted_verdicts, verdict_list
from analyzer.safe.names import visible, without_end, without_middle_parts
from analyzer.text import Words, languages_from, words

LONGEST = 80  # characters of a name
_HEAD = 24  # characters that are kept of the beginning of a longer one
_MOST_UNSTABLE = 10  # groups whose verdicts differ over seeds, a sentence each


@dataclass(frozen=True, eq=False)
class Index:
    """What is shown of a batch; ``missing`` runs are still to come.

    ``vary`` are the settings that differ between the runs, ``names`` and ``notes`` those of each
    run, and ``is_mixed`` says whether the runs are judged by several metrics. ``ends`` are what
    all names have in common, ``same`` the runs with the points of an earlier one. ``origin`` is the
    index in the language of the site, None if this is it.
    """

    batch: Batch
    options: Options
    missing: int
    text: Words
    vary: tuple[str, ...]
    groups: tuple[Repeats, ...]
    names: tuple[str, ...]
    notes: tuple[str, ...]
    is_mixed: bool
    ends: Ends
    same: Mapping[int, int]
    origin: Index | None = None

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


class GroupRow(NamedTuple):
    """Repeats of a setting as the tables show them."""

    settings: str
    members: str
    mean: str
    raw: str
    deviation: str
    verdicts: str
    metric: str


def build_index(batch: Batch, options: Options, *, missing: int) -> Index:
    """Return what the pages of a batch show. Raises ConfigError for an unknown language."""
    text = words(options.lang)
    summaries = [record.summary for record in batch.records]
    bests = [record.best for record in batch.records]
    vary = varying([summary.settings for summary in summaries])
    levels = [record.level for record in batch.records]
    groups = repeats(summaries, bests, levels, vary, options.group)
    metrics = {(best.split, best.metric) for best in bests if best is not None}
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
        is_mixed=len(metrics) > 1,
        ends=common_ends(names),
        same=same,
    )


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
    """Return how many runs have each verdict."""
    text = index.text
    count = Counter(record.verdict for record in index.batch.records)
    return [
        VerdictCount(verdict, text.verdict(verdict), text.integer(count[verdict]))
        for verdict in known_verdicts()
        if count[verdict]
    ]


def level_shown(record: Record, index: Index) -> str:
    """Return the level at the best, with its metric if the runs are judged by several."""
    best = record.best
    if best is None:
        return ""
    text = index.text
    shown = text.number(record.result)
    if not index.is_mixed:
        return shown
    return f"{shown} {short(text.metric(best.metric, best.split, alone=True))}"


def point_shown(record: Record, text: Words) -> str:
    """Return the best value as it was logged, empty if it looks like the level."""
    if record.best is None or record.level is None:
        return ""
    point = text.number(record.best.value)
    return "" if point == text.number(record.level.value) else point


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
    """Return a path that fits a table, without its middle if it is long."""
    return without_middle_parts(visible(name), LONGEST, head=_HEAD)


def groups_why(index: Index) -> str:
    """Return by what the runs were grouped."""
    sentences = index.text.of("_index")
    if not index.options.group:
        return str(sentences["groups_why"])
    return index.text.fill(sentences["groups_by"], {"keys": ", ".join(index.options.group)})


def group_row(group: Repeats, index: Index) -> GroupRow:
    """Return a group as a row of a table."""
    text = index.text
    settings = [
        f"{short(key)} = {setting_shown(value, text)}"
        for key, value in group.settings.items()
        if value is not None
    ]
    metric = ""
    if group.metric:
        metric = short(text.metric(group.metric, group.split, alone=True))
    mean, raw = number_shown(group.mean, text), number_shown(group.raw_mean, text)
    return GroupRow(
        settings=", ".join(settings) or text.of("_index")["no_settings"],
        members=text.integer(len(group.members)),
        mean=mean,
        raw="" if raw == mean else raw,
        deviation=number_shown(group.deviation, text),
        verdicts=verdict_list([index.batch.records[at].verdict for at in group.members], text),
        metric=metric,
    )


def unstable_lines(index: Index) -> list[str]:
    """Return a sentence for each group whose runs differ in the seed alone but not in verdict.

    Of many groups the last ones share a sentence.
    """
    text = index.text
    sentences = text.of("_index")
    lines = []
    for group in index.groups:
        verdicts = [index.batch.records[at].verdict for at in group.members]
        if group.by_seed and disagree(verdicts):
            name = group_row(group, index).settings
            values = {"name": name, "verdicts": counted_verdicts(verdicts, text)}
            lines.append(text.fill(sentences["unstable"], values))
    if len(lines) > _MOST_UNSTABLE + 1:
        count = {"count": text.integer(len(lines) - _MOST_UNSTABLE)}
        lines = [*lines[:_MOST_UNSTABLE], text.fill(sentences["unstable_more"], count)]
    return lines


def _notes(
    records: Sequence[Record], groups: Sequence[Repeats], same: Mapping[int, int], text: Words
) -> tuple[str, ...]:
    """Return what is worth a note on each run."""
    strangers = {index for group in groups for index in group.strangers}
    places = range(len(records))
    return tuple(note(place, records, same, text, strangers=strangers) for place in places)
