"""The tidy frame as a file: CSV, JSON Lines or Parquet, gzipped after any."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.errors import AnalyzerError
from analyzer.model.run import COLUMNS, Run, to_frame
from analyzer.safe.files import make_folder_of, refuse_folder, write_atomically
from analyzer.safe.names import harmless, plain_json

if TYPE_CHECKING:
    import pandas as pd


def export(runs: Sequence[Run], path: str | os.PathLike[str]) -> Path:
    """Write the tidy frame of some runs as .csv, .jsonl or .parquet (or .gz after it).

    Return the path. Numbers round-trip exactly. In CSV an unknown epoch or time is blank, a value
    that is not finite is nan, inf or -inf, and a name that a spreadsheet would take for a formula
    gets a leading quote. In JSON Lines a value that is not finite is null with its kind in
    ``value_is``. Raises AnalyzerError for an unknown suffix or if pyarrow is missing.
    """
    target = Path(path)
    zipped = target.suffix.lower() == ".gz"
    suffix = (Path(target.stem) if zipped else target).suffix.lower()
    writer = _WRITERS.get(suffix)
    if writer is None:
        refuse_folder(target)
        known = ", ".join(_WRITERS)
        raise AnalyzerError(
            f"{target.name}: unknown export format; end the name in {known}, or in .gz after it"
        )
    content = writer(to_frame(runs))
    make_folder_of(target)
    write_atomically(target, gzip.compress(content, mtime=0) if zipped else content)
    return target


def _csv(frame: pd.DataFrame) -> bytes:
    text = io.StringIO(newline="")
    # Lines end as in RFC 4180, so that a name with such an end in it is quoted.
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    columns: list[Sequence[str]] = []
    for name in COLUMNS:
        values = frame[name].tolist()
        if name in ("run", "split", "metric", "tag"):
            columns.append([harmless(value) for value in values])
        elif name in ("epoch", "wall_time"):
            columns.append(["" if math.isnan(value) else repr(value) for value in values])
        else:
            columns.append([repr(value) for value in values])
    writer.writerows(zip(*columns, strict=True))
    return text.getvalue().encode()


def _jsonl(frame: pd.DataFrame) -> bytes:
    lines = (json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in _rows(frame))
    return plain_json("".join(lines)).encode()


def _rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    columns = [frame[name].tolist() for name in COLUMNS]
    for cells in zip(*columns, strict=True):
        row = dict(zip(COLUMNS, cells, strict=True))
        for name in ("epoch", "wall_time"):
            row[name] = None if math.isnan(row[name]) else row[name]
        value = row["value"]
        if not math.isfinite(value):
            row["value"] = None
            row["value_is"] = repr(value)  # nan, inf or -inf
        yield row


def _parquet(frame: pd.DataFrame) -> bytes:
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        fix = "pip install '.[parquet]' in the checkout"
        raise AnalyzerError(
            f"Parquet needs pyarrow, which is not installed; install it with: {fix}"
        ) from error
    data = io.BytesIO()
    frame.to_parquet(data, index=False)
    return data.getvalue()


_WRITERS: Mapping[str, Callable[[Any], bytes]] = {
    ".csv": _csv,
    ".jsonl": _jsonl,
    ".parquet": _parquet,
}
