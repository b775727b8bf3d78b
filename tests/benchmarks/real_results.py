"""The file of results of the real runs: JSON Lines that grow by a line for each trained run."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

Record = Mapping[str, Any]


class Reached(NamedTuple):
    """Test loss and error of a run; None if not finite, and the error of a regression.

    ``selected`` is at the epoch with the lowest validation loss, ``lowest`` the best of all epochs.
    """

    selected: float | None
    lowest: float | None
    last: float | None
    selected_error: float | None
    lowest_error: float | None
    last_error: float | None


def reached(val: list[float], test: list[float], test_error: list[float]) -> Reached:
    """Return what a run reached on the test part, from its curves over the epochs.

    Without a finite validation loss the last epoch counts as selected.
    """
    finite = [epoch for epoch, value in enumerate(val) if math.isfinite(value)]
    kept = min(finite, key=val.__getitem__) if finite else -1
    values = []
    for curve in (test, test_error):
        known = [value for value in curve if math.isfinite(value)]
        values += [curve[kept], min(known, default=math.nan), curve[-1]]
    return Reached(*(_rounded(value) for value in values))


def _rounded(value: float) -> float | None:
    return float(f"{value:.6g}") if math.isfinite(value) else None


class Results:
    """The results in a file. The first line says from which data and seed they are.

    A last line that was not finished is passed over. Exits with one line if another one is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        content = path.read_bytes() if path.exists() else b""
        self.whole = content.rfind(b"\n") + 1  # bytes of the finished lines
        records = list(map(self._record, enumerate(content[: self.whole].splitlines(), start=1)))
        self.head: Record = records[0] if records else {}
        self.runs: dict[tuple[int, str], Record] = {
            (record["run"], record["remedy"]): record for record in records[1:]
        }

    def _record(self, line: tuple[int, bytes]) -> Record:
        try:
            record: Record = json.loads(line[1])
        except ValueError:
            raise SystemExit(f"{self.path}:{line[0]}: not valid JSON; remove the line") from None
        return record

    def go_on(self, head: Record) -> None:
        """Prepare the file for more runs; exit with one line if it is from other data or seeds."""
        if self.head and self.head != head:
            raise SystemExit(f"{self.path}: from other data or another seed; give a new file to -o")
        if self.path.exists():
            with self.path.open("r+b") as file:
                file.truncate(self.whole)
        if not self.head:
            self.head = head
            self._append(head)

    def add(self, record: Record) -> Record:
        """Append the record of a run, and return it."""
        self.runs[record["run"], record["remedy"]] = record
        self._append(record)
        return record

    def _append(self, record: Record) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
