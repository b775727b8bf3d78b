"""Recognise records of JSON Lines that hold the settings of a run instead of numbers of it.

``{"config": {"lr": 0.1}}``, ``{"type": "args", "lr": 0.1}`` and, before the first loss,
``{"lr": 0.1, "batch_size": 32}``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analyzer import metrics
from analyzer.model.settings import is_setting
from analyzer.parsers._setting_texts import clean, setting_words

_MARKS = ("type", "kind", "event", "record", "record_type", "section", "msg_type")
_CLOCKS = ("time", "timestamp", "date", "ts", "start_time", "created")
_WRAPPERS = ("data", "payload", "fields", "values")
_LONGEST = 40  # characters of a word that says what a record is
_FEWEST = 2  # settings that show what a record without such a word is


def settings_of(row: Mapping[str, Any], *, is_before: bool) -> dict[str, Any]:
    """Return the settings of a record that holds nothing else, {} for any other record.

    ``is_before`` says that no record with a loss or a score stands before it.
    """
    marks = [key for key, word in row.items() if isinstance(word, str) and _is_mark(key, word)]
    nested = [key for key, value in row.items() if isinstance(value, Mapping)]
    if marks:
        return _marked({key: value for key, value in row.items() if key not in marks}, nested)
    holders = [key for key in nested if setting_words(key)]
    if len(holders) == 1:
        (holder,) = holders
        beside = {key: value for key, value in row.items() if key not in nested}
        parts = {key: row[key] for key in nested if key != holder}
        if _says_nothing(beside) and (is_before or not parts):
            return {**clean(row[holder]), **clean(parts)}
        return {}
    return clean(row) if is_before and _are_settings(row) else {}


def _marked(row: Mapping[str, Any], nested: Sequence[str]) -> dict[str, Any]:
    """Return the settings of a record that says to hold some, {} if it also has a measurement."""
    found: dict[str, Any] = {}
    for key, value in row.items():
        if key in nested and (key in _WRAPPERS or setting_words(key)):
            found |= value
        else:
            found[key] = value
    is_placed = any(map(_counts, found))
    if is_placed and any(metrics.is_judged(name) and _is_number(found[name]) for name in found):
        return {}
    return clean({name: value for name, value in found.items() if not _counts(name)})


def _is_mark(key: str, word: str) -> bool:
    """Say whether a key and its word say that a record holds settings."""
    is_mark = len(word) <= _LONGEST and metrics.normal(key).lstrip("_") in _MARKS
    return is_mark and bool(setting_words(word))


def _says_nothing(beside: Mapping[str, Any]) -> bool:
    """Say whether what stands beside an object of settings has no number but a place or a time."""
    return all(
        isinstance(value, str | None) or metrics.is_axis(name) or metrics.normal(name) in _CLOCKS
        for name, value in beside.items()
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _are_settings(row: Mapping[str, Any]) -> bool:
    """Say whether all a record names may be settings, some are, and nothing counts or measures."""
    if any(metrics.is_judged(name) or _counts(name) for name in row):
        return False
    named = sum(map(is_setting, row))
    return named >= _FEWEST and 2 * named >= len(row)


def _counts(name: str) -> bool:
    return metrics.is_axis(name) and not is_setting(name)


@dataclass
class SettingRecords:
    """The settings that a file has at its lines."""

    lines: list[int] = field(default_factory=list)
    found: list[dict[str, Any]] = field(default_factory=list)
    names: set[frozenset[str]] = field(default_factory=set)  # of the records

    def take(self, row: Mapping[str, Any], line: int, *, is_before: bool) -> bool:
        """Take a record if it holds settings; say whether it does.

        Behind a loss, one without a word for what it is has the names of one before.
        """
        is_known = bool(self.names) and frozenset(row) in self.names
        settings = settings_of(row, is_before=is_before or is_known)
        if not settings:
            return False
        self.names.add(frozenset(row))
        if not self.found or self.found[-1] != settings:
            self.lines.append(line)
            self.found.append(settings)
        return True

    def between(self, first: int, last: int) -> dict[str, Any]:
        """Return the settings of a run whose records follow one line and end at another.

        Without any there, they are those of the run before. Of a value that a resumed run has anew
        the first counts.
        """
        own = [entry for line, entry in zip(self.lines, self.found, strict=True) if first < line]
        own = own[: sum(first < line <= last for line in self.lines)]
        if not own:
            earlier = [at for at, line in enumerate(self.lines) if line <= last]
            own = [self.found[earlier[-1]]] if earlier else []
        merged: dict[str, Any] = {}
        for entry in reversed(own):
            merged |= entry
        return merged
