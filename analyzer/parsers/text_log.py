"""Console output of training: progress bars, printed epochs, boosters, tables, printed dicts.

A text is a log if a loss or a score stands on at least five of its lines, with a step or an epoch
that rises, or if three epochs have values of both splits. Own lines: ``[tool.analyzer.text]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import replace
from typing import BinaryIO, ClassVar

from analyzer import metrics
from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.meta import PassedOver
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.parsers import _text_writers as writers
from analyzer.parsers._appended import appended_issue
from analyzer.parsers._base import HEAD, Group, LogFile, Parser
from analyzer.parsers._encoding import UTF16, decode
from analyzer.parsers._profiles import Profile, profile_of, read_as
from analyzer.parsers._series import Points, assemble, meta_of
from analyzer.parsers._setting_texts import LARGEST
from analyzer.parsers._text_appended import appended_parts
from analyzer.parsers._text_axes import FEW_ROWS, FEWEST
from analyzer.parsers._text_commas import Commas, PointedText, commas_of, pointed
from analyzer.parsers._text_controls import NulCount, is_binary
from analyzer.parsers._text_curves import is_curve, is_short_log
from analyzer.parsers._text_ending import said_end_of, with_said_end
from analyzer.parsers._text_frames import with_left_out
from analyzer.parsers._text_headings import labels_in, labels_of
from analyzer.parsers._text_last_line import WholeLines
from analyzer.parsers._text_lines import cleaned, text_chunks
from analyzer.parsers._text_own import read_own
from analyzer.parsers._text_pieces import SHORT, grouped_pieces, read_pieces
from analyzer.parsers._text_plan import EPOCH, STEP, Cells, Key
from analyzer.parsers._text_points import points_of
from analyzer.parsers._text_repeats import without_repeats
from analyzer.parsers._text_rows import Rows, columns_of, rows_of
from analyzer.parsers._text_scan import numbers_in, scan_text
from analyzer.parsers._text_settings import printed_settings
from analyzer.parsers._text_sift import may_be_log
from analyzer.parsers._text_tables import header_of
from analyzer.parsers._text_timed import stamped, timed_series
from analyzer.parsers._text_totals import planned_of
from analyzer.parsers._text_trials import may_have_parts, parts_of
from analyzer.parsers._traceback import (
    CONSOLE_ENDS,
    exception_alone,
    last_exception,
    with_exception,
)
from analyzer.parsers._unknown import unknown

_NOT_LOGS = re.compile(
    r"\.(?:py|pyi|md|rst|json|jsonl|ipynb|ya?ml|toml|html?|js|mjs|ts|css|svg|xml|c|cc|cpp|h|hpp|cu"
    r"|java|go|rs|r|sh|bat|tex|bib|ini|cfg|lock|sql|diff|patch|csv|tsv|po|proto|cmake)",
    re.I,
)
_LARGEST_SEARCH = 1 << 26  # bytes; a longer text is read as one run
_FEW_SECONDS = 2.0  # for the user's expressions in the head of a file
_NUMBER = re.compile(rb"\d|nan|inf", re.I)  # what every log has


class TextLog(Parser):
    """What a training loop printed, saved by a scheduler, ``tee`` or a logger."""

    title: ClassVar[str] = "text log"
    reads_text: ClassVar[bool] = True
    specificity: ClassVar[int] = -1

    def claims(self, file: LogFile) -> bool:
        """Claim text in whose head or end a loss or a score stands beside an epoch or step."""
        is_dict = file.suffix == ".jsonl" and file.head.lstrip().startswith(b"{'")  # of Python
        if (_NOT_LOGS.fullmatch(file.suffix) and not is_dict) or not file.head:
            return False
        if self._has_rows(file.head):
            return True
        if file.length <= HEAD or not CONSOLE_ENDS.fullmatch(file.suffix) or is_binary(file.head):
            return False
        with file.open() as handle:
            handle.seek(-HEAD, 2)
            return self._has_rows(handle.read(HEAD))

    def groups(self, files: Sequence[LogFile]) -> list[Group]:
        """Put the short pieces of a rotated log to the file before them; others are alone."""
        return grouped_pieces(files, self._is_short)

    def _is_short(self, file: LogFile) -> bool:
        """Say whether a file has too few lines to be a log alone."""
        if file.length > SHORT:
            return False
        try:
            self.parse(Group(file.bare, (file,)))
        except ParseError:
            return True
        return False

    def parse(self, group: Group) -> list[Run]:
        """Read a text; raises NotThisFormat if it has no five rows on a rising axis.

        The trials of a search by Keras Tuner are a run each.
        """
        if len(group.files) > 1:
            return read_pieces(group, self.parse)
        (file,) = group.files
        if may_have_parts(file.head) and file.length <= _LARGEST_SEARCH:
            with file.open() as handle:
                lines = self._lines(handle, self._scanned)
                parts = parts_of(b"".join(lines))
            runs: list[Run] = []
            for label, text in parts:
                with suppress(NotThisFormat):
                    name = f"{group.name.as_posix()} {label}" if label[0] == "#" else label
                    runs.append(self._run(file, scan_text([text], self._mapped), name))
            if runs:
                return self._with_settings([*runs[:-1], self._ended(runs[-1], lines, file)], file)
        columns: Mapping[Key, Cells] = {}
        for scan in (self._own, self._scanned) if self.options.lines else (self._scanned,):
            if not columns:
                with file.open() as handle:
                    lines = self._lines(handle, scan)
                    columns = scan(lines)
        runs = self._appended(file, columns, group.name.as_posix())
        return self._with_settings([*runs[:-1], self._ended(runs[-1], lines, file)], file)

    def _ended(self, run: Run, lines: WholeLines, file: LogFile) -> Run:
        """Return the last run of a text with what was lost, and the exception that ended it."""
        run, ended = with_said_end(_told(run, lines), said_end_of(file)), last_exception(file)
        if not ended.exception or numbers_in(self._scanned([ended.after])):
            return run  # the training went on after it
        return with_exception(run, file.shown, ended.exception)

    def _appended(
        self, file: LogFile, columns: Mapping[Key, Cells], name: str, text: bytes = b""
    ) -> list[Run]:
        """Return the runs of a text that was written to again, or its only one.

        They have numbers, or labels that the lines between them say. ``text`` is that of a cell,
        b"" for all of the file.
        """
        parts = appended_parts(columns, self._mapped)
        try:
            runs = [self._run(file, part, "") for part in parts]
        except NotThisFormat:  # one of them is too short
            runs = []
        if not runs:
            return [self._run(file, columns, "")]
        labels = labels_of([text], parts) if text else labels_in(file, parts)
        labels = labels or [f"#{number}" for number in range(1, len(runs) + 1)]
        names = [f"{name} {label}".lstrip() for label in labels]
        runs = [replace(run, name=own) for run, own in zip(runs, names, strict=True)]
        issue = appended_issue(len(runs), file.shown)
        return [replace(runs[0], issues=(*runs[0].issues, issue)), *runs[1:]]

    def _with_settings(self, runs: Sequence[Run], file: LogFile) -> list[Run]:
        """Return the runs of a text with the settings that it printed."""
        with file.open() as handle:
            text = decode(handle.read(LARGEST))
        printed = printed_settings(text)
        return [with_left_out(replace(run, config=printed), text) for run in runs]

    def _lines(self, handle: BinaryIO, read: Callable[..., Mapping[Key, Cells]]) -> WholeLines:
        """Return the text of a file without a last line that may be half of one."""
        nuls = NulCount(handle)
        chunks = PointedText(text_chunks(nuls))
        return WholeLines(chunks, lambda text: _count(read([text])), nuls)

    def _scanned(self, chunks: Iterable[bytes]) -> Mapping[Key, Cells]:
        """Return the numbers of the lines of any known form."""
        return scan_text(chunks, self._mapped)

    def _run(self, file: LogFile, columns: Mapping[Key, Cells], name: str) -> Run:
        """Return the run of the numbers of a text."""
        judged = self._judged(columns)
        rows = rows_of(columns, judged)
        found = writers.with_rounds(columns_of(columns, rows, judged), rows.steps.names)
        kind = writers.catboost_kind(found, rows.steps.names)
        points = stamped(without_repeats(points_of(found)), columns)
        if not self._is_log(points, kind, judged):
            if self._mapped and any(is_curve(tagged) for tagged in points):
                raise unknown([tagged.tag for tagged in points if is_curve(tagged)])
            raise self._refusal(file)
        axes = _axes(rows)
        profile = profile_of({*axes, *axes.values(), *(tagged.tag for tagged in points)})
        points, skipped = _known_to(profile, points)
        series, issues = assemble(points, file.shown, unsaid=_unsaid(points), axes=axes)
        if kind:
            series = tuple(_of_catboost(curve, kind) for curve in series)
        if profile.note:
            issues.append(LogIssue("info", file.shown, profile.note))
        series += timed_series(columns, rows, points, series)
        meta = meta_of(self.title, [file.shown], points, axes=axes, passed_over=skipped)
        meta = replace(meta, planned=planned_of(columns, rows))
        return Run(name, series, {}, meta, tuple(issues))

    def _refusal(self, file: LogFile) -> NotThisFormat:
        """Return why a text is no log; code that a traceback quotes reads like points."""
        exception = exception_alone(file, lambda text: bool(numbers_in(self._scanned([text]))))
        if exception:
            return NotThisFormat("ends_in_exception", exception=exception)
        return NotThisFormat("text_few_rows", fewest=FEWEST)

    def _judged(self, keys: Iterable[Key]) -> set[str]:
        """Return the names that are metrics though they do not say so themselves."""
        keys = list(keys)
        return self._mapped | writers.agent_scores(keys) | writers.players(keys)

    @property
    def _mapped(self) -> set[str]:
        return set(self.options.names)

    def _own(self, chunks: Iterable[bytes]) -> Mapping[Key, Cells]:
        """Return the numbers of the lines that the user's expressions fit."""
        return read_own(chunks, self.options.lines)

    def _has_rows(self, part: bytes) -> bool:
        """Say whether a part of a text has a metric on a line with, or below, an axis."""
        if part.startswith(UTF16):
            part = part[: len(part) // 2 * 2].decode("utf-16", errors="ignore").encode()
        if is_binary(part):
            return False
        text = cleaned(part)
        if self.options.lines and self._has_own(text):
            return True
        if not _NUMBER.search(text):
            return False
        text = pointed(text, commas_of(text))
        if not self._mapped and not may_be_log(text.lower()):
            return _has_header(text)
        columns = scan_text([text], self._mapped)
        judged = self._judged(columns)
        found = columns_of(columns, rows_of(columns, judged), judged)
        if any(self._is_judged(column.key.name) or column.key.name in judged for column in found):
            return True
        # a mistyped name of the user: what the file logs can be said only if it is read
        return bool(self._mapped) and any(len(column.rows) >= FEW_ROWS for column in found)

    def _has_own(self, text: bytes) -> bool:
        """Say whether one of the user's expressions fits a line, or takes too long to say."""
        try:
            return bool(read_own([text], self.options.lines, seconds=_FEW_SECONDS))
        except ParseError:
            return True

    def _is_judged(self, name: str) -> bool:
        return self._is_metric(name) or writers.catboost_split(name) != ""

    def _is_log(self, points: Sequence[Points], kind: str, judged: Set[str]) -> bool:
        """Say whether a judged metric has enough rows on a rising axis."""
        for tagged in points:
            is_judged = self._is_judged(tagged.tag) if kind else self._is_metric(tagged.tag)
            if (is_judged or tagged.tag in judged) and is_curve(tagged):
                return True
        return is_short_log([tagged for tagged in points if self._is_metric(tagged.tag)])

    def _is_metric(self, name: str) -> bool:
        return name in self._mapped or metrics.is_judged(name)


def _count(columns: Mapping[Key, Cells]) -> int:
    return sum(len(cells.rows) for cells in columns.values())


def _told(run: Run, lines: WholeLines) -> Run:
    """Return a run with the issues of its text: lost lines, NULs, commas that may be either."""
    run = lines.told(run)
    if isinstance(lines.chunks, PointedText) and lines.chunks.commas is Commas.UNSURE:
        unsure = LogIssue("info", run.meta.files[0], "comma_unsure")
        run = replace(run, issues=(*run.issues, unsure))
    return run


def _known_to(profile: Profile, points: Sequence[Points]) -> tuple[list[Points], list[PassedOver]]:
    """Return points as a writer means them, and its names that are not metrics."""
    kept: list[Points] = []
    skipped: list[PassedOver] = []
    for tagged in points:
        reason = profile.reason_to_skip(tagged.tag)
        if reason:
            skipped.append(PassedOver(tagged.tag, reason, {"count": len(tagged.value)}))
        else:
            kept.append(tagged)
    return read_as(kept, profile), skipped


def _has_header(text: bytes) -> bool:
    """Say whether a table begins under a redrawn line, as fastai's below its progress bars."""
    lines = re.findall(rb"^\x01(?:epoch|step|iter).*", text, re.M | re.I)
    return any(header_of(line.decode("latin-1")) for line in lines)


def _unsaid(points: Sequence[Points]) -> str:
    """Return the split of names that say none: training, unless another name says training."""
    splits = {tagged.split or metrics.read(tagged.tag).split for tagged in points}
    return "" if "train" in splits else "train"


def _of_catboost(curve: Series, kind: str) -> Series:
    split = writers.catboost_split(curve.tag)
    return replace(curve, split=split, metric=kind) if split else curve


def _axes(rows: Rows) -> dict[str, str]:
    """Return the names of the axes as the log has them."""
    axes = {}
    for role, axis in ((EPOCH, rows.epochs), (STEP, rows.steps)):
        if axis.names:
            axes[role] = axis.names[0]
    if not axes and len(rows.counts.rows):
        axes[STEP] = "n/N"  # the count of a progress bar
    return axes
