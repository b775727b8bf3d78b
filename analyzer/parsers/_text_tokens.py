"""Cut a line of console output into numbers, words and marks.

Lines are bytes read as Latin-1, so that places in the text are places in the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?!\.?\d)|[-+]?(?:nan|inf(?:inity)?)(?![\w/])"
_LETTER = r"A-Za-z_\x80-\xff"
_TIME = r"[T ,_-]*\d\d?[:.]\d\d[:.]\d\d(?:[.,]\d+)?"
_YEAR_FIRST = rf"\d{{4}}[-/.]\d\d?[-/.]\d\d?(?:{_TIME})?Z?"
_YEAR_LAST = rf"\d\d?/\d\d?/\d{{4}}(?!\d)(?:{_TIME})?"
# MMEngine and Detectron2 begin a line with "11/29 08:52:51"; elsewhere 11/29 is a count
_NO_YEAR = rf"(?:\A|(?<=\A\W)|(?<=\A\W\W))(?:0[1-9]|1[0-2])[-/](?:0[1-9]|[12]\d|3[01]) {_TIME}"
# "Mar  5 10:11:12" of syslog, "5. März 2024", "05-ene-2024": a month, short or whole
_MONTH = (
    r"(?:jan(?:uary|uar|vier|eiro)?|feb(?:ruary|ruar|rero|braio)?|mar(?:ch|zo|s|\xc3\xa7o)?"
    r"|apr(?:ile?)?|mayo?|maio?|maggio|mag|jun(?:e|io?|ho)?|jul(?:y|io?|ho)?|aug(?:ust)?"
    r"|sep(?:t|tember|tembre|tiembre)?|oct(?:ober|obre|ubre)?|okt(?:ober)?"
    r"|nov(?:ember|embre|iembre|embro)?|dec(?:ember|embre)?|dez(?:ember|embro)?|ene(?:ro)?"
    r"|abr(?:il)?|ago(?:sto)?|dic(?:iembre|embre)?|out(?:ubro)?|set(?:embro|tembre)?|giu(?:gno)?"
    r"|lug(?:lio)?|ott(?:obre)?|gen(?:naio)?|fev(?:ereiro)?|f\xc3\xa9v(?:rier)?|avr(?:il)?|juin"
    r"|juil(?:let)?|ao\xc3\xbbt?|d\xc3\xa9c(?:embre)?|m\xc3\xa4rz?)\.?(?![a-z])"
)
_OF_MONTH = rf"(?<!\w){_MONTH}[ -]+\d\d?,?(?:[ -]\d{{4}})?,? {_TIME}(?: \d{{4}}(?!\d))?"
_IN_MONTH = rf"\d\d?\.?[ /-]{_MONTH}[ /-](?:19|20)\d\d(?!\d)(?:{_TIME})?"
_DATE = rf"{_YEAR_FIRST}|{_YEAR_LAST}|{_NO_YEAR}|{_OF_MONTH}|{_IN_MONTH}"
# where a logger says that a line was printed: "train.py:88", "__main__:fit:88", "(trainer:338)"
_PLACE = (
    r"\([\w./-]+\.py \d+\)|"
    r"[\w./\\-]+\.(?:py|pyx|cc|cpp|cu|c|h|lua|jl|rs|go|scala|java):\d+"
    r"|(?:__\w+__|[A-Za-z_]\w*(?:\.\w+)+):[A-Za-z_<][\w.<>]*:\d+(?= ?[-|\]])"
    r"|\([A-Za-z_][\w.]*:\d+\)(?= ?[A-Z])"
    r"|(?<!\w)[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+:\d+(?= - )"
    r"|[A-Za-z_]\w*\.[\w.]+:\d+(?=[ \t]+(?:INFO|DEBUG|WARN|ERROR))"
)
_CLOCK = r"\d+(?::\d\d)+(?:[.,]\d+)?(?![\w:])|\d+\.\d+\.\d+[\w.]*|\d{6,8}[-_ ]\d{6}(?!\d)"
_TOKEN = re.compile(
    rf"(?P<gap>[ ]*\t[ \t]*|[ ]{{2,}})|(?P<space>[ ])|(?P<clock>{_PLACE}|{_DATE}|{_CLOCK})"
    rf"|(?P<number>{NUMBER})(?P<unit>%|[{_LETTER}][\w/%\x80-\xff]*)?"
    rf"|(?P<paren>[(\[][^()\[\]\d\n]{{1,30}}[)\]])"
    rf"|(?P<word>[{_LETTER}][\w\x80-\xff]*(?:[@/.'+^-]+[\w\x80-\xff]+)*\.?)"
    rf"|(?P<mark>.)",
    re.I | re.S,
)


_VERBS = frozenset(
    (
        "is",
        "was",
        "equals",
        "es",
        "fue",
        "era",
        "est",
        "ist",
        "war",
        "\u00e9",
        "foi",
        "\u00e8",
    )
)
FILL = "~"  # stands for nothing, but one piece stays apart from the next
_UNITS = frozenset(("s", "sec", "secs", "second", "seconds", "ms"))
_OF = "of"  # a whole number behind it may count something else: "accuracy of 10 runs"
_CLAUSE_END = re.compile(r"[ \t]*(?:[,;.()\[\]|]|and\b|\Z)|[ ]*\t|[ ]{2}")


class Token(NamedTuple):
    """A piece of a line.

    ``kind`` is number, word, paren (words in brackets), clock (a date or time), gap (a tab or two
    blanks) or mark; ``unit`` is what stands directly behind a number.
    """

    kind: str
    text: str
    start: int
    end: int
    unit: str = ""


def tokens_of(line: str) -> list[Token]:
    """Return the pieces of a line without single blanks and fills."""
    found = []
    for match in _TOKEN.finditer(line):
        kind = match.lastgroup or ""
        if kind == "unit":
            kind = "number"
        if kind == "space" or match[0] == FILL:
            continue
        start, end = match.span(kind)
        text = decoded(match[kind]) if kind in ("word", "paren") else match[kind]
        found.append(Token(kind, text, start, end, match["unit"] or ""))
        if kind == "number":
            _equal(found, line)
    return _with_units(found)


def _with_units(tokens: list[Token]) -> list[Token]:
    """Return pieces in which a number has the unit behind its blank: "took 114.8 s Reward: 3"."""
    units = [at for at, piece in enumerate(tokens) if _is_unit(tokens, at, piece)]
    for at in reversed(units):
        tokens[at - 1] = tokens[at - 1]._replace(unit=tokens[at].text)
        del tokens[at]
    return tokens


def _is_unit(tokens: Sequence[Token], at: int, piece: Token) -> bool:
    """Say whether a word is a unit of the number before it, and not the name of the next one."""
    if piece.kind != "word" or piece.text.lower().rstrip(".") not in _UNITS or not at:
        return False
    before = tokens[at - 1]
    after = tokens[at + 1 : at + 2]
    names_next = bool(after) and (after[0].kind == "number" or after[0].text in ":=")
    return before.kind == "number" and not before.unit and not names_next


def _equal(tokens: list[Token], line: str) -> None:
    """Make a sign of the verb between a name, or an axis, and a number: "the loss was 0.5"."""
    if len(tokens) < 3 or tokens[-3].kind not in ("word", "paren", "number"):
        return
    verb = tokens[-2]
    if verb.kind != "word":
        return
    word = verb.text.lower()
    if tokens[-3].kind == "number":  # "the loss at epoch 3 was 0.5"
        word = word if word in _VERBS else ""
    if word in _VERBS or (word == _OF and _is_value(tokens[-1], line)):
        tokens[-2] = verb._replace(kind="mark", text="=")


def _is_value(number: Token, line: str) -> bool:
    """Say whether a number behind "of" is a value: a fraction, or one that ends its clause."""
    if number.text.lstrip("+-").isalpha():  # "number of nan iterations"
        return False
    is_whole = number.text.lstrip("+-").isdecimal()
    if not is_whole or number.unit == "%":
        return True
    return not number.unit and _CLAUSE_END.match(line, number.end) is not None


class Pair(NamedTuple):
    """Two whole numbers in brackets, and the place of the piece behind these."""

    first: Token
    second: Token
    behind: int


def pair_at_start(tokens: Sequence[Token], at: int) -> Pair | None:
    """Return the numbers of "[2,  4000]" at the start of a line, the first at a place, or None.

    PyTorch's tutorials print the epoch and the batch so.
    """
    opening = [piece.text for piece in tokens[:at] if piece.kind != "gap"]
    inside = [piece for piece in tokens[at : at + 5] if piece.kind != "gap"][:4]
    if opening != ["["] or len(inside) < 4:
        return None
    first, comma, second, closing = inside
    if (comma.text, closing.text) != (",", "]"):
        return None
    if any(piece.unit or not piece.text.isdigit() for piece in (first, second)):
        return None
    return Pair(first, second, tokens.index(closing, at) + 1)


def decoded(name: str) -> str:
    """Return a name that was read as Latin-1 in its own encoding."""
    try:
        return name.encode("latin-1").decode()
    except (UnicodeDecodeError, UnicodeEncodeError):
        return name
