"""The base of all views, and what a view consists of: sentences, tables and drawings as data."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from analyzer.model.run import Run

Levels = npt.NDArray[np.uint8]


class Saying(NamedTuple):
    """A sentence: its key under ``says`` in the words of the view, and the values that fill it."""

    key: str
    values: Mapping[str, Any] = {}


@dataclass(frozen=True)
class ViewTable:
    """A table: its key under ``tables`` in the words; ``left_out`` rows are not in ``rows``."""

    key: str
    rows: tuple[Mapping[str, Any], ...]
    left_out: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)  # what its summary names


@dataclass(frozen=True, eq=False)
class HeatMap:
    """Shades in a grid, from 0 (nothing) to ``SHADES``; the first row is drawn at the bottom.

    ``low``, ``high``, ``first`` and ``last`` are what stands at the ends of the axes.
    """

    SHADES: ClassVar[int] = 5

    name: str
    levels: Levels
    low: float
    high: float
    first: int
    last: int


@dataclass(frozen=True, eq=False)
class Line:
    """A curve in the unit square; ``caption`` is a key under ``captions``, filled by ``values``."""

    name: str
    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    caption: str
    values: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Matrix:
    """Counts by true class (rows) and predicted class (columns)."""

    classes: tuple[str, ...]
    counts: npt.NDArray[np.int64]


class Frame(NamedTuple):
    """An image that is safe to show: its step, type, size in pixels and bytes."""

    step: int
    mime: str
    width: int
    height: int
    content: bytes


@dataclass(frozen=True)
class Frames:
    """The images of one tag, by step."""

    name: str
    frames: tuple[Frame, ...]


@dataclass(frozen=True, eq=False)
class Content:
    """What a view shows of a run.

    ``says`` begins with the sentence for a short report. ``numbers`` is what the JSON gets.
    """

    says: tuple[Saying, ...]
    numbers: Mapping[str, Any]
    tables: tuple[ViewTable, ...] = ()
    maps: tuple[HeatMap, ...] = ()
    lines: tuple[Line, ...] = ()
    matrix: Matrix | None = None
    frames: tuple[Frames, ...] = ()


class View(ABC):
    """One view; the file name is its key, and its words are in ``report_templates/text``.

    Views are read only for a report, never to load a run or to judge it.
    """

    place: ClassVar[int]

    @abstractmethod
    def read(self, run: Run) -> Content | None:
        """Return what the files of a run hold, or None if there is nothing of this kind."""
