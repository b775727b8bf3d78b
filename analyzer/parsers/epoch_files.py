"""One JSON file for each epoch: AllenNLP's ``metrics_epoch_0.json``, ``metrics_epoch_1.json`` ...

The epoch is that of the name. What a writer repeats of its best epoch, and what it measured of the
machine, is no curve.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from analyzer import metrics
from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.meta import PassedOver
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._column import Column
from analyzer.parsers._encoding import decode
from analyzer.parsers._file_names import place_of, read_name
from analyzer.parsers._json import load_json
from analyzer.parsers._json_series import flat, may_have_series, record_columns
from analyzer.parsers._series import assemble, meta_of
from analyzer.parsers._table import read_table
from analyzer.parsers._unread import with_unread

_NAME = re.compile(
    r"(?P<before>(?:.*[^A-Za-z])?)ep(?:och)?[-_.= ]?(?P<epoch>\d{1,7})(?P<behind>(?:\D.*)?)", re.I
)
_NUMBER = re.compile(r'"((?:[^"\\]|\\.){1,200})"\s*:\s*-?(?:\d|NaN|Infinity)')
_LARGEST = 1 << 20  # bytes of the numbers of one epoch
_NOT_CURVES = {
    "best_mark": re.compile(r"(?:.*/)?best_.+"),
    "not_a_metric": re.compile(r"(?:.*/)?(?:peak_.+|training_(?:epochs|start_epoch|duration))"),
}
_FEWEST = 2  # epochs of a curve


class EpochFiles(Parser):
    """The metrics of each epoch in a JSON file of its own."""

    title: ClassVar[str] = "JSON file per epoch"
    reads_text: ClassVar[bool] = True
    specificity: ClassVar[int] = 1  # the name says more than that it is JSON

    def claims(self, file: LogFile) -> bool:
        """Claim an object of numbers, one of them a loss or score, whose name has an epoch."""
        if file.suffix.lower() != ".json" or _NAME.fullmatch(file.stem) is None:
            return False
        text = file.text.lstrip("\ufeff \t\r\n")
        if not text.startswith("{") or may_have_series(text) or file.length > _LARGEST:
            return False
        names = _NUMBER.findall(text)
        return any(name in self.options.names or metrics.is_judged(name) for name in names)

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Put the files of a folder together whose names differ in the epoch alone."""
        runs: dict[tuple[Path, str], list[LogFile]] = {}
        for file in files:
            match = _NAME.fullmatch(file.stem)
            around = f"{match['before']} {match['behind']}" if match else file.stem
            runs.setdefault((file.relative.parent, around), []).append(file)
        found = []
        for (folder, around), own in runs.items():
            own.sort(key=lambda file: (_epoch(file), file.name))
            name = place_of(folder, read_name(around).run, own)
            if name != folder:
                name = folder / around.strip(" _-.")
            found.append(Group(name, tuple(own)))
        return found

    def parse(self, group: Group) -> list[Run]:
        """Read the files of a run in the order of their epochs.

        Raises NotThisFormat if there is only one: the result of an epoch is no curve.
        """
        if len(group.files) < _FEWEST:
            raise NotThisFormat("one_epoch")
        rows: list[dict[str, Any]] = []
        read: list[str] = []
        failed: dict[LogFile, ParseError] = {}
        for file in group.files:
            try:
                rows.append({"epoch": _epoch(file), **_numbers(file)})
                read.append(file.shown)
            except ParseError as error:
                failed[file] = error
        if not rows:
            raise next(iter(failed.values()))
        columns, left_out = self._sorted(record_columns(rows))
        table = read_table(columns, read[0], is_log=True)
        series, issues = assemble(table.points, read[0], unsaid="train")
        passed_over = (*left_out, *table.passed_over)
        meta = meta_of(self.title, read, table.points, axes=table.axes, passed_over=passed_over)
        run = Run("", series, table.settings, meta, (*table.issues, *issues))
        return [with_unread(run, failed)]

    def _sorted(self, columns: Sequence[Column]) -> tuple[list[Column], list[PassedOver]]:
        """Return the columns that may be curves, and why the others are none."""
        kept, left_out = [], []
        for column in columns:
            key = "" if column.name in self.options.names else _not_a_curve(column.name)
            if key:
                left_out.append(PassedOver(column.name, key, {}))
            else:
                kept.append(column)
        return kept, left_out


def _epoch(file: LogFile) -> int:
    """Return the epoch in the name of a file."""
    match = _NAME.fullmatch(file.stem)
    return int(match["epoch"]) if match else 0


def _numbers(file: LogFile) -> Mapping[str, Any]:
    """Return the content of a file. Raises ParseError if it is not JSON, or is no object."""
    with file.open() as handle:
        document = load_json(decode(handle.read()))
    if not isinstance(document, Mapping):
        raise NotThisFormat("no_metric")
    return {name: cell for name, cell in flat(document) if metrics.normal(name) != "epoch"}


def _not_a_curve(name: str) -> str:
    """Return why a name is no curve, "" if it may be one."""
    return next((key for key, names in _NOT_CURVES.items() if names.fullmatch(name)), "")
