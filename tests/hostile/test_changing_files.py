"""A log that changes at one of its reads: grown, shrunk, emptied, removed, replaced.

Every read of the file is a point at which it may change. ANALYZER_LONG=1 tries each of them.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.effort import IS_LONG
from tests.hostile.formats import FORMATS
from tests.hostile.kills import spread
from tests.hostile.outcome import Outcome, outcome, wrong

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs inodes and FIFOs")

Action = Callable[[Path, bytes], None]


def grow(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data[len(data) // 2 :])


def shrink(path: Path, data: bytes) -> None:
    os.truncate(path, len(data) // 3)


def empty(path: Path, data: bytes) -> None:
    os.truncate(path, 0)


def vanish(path: Path, data: bytes) -> None:
    path.unlink()


def become_a_folder(path: Path, data: bytes) -> None:
    path.unlink()
    path.mkdir()


def become_a_pipe(path: Path, data: bytes) -> None:
    path.unlink()
    os.mkfifo(path)


def become_a_link_to_itself(path: Path, data: bytes) -> None:
    path.unlink()
    path.symlink_to(path.name)


def become_a_link_to_a_device(path: Path, data: bytes) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def become_another_file(path: Path, data: bytes) -> None:
    path.unlink()
    path.write_bytes(data[: len(data) // 3])


IN_PLACE = (grow, shrink, empty)
ACTIONS: tuple[Action, ...] = (
    *IN_PLACE,
    *(vanish, become_a_folder, become_a_pipe, become_a_link_to_itself),
    *(become_a_link_to_a_device, become_another_file),
)


class Reads:
    """Counts the reads of one file, and calls an action before the n-th of them."""

    def __init__(self, path: Path, nth: int, action: Callable[[], None]) -> None:
        status = path.stat()
        self.file = (status.st_dev, status.st_ino)
        self.nth = nth
        self.action = action
        self.count = 0

    def is_of_file(self, descriptor: int) -> bool:
        status = os.fstat(descriptor)
        return (status.st_dev, status.st_ino) == self.file

    def pass_one(self) -> None:
        self.count += 1
        if self.count == self.nth:
            self.action()


class Watched(io.FileIO):
    """An open file whose reads are counted."""

    reads: Reads

    def readinto(self, buffer: Any) -> int | None:  # type: ignore[override]
        self.reads.pass_one()
        return super().readinto(buffer)

    def readall(self) -> bytes:
        self.reads.pass_one()
        return super().readall()


@contextmanager
def watched(reads: Reads) -> Iterator[None]:
    """Let the reads of a file by this process be counted."""
    read, fdopen = os.read, os.fdopen

    def counted_read(descriptor: int, size: int) -> bytes:
        if reads.is_of_file(descriptor):
            reads.pass_one()
        return read(descriptor, size)

    def watched_file(descriptor: int, *more: Any, **options: Any) -> Any:
        if not reads.is_of_file(descriptor):
            return fdopen(descriptor, *more, **options)
        raw = Watched(descriptor)
        raw.reads = reads
        return io.BufferedReader(raw)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "read", counted_read)
        patch.setattr(os, "fdopen", watched_file)
        yield


def read_while(folder: Path, path: Path, nth: int, action: Callable[[], None]) -> Outcome:
    with watched(Reads(path, nth, action)):
        return outcome(folder)


def points_of(folder: Path, path: Path) -> list[int]:
    """Return the numbers of the reads at which a file is to change."""
    reads = Reads(path, 0, lambda: None)
    with watched(reads):
        outcome(folder)
    return list(range(1, reads.count + 1)) if IS_LONG else sorted({*spread(reads.count, 3)})


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.__name__)
@pytest.mark.parametrize("parser", FORMATS)
def test_what_is_read_of_a_changing_file_is_exact_or_reported(
    parser: str, action: Action, tmp_path: Path
) -> None:
    for number, writer in enumerate(FORMATS[parser]):
        sound = tmp_path / f"{number}"
        sound.mkdir()
        path = writer(sound)
        truth = outcome(sound)
        for nth in points_of(sound, path):
            folder = tmp_path / f"{number} {nth}"
            folder.mkdir()
            path = writer(folder)
            data = path.read_bytes()
            found = read_while(folder, path, nth, lambda path=path, data=data: action(path, data))
            place = (writer, nth, found)
            assert "parser_failed" not in found.losses, place
            if action is not grow:  # what was appended is data too
                assert not wrong(found, truth.curves), place
                assert found.points == truth.points or found.losses or found.notes, place
