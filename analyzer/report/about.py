"""The facts about a run in words: sentences, a table, and code to paste."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from analyzer import registry
from analyzer.facts._base import Fact
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.run import Run
from analyzer.registry.third_party import built_in
from analyzer.text import Words


class Snippet(NamedTuple):
    """Code to paste, and the library it is for."""

    label: str
    code: str


@dataclass(frozen=True)
class HeatCell:
    """A cell of a heat map: its text, how dark it is (0 to 9), and whether it is marked."""

    text: str
    shade: int
    is_marked: bool


@dataclass(frozen=True)
class HeatRow:
    """A row of a heat map."""

    label: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class HeatMap:
    """A share for each pair of two settings."""

    caption: str
    corner: str
    header: tuple[str, ...]
    rows: tuple[HeatRow, ...]


@dataclass(frozen=True)
class FactText:
    """One fact in words; ``sentences`` begin with the one that a short report shows."""

    title: str
    sentences: tuple[str, ...]
    summary: str  # what the table shows; "" without one
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    snippets: tuple[Snippet, ...]
    heat: HeatMap | None = None


def shown_facts(diagnosis: Diagnosis) -> dict[str, Mapping[str, Any]]:
    """Return the facts of a diagnosis that reports show, in their order.

    Those of third parties have no words, so only the JSON has them.
    """
    kinds, ours = registry.discover("analyzer.facts", Fact), built_in("analyzer.facts")
    places = {name: kinds[name].place for name in diagnosis.facts if name in ours}
    placed = [(place, name) for name, place in places.items() if place is not None]
    return {name: diagnosis.facts[name] for _, name in sorted(placed)}


def fact_texts(diagnosis: Diagnosis, text: Words) -> tuple[FactText, ...]:
    """Return the facts of a diagnosis in words."""
    return tuple(
        _fact_text(name, values, diagnosis.run, text)
        for name, values in shown_facts(diagnosis).items()
    )


def fact_values(
    values: Mapping[str, Any], run: Run, text: Words, *, in_table: bool = False
) -> dict[str, Any]:
    """Return what the sentences of a fact may name.

    ``best_step`` and ``best_epoch`` together also give ``best``, the place in words; ``metric`` and
    ``split``, if known, give ``curve``. A group of values gives each of them: ``first_saved``.
    """
    named = dict(values)
    for name, value in values.items():
        if isinstance(value, Mapping):
            inner = fact_values(value, run, text)
            named |= {f"{name}_{key}": part for key, part in inner.items()}
    for name in values:
        start = name.removesuffix("_step")
        if start != name and values[name] is not None and f"{start}_epoch" in values:
            epoch = values[f"{start}_epoch"]
            named[start] = text.place(values[name], epoch, alone=in_table)
    if values.get("metric") is not None and "split" in values:
        named["curve"] = text.metric(values["metric"], values["split"])
    return named


def _fact_text(name: str, values: Mapping[str, Any], run: Run, text: Words) -> FactText:
    own = text.of(name)
    named = fact_values(values, run, text)
    columns, rows = own.get("columns", ()), values.get("rows", ())
    code = own.get("code", {})
    snippets = {label: code[label] for label in values.get("code", ())}
    return FactText(
        title=own["title"],
        sentences=tuple(text.fill(own["says"][tag], named) for tag in values["tags"]),
        summary=text.fill(own["table"], named) if rows else "",
        header=tuple(column["label"] for column in columns) if rows else (),
        rows=tuple(_cells(row, columns, run, text) for row in rows),
        snippets=tuple(Snippet(label, text.fill(code, named)) for label, code in snippets.items()),
        heat=_heat(own["heat"], rows, text) if "heat" in own and rows else None,
    )


def _heat(own: Mapping[str, str], rows: Sequence[Mapping[str, Any]], text: Words) -> HeatMap | None:
    """Return the rows of a fact as a heat map: by the settings ``across`` and ``down``.

    A cell shows the share ``shown``, and is marked where ``marked`` holds.
    """
    across = sorted({row[own["across"]] for row in rows})
    down = sorted({row[own["down"]] for row in rows})
    cells = {}
    for row in rows:
        share = row[own["shown"]]
        written = own["without"] if share is None else text.percent(share)
        shade = 0 if share is None else min(9, int(10 * share))
        cells[row[own["down"]], row[own["across"]]] = HeatCell(
            written, shade, bool(row[own["marked"]])
        )
    lines = []
    for value in down:
        found = tuple(cells[value, other] for other in across)
        lines.append(HeatRow(text.number(value), found))
    header = tuple(text.integer(value) for value in across)
    return HeatMap(own["caption"], own["corner"], header, tuple(lines))


def _cells(
    row: Mapping[str, Any], columns: Sequence[Mapping[str, str]], run: Run, text: Words
) -> tuple[str, ...]:
    """Return the cells of a row; a column has other words for a row without its ``needs``."""
    named = fact_values(row, run, text, in_table=True)
    cells = []
    for column in columns:
        lacks = "needs" in column and named.get(column["needs"]) is None
        cells.append(text.fill(column["without"] if lacks else column["value"], named))
    return tuple(cells)
