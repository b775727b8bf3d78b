"""DVCLive: a TSV for each metric, whose path gives the split and the name.

``dvclive/plots/metrics/train/loss.tsv`` is the training loss. ``metrics.json`` beside has the last
values, ``params.yaml`` the configuration.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._column import Column
from analyzer.parsers._series import Points, assemble, meta_of
from analyzer.parsers._settings import settings
from analyzer.parsers._table import read_table
from analyzer.parsers._unread import sheet_of, with_unread
from analyzer.parsers._yaml import read_yaml

_PLOTS = ("plots", "metrics")
_SUMMARY, _PARAMS = "metrics.json", "params.yaml"
_MILLISECONDS = 1e11  # a larger clock does not count seconds
_MOST_FILES = 10_000
_DEEPEST = 8  # folders in the name of a metric


class DvcLive(Parser):
    """The folder that ``Live`` of DVCLive writes."""

    title: ClassVar[str] = "DVCLive"
    specificity: ClassVar[int] = 1

    def claims(self, file: LogFile) -> bool:
        """Claim a TSV under plots/metrics, and what lies beside plots/."""
        if file.suffix == ".tsv":
            return _root_of(file.path) is not None and file.head.lower().startswith(
                (b"step\t", b"timestamp\t")
            )
        is_beside = file.name in (_SUMMARY, _PARAMS)
        return is_beside and (file.folder / Path(*_PLOTS)).is_dir()

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Group the metrics of a run, by the folder that holds plots/."""
        found: dict[Path, list[LogFile]] = {}
        for file in files:
            root = _root_of(file.relative)
            found.setdefault(file.relative.parent if root is None else root, []).append(file)
        return [Group(folder, tuple(own)) for folder, own in found.items()]

    def parse(self, group: Group) -> list[Run]:
        """Read the metrics; from the summary alone, those that lie beside it."""
        points: list[Points] = []
        issues: list[LogIssue] = []
        axes: dict[str, str] = {}
        passed_over: list[PassedOver] = []
        read = []
        failed: dict[LogFile, ParseError] = {}
        for file in _with_metrics(group.files):
            if file.name == _SUMMARY:
                passed_over.append(PassedOver(file.shown, "last_values", {}))
            if file.suffix != ".tsv":
                continue
            try:
                found, lost, own = _from_table(file)
            except ParseError as error:
                failed[file] = error
                continue
            points += found
            issues += lost
            axes |= own
            read.append(file.shown)
        if not points:
            raise next(iter(failed.values()), NotThisFormat("no_metric"))
        series, restarts = assemble(points, read[0])
        meta = meta_of(self.title, read, points, axes=axes, passed_over=passed_over)
        config, unread = _config(group.files)
        run = Run("", series, config, meta, (*issues, *unread, *restarts))
        return [with_unread(run, failed)]


def _root_of(path: Path) -> Path | None:
    """Return the folder that holds plots/metrics/, of a file below it."""
    parts = path.parts[:-1]
    for place in range(len(parts) - 1, 0, -1):
        if parts[place - 1 : place + 1] == _PLOTS:
            return Path(*parts[: place - 1])
    return None


def _name_of(file: LogFile) -> str:
    """Return the name of the metric in a file: its path below plots/metrics."""
    root = _root_of(file.path)
    assert root is not None
    return file.path.relative_to(root / Path(*_PLOTS)).with_suffix("").as_posix()


def _from_table(file: LogFile) -> tuple[list[Points], list[LogIssue], dict[str, str]]:
    """Read the table of one metric: its points under the name that the path gives, and the axes."""
    sheet = sheet_of(file)
    columns = [_in_seconds(column) for column in sheet.columns]
    table = read_table(columns, file.shown, sheet.lines, is_log=True, rows_are_epochs=False)
    points = [replace(tagged, tag=_name_of(file)) for tagged in table.points[-1:]]
    kept = sum(len(tagged.value) for tagged in points)
    losses = [replace(issue, kept=kept) for issue in sheet.issues]
    return points, [*losses, *table.issues], dict(table.axes)


def _in_seconds(column: Column) -> Column:
    """Return a clock in seconds; DVCLive counts milliseconds."""
    if column.name != "timestamp" or not (column.value[column.present] > _MILLISECONDS).all():
        return column
    return Column(column.name, column.value / 1000, column.present)


def _with_metrics(files: Sequence[LogFile]) -> list[LogFile]:
    """Return files, with the metrics below plots/ if only what lies beside it was passed."""
    if any(file.suffix == ".tsv" for file in files):
        return sorted(files, key=lambda file: file.relative)
    first = files[0]
    found = list(files)
    for folder, folders, names in os.walk(first.folder / Path(*_PLOTS)):
        place = Path(folder)
        if len(place.relative_to(first.folder).parts) > _DEEPEST:
            folders.clear()
        for name in sorted(names):
            path = place / name
            if path.suffix == ".tsv" and not path.is_symlink() and len(found) < _MOST_FILES:
                relative = path.relative_to(first.folder)
                found.append(LogFile(path, relative, relative.as_posix(), path.stat().st_size))
        folders.sort()
    return found


def _config(files: Sequence[LogFile]) -> tuple[dict[str, Any], list[LogIssue]]:
    """Return the parameters of a run, and an issue if they cannot be read."""
    for file in files:
        if file.name == _PARAMS:
            try:
                found = read_yaml(file)
            except ParseError as error:
                return {}, [LogIssue("info", file.shown, error.key, values=error.values)]
            return (settings(found) if isinstance(found, Mapping) else {}), []
    return {}, []
