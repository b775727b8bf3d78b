"""The runs and the points of a site as Parquet, for programs that query them; extra ``[parquet]``.

A worker writes the points of a run beside its diagnosis. The parent puts those of each of the 256
folders of runs into one file, since a query would open 100,000 small ones for minutes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from typing import Any

from analyzer.batch.record import Record
from analyzer.batch.tables import RUN_COLUMNS, run_cells
from analyzer.errors import AnalyzerError
from analyzer.model.run import Run, to_frame

_NUMBERS = ("best", "best_epoch", "after_best", "level", "level_low", "level_high")
_WHOLE = ("best_step", "points", "issues")


def check_library() -> None:
    """Raise AnalyzerError unless the library that writes Parquet is installed."""
    if find_spec("pyarrow") is None:
        raise AnalyzerError(
            "--points: needs pyarrow; pip install '.[parquet]' in the checkout, or leave it out"
        )


def points_of(run: Run, folder: str) -> bytes:
    """Return the points of a run as a file: the tidy frame, and the folder of the run."""
    import pyarrow as pa

    frame = to_frame([run])
    table = pa.Table.from_pandas(frame, preserve_index=False)
    folders = pa.array([folder] * len(frame), pa.string()).dictionary_encode()
    return _written(table.append_column("folder", folders))


def joined(parts: Iterable[bytes]) -> bytes:
    """Return the points of several runs, in their order, as one file."""
    import pyarrow as pa
    from pyarrow import parquet

    tables = [_plain(parquet.read_table(io.BytesIO(part))) for part in parts]
    table = pa.concat_tables(tables)
    for at, field in enumerate(table.schema):
        if field.type == pa.string():
            encoded = table.column(at).combine_chunks().dictionary_encode()
            table = table.set_column(at, field.name, encoded)
    return _written(table)


def runs_table(records: Sequence[Record], vary: Sequence[str]) -> bytes:
    """Return a row for each run as a file: the columns of runs.csv with their types.

    A setting is a number if it is one in all runs that have it, else a text.
    """
    import pyarrow as pa

    rows = [run_cells(record) for record in records]
    columns: dict[str, Any] = {}
    for at, name in enumerate(RUN_COLUMNS):
        kind = pa.float64() if name in _NUMBERS else pa.string()
        kind = pa.int64() if name in _WHOLE else kind
        columns[name] = pa.array([_text(row[at]) for row in rows], kind)
    for key in vary:
        values = [record.summary.settings.get(key) for record in records]
        known = [value for value in values if value is not None]
        if all(isinstance(value, int | float) and not isinstance(value, bool) for value in known):
            numbers = [None if value is None else float(value) for value in values]
            columns[f"config.{key}"] = pa.array(numbers, pa.float64())
        else:
            texts = [None if value is None else _text(str(value)) for value in values]
            columns[f"config.{key}"] = pa.array(texts, pa.string())
    return _written(pa.table(columns))


def _text(value: Any) -> Any:
    """Return a value; a text without what UTF-8 cannot write."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _plain(table: Any) -> Any:
    """Return a table with texts instead of codes, so that tables of several runs fit together."""
    import pyarrow as pa

    for at, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(at, field.name, table.column(at).cast(pa.string()))
    return table.replace_schema_metadata(None)


def _written(table: Any) -> bytes:
    from pyarrow import parquet

    file = io.BytesIO()
    parquet.write_table(table.replace_schema_metadata(None), file, compression="zstd")
    return file.getvalue()
