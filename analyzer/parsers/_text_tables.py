"""Tables that training loops print: a header of names, then rows of cells in its columns."""

from __future__ import annotations

import re

from analyzer import metrics
from analyzer.parsers._text_counts import planned
from analyzer.parsers._text_names import is_known, named_axis
from analyzer.parsers._text_plan import EPOCH, STEP, VALUE, Field, Plan, Span, without_lesser_axes
from analyzer.parsers._text_times import cell_time, drawn_time
from analyzer.parsers._text_tokens import NUMBER, decoded

_CELL = re.compile(r"\S+")
_TABBED = re.compile(r"[^\t\s](?:[^\t]*[^\t\s])?")
_COLUMN = re.compile(r"[^\s|]+(?: [^\s|]+)*")  # words with single blanks
_BAR = re.compile(r":\s+\d+%.*")
_VALUE = re.compile(rf"(?P<number>{NUMBER})%?(?:/\d+)?", re.I)
_LONGEST = 60  # characters of a column's name
_MOST_CELLS = 100
_OF_ULTRALYTICS = {"P": "precision", "R": "recall"}
_MEMORY = "gpu_mem"  # the second column of YOLOv5
_OF_YOLO = {"box", "obj", "cls", "dfl", "seg", "kpt", "total", "theta"}
_WORDS = 2  # cells of a row that are neither numbers nor times, such as "all" and "+"
_TIME = re.compile(r"[\d.:]+[a-zA-Z]{0,3}|\d{4}-\d\d-\d\d")
_ASIDE = {"time", "dur", "duration", "timestamp", "remaining_time", "eta"}
_ASIDE |= {"size", "instances", "gpu_mem", "images"}


def header_of(text: str) -> tuple[str, ...]:
    """Return the columns that a line names, () if it is not the header of a log.

    It names an axis or is known to go with one (Ultralytics' validation), and a metric.
    """
    line = _BAR.sub("", text.lstrip("\x01"))
    if "  " not in line.strip() and "\t" not in line and "|" not in line:
        columns = line.split(",") if "," in line else line.split()
        columns = [column.strip() for column in columns]
        rest = columns[1:] if _is_short(columns[0]) else columns
        if not all(_is_axis(column) or is_known(column) for column in rest):
            return ()
    else:
        columns = _COLUMN.findall(line.replace("\t", "  "))
        columns = _loosened(columns)
    if not 2 <= len(columns) <= _MOST_CELLS or any(len(name) > _LONGEST for name in columns):
        return ()
    if any(_VALUE.fullmatch(name) for name in columns):
        return ()
    is_short = _is_short(columns[0]) and sum(map(is_known, columns)) > 1
    has_axis = any(map(_is_axis, columns)) or is_short or columns[0] == "Class"
    is_yolo = len(columns) > 1 and (columns[1].lower() == _MEMORY or {"P", "R"} < {*columns})
    if not has_axis or not (is_yolo or any(is_known(name) for name in columns)):
        return ()
    return tuple(columns)


def validation_header(text: str) -> Plan | None:
    """Return the plan of the header of YOLO's validation, whose names have numbers: "mAP@.5"."""
    header = header_of(text) if text.split()[:1] == ["Class"] else ()
    return Plan(header=header, fixed=(Span(0, len(text)),)) if header else None


def _loosened(columns: list[str]) -> list[str]:
    """Return the columns of Ultralytics' validation, which single blanks separate in part."""
    if columns[:1] != ["Class"]:
        return columns
    return " ".join(columns).replace("Box(P", "P").replace(")", "").split()


def cells_of(text: str) -> tuple[Span, ...]:
    """Return the cells of a line that may be a row of a table, () for any other line."""
    line = _BAR.sub("", text.replace("\x01", " "))
    if line.count("|") >= 2:
        line = line.replace("|", " ")
    if "," in line and " " not in line.strip():  # a printed CSV
        line = line.replace(",", " ")
    found = list(_between_tabs(line) or _CELL.finditer(line))
    if not 2 <= len(found) <= _MOST_CELLS:
        return ()
    numbers = sum(_VALUE.fullmatch(match[0]) is not None for match in found)
    others = [match[0] for match in found if not _VALUE.fullmatch(match[0])]
    words = sum(_TIME.fullmatch(cell) is None for cell in others)
    if numbers < 2 or words > _WORDS or words >= numbers:
        return ()
    return tuple(Span(*match.span()) for match in found)


def _between_tabs(line: str) -> list[re.Match[str]]:
    """Return the cells of a line with tabs if one has several words, such as "No log", else []."""
    found = list(_TABBED.finditer(line)) if "\t" in line else []
    has_words = any(" " in match[0].strip() for match in found)
    parts = [part for match in found for part in match[0].split()[1:]]
    return found if has_words and not any(map(_VALUE.fullmatch, parts)) else []


class Header:
    """The header of a table and where its columns stand."""

    def __init__(self, names: tuple[str, ...], text: str) -> None:
        self.names = names
        self.spans: list[Span] = []
        at = 0
        for name in names:
            at = max(text.find(name, at), at)
            self.spans.append(Span(at, at + len(name)))
            at += len(name)
        self.bars = [text.count("|", 0, span.start) for span in self.spans]
        self.bar_count = text.count("|")
        self.is_tight = "  " not in text.strip() and "\t" not in text and "|" not in text

    def plan(self, text: str, cells: tuple[Span, ...]) -> Plan:
        """Return how to read a row; the plan is empty if the row is not of this table."""
        if self.is_tight and len(cells) > len(self.names):  # single blanks align nothing
            return Plan()
        columns = self._columns(cells, text)
        fields: list[Field] = []
        for name, span in zip(columns, cells, strict=True):
            time = cell_time(name, text, span)
            if time is not None:
                fields.append(time)
                continue
            match = _VALUE.fullmatch(text[span.start : span.end]) if name else None
            if match is None:
                continue
            place = Span(span.start + match.start("number"), span.start + match.end("number"))
            role, rank = self._role(name)
            if role == VALUE and metrics.normal(name) in _ASIDE:
                continue
            split = "val" if self.names[0] == "Class" else ""
            fields.append(Field(role, self._name(decoded(name)), place, split, rank=rank))
            fields += planned(text, fields[-1:])
        has_axis = any(found.role in (EPOCH, STEP) for found in fields)
        if not has_axis and self.names[0] != "Class":
            return Plan()
        if self.names[0] != "Class":
            fields += drawn_time(text)
        return Plan(tuple(without_lesser_axes(fields)), is_bar=text.startswith("\x01"))

    def _name(self, name: str) -> str:
        """Return the name of a column; those of spaCy as its JSON Lines have them, P is short."""
        if self.names[0] == "Class":
            return _OF_ULTRALYTICS.get(name, name)
        if name in _OF_YOLO and self.names[1].lower() == _MEMORY:
            return f"{name}_loss"
        if self.names[:2] != ("E", "#"):
            return name
        if name.startswith("LOSS "):
            return f"losses/{name[5:].lower()}"
        return name.lower() if name in ("SCORE", "E", "#") else f"scores/{name.lower()}"

    def _role(self, name: str) -> tuple[str, int]:
        """Return the role of a column; spaCy's "E" and "#" are the epoch and the step."""
        if name == "#":
            return STEP, 0
        if name == "E" and "#" in self.names:
            return EPOCH, 0
        if name == self.names[0] and _is_short(name):
            return (EPOCH if metrics.SHORT_AXES[name.lower()] == "epoch" else STEP), 0
        role, rank = named_axis(name)
        return role or VALUE, rank

    def _columns(self, cells: tuple[Span, ...], text: str) -> list[str]:
        """Return the column of each cell, by its number or, if some are blank, by its place.

        Between bars the place is the number of bars before it.
        """
        if len(cells) == len(self.names):
            return list(self.names)
        if self.bar_count > 1 and text.count("|") == self.bar_count:
            between = dict(zip(self.bars, self.names, strict=True))
            return [between.get(text.count("|", 0, cell.start), "") for cell in cells]
        columns = []
        for cell in cells:
            under = [
                name
                for name, span in zip(self.names, self.spans, strict=True)
                if cell.start < span.end and span.start < cell.end
            ]
            columns.append(under[0] if len(under) == 1 else "")
        return columns


def _is_short(name: str) -> bool:
    """Say whether the first column is called "ep" or "it", an axis beside a loss."""
    return name.lower() in metrics.SHORT_AXES


def _is_axis(name: str) -> bool:
    return named_axis(name)[0] != "" or name in ("#", "E")
