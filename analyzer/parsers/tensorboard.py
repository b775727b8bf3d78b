"""TensorBoard event files: every scalar of a folder, in both encodings, checksums verified.

The files of one folder are one run, in the order of their first wall time. A folder that is named for a split (train,
validation, eval ...) belongs to the run of its parent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from analyzer import metrics
from analyzer.errors import ParseError
from analyzer.model import LogIssue, Run
from analyzer.parsers import _tfrecord
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._series import Points, assemble
from analyzer.parsers._wire import mend_strings

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
        logs = sorted((_read(file) for file in group.files), key=lambda log: (log.start, log.file.shown))
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
            "passed_over": [(kind, "not_scalar", {"count": count}) for kind, count in sorted(passed_over.items())],
        }
        config = {key: value for log in logs for key, value in log.config.items()}
        return [Run("", series, config, meta, tuple(issues))]


@dataclass
class _Log:
    """What one event file held: columns by tag, in the order of the file."""

    file: LogFile
    split: str
    start: float = float("inf")
    tags: dict[str, list[tuple[int, float, float]]] = field(default_factory=dict)
    plugins: dict[str, str] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    passed_over: Counter[str] = field(default_factory=Counter)
    issues: list[LogIssue] = field(default_factory=list)

    @property
    def points(self) -> int:
        return sum(map(len, self.tags.values()))


def _first_record_is_whole(head: bytes) -> bool:
    """Recognise an event file under a strange name: the length, its CRC and the version event agree."""
    return len(head) > 12 and b"brain.Event:" in head[:64] and _tfrecord.masked_crc(head[:8]) == int.from_bytes(
        head[8:12], "little"
    )  # fmt: skip


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
        for item in _tfrecord.records(handle, file.size):
            if isinstance(item, _tfrecord.Damage):
                damage.append(item)
                continue
            offset, payload = item
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
        log.issues.append(LogIssue("info", file.shown, "no_scalars" if log.passed_over else "nothing_flushed"))
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
        issues.append(LogIssue("warning", log.file.shown, key, same[0].position, log.points, None, skipped, values))
    return issues


def _take(event: Any, log: _Log) -> None:
    """Add what one event holds to the log."""
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
            log.tags.setdefault(value.tag, []).append((event.step, event.wall_time, number))
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
        bits = (int(values[0]) & 0xFFFF).to_bytes(2, "little")  # the field is 32 bits wide, the number in it 16
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
    joined: dict[tuple[str, str], list[tuple[int, float, float]]] = {}
    for log in logs:
        for tag, rows in log.tags.items():
            joined.setdefault((log.split, tag), []).extend(rows)
    epochs = {step: number for (_, tag), rows in joined.items() if tag == "epoch" for step, _, number in rows}
    return [_columns(split, tag, rows, epochs) for (split, tag), rows in joined.items()]


def _columns(split: str, tag: str, rows: Sequence[tuple[int, float, float]], epochs: Mapping[int, float]) -> Points:
    """Return the points of one tag; Keras counts ``epoch_loss`` in epochs, Lightning logs the epoch of each step."""
    steps, times, values = zip(*rows, strict=True)
    if tag.startswith("epoch_"):
        epoch = np.array(steps, dtype=np.float64)
    else:
        epoch = np.array([epochs.get(step, np.nan) for step in steps], dtype=np.float64)
    return Points(tag, split, np.array(steps, dtype=np.int64), epoch, np.array(times), np.array(values))
