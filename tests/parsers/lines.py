"""Shared by the tests of console output: what is read of a line, and of a log."""

from __future__ import annotations

from pathlib import Path

from analyzer.model.run import Run
from analyzer.parsers._text_grammar import read_line
from analyzer.parsers._text_plan import ASIDE
from analyzer.reading.load import load


def read(folder: Path, text: str) -> Run:
    """Return the only run of a log with this text."""
    (folder / "train.log").write_text(text, encoding="utf-8")
    (run,) = load(folder)
    return run


def curves(run: Run) -> dict[tuple[str, str], list[float]]:
    """Return the values by split and metric."""
    return {(series.split, series.metric): series.value.tolist() for series in run.series}


def said(line: str) -> dict[str, str]:
    """Return the text of each number but times that a line's plan reads, by role or name."""
    found = {}
    for field in read_line(line.encode()).fields:
        if field.role in ASIDE:
            continue
        key = field.role if field.role != "value" else f"{field.split}:{field.name}"
        found[key] = line[field.span.start : field.span.end]
    return found
