"""The points of a site: ``runs.parquet`` and a file of points for each folder of runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from analyzer.batch import parquet
from analyzer.batch.result import Batch
from analyzer.batch.writing import inside
from analyzer.comparing.repeats import varying
from analyzer.errors import AnalyzerError
from analyzer.reading.site import BUCKET, POINTS, RUN_POINTS, RUNS, RUNS_TABLE


def points_files(site: Path, batch: Batch) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of the files; each has the points of one of 256 folders of runs."""
    vary = varying([record.summary.settings for record in batch.records])
    yield RUNS_TABLE, parquet.runs_table(batch.records, vary)
    halves: dict[str, list[str]] = {}
    for record in batch.records:
        half, _, own = record.folder.partition("/")
        halves.setdefault(half, []).append(own)
    for half, runs in sorted(halves.items()):
        parts = [part for run in sorted(runs) if (part := _points(site, half, run))]
        if parts:
            yield f"{POINTS}/bucket={half}/{RUN_POINTS}", parquet.joined(parts)


def remove_points(site: Path, wanted: frozenset[str]) -> None:
    """Remove the files of points that are not among the names, and their folders if empty."""
    if RUNS_TABLE not in wanted:
        with inside(site) as root:
            root.remove(RUNS_TABLE)
    if not (site / POINTS).exists():
        return
    with inside(site, POINTS) as points:
        for entry in points.entries():
            name = f"{POINTS}/{entry.name}/{RUN_POINTS}"
            if BUCKET.fullmatch(entry.name) and name not in wanted:
                with points.inside(entry.name) as bucket:
                    bucket.remove(RUN_POINTS)
                with suppress(OSError):  # it holds other files
                    points.remove_folder(entry.name)
    with suppress(OSError), inside(site) as root:
        root.remove_folder(POINTS)


def _points(site: Path, half: str, run: str) -> bytes:
    """Return the points that a worker wrote, none if somebody took them away just now."""
    try:
        with inside(site, RUNS, half, run) as folder:
            return folder.read(RUN_POINTS)
    except (OSError, AnalyzerError):
        return b""
