"""Text from logs between marks, so that an agent can tell it from what the analyzer says.

A name in a log may read like an instruction. Names of runs are always marked, other texts of a log
unless they are one short word or a term of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from analyzer.model.run import Run
from analyzer.model.settings import walk
from analyzer.safe import secrets
from analyzer.safe.names import visible, without_end, without_middle
from analyzer.sentences import LANGUAGES
from analyzer.text import Words, words

OPEN, CLOSE = "⟦", "⟧"
LONGEST = 120  # characters of a text from a log: with more, it crowds out the answer
_HEAD = 80  # of these, how many stand before the ellipsis
_PLAIN = re.compile(r"[\w./:%+-]{1,24}")  # one short word: "adam", "0.1", "val/loss"
_FORGED = str.maketrans({OPEN: "[", CLOSE: "]"})
_TAKES_BACK = re.compile(f"^{OPEN}(.*){CLOSE}$", re.DOTALL)
_MARKED = f"{OPEN}[^{CLOSE}]*{CLOSE}"


def mark(text: str) -> str:
    """Return a text from a log between marks, in one line; its middle is cut if it is long."""
    shown = visible(text).translate(_FORGED)
    return f"{OPEN}{without_middle(shown, LONGEST, head=_HEAD)}{CLOSE}"


def unmark(text: str) -> str:
    """Return a text that an agent copied from an answer, without the marks."""
    return _TAKES_BACK.sub(r"\1", text)


def mark_odd(text: str) -> str:
    """Return a text from a log as it is if it is one short word, else between marks."""
    return text if _PLAIN.fullmatch(text) or text == secrets.HIDDEN else mark(text)


def cut(line: str, longest: int) -> str:
    """Return a line of at most ``longest`` characters, in which no mark stays open."""
    shown = without_end(line, longest)
    if not _is_open(shown):
        return shown
    shown = without_end(shown, longest - 1)
    return shown + CLOSE if _is_open(shown) else shown


def _is_open(line: str) -> bool:
    return line.rfind(OPEN) > line.rfind(CLOSE)


def named_for_agents(run: Run) -> Run:
    """Return a run whose name is marked, as all sentences will show it."""
    return replace(run, name=mark(run.name))


@dataclass(frozen=True)
class MarkedWords(Words):
    """The words of one language, with the names of unknown metrics marked."""

    def metric(self, metric: str, split: str = "", *, alone: bool = False) -> str:
        """Return the name of a curve; one that is no term of ours is marked."""
        terms = self.of("_terms")
        name = metric if metric in terms["metrics"] else mark(metric)
        return super().metric(name, split, alone=alone)

    def heading(self, metric: str) -> str:
        """Return the name of a metric as a title."""
        return self.metric(metric, alone=True)


def marked_words(lang: str) -> MarkedWords:
    """Return such words of a language. Raises ConfigError for an unknown one."""
    return MarkedWords(words(lang).lang)


class Marker:
    """Marks the odd texts of some runs wherever they stand in a line.

    Sentences insert what a log says, such as a setting; this finds it again.
    """

    def __init__(self, runs: Iterable[Run], values: Iterable[Any] = ()) -> None:
        """``values`` are what other sentences insert, such as the values of a log issue."""
        known = _terms()
        found = chain(chain.from_iterable(map(_texts, runs)), _strings(list(values)))
        texts = {text for text in found if _is_odd(text) and text not in known}
        odd = {shown for text in texts for shown in _forms(text)}
        longest_first = sorted(odd, key=lambda text: (-len(text), text))
        every = "|".join([_MARKED, *map(re.escape, longest_first)])
        self._pattern = re.compile(every) if odd else None

    def line(self, line: str) -> str:
        """Return a line in which each odd text is marked, once."""
        if self._pattern is None:
            return line
        return self._pattern.sub(
            lambda found: found[0] if found[0].startswith(OPEN) else mark(found[0]), line
        )


def _texts(run: Run) -> Iterator[str]:
    """Yield the texts of a run's log."""
    names = chain.from_iterable((series.tag, series.metric) for series in run.series)
    files = chain(run.meta.files, run.meta.config_files, (issue.source for issue in run.issues))
    left_out = (item.name for item in run.meta.passed_over)
    issues = _strings([issue.values for issue in run.issues])
    yield from chain(names, files, left_out, _of_settings(run.config), issues)


def _is_odd(text: str) -> bool:
    return bool(text.strip()) and not _PLAIN.fullmatch(text)


def _strings(value: Any) -> Iterator[str]:
    """Yield the texts in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _strings(list(value.values()))
    elif isinstance(value, list | tuple):
        yield from chain.from_iterable(map(_strings, value))


def _forms(text: str) -> tuple[str, ...]:
    """Return a text as sentences show it: whole, in one line, or with its end cut off."""
    return text, visible(text), without_end(text, LONGEST), without_end(visible(text), LONGEST)


def _of_settings(config: Any) -> Iterator[str]:
    for setting in walk(secrets.config(config)):
        yield setting.key
        yield from _strings(setting.value)


def _terms() -> set[str]:
    """Return the names of metrics that are ours, in every language."""
    tables = [words(lang).of("_terms") for lang in LANGUAGES]
    return set(chain.from_iterable((*table["metrics"], *table["splits"]) for table in tables))
