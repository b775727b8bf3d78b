"""Jupyter notebooks: what a training loop printed below the cell that ran it.

The output of each code cell is read as console output is, so that two trainings are two runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar

from analyzer.errors import NotThisFormat
from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile
from analyzer.parsers._encoding import decode
from analyzer.parsers._json_cut import load_json_or_start
from analyzer.parsers._text_ending import said_end, with_said_end
from analyzer.parsers._text_lines import cleaned
from analyzer.parsers._text_scan import scan_text
from analyzer.parsers._text_settings import printed_settings
from analyzer.parsers.text_log import TextLog

_LARGEST = 256 << 20  # bytes; images make notebooks large


class Notebook(TextLog):
    """The printed output that a saved notebook keeps."""

    title: ClassVar[str] = "notebook output"
    specificity: ClassVar[int] = 1

    def claims(self, file: LogFile) -> bool:
        """Claim JSON with the ending of notebooks."""
        is_notebook = file.suffix.lower() == ".ipynb" and file.length <= _LARGEST
        return is_notebook and file.head.lstrip()[:1] == b"{"

    def parse(self, group: Group) -> list[Run]:
        """Read the outputs; raises NotThisFormat if no cell printed a log."""
        (file,) = group.files
        with file.open() as handle:
            document, is_cut = load_json_or_start(decode(handle.read()))
        runs: list[Run] = []
        for text in printed_by_cells(document):
            with suppress(NotThisFormat):
                printed = cleaned(text.encode(errors="replace"))
                columns = scan_text([printed], self._mapped)
                found = self._appended(file, columns, "", printed)
                found[-1] = with_said_end(found[-1], said_end(printed))
                config = printed_settings(text)
                runs += [replace(run, config=config) for run in found]
        if not runs:
            raise NotThisFormat("notebook_without_log")
        if is_cut:
            cut = LogIssue("warning", file.shown, "json_cut", kept=runs[-1].points)
            runs[-1] = replace(runs[-1], issues=(cut, *runs[-1].issues))
        return _named(runs) if len(runs) > 1 else runs


def _named(runs: Sequence[Run]) -> list[Run]:
    """Return the runs of a notebook with numbers that count through its cells."""
    numbered = []
    for number, run in enumerate(runs, 1):
        has_label = run.name and not run.name.startswith("#")
        numbered.append(run if has_label else replace(run, name=f"#{number}"))
    return numbered


def printed_by_cells(document: Any) -> Iterator[str]:
    """Yield the text that each code cell of a notebook printed, whatever is not text left out."""
    cells = document.get("cells") if isinstance(document, Mapping) else None
    for cell in cells if isinstance(cells, list) else ():
        outputs = cell.get("outputs") if isinstance(cell, Mapping) else None
        if not isinstance(outputs, list):
            continue
        text = "".join(_text_of(output) for output in outputs if isinstance(output, Mapping))
        if text:
            yield text


def _text_of(output: Mapping[str, Any]) -> str:
    """Return the text of one output: of a stream, or the plain form of what was shown, in lines."""
    text, end = output.get("text"), ""
    data = output.get("data")
    if text is None and isinstance(data, Mapping):
        text, end = data.get("text/plain"), "\n"
    lines = text if isinstance(text, list) else [text]
    return "".join(line for line in lines if isinstance(line, str)) + end
