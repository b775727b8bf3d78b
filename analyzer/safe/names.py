"""Names from a log as a reader may see them.

Nothing in them moves a cursor, turns text round or ends a line.
"""

from __future__ import annotations

from unicodedata import category

# Control characters have pictures; those that turn the direction of text or end a line have none
# and get their code.
_SHOWN: dict[int, int | str] = {
    **{
        code: f"<U+{code:04X}>"
        for code in (0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))
    },
    **{code: 0x2400 + code for code in range(0x20)},
    **dict.fromkeys(range(0x7F, 0xA0), 0x2421),
    **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD),  # bytes of a file name that are no UTF-8
}


def visible(line: str) -> str:
    """Return a line with its control characters shown instead of obeyed."""
    return line.translate(_SHOWN)


_NOT_SHOWN = {
    "Cc",
    "Cs",
    "Zl",
    "Zp",
}  # control characters, halves of characters, separators of lines
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet runs a cell that begins so


def printable(name: str) -> str:
    """Return a name in one line.

    Control characters and bytes that are not UTF-8 become U+FFFD.
    """
    if name.isprintable():  # nearly every name
        return name
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if category(letter) in _NOT_SHOWN else letter for letter in name
    )


def harmless(name: str) -> str:
    """Return a text cell that no spreadsheet runs.

    A leading quote where it would, unless it is a number.
    """
    if not name.startswith(_FORMULA):
        return name
    try:
        float(name)
    except ValueError:
        return f"'{name}"
    return name
