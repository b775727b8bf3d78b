"""Tables as a spreadsheet (.xlsx): numbers are numbers, and no text is ever a formula.

The file holds the few parts that ECMA-376 demands, the same bytes for the same tables.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from analyzer.safe.names import visible_xml

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can say
_LONGEST = 32_767  # characters of a cell
_MOST_ROWS = 1_048_576  # of a sheet, with its head
_EXACT = 2**53  # a larger whole number would lose digits: cells are doubles
_FORMULA = ("=", "+", "-", "@")  # what a text that begins so would be, were it typed in
_PLAIN, _BOLD, _QUOTED = 0, 1, 2  # the formats of styles.xml
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FONT = '<sz val="11"/><name val="Calibri"/>'
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}">'
    f'<fonts count="2"><font>{_FONT}</font><font><b/>{_FONT}</font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/>'
    '<xf xfId="0" quotePrefix="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


@dataclass(frozen=True)
class Sheet:
    """A table: ``rows`` hold texts, numbers, truth values and None for an empty cell."""

    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[Any]]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return a file with these sheets; their names are ours, of at most 31 plain characters.

    A sheet ends after 1,048,576 rows, as the format has it.
    """
    made = io.BytesIO()
    with ZipFile(made, "w") as archive:
        for name, content in _parts([sheet.name for sheet in sheets]):
            archive.writestr(_entry(name), _HEAD + content, compresslevel=1)
        for number, sheet in enumerate(sheets, 1):
            entry = _entry(f"xl/worksheets/sheet{number}.xml")
            with archive.open(entry, "w") as part:
                for line in _sheet(sheet):
                    part.write(line.encode("utf-8", "replace"))
    return made.getvalue()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _FIRST_DAY)
    entry.compress_type = ZIP_DEFLATED
    return entry


def _parts(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the parts of the file that say which sheets there are."""
    numbers = range(1, len(names) + 1)
    kinds = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    kinds += [(f"/xl/worksheets/sheet{number}.xml", "worksheet") for number in numbers]
    types = "".join(
        f'<Override PartName="{part}" ContentType="{_TYPE}.{kind}+xml"/>' for part, kind in kinds
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    default = f'<Default Extension="rels" ContentType="{relations}"/>'
    types = f'<Types xmlns="{_PACKAGE}/content-types">{default}{types}</Types>'
    yield "[Content_Types].xml", types
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in zip(numbers, names, strict=True)
    )
    book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'
    yield "xl/workbook.xml", book
    targets = [("worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
    yield "xl/_rels/workbook.xml.rels", _relations([*targets, ("styles", "styles.xml")])
    yield "xl/styles.xml", _STYLES


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _sheet(sheet: Sheet) -> Iterator[str]:
    """Yield the XML of a sheet, whose first row stays in view."""
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    view = f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}">{view}<sheetData>'
    yield f"<row>{''.join(_text(cell, _BOLD) for cell in sheet.head)}</row>"
    for number, row in enumerate(sheet.rows, 2):
        if number > _MOST_ROWS:
            break
        yield f"<row>{''.join(map(_cell, row))}</row>"
    yield "</sheetData></worksheet>"


def _cell(value: Any) -> str:
    """Return a cell: a number that a spreadsheet can hold, a truth value, or a text."""
    if value is None:
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    is_number = isinstance(value, int | float)
    if is_number and math.isfinite(value) and (isinstance(value, float) or abs(value) < _EXACT):
        return f"<c><v>{value!r}</v></c>"
    return _text(str(value))


def _text(value: str, style: int = _PLAIN) -> str:
    """Return a cell with a text; one like a formula is marked as text for whoever edits it."""
    shown = escape(visible_xml(value)[:_LONGEST], quote=False)
    if not style and value.startswith(_FORMULA):
        style = _QUOTED
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{shown}</t></is></c>'
