"""Every cut and every flipped bit of a small log: what is read is exact, or the loss is reported.

A stride keeps this short; ANALYZER_LONG=1 tries every place and every bit.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hostile.formats import FORMATS
from tests.hostile.outcome import Outcome, missing, outcome, wrong
from tests.hostile.small import BINARIES, LOGS, TEXTS, Log, saved

IS_LONG = bool(os.environ.get("ANALYZER_LONG"))
CUT_STRIDE = 1 if IS_LONG else 5
FLIP_STRIDE = 1 if IS_LONG else 23  # of bits; no multiple of 8, so that every bit has its turn
BY_LINE = tuple(TEXTS)


def cuts(log: Log) -> Iterator[int]:
    """Yield the lengths to cut a file to."""
    yield from range(1, len(log.data), CUT_STRIDE)


def ends_a_row(log: Log, length: int) -> bool:
    """Say whether a cut leaves only whole rows, so that nobody could see it."""
    left, right = log.data[:length], log.data[length:]
    return left.endswith(b"\n") or (left.endswith(b"\r") and right.startswith(b"\n"))


@pytest.mark.parametrize("name", LOGS)
def test_the_whole_log_is_exact(name: str, tmp_path: Path) -> None:
    log = LOGS[name]
    found = outcome(saved(tmp_path, log))
    assert {tag: found.curves[tag] for tag in log.curves} == {
        tag: list(values) for tag, values in log.curves.items()
    }
    assert found.losses == ()


@pytest.mark.parametrize("name", LOGS)
def test_a_cut_is_exact_or_reported(name: str, tmp_path: Path) -> None:
    log = LOGS[name]
    for length in cuts(log):
        found = outcome(saved(tmp_path / str(length), log, log.data[:length]))
        told = bool(found.losses or found.notes)
        assert not wrong(found, log.curves), (length, log.data[:length][-30:], found)
        assert told or not is_half(name, log, length, found), (length, log.data[:length][-30:])


def is_half(name: str, log: Log, length: int, found: Outcome) -> bool:
    """Say whether a cut left half a record of which something was lost."""
    if ends_a_row(log, length):
        return False
    if name not in BY_LINE:  # an end of a record cannot be seen from outside
        return length not in record_ends(log)
    half = log.data[:length].rpartition(b"\n")[2]
    line = log.data[length - len(half) :].partition(b"\n")[0]
    is_row = half.strip(b"| \r") != b"" and b"." in line
    return is_row and half.rstrip() != line.rstrip() and half != line


def record_ends(log: Log) -> set[int]:
    """Return the lengths at which a binary log ends with a whole record."""
    import io

    from analyzer.parsers import _leveldb, _tfrecord

    module = _leveldb if log.name.endswith(".wandb") else _tfrecord
    found = list(module.records(io.BytesIO(log.data), len(log.data)))
    starts = [record.position for record in found if isinstance(record, _tfrecord.Record)]
    return {*starts, len(log.data)}


@pytest.mark.parametrize("name", BINARIES)
def test_a_flipped_bit_of_a_binary_log_costs_one_record_and_is_reported(
    name: str, tmp_path: Path
) -> None:
    log = BINARIES[name]
    most = 2 if name == "wandb" else 1  # points of a record
    for bit in range(0, 8 * len(log.data), FLIP_STRIDE):
        data = flipped(log.data, bit)
        found = outcome(saved(tmp_path / str(bit), log, data))
        assert not wrong(found, log.curves), bit
        assert missing(found, log.curves) <= most, (bit, found)
        assert found.losses, bit


@pytest.mark.parametrize("name", TEXTS)
def test_a_flipped_bit_of_a_text_changes_one_row_or_is_reported(name: str, tmp_path: Path) -> None:
    log = TEXTS[name]
    most = 2 * len(log.curves)  # a line end that is lost joins two rows
    for bit in range(0, 8 * len(log.data), FLIP_STRIDE):
        data = flipped(log.data, bit)
        found = outcome(saved(tmp_path / str(bit), log, data))
        told = bool(found.losses or found.notes)
        assert told or missing(found, log.curves) <= most, (bit, data[max(0, bit // 8 - 20) :][:40])


def flipped(data: bytes, bit: int) -> bytes:
    at = bit // 8
    return data[:at] + bytes([data[at] ^ 1 << bit % 8]) + data[at + 1 :]


WRITERS = [
    pytest.param(writer, id=f"{parser} {number}")
    for parser, writers in FORMATS.items()
    for number, writer in enumerate(writers)
]


@pytest.mark.parametrize("writer", WRITERS)
def test_a_cut_of_any_format_is_exact_or_reported(
    writer: Callable[[Path], Path], tmp_path: Path
) -> None:
    path = writer(tmp_path)
    data, truth = path.read_bytes(), outcome(tmp_path)
    stride = max(1, len(data) // 400) if IS_LONG else max(7, len(data) // 30)
    for length in range(1, len(data), stride):
        path.write_bytes(data[:length])
        found = outcome(tmp_path)
        assert not wrong(found, truth.curves), length
        if found.points < truth.points and not (found.losses or found.notes):
            path.write_bytes(data[: length - 1])
            before = outcome(tmp_path)
            is_end = data[:length].endswith((b"\n", b"\r", b'"', b"}", b"|", b"| "))
            assert is_end or before.losses or before.notes, length
