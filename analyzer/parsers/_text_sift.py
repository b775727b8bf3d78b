"""Refuse a text that is no log in microseconds: no metric or no axis in it stands by a number.

Each word is looked for as it stands, and only where it is found does an expression that begins with
it follow. One expression over all words would try each of them at each character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from analyzer.parsers._text_names import AXIS_STEMS, METRIC_WORDS

Word = tuple[bytes, re.Pattern[bytes]]

# a metric's name stands before a number with a decimal point, or above one in a table
_AFTER = rb"[^\n,;]{0,40}?(?:,?[:=\s|(]|,)['\"`*\[]*[-+]?(?:\d*\.\d|\d+\.\]|nan|inf|\d+e-|\d+ ?%)"
_BELOW = rb"[^\n]*\n(?:[^\n\w]*\n|[ _]+\n)?[^\n\w]*\d[^\n]*\d\.\d"
_NUMBER_OF_AXIS = rb"[\])'\"]*(?:\(\w+\))?[\s,:=#\[(|'\"`*_-]*\d"
_NUMBER_OF_STEM = rb"[a-z\x80-\xff]{0,8}(?: n(?:o|um|umber)\.?)?" + _NUMBER_OF_AXIS
_ROW_BELOW = rb"[^\n]*\n[\s|+=_-]*\d"
_COUNT = re.compile(rb"\d/\d|(?:step|results?|metrics|scores|stats)@\d")
_BEFORE_WORD = re.compile(
    rb"(?:^|[\s(\[])\d+epoch|after \d+ (?:training )?(?:step|iter)|loss \d+:? +\d+\.\d"
)
_DARKNET = re.compile(rb"\d+: [\d.]+, [\d.]+ avg[ a-z]*, [\d.]+ rate")
# pix2pix and what was made of it: "(epoch: 3, iters: 100, time: 0.1, data: 0.0) G_GAN: 1.0"
_LOSS_LOG = re.compile(rb"\(epoch: \d+, iters: \d+,")
_IN_BRACKETS = re.compile(rb"\[\d+(?:, *\d+)?\]")
_FARTHEST = 60  # characters of a line before a count in brackets
# names that no metric has elsewhere: MATLAB's, Deeplearning4j's
_OTHER_METRICS = re.compile(rb"performance \d|iter +\d+ value \d|score at iteration \d+ is \d")
_ROW_NUMBER = re.compile(
    rb"(?:\n|\d \[)info\]? \d+, ?[a-z]|\n\d+:\s|\n\d+ \[[a-z]|\nit: *\d|\ne +#"
    rb"|\n(?:ep|itr?)[ \t|,]+[a-z]"
)


def _words(words: Iterable[bytes], *endings: bytes) -> tuple[Word, ...]:
    """Return words, each with an expression of it and one of some endings."""
    end = b"|".join(endings)
    return tuple((word, re.compile(re.escape(word) + b"(?:" + end + b")")) for word in words)


_METRICS = _words(METRIC_WORDS, _AFTER, _BELOW)
_AXES = (
    *_words([b"ep"], _NUMBER_OF_AXIS),
    *_words(AXIS_STEMS, _NUMBER_OF_STEM, _ROW_BELOW),
)


def may_be_log(text: bytes) -> bool:
    """Say whether a text in lower case has a metric and an axis, each by a number."""
    if _DARKNET.search(text) or _LOSS_LOG.search(text):
        return True
    is_named = _has_any(_METRICS, text) or _OTHER_METRICS.search(text) is not None
    return is_named and _has_axis(text)


def _has_axis(text: bytes) -> bool:
    if _COUNT.search(text) or _BEFORE_WORD.search(text) or _has_any(_AXES, text):
        return True
    if _ROW_NUMBER.search(b"\n" + text):
        return True
    for match in _IN_BRACKETS.finditer(text):
        if match.start() - (text.rfind(b"\n", 0, match.start()) + 1) <= _FARTHEST:
            return True
    return False


def _has_any(words: Iterable[Word], text: bytes) -> bool:
    """Say whether one of the words stands in a text with what its expression demands."""
    return any(word in text and pattern.search(text) for word, pattern in words)
