"""Find what a line of console output says of time: durations by name, the elapsed time, a date.

Durations are in seconds where a unit or a clock says so, otherwise as printed. "12:30" behind a
name may be hours or minutes and is not read, but a table may have a column of the minutes of each
epoch, as fastai's. The time that remains is a forecast and no point.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analyzer import metrics
from analyzer.parsers._text_counts import with_signs
from analyzer.parsers._text_names import axis_of, is_known
from analyzer.parsers._text_plan import STAMP, TIME, Cells, Field, Key, Part, Plan, Span
from analyzer.parsers._text_tokens import Token, tokens_of
from analyzer.stats.arrays import Floats

LONGEST = 8192  # characters of a line that are read
ELAPSED = "elapsed"  # what tqdm calls the time before "<"
_MAY_SAY = re.compile(rb"time|elapsed|took|dur|\d *m?s(?:ec|\b)|\d:\d\d")
_SECONDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("ms", "msec", "millis", "milliseconds"), 1e-3),
    **dict.fromkeys(("us", "\xc2\xb5s", "microseconds"), 1e-6),
}
_LONG = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600.0),
}
# a limit, a forecast or a place in time, and no measured duration
_NO_TIME = metrics.FORECASTS | {
    *("after", "for", "of", "at", "within", "than", "finish", "completion", "and", "timestamp"),
    *("start", "started", "end", "ended", "date", "current", "now"),
}
_OF_DAY = frozenset(("time", "wall time", "walltime", "local time"))  # "time: 10:11:12" may be noon
_CLOCK_CELL = "clock"  # the path of a cell that may be minutes and seconds, or hours and minutes
_FEWEST_RISES = 3  # durations rise so often without a fall in 1 of 24 cases (4 rows) or fewer
_MOST_WORDS = 3  # of a name
_SPAN = re.compile(  # "3m 20s", "1h2m3s", "2 min 5.1 s", "1 minute and 5 seconds"
    r"(?:(?P<h>\d+) ?h(?:(?:ou)?rs?)?[ ,]*)?(?P<m>\d+) ?m(?:in(?:ute)?s?)?[ ,]*(?:and )?"
    r"(?P<s>\d+(?:\.\d+)?) ?s(?:ec(?:ond)?s?)?(?![\w/])"
)
_CLOCK = re.compile(r"(?P<h>\d+):(?P<m>\d\d):(?P<s>\d\d(?:\.\d+)?)(?![\w:])")
_SHORT_CLOCK = re.compile(r"(?:(?P<h>\d+):)?(?P<m>\d\d):(?P<s>\d\d)(?![\w:.])")
_BAR = re.compile(r"\[(?=(?:\d+:)?\d\d:\d\d<)")  # tqdm's "[00:12<00:30"
# "938/938 [=====] - 5s 3ms/step - loss: 0.5" of Keras, whose bar that is not full has "ETA: 5s"
_KERAS = re.compile(r"(?:\]|\d|^) ?- (?P<s>\d+)s(?: -)?(?: \d+[mun]?s/\w+)? - (?=[a-z])")
_FACTORS = {"h": 3600.0, "m": 60.0, "s": 1.0}
_DATE = re.compile(
    r"((?:19|20)\d\d)([-/.])(\d\d?)\2(\d\d?)[T ,_-]{1,2}(\d\d?):(\d\d):(\d\d(?:\.\d+)?)(?:,(\d+))?"
    r"(?:(?P<sign>[+-])(\d\d):?(\d\d)(?!\d))?"
)
_LONGEST_PREFIX = 120  # characters before the date of a line


def may_say_time(line: bytes) -> bool:
    """Say, fast, whether a line may have a duration."""
    return _MAY_SAY.search(line.lower()) is not None


def time_line(line: bytes) -> Plan:
    """Return how to read the durations of a line that says nothing else."""
    return Plan(tuple(times_of(line[:LONGEST].decode("latin-1"))))


def with_times(plan: Plan, text: str) -> Plan:
    """Return a plan with the durations of its line and, before its numbers, the date."""
    is_summary = plan.is_empty and "{" in text  # means over the whole run
    if plan.header or plan.cells or plan.section or is_summary:
        return plan
    taken = {found.span for found in plan.fields}
    times = [found for found in times_of(text) if found.span not in taken]
    stamp = stamp_of(text, plan.fields) if plan.fields else None
    found = [*times, stamp] if stamp is not None else times
    return plan.having(found) if found else plan


def times_of(text: str) -> list[Field]:
    """Return the durations of a line, each name once."""
    found = {field.name: field for field in reversed([*_named(text), *drawn_time(text)])}
    return list(reversed(found.values()))


def cell_time(name: str, text: str, span: Span) -> Field | None:
    """Return the duration in a cell of a column named so: fastai's "00:12", skorch's "0.51"."""
    if metrics.normal(name) not in metrics.TIME_ENDS:
        return None
    cell = text[span.start : span.end]
    match = _SHORT_CLOCK.fullmatch(cell)
    if match is not None:
        is_open = match["h"] is None and name.lower() in _OF_DAY
        path = (_CLOCK_CELL,) if is_open else ()
        return Field(TIME, name, span, parts=_parts(match, span.start), path=path)
    is_number = re.fullmatch(r"\d+(?:\.\d+)?", cell) is not None
    return Field(TIME, name, span, parts=(Part(span, 1.0),)) if is_number else None


def without_times_of_day(columns: Mapping[Key, Cells]) -> dict[Key, Cells]:
    """Return columns without those of a table that may be the hours and minutes of a day.

    These go on from row to row, back to 0:00 at the most once; what each epoch took goes up and
    down.
    """
    return {
        key: cells
        for key, cells in columns.items()
        if key.path != (_CLOCK_CELL,) or not _may_be_of_day(cells.values)
    }


def _may_be_of_day(values: Floats) -> bool:
    """Say whether times that were read as minutes may be hours; those of one hour at 0 are not."""
    if not 60 <= values.max() < 24 * 60:
        return False
    rises = np.diff(values)
    return int((rises > 0).sum()) >= _FEWEST_RISES and int((rises < 0).sum()) <= 1


def drawn_time(text: str) -> Iterator[Field]:
    """Yield the elapsed time that a progress bar shows without a name."""
    bar = _BAR.search(text)
    if bar is not None:
        match = _SHORT_CLOCK.match(text, bar.end())
        if match is not None:
            yield Field(TIME, ELAPSED, Span(*match.span()), parts=_parts(match))
            return
    match = _KERAS.search(text)
    if match is not None:
        span = Span(*match.span("s"))
        yield Field(TIME, ELAPSED, span, parts=(Part(span, 1.0),))


def _named(text: str) -> Iterator[Field]:
    """Yield the durations behind names."""
    tokens = tokens_of(with_signs(text))
    words: list[Token] = []
    is_apart = False  # a sign or a gap since the last word
    done = 0
    for at, token in enumerate(tokens):
        is_unit = token.kind == "paren" and token.start == done
        if token.start < done or is_unit:  # the seconds of "1 minute and 5 seconds", "0.1[s]"
            continue
        if token.kind in ("word", "paren"):
            if is_apart and words and token.kind == "word":
                words = []
            words.append(token)
            is_apart = False
        elif token.kind in ("number", "clock"):
            found = _duration(text, tokens, at, words)
            done = token.end if found is None else max(part.span.end for part in found.parts)
            if found is not None:
                yield found
            words, is_apart = [], False
        elif token.kind == "gap" or (token.text in ":=" and words):
            is_apart = True
        elif token.text not in "\"'*`~":
            words, is_apart = [], False


def _duration(text: str, tokens: Sequence[Token], at: int, words: Sequence[Token]) -> Field | None:
    """Return the duration that a number or a clock behind some words is, None if it is none."""
    token = tokens[at]
    plain = [word.text for word in words if word.kind == "word"][-_MOST_WORDS:]
    if not plain or not plain[-1][0].isalpha() or not _may_be_time(plain):
        return None
    name = " ".join(plain)
    is_time = _says_time(plain)
    whole = _CLOCK.match(text, token.start) if token.kind == "clock" else None
    if whole is not None:
        is_of_day = " ".join(plain).lower() in _OF_DAY
        return None if is_of_day or not is_time else _field(name, whole)
    whole = _SPAN.match(text, token.start)
    if whole is not None:
        return _field(name, whole)
    if token.kind == "clock" or token.text.lstrip("+-").isalpha():
        return None
    boxed = [word.text[1:-1] for word in words if word.kind == "paren"]
    unit = token.unit or _unit_behind(tokens, at) or (boxed[-1] if boxed else "")
    factor = _factor(unit, is_time=is_time)
    if factor is None:
        return None
    number = _mean(tokens, at) or token
    span = Span(number.start, number.end)
    return Field(TIME, name, span, parts=(Part(span, factor),))


def _field(name: str, match: re.Match[str]) -> Field:
    return Field(TIME, name, Span(*match.span()), parts=_parts(match))


def _parts(match: re.Match[str], start: int = 0) -> tuple[Part, ...]:
    """Return the hours, minutes and seconds of a match; ``start`` is where its text begins."""
    return tuple(
        Part(Span(start + match.start(part), start + match.end(part)), factor)
        for part, factor in _FACTORS.items()
        if match[part] is not None
    )


def _may_be_time(plain: Sequence[str]) -> bool:
    """Say whether words can name a duration: neither an axis nor a metric nor a forecast."""
    parts = {part for word in plain for part in metrics.normal(word).split("_")}
    if parts & _NO_TIME or axis_of(tuple(plain))[0] or is_known(" ".join(plain)):
        return False
    return not is_known(plain[-1]) and (plain[-1].lower() != "in" or len(plain) > 1)


def _says_time(plain: Sequence[str]) -> bool:
    """Say whether words name a duration: "train_time", "Epoch took", "time/epoch", "done in"."""
    last = metrics.normal(plain[-1]).split("_")
    return metrics.says_time(last) or plain[-1].lower() == "in"


def _unit_behind(tokens: Sequence[Token], at: int) -> str:
    """Return the unit behind a blank or in a bracket: "took 2.5 min", "0.12[s]"; or ""."""
    (behind,) = tokens[at + 1 : at + 2] or (None,)
    if behind is None:
        return ""
    if behind.kind == "paren" and behind.start == tokens[at].end:
        return behind.text[1:-1]
    return behind.text if behind.kind == "word" and behind.text.lower() in _LONG else ""


def _factor(unit: str, *, is_time: bool) -> float | None:
    """Return how many seconds a unit has, 1 if a name says time without one; None for no time."""
    short = unit.partition("/")[0].rstrip(".").lower()
    if short in _SECONDS:
        return _SECONDS[short]
    if not is_time:
        return None
    return 1.0 if not unit else _LONG.get(short)


def _mean(tokens: Sequence[Token], at: int) -> Token | None:
    """Return the running mean behind a number, as in "Time 0.52 (0.61)"."""
    inside = [piece for piece in tokens[at + 1 : at + 5] if piece.kind != "gap"][:3]
    if [piece.text for piece in inside[::2]] != ["(", ")"] or inside[1].kind != "number":
        return None
    return inside[1] if "." in inside[1].text and inside[1].unit == tokens[at].unit else None


def stamp_of(text: str, fields: Sequence[Field]) -> Field | None:
    """Return the date of a line before its first number; a day of one order only: year first."""
    first = min(found.span.start for found in fields)
    match = _DATE.search(text[: min(max(first, 0), _LONGEST_PREFIX)])
    if match is None:
        return None
    parts = [Part(Span(*match.span(group)), 0.0) for group in (1, 3, 4)]
    clock = zip((5, 6, 7), (3600.0, 60.0, 1.0), strict=True)
    parts += [Part(Span(*match.span(group)), factor) for group, factor in clock]
    if match[8]:
        parts.append(Part(Span(*match.span(8)), 10.0 ** -len(match[8])))
    if match["sign"]:
        sign = -1.0 if match["sign"] == "+" else 1.0
        parts.append(Part(Span(*match.span(10)), sign * 3600.0))
        parts.append(Part(Span(*match.span(11)), sign * 60.0))
    return Field(STAMP, "", Span(*match.span()), parts=tuple(parts))


def seconds_at_midnight(year: Floats, month: Floats, day: Floats) -> Floats:
    """Return seconds since 1970 at the beginning of days, NaN for what is no day."""
    is_day = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = ((year - 1970) * 12 + np.where(is_day, month, 1) - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]").astype(np.float64) + day - 1
    seconds: Floats = np.where(is_day, days * 86400.0, np.nan)
    return seconds
