"""Read Parquet row group by row group; the library is the extra ``[parquet]``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from analyzer.errors import NotThisFormat, ParseError
from analyzer.parsers._base import LogFile

MAGIC = b"PAR1"
_ROWS = 65_536  # at once
_LARGEST_FOOTER = 1 << 20  # bytes of the table of contents in which names are looked for


def has_both_ends(file: LogFile) -> bool:
    """Say whether a file begins and ends as Parquet does."""
    return file.head.startswith(MAGIC) and file.tail.endswith(MAGIC)


def footer_has(file: LogFile, names: Sequence[str]) -> bool:
    """Say whether the table of contents at the end of a file has some names of columns."""
    if not has_both_ends(file):
        return False
    length = int.from_bytes(file.tail[-8:-4], "little")
    with file.open() as handle:
        handle.seek(max(0, file.length - length - 8))
        footer = handle.read(min(length, _LARGEST_FOOTER))
    return all(name.encode() in footer for name in names)


def names_of(file: LogFile) -> list[str]:
    """Return the names of the columns. Raises NotThisFormat without the library, ParseError."""
    with file.open() as handle, _damage():
        return list(_open(handle).schema_arrow.names)


def numeric_names_of(file: LogFile) -> list[str]:
    """Return the names of the columns of numbers, also of those that are null in every row.

    Raises NotThisFormat without the library, ParseError for damage.
    """
    with file.open() as handle, _damage():
        schema = _open(handle).schema_arrow
        from pyarrow import types

        kinds = (types.is_integer, types.is_floating, types.is_decimal, types.is_null)
        return [column.name for column in schema if any(kind(column.type) for kind in kinds)]


def rows(file: LogFile, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows. Raises NotThisFormat without the library, ParseError for damage."""
    with file.open() as handle, _damage():
        opened = _open(handle)
        for batch in opened.iter_batches(batch_size=_ROWS, columns=list(columns)):
            yield from batch.to_pylist()


def _open(handle: Any) -> Any:
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise NotThisFormat("parquet_extra") from error
    return parquet.ParquetFile(handle)


@contextmanager
def _damage() -> Iterator[None]:
    """Raise ParseError for what the library raises at a file that breaks its own rules."""
    try:
        yield
    except (
        *(OSError, ValueError, OverflowError, MemoryError),
        *(NotImplementedError, LookupError, TypeError),  # a kind of number that no writer has
    ) as error:
        raise ParseError("parquet_damaged", error=type(error).__name__) from error
