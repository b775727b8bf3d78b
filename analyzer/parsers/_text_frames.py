"""Tell that pandas printed a table without the rows in its middle: "..  ...  ..."."""

from __future__ import annotations

import re
from dataclasses import replace

from analyzer.model.issues import LogIssue
from analyzer.model.run import Run

_LEFT_OUT = re.compile(r"^\.\.+(?:[ \t]+\.\.\.+)+[ \t]*$", re.M)
_SIZE = re.compile(r"^\[(\d{1,9}) rows x \d{1,9} columns\]", re.M)


def with_left_out(run: Run, text: str) -> Run:
    """Return a run with an issue if rows are missing from the table in its text."""
    size = _SIZE.search(text) if _LEFT_OUT.search(text) else None
    if size is None:
        return run
    values = {"count": int(size[1])}
    issue = LogIssue("warning", run.meta.files[0], "rows_left_out", kept=run.points, values=values)
    return replace(run, issues=(issue, *run.issues))
