"""TensorBoard event files: every scalar of a folder, in both encodings, checksums verified.

The files of one folder are one run, in the order of their first wall time. A folder that is named for a split (train,
validation, eval ...) belongs to the run of its parent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from analyzer import metrics
from analyzer.errors import ParseError
from analyzer.model.run import LogIssue, Run
from analyzer.parsers import _tfrecord
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._scalars import Column, columns
from analyzer.parsers._series import Points, assemble
from analyzer.parsers._wire import mend_strings
from analyzer.stats.arrays import Floats, Ints

_Row = tuple[int, int, float, float]  # number of the record, step, wall time, value
_LFS = b"version https://git-lfs"
_TAG = (5, 1, 1)  # field numbers: Event.summary, Summary.value, Value.tag


class TensorBoard(Parser):
    """Event files as TensorFlow, Keras, torch, tensorboardX and others write them."""

    title: ClassVar[str] = "TensorBoard event file"

    def claims(self, file: LogFile) -> bool:
        """Claim by the name every writer uses, or by a first record that is whole."""
        return "tfevents" in file.path.name or _first_record_is_whole(file.head)

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Put the files of one folder, and of its split folders, together."""
        runs: dict[Path, list[LogFile]] = {}
        for file in files:
            folder = file.relative.parent
            if folder.name and metrics.folder_split(folder.name):
                folder = folder.parent
            runs.setdefault(folder, []).append(file)
        return [Group(folder, tuple(group)) for folder, group in runs.items()]

    def parse(self, group: Group) -> list[Run]:
        """Read all files of a run; a damaged file gives every record that is whole."""
        logs = sorted(
            (_read(file) for file in group.files), key=lambda log: (log.start, log.file.shown)
        )
        points = _points(logs)
        series, issues = assemble(points, group.name.as_posix() if group.name.name else "run")
        issues = [issue for log in logs for issue in log.issues] + issues
        passed_over: Counter[str] = sum((log.passed_over for log in logs), Counter())
        times = np.concatenate([one.wall_time for one in points]) if points else np.array([])
        meta = {
            "format": self.title,
            "files": [log.file.shown for log in logs],
            "start": float(times.min()) if len(times) else None,
            "end": float(times.max()) if len(times) else None,
            "axes": {"step": "step", "wall_time": "wall_time"},
            "passed_over": [
                (kind, "not_scalar", {"count": count})
                for kind, count in sorted(passed_over.items())
            ],
        }
        config = {key: value for log in logs for key, value in log.config.items()}
        return [Run("", series, config, meta, tuple(issues))]


@dataclass
class _Log:
    """What one event file held, by tag: the number of the record, step, wall time and value of each point."""

    file: LogFile
    split: str
    start: float = float("inf")
    records: int = 0
    rows: dict[str, list[_Row]] = field(default_factory=dict)
    columns: dict[str, list[Column]] = field(default_factory=dict)
    plugins: dict[str, str] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    passed_over: Counter[str] = field(default_factory=Counter)
    issues: list[LogIssue] = field(default_factory=list)

    @property
    def points(self) -> int:
        return sum(map(len, self.rows.values())) + sum(
            len(one.step) for part in self.columns.values() for one in part
        )

    def tags(self) -> dict[str, tuple[Ints, Floats, Floats]]:
        """Return step, wall time and value of each tag in the order of the file, tags by their first record."""
        found: dict[str, tuple[int, tuple[Ints, Floats, Floats]]] = {}
        for tag in {**self.rows, **self.columns}:
            parts = [
                (one.record, one.step, one.wall_time, one.value)
                for one in self.columns.get(tag, ())
            ]
            if tag in self.rows:
                record, step, time, value = zip(*self.rows[tag], strict=True)
                parts.append(
                    (
                        np.array(record),
                        np.array(step, dtype=np.int64),
                        np.array(time),
                        np.array(value),
                    )
                )
            number, steps, times, values = (np.concatenate(one) for one in zip(*parts, strict=True))
            order = np.argsort(number, kind="stable")
            found[tag] = (int(number[order[0]]), (steps[order], times[order], values[order]))
        return {
            tag: arrays for tag, (_, arrays) in sorted(found.items(), key=lambda item: item[1][0])
        }


def _first_record_is_whole(head: bytes) -> bool:
    """Recognise an event file under a strange name: the length, its CRC and the version event agree."""
    return (
        len(head) > 12
        and b"brain.Event:" in head[:64]
        and _tfrecord.masked_crc(head[:8]) == int.from_bytes(head[8:12], "little")
    )


def _read(file: LogFile) -> _Log:
    from google.protobuf.message import DecodeError

    log = _Log(file, metrics.folder_split(file.folder.resolve().name))
    if file.head.startswith(_LFS):
        log.issues.append(LogIssue("error", file.shown, "git_lfs_pointer"))
        return log
    try:
        handle = file.open()
    except ParseError as error:
        log.issues.append(LogIssue("error", file.shown, error.key, values=error.values))
        return log
    damage: list[_tfrecord.Damage] = []
    with handle:
        for item in _tfrecord.blocks(handle, file.size):
            if isinstance(item, _tfrecord.Damage):
                damage.append(item)
                continue
            for offset, payload in (
                _take_columns(item, log) if isinstance(item, _tfrecord.Block) else [item]
            ):
                try:
                    event, is_mended = _event(payload)
                except DecodeError:
                    damage.append(_tfrecord.Damage("bad_payload", offset, len(payload)))
                    continue
                if is_mended:
                    damage.append(_tfrecord.Damage("bad_name", offset, 0))
                _take(event, log)
    log.issues += _damage_issues(damage, log)
    if not log.points and not log.issues:
        log.issues.append(
            LogIssue("info", file.shown, "no_scalars" if log.passed_over else "nothing_flushed")
        )
    return log


def _event(payload: bytes) -> tuple[Any, bool]:
    """Return the event in a record, and whether a tag in it had to be mended. Raises DecodeError."""
    from google.protobuf.message import DecodeError
    from tensorboard.compat.proto.event_pb2 import Event

    try:
        return Event.FromString(payload), False
    except DecodeError:
        try:
            mended = mend_strings(payload, _TAG)
        except ValueError:
            mended = payload
        return Event.FromString(mended), True


def _damage_issues(damage: Sequence[_tfrecord.Damage], log: _Log) -> list[LogIssue]:
    """Return one issue for each kind of damage in a file, at its first place."""
    issues = []
    for key in dict.fromkeys(one.key for one in damage):
        same = [one for one in damage if one.key == key]
        values = {"count": len(same)}
        skipped = sum(one.bytes for one in same)
        issues.append(
            LogIssue(
                "warning", log.file.shown, key, same[0].position, log.points, None, skipped, values
            )
        )
    return issues


def _take_columns(block: _tfrecord.Block, log: _Log) -> Iterator[tuple[int, bytes]]:
    """Add the scalars of a block to the log; yield (offset, payload) of each record that holds something else."""
    found, rest = columns(block)
    first = log.records
    for one in found:
        log.start = min(log.start, float(one.wall_time.min()))
        log.columns.setdefault(one.tag, []).append(replace(one, record=one.record + first))
        if one.plugin:
            log.plugins[one.tag] = one.plugin
    for index in rest:
        log.records = first + index
        yield block.position(index), block.payload(index)
    log.records = first + len(block.start)


def _take(event: Any, log: _Log) -> None:
    """Add what one event holds to the log."""
    record, log.records = log.records, log.records + 1
    log.start = min(log.start, event.wall_time)
    what = event.WhichOneof("what")
    if what != "summary":
        if what in ("graph_def", "meta_graph_def", "tagged_run_metadata"):
            log.passed_over["graph"] += 1
        return
    for value in event.summary.value:
        plugin = value.metadata.plugin_data.plugin_name or log.plugins.get(value.tag, "")
        log.plugins[value.tag] = plugin
        number = _scalar(value, plugin)
        if number is not None:
            log.rows.setdefault(value.tag, []).append((record, event.step, event.wall_time, number))
        elif plugin == "hparams":
            log.config.update(_hparams(value.metadata.plugin_data.content))
        else:
            log.passed_over[plugin or value.WhichOneof("value") or "empty value"] += 1


def _scalar(value: Any, plugin: str) -> float | None:
    """Return the number that a summary value holds, or None where it is no scalar."""
    which = value.WhichOneof("value")
    if which == "simple_value":
        return float(value.simple_value)
    if which != "tensor" or plugin not in ("scalars", ""):
        return None
    return _tensor_number(value.tensor)


# DataType -> (numpy type of tensor_content, field that holds the value otherwise)
_TENSOR_TYPES: Mapping[int, tuple[str, str]] = {
    1: ("<f4", "float_val"),
    2: ("<f8", "double_val"),
    3: ("<i4", "int_val"),
    4: ("<u1", "int_val"),
    5: ("<i2", "int_val"),
    6: ("<i1", "int_val"),
    9: ("<i8", "int64_val"),
    10: ("?", "bool_val"),
    14: ("bfloat16", "half_val"),
    17: ("<u2", "int_val"),
    19: ("<f2", "half_val"),
    22: ("<u4", "uint32_val"),
    23: ("<u8", "uint64_val"),
}


def _tensor_number(tensor: Any) -> float | None:
    """Return the number of a tensor of rank 0, or of shape [1]; None for any other tensor."""
    if any(dim.size != 1 for dim in tensor.tensor_shape.dim) or tensor.dtype not in _TENSOR_TYPES:
        return None
    kind, name = _TENSOR_TYPES[tensor.dtype]
    if tensor.tensor_content:
        bits = tensor.tensor_content
    else:
        values = getattr(tensor, name)
        if not values:
            return 0.0  # a proto3 writer may leave a zero out
        if name != "half_val":
            return float(values[0])
        bits = (int(values[0]) & 0xFFFF).to_bytes(
            2, "little"
        )  # the field is 32 bits wide, the number in it 16
    size = 2 if kind == "bfloat16" else np.dtype(kind).itemsize
    if len(bits) < size:
        return None
    if kind == "bfloat16":  # the upper half of a float32
        bits, kind, size = b"\0\0" + bits[:2], "<f4", 4
    return float(np.frombuffer(bits[:size], kind)[0])


def _hparams(content: bytes) -> dict[str, Any]:
    """Return the hyper-parameters of a session that the hparams plugin describes."""
    from google.protobuf.message import DecodeError
    from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

    readers: Mapping[str, Callable[[Any], Any]] = {
        "number_value": lambda one: one.number_value,
        "string_value": lambda one: one.string_value,
        "bool_value": lambda one: one.bool_value,
    }
    try:
        start = HParamsPluginData.FromString(content).session_start_info
    except DecodeError:
        return {}
    found = {}
    for name, value in sorted(start.hparams.items()):
        reader = readers.get(value.WhichOneof("kind"))
        if reader:
            found[name] = reader(value)
    return found


def _points(logs: Sequence[_Log]) -> list[Points]:
    """Join the columns of one tag over the files of a run."""
    joined: dict[tuple[str, str], list[tuple[Ints, Floats, Floats]]] = {}
    for log in logs:
        for tag, arrays in log.tags().items():
            joined.setdefault((log.split, tag), []).append(arrays)
    whole = {
        key: tuple(np.concatenate(one) for one in zip(*parts, strict=True))
        for key, parts in joined.items()
    }
    epochs: dict[int, float] = {}
    for (_, tag), (step, _, value) in whole.items():
        if tag == "epoch":
            epochs.update(zip(step.tolist(), value.tolist(), strict=True))
    return [
        Points(tag, split, step, _epochs(tag, step, epochs), time, value)
        for (split, tag), (step, time, value) in whole.items()
    ]


def _epochs(tag: str, step: Ints, epochs: Mapping[int, float]) -> Floats:
    """Return the epoch of each step; Keras counts ``epoch_loss`` in epochs, Lightning logs the epoch of each step."""
    if tag.startswith("epoch_"):
        return step.astype(np.float64)
    if not epochs:
        return np.full(len(step), np.nan)
    return np.array([epochs.get(one, np.nan) for one in step.tolist()], dtype=np.float64)
