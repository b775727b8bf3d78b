"""What a Dask worker and the process of its pool tell each other, and how it goes over a pipe.

Messages are pickled as multiprocessing pickles what it sends to its own processes; both ends are
processes of ours, and nothing of a log is ever read in this way.
"""

from __future__ import annotations

from dataclasses import dataclass
from multiprocessing.reduction import ForkingPickler
from typing import Any, BinaryIO

from analyzer.batch.job import Task
from analyzer.batch.result import Limits, UnitResult
from analyzer.batch.tree import Unit

_LENGTH = 8  # bytes before each message that say how long it is


@dataclass(frozen=True)
class Request:
    """Units to work through, with the limits of each and the number of processes."""

    task: Task
    units: tuple[Unit, ...]
    limits: Limits


@dataclass(frozen=True)
class Ready:
    """The process is there and has its modules."""


@dataclass(frozen=True)
class Done:
    """The result of the unit at this place of the request."""

    place: int
    result: UnitResult


@dataclass(frozen=True)
class End:
    """The request is worked through; ``warned`` are lines for the user.

    With ``error``, a line for the user too, it was given up: the site cannot be written to.
    """

    warned: tuple[str, ...] = ()
    error: str = ""


def send(stream: BinaryIO, message: Any) -> None:
    """Write a message. Raises OSError if nobody reads."""
    data = ForkingPickler.dumps(message)
    stream.write(len(data).to_bytes(_LENGTH, "big"))
    stream.write(data)
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    """Return the next message. Raises EOFError if the other end has gone."""
    length = int.from_bytes(_exactly(stream, _LENGTH), "big")
    return ForkingPickler.loads(_exactly(stream, length))


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data
