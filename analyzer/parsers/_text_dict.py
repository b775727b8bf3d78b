"""Find the numbers of a dict that was printed on a line, as Python or as JSON; nothing is run."""

from __future__ import annotations

import re
from typing import NamedTuple

from analyzer.parsers._text_names import named_axis
from analyzer.parsers._text_plan import VALUE, Field, Span, without_lesser_axes
from analyzer.parsers._text_tokens import NUMBER, decoded

_OPENING = re.compile(r"\{\s*['\"]")
_ITEM = re.compile(
    r"(?P<open>\{)|(?P<close>\})"
    r"|(?P<quote>['\"])(?P<key>[^'\"{}]{1,100})(?P=quote)\s*:\s*"
    rf"(?:(?:[\w.]{{1,40}}\(\[?)?['\"]?(?P<number>{NUMBER})(?=\s*[%,)}}\]'\"]))?",
    re.I,
)
_SUMMARIES = {"train_runtime", "eval_runtime_total"}  # the last record of Hugging Face's Trainer


class DictLine(NamedTuple):
    """The dict of a line: where it begins, its numbers, the keys with digits."""

    start: int
    fields: list[Field]
    fixed: list[Span]
    is_summary: bool


def read_dict(text: str) -> DictLine | None:
    """Return the numbers of the first dict of a line with nested keys joined by "/", or None."""
    opening = _OPENING.search(text)
    if opening is None:
        return None
    fields: list[Field] = []
    fixed: list[Span] = []
    path: list[str] = []
    keys = set()
    pending = ""
    for match in _ITEM.finditer(text, opening.start()):
        if match["open"]:
            path.append(pending)
            pending = ""
        elif match["close"]:
            path = path[:-1]
            if not path:
                break
        else:
            pending = match["key"]
            keys.add(pending)
            if any(character.isdigit() for character in pending):
                fixed.append(Span(*match.span("key")))
        if match["number"] is not None:
            name = "/".join(filter(None, [*path, pending]))
            fields.append(_field(decoded(name), Span(*match.span("number"))))
            pending = ""
    if not fields:
        return None
    return DictLine(opening.start(), without_lesser_axes(fields), fixed, bool(keys & _SUMMARIES))


def _field(name: str, span: Span) -> Field:
    role, rank = named_axis(name)
    return Field(role or VALUE, name, span, rank=rank)
