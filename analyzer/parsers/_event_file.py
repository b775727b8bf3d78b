"""Read one TensorBoard event file: its scalars by tag, in both encodings, and its damage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from analyzer.errors import ParseError
from analyzer.model.issues import LogIssue
from analyzer.parsers._base import LogFile
from analyzer.parsers._event import decode_event, hyperparameters, scalar
from analyzer.parsers._event_folders import EventPlace
from analyzer.parsers._event_texts import salvaged, text_settings
from analyzer.parsers._scalars import Scalars, scalars_of
from analyzer.parsers._tfrecord import Block, Damage, Record, blocks
from analyzer.safe.names import printable
from analyzer.stats.arrays import Floats, Ints

_LFS = b"version https://git-lfs"
_GRAPHS = ("graph_def", "meta_graph_def", "tagged_run_metadata")


class TagPoints(NamedTuple):
    """The points of one tag in log order; all arrays have the same length."""

    step: Ints
    wall_time: Floats
    value: Floats


class _Row(NamedTuple):
    """One point and the number of its record in the file."""

    record: int
    step: int
    wall_time: float
    value: float


@dataclass
class EventLog:
    """The contents of one event file."""

    file: LogFile
    place: EventPlace
    start: float = float("inf")  # wall time of the first event
    records: int = 0
    rows: dict[str, list[_Row]] = field(default_factory=dict)
    columns: dict[str, list[Scalars]] = field(default_factory=dict)
    plugins: dict[str, str] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, Any] = field(default_factory=dict)  # settings that stand in a text summary
    passed_over: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)  # scalars that are no number, by tag
    issues: list[LogIssue] = field(default_factory=list)

    @property
    def points(self) -> int:
        """How many points the file has."""
        count = sum(map(len, self.rows.values()))
        for parts in self.columns.values():
            count += sum(len(part.step) for part in parts)
        return count

    def tags(self) -> dict[str, TagPoints]:
        """Return the points of each tag, tags in the order of their first record."""
        first: dict[str, int] = {}
        points: dict[str, TagPoints] = {}
        for tag in {**self.rows, **self.columns}:
            parts = [
                (part.record, part.step, part.wall_time, part.value)
                for part in self.columns.get(tag, ())
            ]
            if tag in self.rows:
                records, steps, times, values = zip(*self.rows[tag], strict=True)
                step = np.array(steps, dtype=np.int64)
                parts.append((np.array(records), step, np.array(times), np.array(values)))
            record, step, time, value = (
                np.concatenate(arrays) for arrays in zip(*parts, strict=True)
            )
            order = np.argsort(record, kind="stable")
            first[tag] = int(record[order[0]])
            points[tag] = TagPoints(step[order], time[order], value[order])
        return {tag: points[tag] for tag in sorted(points, key=first.__getitem__)}


def read_events(file: LogFile, place: EventPlace) -> EventLog:
    """Read an event file; a damaged one gives every record that is whole."""
    log = EventLog(file, place)
    if file.head.startswith(_LFS):
        log.issues.append(LogIssue("error", file.shown, "git_lfs_pointer"))
        return log
    try:
        handle = file.open()
    except ParseError as error:
        log.issues.append(LogIssue("error", file.shown, error.key, values=error.values))
        return log
    damage: list[Damage] = []
    with handle:
        for item in blocks(handle, file.size):
            if isinstance(item, Damage):
                damage.append(item)
            elif isinstance(item, Block):
                for record in _take_scalars(item, log):
                    damage += _take_record(record, log)
            else:
                damage += _take_record(item, log)
    log.issues += [*_damage_issues(damage, log), *_unread_issues(log)]
    _salvage(damage, log)
    if not log.points and not log.issues:
        reason = "no_scalars" if log.passed_over else "nothing_flushed"
        log.issues.append(LogIssue("info", file.shown, reason))
    return log


def _damage_issues(damage: Sequence[Damage], log: EventLog) -> list[LogIssue]:
    """Return one issue for each kind of damage in a file, at its first place."""
    kinds: dict[str, list[Damage]] = {}
    for item in damage:
        kinds.setdefault(item.key, []).append(item)
    return [
        LogIssue(
            "warning",
            log.file.shown,
            key,
            position=same[0].position,
            kept=log.points,
            bytes=sum(item.bytes for item in same),
            values={"count": len(same)},
        )
        for key, same in kinds.items()
    ]


def _unread_issues(log: EventLog) -> list[LogIssue]:
    """Return an issue if values of scalars are not one number: texts, arrays, unknown types."""
    if not log.unread:
        return []
    name = printable(next(iter(log.unread)))
    values = {"name": name, "count": len(log.unread)}
    lost = sum(log.unread.values())
    return [
        LogIssue("warning", log.file.shown, "bad_scalar", kept=log.points, lost=lost, values=values)
    ]


def _salvage(damage: Sequence[Damage], log: EventLog) -> None:
    """Keep settings that are whole in a record whose checksum is wrong, and say so."""
    for item in damage:
        found = salvaged(log.file, item) if item.key == "bad_payload_crc" else {}
        if found:
            values = {"count": len(found)}
            issue = LogIssue(
                "info", log.file.shown, "settings_salvaged", position=item.position, values=values
            )
            log.issues.append(issue)
            log.texts = {**found, **log.texts}
            return


def _take_scalars(block: Block, log: EventLog) -> Iterator[Record]:
    """Add the scalars of a block to the log; yield each record that is anything else."""
    found = scalars_of(block)
    first = log.records
    for scalars in found.columns:
        log.start = min(log.start, float(scalars.wall_time.min()))
        scalars = replace(scalars, record=scalars.record + first)
        log.columns.setdefault(scalars.tag, []).append(scalars)
        if scalars.plugin:
            log.plugins[scalars.tag] = scalars.plugin
    for index in found.rest:
        log.records = first + index
        yield Record(block.position(index), block.payload(index))
    log.records = first + len(block.start)


def _take_record(record: Record, log: EventLog) -> list[Damage]:
    """Add one record to the log; return what was wrong with it."""
    try:
        decoded = decode_event(record.payload)
    except ValueError:
        return [Damage("bad_payload", record.position, len(record.payload))]
    _take_event(decoded.event, log)
    return [Damage("bad_name", record.position, 0)] if decoded.is_repaired else []


def _take_event(event: Any, log: EventLog) -> None:
    """Add the contents of one event to the log."""
    record, log.records = log.records, log.records + 1
    log.start = min(log.start, event.wall_time)
    what = event.WhichOneof("what")
    if what in _GRAPHS:
        log.passed_over["graph"] += 1
    if what != "summary":
        return
    for value in event.summary.value:
        plugin = value.metadata.plugin_data.plugin_name or log.plugins.get(value.tag, "")
        log.plugins[value.tag] = plugin
        number = scalar(value, plugin)
        if number is not None:
            row = _Row(record, event.step, event.wall_time, number)
            log.rows.setdefault(value.tag, []).append(row)
        elif plugin == "scalars":
            log.unread[value.tag] += 1
        elif plugin == "hparams":
            log.config.update(hyperparameters(value.metadata.plugin_data.content))
        elif settings := text_settings(value):
            log.texts |= settings
        else:
            log.passed_over[plugin or value.WhichOneof("value") or "empty value"] += 1
