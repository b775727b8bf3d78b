"""Names from a log as a reader may see them, and as file names and cells that do no harm.

Nothing in a cleaned name moves a cursor, turns the direction of text or ends a line.
"""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import count
from unicodedata import category

_SLUG = 40  # characters of a slug
# Control characters have pictures; those that turn the direction of text or end a line have none
# and get their code.
_NO_PICTURE = (0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))
_SHOWN: dict[int, int | str] = {
    **{code: f"<U+{code:04X}>" for code in _NO_PICTURE},
    **{code: 0x2400 + code for code in range(0x20)},
    **dict.fromkeys(range(0x7F, 0xA0), 0x2421),
    **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD),  # bytes of a file name that are not UTF-8
}
# Control characters, halves of characters, separators of lines and paragraphs.
_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet runs a cell with such a beginning
# Everything else is forbidden by XML 1.0, section 2.2.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def visible(line: str) -> str:
    """Return a line with its control characters shown instead of obeyed."""
    return line if line.isprintable() else line.translate(_SHOWN)


def printable(name: str) -> str:
    """Return a name in one line: U+FFFD for control characters and for bytes that are not UTF-8."""
    if name.isprintable():  # nearly every name
        return name
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if category(sign) in _UNPRINTABLE else sign for sign in name
    )


def harmless(cell: str) -> str:
    """Return a text cell that no spreadsheet runs: a formula gets a leading quote, a number not."""
    if not cell.startswith(_FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell


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
