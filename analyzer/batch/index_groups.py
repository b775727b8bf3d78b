"""What the index says of repeats: a row for each group, and those that are unstable over seeds."""

from __future__ import annotations

from typing import NamedTuple

from analyzer.batch.index import Index, in_column, number_shown, setting_shown, short
from analyzer.batch.index_verdicts import verdicts_of
from analyzer.comparing.repeats import Repeats, disagree
from analyzer.report.differences import counted_verdicts

_MOST_UNSTABLE = 10  # groups whose verdicts differ over seeds, a sentence each


class GroupRow(NamedTuple):
    """Repeats of a setting as the tables show them."""

    settings: str
    members: str
    mean: str
    raw: str
    deviation: str
    verdicts: str
    metric: str


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
    if group.metric and (group.split, group.metric) != index.judged_by:
        metric = short(text.metric(group.metric, group.split, alone=True))
    mean, raw = (
        in_column(value, (group.split, group.metric), index)
        for value in (group.mean, group.raw_mean)
    )
    return GroupRow(
        settings=", ".join(settings) or text.of("_index")["no_settings"],
        members=text.integer(len(group.members)),
        mean=mean,
        raw="" if raw == mean else raw,
        deviation=number_shown(group.deviation, text),
        verdicts=verdicts_of([index.batch.records[at] for at in group.members], text),
        metric=metric,
    )


def mean_name(index: Index) -> str:
    """Return the head of the means of groups, with the metric of most runs."""
    sentences = index.text.of("_index")
    if index.judged_by is None:
        return str(sentences["mean"])
    split, name = index.judged_by
    metric = index.text.metric(name, split, alone=True)
    return index.text.fill(sentences["mean_of"], {"metric": metric})


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
