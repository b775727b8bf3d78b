"""Read one TensorBoard event file: its scalars by tag, in both encodings, and its damage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analyzer.errors import ParseError
from analyzer.model.issues import LogIssue
from analyzer.parsers._base import LogFile
from analyzer.parsers._event import decode_event, hyperparameters, scalar
from analyzer.parsers._event_blocks import EventBlocks, Piece
from analyzer.parsers._event_folders import EventPlace
from analyzer.parsers._event_layouts import Scalar
from analyzer.parsers._event_periods import Columns
from analyzer.parsers._event_points import (
    Mixture,
    Part,
    Points,
    Row,
    Store,
    in_order,
    of_rows,
)
from analyzer.parsers._event_shapes import Mixed
from analyzer.parsers._event_texts import salvaged, text_settings
from analyzer.parsers._tfrecord import Damage, Record
from analyzer.safe.names import printable
from analyzer.stats.arrays import Ints

_LFS = b"version https://git-lfs"
_GRAPHS = ("graph_def", "meta_graph_def", "tagged_run_metadata")


@dataclass
class EventLog:
    """The contents of one event file."""

    file: LogFile
    place: EventPlace
    wanted: frozenset[str] | None = None
    start: float = float("inf")  # wall time of the first event
    records: int = 0
    rows: dict[str, list[Row]] = field(default_factory=dict)
    parts: dict[str, list[Part]] = field(default_factory=dict)
    mixture: Mixture = field(default_factory=Mixture)
    plugins: dict[str, str] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, Any] = field(default_factory=dict)  # settings that stand in a text summary
    passed_over: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)  # scalars that are no number, by tag
    issues: list[LogIssue] = field(default_factory=list)
    store: Store = field(default_factory=Store)  # the points of the parts
    row_store: Store = field(default_factory=lambda: Store(np.float64))  # of those read one by one
    _tags: dict[str, list[Part]] | None = None

    @property
    def points(self) -> int:
        """How many points the file has."""
        stores = (self.store, self.row_store, self.mixture.store)
        return sum(map(len, stores)) + sum(map(len, self.rows.values()))

    @property
    def first_step(self) -> float:
        """The lowest step of the points, infinity if there are none."""
        steps = (part.column("step").min() for parts in self.tags().values() for part in parts)
        return float(min(steps, default=float("inf")))

    def tags(self) -> dict[str, list[Part]]:
        """Return the points of each tag in the order of their records.

        The tags are in the order of their first record.
        """
        if self._tags is None:
            self.end_rows()
            for tag, part in self.mixture.by_tag().items():
                self.parts.setdefault(tag, []).append(part)
            found = {tag: in_order(parts) for tag, parts in self.parts.items()}
            self._tags = dict(sorted(found.items(), key=lambda item: int(item[1][0].record[0])))
        return self._tags

    def end_rows(self) -> None:
        """Put the points that were read one by one with those that are in columns."""
        if self.rows:
            for tag, part in of_rows(self.rows, self.row_store).items():
                self.parts.setdefault(tag, []).append(part)
            self.rows.clear()


def read_events(
    file: LogFile, place: EventPlace, blocks: EventBlocks, wanted: frozenset[str] | None = None
) -> EventLog:
    """Read an event file; a damaged one gives every record that is whole.

    ``wanted`` are the only tags whose points are kept, None for all.
    """
    log = EventLog(file, place, wanted)
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
        for item in blocks.pieces(handle, file.length):
            if isinstance(item, Damage):
                damage.append(item)
            else:
                damage += _take_piece(item, log)
    log.issues += [*_damage_issues(damage, log), *_unread_issues(log)]
    _salvage(damage, log)
    is_session = bool(log.config)  # of add_hparams, which may have no metrics
    if not (log.points or log.issues or is_session) and log.wanted is None:
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


def _take_piece(piece: Piece, log: EventLog) -> list[Damage]:
    """Add a piece of the file to the log; return what was wrong with its records."""
    first = log.records
    for columns in piece.columns:
        _take_columns(columns, log)
    for mixed in piece.mixed:
        _take_mixed(mixed, log)
    damage = []
    for number, item in piece.rest:
        log.records = first + number
        if isinstance(item, Record):
            damage += _take_record(item, log)
        else:
            _take_scalar(item, log)
    log.records = first + piece.count
    return damage


def _take_columns(columns: Columns, log: EventLog) -> None:
    """Add scalars to the log."""
    log.start = min(log.start, float(np.fmin.reduce(columns.wall_time, axis=None)))
    kept = []
    for index, layout in enumerate(columns.layouts):
        if layout.plugin:
            log.plugins[layout.tag] = layout.plugin
        if log.wanted is None or layout.tag in log.wanted:
            kept.append(index)
    step, time, value = columns.step, columns.wall_time, columns.value
    if len(kept) < len(step):
        step, time, value = step[kept], time[kept], value[kept]
    start = log.store.add(Points(step, time, value))
    for number, index in enumerate(kept):
        tag = columns.layouts[index].tag
        if tag in log.rows:
            log.end_rows()
        record = _moved(columns.record, log.records + index)
        part = Part(record, log.store, start + number * step.shape[1])
        log.parts.setdefault(tag, []).append(part)


def _take_mixed(mixed: Mixed, log: EventLog) -> None:
    """Add scalars of many tags to the log."""
    log.start = min(log.start, float(np.fmin.reduce(mixed.wall_time)))
    if mixed.plugin:
        log.plugins |= dict.fromkeys(mixed.tags, mixed.plugin)
    tags = mixed.tags
    record, step, time, value = mixed.record, mixed.step, mixed.wall_time, mixed.value
    if log.wanted is not None:
        kept = [index for index, tag in enumerate(tags) if tag in log.wanted]
        tags = [tags[index] for index in kept]
        record, step, time, value = record[kept], step[kept], time[kept], value[kept]
    if tags:
        log.mixture.add(tags, record + log.records, Points(step, time, value))


def _moved(numbers: range | Ints, by: int) -> range | Ints:
    """Return numbers of records, of a piece, as those of the file."""
    if isinstance(numbers, range):
        return range(numbers.start + by, numbers.stop + by, numbers.step)
    return numbers + by


def _take_scalar(scalar: Scalar, log: EventLog) -> None:
    """Add one scalar to the log."""
    tag = scalar.layout.tag
    log.start = min(log.start, scalar.wall_time)
    if scalar.layout.plugin:
        log.plugins[tag] = scalar.layout.plugin
    if log.wanted is None or tag in log.wanted:
        row = Row(log.records, scalar.step, scalar.wall_time, scalar.value)
        log.rows.setdefault(tag, []).append(row)


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
            if log.wanted is not None and value.tag not in log.wanted:
                continue
            row = Row(record, event.step, event.wall_time, number)
            log.rows.setdefault(value.tag, []).append(row)
        elif plugin == "scalars":
            log.unread[value.tag] += 1
        elif plugin == "hparams":
            log.config.update(hyperparameters(value.metadata.plugin_data.content))
        elif settings := text_settings(value):
            log.texts |= settings
        else:
            log.passed_over[plugin or value.WhichOneof("value") or "empty value"] += 1
