"""What a stream cannot show is printed as an escape, never as a question mark.

Python prints in the encoding of the locale or of ``PYTHONIOENCODING``, which may lack the letters
of a name. Files are written in UTF-8 whatever that is.
"""

from __future__ import annotations

import codecs
import sys
from io import TextIOWrapper

_HANDLER = "analyzer.escaped"
_PLAIN = {  # signs of our own sentences, and the bars of a small chart by their height
    sign: plain
    for plain, signs in {
        "-": "–—−·",
        "...": "…",
        '"': "“”«»",
        "'": "‘’",
        " ": "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}",
        "->": "→",
        "<=": "≤",
        ">=": "≥",
        "+/-": "±",
        "x": "×",
    }.items()
    for sign in signs
} | dict(zip("▁▂▃▄▅▆▇█", "_.:-=+*#", strict=True))


def escape_unshown() -> None:
    """Let stdout and stderr escape what their encodings lack.

    In a pipe lines end in a line feed, also on Windows: the same bytes on each system.
    """
    codecs.register_error(_HANDLER, _escaped)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            newline = None if stream.isatty() else "\n"
            stream.reconfigure(errors=_HANDLER, newline=newline)


def fits(text: str) -> bool:
    """Say whether stdout can show a text as it is."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for the signs that an encoding lacks, and where to go on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_shown, error.object[error.start : error.end])), error.end


def _shown(sign: str) -> str:
    """Return a sign in ASCII: a plain one that means the same, else its escape as in JSON."""
    from json import dumps  # for odd signs alone, so that help starts without it

    return _PLAIN.get(sign) or dumps(sign)[1:-1]
