"""MLflow's file store ``mlruns/<experiment>/<run>/``: a file for each metric and parameter.

A metric file has a line for each value: milliseconds, value, step. A deleted run is named, not
read. The ids of users and the places of artifacts in the store are never read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.parsers import _mlflow
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._mlflow_folder import Place, place_of, read_meta

_LINES = re.compile(rb"(?:\d{12,14} [-+.\w]+ -?\d+(?: \S+)*\r?\n)*\d{12,14} [-+.\w]+ -?\d+")
_METRICS = "metrics"
_LARGEST_TEXT = 1 << 16  # bytes of a parameter or a name; MLflow allows 8,000


class MlflowFiles(Parser):
    """The store that MLflow writes to a folder."""

    title: ClassVar[str] = "MLflow file store"
    specificity: ClassVar[int] = 2  # a metric may be named like a file of another format

    def claims(self, file: LogFile) -> bool:
        """Claim the files of a run folder, those of an experiment, and a metric file by itself."""
        return place_of(file) is not None or _is_metric(file)

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Put the files of a run folder together; any other file stays alone."""
        runs: dict[Path, list[LogFile]] = {}
        alone = []
        for file in files:
            place = place_of(file) or _place_without_store(file)
            if place is None or place.kind == "side":
                alone.append(Group(file.relative, (file,)))
            else:
                depth = len(place.name.split("/")) + (place.kind != "meta")
                folder = file.relative
                for _ in range(depth):
                    folder = folder.parent
                runs.setdefault(folder, []).append(file)
        return [Group(folder, tuple(own)) for folder, own in runs.items()] + alone

    def parse(self, group: Group) -> list[Run]:
        """Read the metrics and parameters of one run folder."""
        places = [(file, place_of(file) or _place_without_store(file)) for file in group.files]
        metrics = [(file, place) for file, place in places if place and place.kind == "metrics"]
        if not metrics and places[0][1] is None:
            name = group.files[0].name
            metrics = [(group.files[0], Place("metrics", name, group.files[0].folder))]
        if not metrics:
            is_run = any(place is not None and place.kind == "meta" for _, place in places)
            raise NotThisFormat("mlflow_empty_run" if is_run else "mlflow_side_file")
        meta = read_meta(metrics[0][1].folder)
        if meta.lifecycle == _mlflow.DELETED:
            issue = _mlflow.deleted([group.name.as_posix()], 1)
            return [Run("", (), issues=(issue,))]
        stored = _mlflow.StoredRun(meta.run_id, meta.name, meta.experiment)
        issues = _read_small(places, stored)
        for file, place in metrics:
            if self.options.system_stats or not _mlflow.is_system(place.name):
                issues += _read_metric(file, place.name, stored)
        first, place = metrics[0]
        shown = first.shown.removesuffix(place.name).rstrip("/") or first.shown
        return [_mlflow.run_of(stored, [shown], self.title, issues)]


def _is_metric(file: LogFile) -> bool:
    """Say whether a file outside a store has only lines of milliseconds, a value and a step."""
    head = file.head
    if not head[:12].isdigit():
        return False
    lines = head.rstrip(b"\r\n") if len(head) == file.length else head.rpartition(b"\n")[0]
    return _LINES.fullmatch(lines.rstrip(b"\r")) is not None


def _place_without_store(file: LogFile) -> Place | None:
    """Return the place of a metric in a run folder that has lost its ``meta.yaml``."""
    parts = file.path.absolute().parts
    if _METRICS not in parts[:-1]:
        return None
    depth = len(parts) - 1 - parts[::-1].index(_METRICS)
    return Place(_METRICS, "/".join(parts[depth + 1 :]), Path(*parts[:depth]))


def _read_small(
    places: Sequence[tuple[LogFile, Place | None]], stored: _mlflow.StoredRun
) -> list[LogIssue]:
    """Read the parameters of a run, and its name from the tags."""
    issues = []
    for file, place in places:
        is_name = place == Place("tags", _mlflow.RUN_NAME, place.folder) if place else False
        if place is None or not (place.kind == "params" or is_name):
            continue
        try:
            with file.open() as handle:
                text = handle.read(_LARGEST_TEXT).decode("utf-8", "replace")
        except (ParseError, OSError) as error:
            issues.append(_unopened(file, error))
            continue
        if is_name:
            stored.name = text.strip() or stored.name
        else:
            stored.params[place.name] = text
    return issues


def _read_metric(file: LogFile, name: str, stored: _mlflow.StoredRun) -> list[LogIssue]:
    """Add the values of one metric; a line that is not a value loses only that line."""
    kept = bad = 0
    first: int | None = None
    cut: int | None = None
    try:
        with file.open() as handle:
            for number, line in enumerate(handle, 1):
                if not line.endswith(b"\n"):  # MLflow ends each; the step may be half of one
                    cut = number if line.strip(b"\0 \r") else None
                elif _add(line, name, stored):
                    kept += 1
                elif line.strip(b"\0 \r\n"):
                    bad += 1
                    first = first or number
    except (ParseError, OSError) as error:
        return [_unopened(file, error)]
    issues = []
    if bad:
        values = {"count": bad}
        issues.append(
            LogIssue("warning", file.shown, "bad_metric_lines", first, kept, values=values)
        )
    if cut is not None:
        issues.append(LogIssue("warning", file.shown, "cut_line", cut, kept))
    return issues


def _add(line: bytes, name: str, stored: _mlflow.StoredRun) -> bool:
    """Add the value on a line, "milliseconds value step ..."; the first MLflow had no step."""
    parts = line.split()
    try:
        time, value = int(parts[0]) / 1000, float(parts[1])
        step = int(parts[2]) if len(parts) > 2 else 0
    except (ValueError, IndexError, OverflowError):
        return False
    stored.gathered.add(name, step, value, wall_time=time)
    return True


def _unopened(file: LogFile, error: ParseError | OSError) -> LogIssue:
    """Return the issue of a file of a run that cannot be opened."""
    reason = error.values.get("error") if isinstance(error, ParseError) else error.strerror
    values = {"error": reason or type(error).__name__}
    return LogIssue("warning", file.shown, "cannot_open", values=values)
