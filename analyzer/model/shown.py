"""How results show themselves in Python and in a notebook: a short line, a small table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from analyzer.safe.names import visible, without_end

MOST_NAMES = 5  # in a line
MOST_ROWS = 50  # in a table of a notebook
_LONGEST = 60  # characters of a name in a line

Cell = str | int | float | None


def count(number: int, noun: str) -> str:
    """Return a number with its noun, such as "1 run" or "3 runs"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def name_list(names: Sequence[str]) -> str:
    """Return the first names of a list, with dots for the others."""
    shown = [short(name) for name in names[:MOST_NAMES]]
    return ", ".join(shown) + (", ..." if len(names) > MOST_NAMES else "")


def short(name: str) -> str:
    """Return a name in one line of limited length that no terminal obeys."""
    return without_end(visible(name), _LONGEST)


def html_table(title: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Return an HTML table with its title; names from logs stay text. At most ``MOST_ROWS`` rows.

    Numbers have four significant digits; None and NaN leave their cell empty.
    """
    lines = [f"<table><caption>{escape(visible(title))}</caption>"]
    lines.append("<thead><tr>" + "".join(map(_head, head)) + "</tr></thead><tbody>")
    for row in rows[:MOST_ROWS]:
        lines.append("<tr>" + "".join(map(_cell, row)) + "</tr>")
    lines.append("</tbody></table>")
    if len(rows) > MOST_ROWS:
        lines.append(f"<p>... {count(len(rows) - MOST_ROWS, 'more row')}</p>")
    return "\n".join(lines)


def _head(text: str) -> str:
    return f'<th scope="col">{escape(visible(text))}</th>'


def _cell(value: Cell) -> str:
    return f"<td>{escape(visible(text_of(value)))}</td>"


def text_of(value: Cell) -> str:
    """Return a cell as text: whole numbers as they are, others with four significant digits."""
    if value is None or value != value:  # or NaN
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
