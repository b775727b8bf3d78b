"""NumPy archives: plain arrays that a loop saved with ``np.savez``, a series under each name.

So are single arrays in files that are named for a loss or an accuracy: ``np.save("val_loss.npy")``.
Arrays of Python objects are pickles and are never loaded.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from math import prod
from typing import Any, ClassVar

import numpy as np

from analyzer import metrics
from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver
from analyzer.model.run import Run
from analyzer.parsers._archive import MAGIC, Archive, open_archive
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._column import Column
from analyzer.parsers._file_names import read_name, side_by_side
from analyzer.parsers._npy import read_header
from analyzer.parsers._sb3_evaluations import EVALUATIONS, evaluation_columns
from analyzer.parsers._series import Points, assemble, meta_of
from analyzer.parsers._settings import settings
from analyzer.parsers._table import read_table
from analyzer.safe.names import printable

_ENDING = ".npy"
_ARRAY = b"\x93NUMPY"
_NAMED_FOR = ("loss", "accuracy")  # an array called "map" or "error" may be anything
_MOST_VALUES = 10_000_000  # of a series; a longer array is data, not a log
_MOST_SERIES = 10_000
_NUMBERS = "biuf"  # kinds of plain numbers; "b" is a truth value
_TEXTS = "US"


class NumpyArrays(Parser):
    """The file of ``np.savez`` or ``np.savez_compressed``, or files of ``np.save``."""

    title: ClassVar[str] = "NumPy arrays (.npz)"

    def claims(self, file: LogFile) -> bool:
        """Claim a zip file whose first member is an array, and a series in a file named for it."""
        if file.head.startswith(_ARRAY):
            return bool(_tag_of(file)) and _is_series(file)
        length = int.from_bytes(file.head[26:28], "little")
        is_array = file.head[30 : 30 + length].endswith(_ENDING.encode())
        return file.head.startswith(MAGIC) and is_array

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Group the single arrays of a folder whose names differ in split or metric."""
        single = [file for file in files if file.head.startswith(_ARRAY)]
        archives = [file for file in files if file not in single]
        return [Group(file.bare, (file,)) for file in archives] + side_by_side(single)

    def parse(self, group: Group) -> list[Run]:
        """Read the arrays: of one dimension a metric, of none a hyperparameter."""
        file = group.files[0]
        contents = _Contents()
        if file.head.startswith(_ARRAY):
            contents.columns = [_column_of(single) for single in group.files]
        else:
            with open_archive(file) as archive:
                for member in archive.names[:_MOST_SERIES]:
                    contents.add(member, archive)
            contents.settle()
        is_mapped = any(column.name in self.options.names for column in contents.columns)
        known = [column for column in contents.columns if metrics.is_judged(column.name)]
        if not (known or is_mapped):
            contents.refuse_damage()
            raise NotThisFormat("numpy_objects" if contents.objects else "no_metric")
        usual = _usual_length(known or contents.columns)
        points: list[Points] = []
        issues: list[LogIssue] = []
        axes: dict[str, str] = {}
        for length in sorted({len(column) for column in contents.columns}):
            same = [column for column in contents.columns if len(column) == length]
            per_epoch = length < 2 * max(usual, 1)
            table = read_table(same, file.shown, rows_are_epochs=per_epoch, is_log=True)
            points += table.points
            issues += table.issues
            axes |= table.axes
        series, found = assemble(points, file.shown)
        issues += [*contents.issues(file), *found]
        shown = [read.shown for read in group.files]
        title = self.title.replace(".npz", _ENDING) if file.head.startswith(_ARRAY) else self.title
        meta = meta_of(title, shown, points, axes=axes, passed_over=contents.passed_over)
        return [Run("", series, settings(contents.config), meta, tuple(issues))]


class _Contents:
    """The arrays of an archive: series, settings, and what is neither."""

    def __init__(self) -> None:
        self.columns: list[Column] = []
        self.config: dict[str, Any] = {}
        self.passed_over: list[PassedOver] = []
        self.objects: list[str] = []
        self.damaged: dict[str, ParseError] = {}
        self.tables: dict[str, np.ndarray[Any, Any]] = {}  # a row for each evaluation

    def add(self, member: str, archive: Archive) -> None:
        """Read one array; one that is damaged costs only itself."""
        name = member.removesuffix(_ENDING)
        if name == member:
            self.passed_over.append(PassedOver(printable(member), "not_scalar", {"count": 1}))
            return
        try:
            array = _array(member, archive)
        except ParseError as error:
            self.damaged[printable(name)] = error
            return
        if array is None:
            self.passed_over.append(PassedOver(printable(name), "pickle", {}))
            self.objects.append(name)
        elif array.ndim == 0:
            self.config[name] = array.item()
        elif array.dtype.kind in _NUMBERS and array.size in array.shape:  # of shape (n,), (n, 1)
            value = array.reshape(-1).astype(np.float64)
            self.columns.append(Column(name, value, np.ones(len(value), dtype=bool)))
        elif array.size and array.ndim == 2:
            self.tables[name] = array.astype(np.float64)
        else:
            values = {"count": int(array.shape[0])}
            self.passed_over.append(PassedOver(printable(name), "not_scalar", values))

    def settle(self) -> None:
        """Read tables as Stable-Baselines3's evaluations if they are, else pass them over."""
        columns = evaluation_columns(self.columns, self.tables)
        self.columns += columns
        for name, table in () if columns else self.tables.items():
            values = {"count": len(table)}
            self.passed_over.append(PassedOver(printable(name), "not_scalar", values))

    def refuse_damage(self) -> None:
        """Raise the ParseError of the first metric that could not be read, if there is one."""
        for name, error in self.damaged.items():
            if metrics.is_judged(name):
                raise error

    def issues(self, file: LogFile) -> list[LogIssue]:
        """Return an issue for each array that is damaged."""
        return [
            LogIssue("warning", f"{file.shown} ({name})", error.key, values=error.values)
            for name, error in self.damaged.items()
        ]


def _tag_of(file: LogFile) -> str:
    """Return the name that a file gives to its numbers, "" unless it is a loss or an accuracy."""
    name = read_name(file.stem)
    is_known = bool(name.metric) and metrics.read(name.metric).metric in _NAMED_FOR
    return name.tag if is_known and file.suffix.lower() == _ENDING else ""


def _is_series(file: LogFile) -> bool:
    """Say whether the header of an array is that of two numbers or more in one dimension."""
    try:
        shape, dtype = read_header(io.BytesIO(file.head))
    except ValueError:
        return False
    count = prod(shape)
    return dtype.kind in _NUMBERS and count in shape and 2 <= count <= _MOST_VALUES


def _column_of(file: LogFile) -> Column:
    """Return the numbers of a single array. Raises NotThisFormat if some of them are missing."""
    with file.open() as handle:
        shape, dtype = read_header(handle)
        data = handle.read(prod(shape) * dtype.itemsize)
    if len(data) < prod(shape) * dtype.itemsize:
        raise NotThisFormat("numpy_damaged")
    value = np.frombuffer(data, dtype=dtype).astype(np.float64)
    return Column(_tag_of(file), value, np.ones(len(value), dtype=bool))


def _array(member: str, archive: Archive) -> np.ndarray[Any, Any] | None:
    """Return an array, only its first entry if it is not a series; None for Python objects.

    Raises ParseError if it is damaged.
    """
    parts = archive.parts(member)
    content = next(parts, b"")
    header = io.BytesIO(content)
    try:
        shape, dtype = read_header(header)
    except ValueError as error:
        raise ParseError("archive_damaged", error=str(error)[:80]) from error
    if dtype.hasobject:
        return None
    count = prod(shape)
    name = member.removesuffix(_ENDING)
    is_long = dtype.kind in _NUMBERS and len(shape) == 1 and count > _MOST_VALUES
    if is_long and metrics.is_judged(name):
        raise ParseError("array_too_long", count=count)
    is_table = len(shape) == 2 and name in EVALUATIONS
    is_series = dtype.kind in _NUMBERS and (count in shape or is_table) and count <= _MOST_VALUES
    is_setting = not shape and dtype.kind in _NUMBERS + _TEXTS and dtype.itemsize < len(content)
    if not (is_series or is_setting):
        return np.empty((min(count, _MOST_VALUES), 0))
    wanted = count * dtype.itemsize
    data = bytearray(content[header.tell() :])
    for part in parts:
        if len(data) >= wanted:
            break
        data += part
    if len(data) < wanted:
        raise ParseError("archive_damaged", error=f"{len(data)} of {wanted} bytes")
    return np.frombuffer(bytes(data[:wanted]), dtype=dtype, count=count).reshape(shape)


def _usual_length(columns: Sequence[Column]) -> int:
    """Return the length of most series, the shorter one of two."""
    lengths = Counter(len(column) for column in columns)
    return max(lengths, key=lambda length: (lengths[length], -length))
