"""Names from a log as a reader may see them, and as file names and cells that do no harm.

Nothing in a cleaned name moves a cursor, turns the direction of text or ends a line.
"""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import count
from unicodedata import category

_SLUG = 40  # characters of a slug
# Control characters have pictures; what has no width, turns the direction of text or ends a line
# has none and gets its code.
_SHOWN: dict[int, int | str] = {
    **{code: 0x2400 + code for code in range(0x20)},
    **dict.fromkeys(range(0x7F, 0xA0), 0x2421),
    **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD),  # bytes of a file name that are not UTF-8
}
# Control characters, halves of characters, separators of lines and paragraphs.
_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}
# What a reader cannot see: Unicode's format characters and its other Default_Ignorable_Code_Point
# (DerivedCoreProperties.txt): fillers, tags, selectors of a variant. After a symbol the selectors
# of emoji stay, as people type them.
_UNSEEN = re.compile(
    "(?<![\u2190-\u2bff\U0001f000-\U0001faff])[\ufe0e\ufe0f]|"
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
# A CI system runs a line of its log that begins so (GitHub; blanks may come first), or that has
# the second form in any place (GitHub's older form, Azure Pipelines, TeamCity).
_COMMAND = re.compile(r"^(\s*):(?=:)|#(?=#(?:vso|teamcity)?\[)", re.MULTILINE)
_PART = re.compile(r"[/_,=·-]+")  # ends a part of a name
_NOT_ASCII = re.compile("[^\0-\x7f]+")
_BYTES = re.compile("[\udc80-\udcff]+")  # each stands for a byte (PEP 383)
_OLD_COMMAND = re.compile(r"#(?=#(?:vso|teamcity)?\[)")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet runs a cell with such a beginning
# Everything else is forbidden by XML 1.0, section 2.2.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def visible(line: str) -> str:
    """Return a line with its control characters shown instead of obeyed, and with the unseen."""
    if line.isascii():
        return line if line.isprintable() else line.translate(_SHOWN)
    return _UNSEEN.sub(_code, _decoded(line).translate(_SHOWN))


def _code(sign: re.Match[str]) -> str:
    return f"<U+{ord(sign[0]):04X}>"


def without_command(text: str) -> str:
    """Return text of which no line is a command to the CI system that shows it."""
    return _COMMAND.sub(_broken, text) if "::" in text or "##" in text else text


def _broken(start: re.Match[str]) -> str:
    blanks = start[1]
    return "<U+0023>" if blanks is None else f"{blanks}<U+003A>"


def plain_json(document: str) -> str:
    """Return a JSON document that means the same, with escapes for the unseen and for commands."""
    if not document.isascii():
        document = _UNSEEN.sub(_escape, document)
    return _OLD_COMMAND.sub(r"\\u0023", document) if "##" in document else document


def ascii_json(document: str) -> str:
    """Return a JSON document that means the same, with escapes for all that is not ASCII."""
    return _NOT_ASCII.sub(_escape, document)


def _escape(sign: re.Match[str]) -> str:
    import json  # for odd signs alone, so that help starts without it

    return json.dumps(sign[0])[1:-1]


def _decoded(name: str) -> str:
    """Return a text in which UTF-8 that the system's encoding could not decode is decoded.

    File names are in UTF-8 where the locale is ASCII, too; Python then has a surrogate for a byte.
    """
    return _BYTES.sub(lambda found: _utf8(found[0]), name)


def _utf8(escaped: str) -> str:
    return bytes(ord(sign) - 0xDC00 for sign in escaped).decode("utf-8", "replace")


def printable(name: str) -> str:
    """Return a name in one line: U+FFFD for control characters and for bytes that are not UTF-8."""
    if name.isprintable():  # nearly every name
        return name
    name = _decoded(name)
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if category(sign) in _UNPRINTABLE else sign for sign in name
    )


def harmless(cell: str) -> str:
    """Return a text cell in one line that nothing runs: a formula gets a leading quote.

    A number stays as it is.
    """
    shown = without_command(visible(cell))
    if not cell.startswith(_FORMULA):
        return shown
    try:
        float(cell)
    except ValueError:
        return f"'{shown}"
    return shown


def visible_xml(text: str) -> str:
    """Return text with its control characters shown, and U+FFFD for what XML forbids besides."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", visible(text))


def without_end(name: str, longest: int) -> str:
    """Return a name of at most ``longest`` characters; an ellipsis stands for its end."""
    return name if len(name) <= longest else f"{name[: longest - 1]}…"


def without_middle(name: str, longest: int, *, head: int) -> str:
    """Return a name of at most ``longest`` characters; an ellipsis stands for its middle.

    ``head`` characters are kept of its beginning. The end tells the runs of a sweep apart.
    """
    return name if len(name) <= longest else f"{name[:head]}…{name[head + 1 - longest :]}"


def without_middle_parts(name: str, longest: int, *, head: int) -> str:
    """Return a name of at most ``longest`` characters, cut between its parts if that is near.

    Parts end with a slash, an underscore, a dash or the like; else as ``without_middle``.
    """
    if len(name) <= longest:
        return name
    start, _, end = without_middle(name, longest, head=head).partition("…")
    breaks = [found.end() for found in _PART.finditer(start)]
    if breaks and breaks[-1] >= head // 2:
        start = start[: breaks[-1]]
    first = _PART.search(end)
    if first and first.end() <= head:
        end = end[first.start() :]
    return f"{start}…{end}"


def slug(name: str, *, collapse: bool = False) -> str:
    """Return up to 40 lower-case ASCII letters and digits of a name, to be part of a file name.

    A hyphen stands for each other character. With ``collapse`` one hyphen stands for several, there
    is none at the ends, and what is not ASCII is dropped; then the slug may be empty.
    """
    lower = name.lower()
    if not collapse:
        return re.sub(r"[^a-z0-9]", "-", lower)[:_SLUG]
    ascii_only = lower.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:_SLUG].strip("-")


def numbered(name: str, taken: Container[str]) -> str:
    """Return a name that is not taken: itself, or itself with -2, -3 and so on behind it."""
    if name not in taken:
        return name
    return next(other for n in count(2) if (other := f"{name}-{n}") not in taken)
