"""What may stand between a metric and its value, or behind it: a step, a label, a running mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer.parsers import _text_names as names
from analyzer.parsers._text_plan import BETWEEN, EPOCH, STEP, Field, Span
from analyzer.parsers._text_tokens import Token

LABEL, STEP_OF_VALUE = "label", "step"  # (BETWEEN: the lines must tell which)
_WHOLE = re.compile(r"\d{1,15}")


def mean_at(tokens: Sequence[Token], at: int, value: Token) -> tuple[Span, int] | None:
    """Return the running mean in brackets behind a value, as in "Loss 0.52 (0.61)".

    With it comes the place behind the brackets. Coqui prints the change there, which has a sign:
    "avg_loss: 5.07 (+0.17)".
    """
    if at < len(tokens) and tokens[at].kind == "gap":
        at += 1
    if [piece.text for piece in tokens[at : at + 3 : 2]] != ["(", ")"]:
        return None
    token = tokens[at + 1]
    is_mean = token.kind == "number" and "." in token.text and not token.unit
    is_change = token.text[0] == "+" or (token.text[0] == "-") != (value.text[0] == "-")
    return (Span(token.start, token.end), at + 3) if is_mean and not is_change else None


def number_in_name(
    tokens: Sequence[Token], at: int, words: Sequence[Token], fields: Sequence[Field]
) -> str:
    """Return what a whole number between a metric and its value is, "" if it is neither.

    It is the step in "Validation loss 1000: 0.52" and "Train loss 12 0.52", unless the line says
    one itself. In "Loss 1: 0.5, Loss 2: 0.3" and "Class 0 accuracy: 0.5" it belongs
    to the name. Of "Precision 5: 0.6" the other lines tell which it is.
    """
    is_named = at + 1 < len(tokens) and tokens[at + 1].kind == "word"
    if words[-1].text.lower() in names.NUMBERED_PARTS and is_named and tokens[at].text.isdigit():
        return "" if tokens[at - 1].kind == "gap" or tokens[at].unit else LABEL
    if not _is_between(tokens, at):
        return ""
    name = names.metric_name(tuple(word.text for word in words), False)
    if not name or not names.is_known(name):
        return ""
    has_sign = tokens[at + 1].text in (":", "=")
    is_placed = any(found.role in (EPOCH, STEP) for found in fields)
    is_alone = sum(_is_between(tokens, place) for place in range(len(tokens))) == 1
    if has_sign and (is_placed or not is_alone):
        return LABEL
    if not is_alone or is_placed:
        return ""
    return BETWEEN if has_sign else STEP_OF_VALUE


def _is_between(tokens: Sequence[Token], at: int) -> bool:
    """Say whether a whole number behind a word stands before a number with a point."""
    token = tokens[at]
    if token.kind != "number" or token.unit or not _WHOLE.fullmatch(token.text):
        return False
    if at == 0 or tokens[at - 1].kind != "word":
        return False
    following = [piece for piece in tokens[at + 1 : at + 4] if piece.kind != "gap"]
    if following and following[0].text in (":", "="):
        following = following[1:]
    return bool(following) and following[0].kind == "number" and "." in following[0].text
