"""The views of a run in words, with their drawings: what else the log holds beside its curves."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer.charts.labels import cut_end
from analyzer.charts.shades import draw_curve, draw_shades
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.run import Run
from analyzer.report.about import fact_values
from analyzer.text import Words
from analyzer.views._all import views_of
from analyzer.views._base import Content, Frame, Frames, HeatMap, Line, Matrix, Saying, ViewTable

_LONGEST_CLASS = 20  # characters at the edge of a matrix; the tables have the whole name
_MOST_SAID = 2  # sentences of a view in a terminal
_NOTHING = (None, "")  # values that a cell need not show


@dataclass(frozen=True)
class TableText:
    """A table in words; ``more`` says how many rows are left out, "" if none are."""

    summary: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: str


@dataclass(frozen=True)
class PictureText:
    """What stands around a drawing: its name, caption, and the ends of its axes."""

    name: str
    caption: str
    high: str
    low: str
    first: str
    last: str


@dataclass(frozen=True)
class MatrixText:
    """A matrix of counts: its caption, classes, and a row of cells for each true class."""

    caption: str
    classes: tuple[str, ...]
    rows: tuple[tuple[MatrixCell, ...], ...]


@dataclass(frozen=True)
class MatrixCell:
    """A count, its share of the true class in per cent, and its shade."""

    count: str
    share: str
    shade: int


@dataclass(frozen=True)
class FrameText:
    """An image: its caption, its size, and its content as an address."""

    caption: str
    width: int
    height: int
    source: str


@dataclass(frozen=True)
class FramesText:
    """The images of one tag by step; a page without a script shows the last."""

    name: str
    frames: tuple[FrameText, ...]


@dataclass(frozen=True)
class ViewText:
    """One view in words; ``sentences`` begin with the one for a short report.

    ``drawings`` belong to ``pictures``: SVG without words, the same in all languages.
    """

    key: str
    title: str
    sentences: tuple[str, ...]
    tables: tuple[TableText, ...]
    pictures: tuple[PictureText, ...]
    drawings: tuple[str, ...]
    legend: str  # how to read the drawings, "" if there is nothing to say
    matrix: MatrixText | None
    frames: tuple[FramesText, ...]
    how: str


def view_texts(diagnosis: Diagnosis, text: Words) -> tuple[ViewText, ...]:
    """Return the views of a run in words; this reads the files of the run again."""
    run = diagnosis.run
    return tuple(_view(name, content, run, text) for name, content in views_of(run).items())


def view_lines(diagnosis: Diagnosis, text: Words) -> list[str]:
    """Return a line for each view: its title, and what it found rather than what it looked at."""
    run = diagnosis.run
    lines = []
    for name, content in views_of(run).items():
        own = text.of(name)
        found = content.says[1 : _MOST_SAID + 1] or content.says[:1]
        sentences = " ".join(_sentence(saying, own, run, text) for saying in found)
        lines.append(f"{own['title']}: {sentences}")
    return lines


def view_numbers(diagnosis: Diagnosis) -> dict[str, Mapping[str, Any]]:
    """Return the numbers of the views of a run, for JSON."""
    return {name: content.numbers for name, content in views_of(diagnosis.run).items()}


def _view(name: str, content: Content, run: Run, text: Words) -> ViewText:
    own = text.of(name)
    drawn: list[HeatMap | Line] = [*content.maps, *content.lines]
    return ViewText(
        key=name,
        title=own["title"],
        sentences=tuple(_sentence(saying, own, run, text) for saying in content.says),
        tables=tuple(_table(table, own, run, text) for table in content.tables),
        pictures=tuple(_picture(drawing, own, run, text) for drawing in drawn),
        drawings=tuple(_drawing(drawing) for drawing in drawn),
        legend=own.get("legend", ""),
        matrix=_matrix(content.matrix, own) if content.matrix is not None else None,
        frames=tuple(_frames(frames, text) for frames in content.frames),
        how=own["how"],
    )


def _sentence(saying: Saying, own: Mapping[str, Any], run: Run, text: Words) -> str:
    return text.fill(own["says"][saying.key], _named(saying.values, own, run, text))


def _named(
    values: Mapping[str, Any], own: Mapping[str, Any], run: Run, text: Words
) -> dict[str, Any]:
    """Return what a sentence may name: values that are keys of ``terms`` become words."""
    named = fact_values(values, run, text)
    for key, terms in own.get("terms", {}).items():
        if key in named:
            named[key] = terms.get(named[key], named[key])
    return named


def _table(table: ViewTable, own: Mapping[str, Any], run: Run, text: Words) -> TableText:
    said = own["tables"][table.key]
    columns = [column for column in said["columns"] if _is_used(column, table.rows)]
    rows = []
    for row in table.rows:
        named = _named(row, own, run, text)
        rows.append(tuple(_cell(column, row, named, text) for column in columns))
    count = len(rows) + table.left_out
    return TableText(
        summary=text.fill(said["summary"], {"count": count, **table.values}),
        header=tuple(column["label"] for column in columns),
        rows=tuple(rows),
        more=text.ui("more_rows", count=table.left_out) if table.left_out else "",
    )


def _is_used(column: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether a column has a cell; one that ``needs`` a value may have none in any row."""
    return "needs" not in column or any(row.get(column["needs"]) not in _NOTHING for row in rows)


def _cell(
    column: Mapping[str, str], row: Mapping[str, Any], named: Mapping[str, Any], text: Words
) -> str:
    if "needs" in column and row.get(column["needs"]) in _NOTHING:
        return text.fill(column.get("without", ""), named)
    return text.fill(column["value"], named)


def _picture(drawing: HeatMap | Line, own: Mapping[str, Any], run: Run, text: Words) -> PictureText:
    if isinstance(drawing, Line):
        named = _named(drawing.values, own, run, text)
        caption = text.fill(own["captions"][drawing.caption], named)
        return PictureText(drawing.name, caption, "1", "0", "0", "1")
    return PictureText(
        name=drawing.name,
        caption="",
        high=text.number(drawing.high),
        low=text.number(drawing.low),
        first=text.integer(drawing.first),
        last=text.integer(drawing.last),
    )


def _drawing(drawing: HeatMap | Line) -> str:
    if isinstance(drawing, Line):
        return draw_curve(drawing.x, drawing.y)
    return draw_shades(drawing.levels)


def _matrix(matrix: Matrix, own: Mapping[str, Any]) -> MatrixText:
    totals = np.maximum(matrix.counts.sum(axis=1, keepdims=True), 1)
    shares = matrix.counts / totals
    shades = np.ceil(np.sqrt(shares) * HeatMap.SHADES - 0.25).clip(0, HeatMap.SHADES)
    rows = []
    for counts, parts, levels in zip(matrix.counts, shares, shades, strict=True):
        cells = zip(counts.tolist(), parts.tolist(), levels.tolist(), strict=True)
        rows.append(
            tuple(
                MatrixCell(str(count), f"{100 * share:.0f}" if count else "", int(level))
                for count, share, level in cells
            )
        )
    classes = tuple(cut_end(name, _LONGEST_CLASS) for name in matrix.classes)
    return MatrixText(own["matrix"], classes, tuple(rows))


def _frames(frames: Frames, text: Words) -> FramesText:
    return FramesText(frames.name, tuple(_frame(frame, text) for frame in frames.frames))


def _frame(frame: Frame, text: Words) -> FrameText:
    content = base64.b64encode(frame.content).decode()
    caption = text.place(frame.step, None, alone=True)
    return FrameText(caption, frame.width, frame.height, f"data:{frame.mime};base64,{content}")
