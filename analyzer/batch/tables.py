"""The tables of a site for other programs: runs.csv, findings.jsonl and unreadable.jsonl."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from analyzer.batch.record import Record
from analyzer.model.issues import LogIssue, Skipped, files_without_run
from analyzer.safe.names import harmless, plain_json

RUN_COLUMNS = (
    "run",
    "source",
    "verdict",
    "metric",
    "split",
    "best",
    "best_step",
    "best_epoch",
    "after_best",
    "points",
    "issues",
    "findings",
    "folder",
    "level",
    "level_low",
    "level_high",
)


def runs_csv(records: Iterable[Record], vary: Sequence[str]) -> Iterator[str]:
    """Yield a head and a row per run: numbers as they are, no cell that a spreadsheet would run."""
    rows = ([*run_cells(record), *_settings(record, vary)] for record in records)
    return csv_lines([*RUN_COLUMNS, *(harmless(f"config.{key}") for key in vary)], rows)


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield the lines of a table with a head; texts of the rows are made harmless."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    yield out.getvalue()
    for row in rows:
        out.seek(0)
        out.truncate()
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
        yield out.getvalue()


def findings_jsonl(records: Iterable[Record]) -> Iterator[str]:
    """Yield a line for each finding of each run."""
    for record in records:
        for finding in record.findings:
            line = {"run": record.run, "source": record.source, **finding}
            yield plain_json(json.dumps(line, ensure_ascii=False) + "\n")


def unreadable_jsonl(files: Sequence[Skipped], refused: Sequence[LogIssue], lang: str) -> str:
    """Return a line for each file that may be a log and gave no run.

    ``files`` could not be opened; ``refused`` are the issues of damaged logs.
    """
    unread = files_without_run(files, refused, lang)
    lines = [json.dumps(file, ensure_ascii=False) + "\n" for file in unread]
    return plain_json("".join(lines))


def _settings(record: Record, vary: Sequence[str]) -> list[Any]:
    return [record.summary.settings.get(key) for key in vary]


def run_cells(record: Record) -> list[Any]:
    """Return the cells of a run in the order of the columns, without its settings."""
    best = record.best
    findings = [f"{finding['detector']}:{finding['severity']}" for finding in record.findings]
    judged: list[Any] = [None] * 5
    if best is not None:
        judged = [best.metric, best.split, best.value, best.step, best.epoch]
    head = [record.run, record.source, record.verdict, *judged, record.after_best]
    tail = [record.summary.points, record.issues, " ".join(findings), record.folder]
    return [*head, *tail, *(record.level or [None] * 3)]
