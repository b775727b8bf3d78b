"""A format with one loss per line; lines that are not numbers are lost, with an issue."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from analyzer.errors import NotThisFormat
from analyzer.model.issues import LogIssue
from analyzer.model.meta import RunMeta
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._series import Points, assemble


class OnePerLine(Parser):
    """Files named *.loss."""

    title: ClassVar[str] = "one loss per line"

    def claims(self, file: LogFile) -> bool:
        return file.path.suffix == ".loss"

    def parse(self, group: Group) -> list[Run]:
        (file,) = group.files
        with file.open() as handle:
            lines = handle.read().decode().split()
        values = [float(line) for line in lines if line != "?"]
        if not values:
            raise NotThisFormat("spike_no_number", lines=len(lines))
        lost = len(lines) - len(values)
        issues = [
            LogIssue("warning", file.shown, "spike_question_mark", kept=len(values), lost=lost),
            LogIssue("warning", file.shown, "spike_nameless", values={"count": lost}),
        ]
        return [self._run(file, values, issues if lost else [])]

    def _run(self, file: LogFile, values: list[float], issues: list[LogIssue]) -> Run:
        count = len(values)
        unknown = np.full(count, np.nan)
        points = Points("loss", "", np.arange(count), unknown, unknown, np.array(values))
        series, more = assemble([points], file.shown)
        meta = RunMeta(format=self.title, files=(file.shown,))
        return Run("", series, {}, meta, (*issues, *more))
