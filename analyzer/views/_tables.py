"""Tables that W&B keeps in files beside a log: opened only inside the folder of the run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from analyzer.errors import ParseError
from analyzer.model.run import Run
from analyzer.parsers._base import LogFile
from analyzer.parsers._encoding import decode
from analyzer.parsers._json import read_value
from analyzer.parsers._prediction_files import Predictions, predictions_in
from analyzer.views._media import wandb_tags

MOST_BYTES = 16 << 20
_MOST_TABLES = 20  # that are opened to find predictions


def table_predictions(run: Run) -> list[tuple[str, Predictions]]:
    """Return the predictions in the last version of each table of W&B that has some."""
    found = []
    for tag, contents in list(wandb_tags(run, "table-file", 2).items())[:_MOST_TABLES]:
        if not contents:
            continue
        data = read_inside(run, contents[max(contents)].get("path"), MOST_BYTES)
        table = read_value(decode(data)) if data else None
        if not isinstance(table, dict):
            continue
        columns, rows = table.get("columns"), table.get("data")
        if not isinstance(columns, list) or not isinstance(rows, list):
            continue
        made = predictions_in(columns, (row for row in rows if isinstance(row, list)))
        if made is not None:
            found.append((tag, made))
    return found


def read_inside(run: Run, relative: Any, most: int) -> bytes | None:
    """Return a file that a W&B log names, None if it is large, missing or outside ``files``.

    A log can name any path, so links are resolved before the place is compared.
    """
    if not isinstance(relative, str) or not relative or "\0" in relative:
        return None
    for log in (Path(path) for path in run.paths if path.endswith(".wandb")):
        root = os.path.realpath(log.parent / "files")
        real = os.path.realpath(log.parent / "files" / relative)
        if not real.startswith(root.rstrip(os.sep) + os.sep):
            continue
        try:
            path = Path(real)
            file = LogFile(path, Path(path.name), path.name, path.stat().st_size)
            if file.size > most:
                continue
            with file.open() as handle:
                return handle.read(most)
        except (OSError, ParseError):
            continue
    return None
