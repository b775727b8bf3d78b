"""What TensorBoard's scalar charts give as a download: a CSV or JSON file for each curve.

``Wall time,Step,Value`` or ``[[wall time, step, value], ...]``; only the name of the file says
which curve it is: ``run-<run>-tag-<tag>.csv``, or what its owner renamed it to (train_loss.csv).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np

from analyzer import metrics
from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._column import LARGEST_STEP
from analyzer.parsers._delimited import read_sheet
from analyzer.parsers._encoding import decode
from analyzer.parsers._file_names import read_name
from analyzer.parsers._json import load_json
from analyzer.parsers._series import Points, assemble, meta_of
from analyzer.parsers._unread import with_unread

_HEADER = re.compile(
    r'"?wall[ _]time"?\s*[,;\t]\s*"?step"?\s*[,;\t]\s*"?value"?\s*(?:\n|\r|$)', re.I
)
_TRIPLES = re.compile(
    r"\s*\[\s*\[\s*\d{9,10}(?:\.\d*)?(?:e\d+)?\s*,\s*-?\d+(?:\.0*)?\s*,\s*[-\"\dNI]"
)
_NAME = re.compile(r"run-(?P<run>.+?)[-_]tag-(?P<tag>.+)", re.I)
_COPY = re.compile(r"\s*\(\d+\)$")
_AXES = {"step": "Step", "wall_time": "Wall time"}


class TensorBoardDownload(Parser):
    """The charts of a run that someone downloaded from TensorBoard's scalars."""

    title: ClassVar[str] = "TensorBoard download"
    reads_text: ClassVar[bool] = True
    specificity: ClassVar[int] = 2

    def claims(self, file: LogFile) -> bool:
        """Claim by the header of the CSV, or by the first entry of the JSON."""
        head = file.text.lstrip("\ufeff")
        return bool(_HEADER.match(head) or _TRIPLES.match(head))

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Group the curves of a folder by the run that their names give."""
        runs: dict[Path, list[LogFile]] = {}
        for file in files:
            name = _named(file)
            folder = file.relative.parent
            if _split_of_folder(file):
                folder = folder.parent
            runs.setdefault(folder / name.run, []).append(file)
        return [Group(place, tuple(members)) for place, members in runs.items()]

    def parse(self, group: Group) -> list[Run]:
        """Read the curves of a run; each file is a curve."""
        points: list[Points] = []
        issues: list[LogIssue] = []
        taken: set[tuple[str, str]] = set()
        failed: dict[LogFile, ParseError] = {}
        for file in group.files:
            name = _named(file)
            if (name.split, name.tag) in taken:
                name = name._replace(tag=file.stem)
            taken.add((name.split, name.tag))
            try:
                curve = _read(file, name)
            except ParseError as error:
                failed[file] = error
                continue
            points.append(curve.points)
            issues += curve.issues
        if not points:
            raise next(iter(failed.values()))
        series, found = assemble(points, group.files[0].shown)
        shown = [file.shown for file in group.files if file not in failed]
        meta = meta_of(self.title, shown, points, axes=_AXES)
        return [with_unread(Run("", series, {}, meta, (*issues, *found)), failed)]


class _Named(NamedTuple):
    """What the name of a download says: the run, the split of its folder, and the tag."""

    run: str
    split: str
    tag: str


class _Curve(NamedTuple):
    """The points of a file, and what was lost in it."""

    points: Points
    issues: list[LogIssue]


def _split_of_folder(file: LogFile) -> str:
    """Return the split of a folder if a renamed download below it says none: ``val/loss.csv``."""
    stem = _COPY.sub("", file.stem)
    if _NAME.fullmatch(stem) or read_name(stem).split:
        return ""
    return metrics.folder_split(file.relative.parent.name)


def _named(file: LogFile) -> _Named:
    """Read the name of a download.

    Keras logs each split under a run of its own (``logs/train``); the "/" is "_" in a file name.
    """
    stem = _COPY.sub("", file.stem)
    match = _NAME.fullmatch(stem)
    if match is None:
        name = read_name(stem)
        split = _split_of_folder(file)
        if not name.metric:
            return _Named("", name.split or split, stem)
        return _Named(name.run, "" if name.split else split, name.tag)
    run, tag = match["run"].strip("."), match["tag"]
    if metrics.read(tag).split:
        return _Named(run, "", tag)
    folder, _, last = run.replace("\\", "_").replace("/", "_").rpartition("_")
    split = metrics.folder_split(last)
    if split and folder.lower() == metrics.normal(tag):  # add_scalars makes a run of each key
        folder = ""
    return _Named(folder if split else run, split, tag)


def _read(file: LogFile, name: _Named) -> _Curve:
    """Read one file."""
    with file.open() as handle:
        text = decode(handle.read())
    lost = 0
    issues: list[LogIssue] = []
    if text.lstrip("\ufeff \t\r\n").startswith("["):
        rows = _triples(load_json(text))
    else:
        sheet = read_sheet(text, file.shown)
        issues = sheet.issues
        if len(sheet.columns) < 3:
            raise NotThisFormat("no_table")
        columns = sheet.columns[:3]  # names of others are those of a damaged row
        whole = np.logical_and.reduce([column.present for column in columns])
        lost = len({row for column in columns for row in column.text})
        rows = np.array([column.value[whole] for column in columns])
    with np.errstate(invalid="ignore"):
        is_step = np.isfinite(rows[1]) & (np.abs(rows[1]) < LARGEST_STEP)
    if len(is_step) and not is_step.any():
        raise NotThisFormat("no_table")
    lost += int((~is_step).sum())
    wall_time, step, value = rows[:, is_step]
    if lost:
        issue = LogIssue("warning", file.shown, "points_unfit", kept=len(step), lost=lost)
        issues = [*issues, issue]
    unknown = np.full(len(step), np.nan)
    points = Points(name.tag, name.split, step.astype(np.int64), unknown, wall_time, value)
    return _Curve(points, issues)


def _triples(document: object) -> np.ndarray:
    """Return the three columns of a JSON download; an entry that is no triple has NaN for a step.

    Raises NotThisFormat unless most are triples.
    """
    if not isinstance(document, list):
        raise NotThisFormat("no_table")
    rows = [_triple(entry) for entry in document]
    if rows and rows.count(None) >= len(rows) / 2:
        raise NotThisFormat("no_table")
    filled = [row or [math.nan] * 3 for row in rows]
    return np.array(filled, dtype=np.float64).reshape(-1, 3).T


def _triple(entry: object) -> list[float] | None:
    """Return an entry as three numbers, None if it is anything else."""
    if not isinstance(entry, list) or len(entry) != 3:
        return None
    try:
        return [float(cell) for cell in entry]
    except (TypeError, ValueError, OverflowError):
        return None
