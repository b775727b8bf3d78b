"""Put the settings of several sources together: the log's own win, no conflict is silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from analyzer.model.issues import LogIssue
from analyzer.model.settings import are_alike, meaning_of, walk
from analyzer.reading.setting_columns import SettingColumns
from analyzer.safe import secrets
from analyzer.safe.names import printable

_SHOWN = 40  # characters of a value in a message
_MOST_NAMED = 5  # of the settings that differ, beside the first
Document = tuple[str, Mapping[str, Any]]  # the shown name of a file, and the settings in it


class Completed(NamedTuple):
    """A configuration, and an issue for each file that contradicts what goes before it."""

    config: dict[str, Any]
    issues: list[LogIssue]


def completed(
    config: Mapping[str, Any], documents: Sequence[Document], columns: SettingColumns, log: str
) -> Completed:
    """Return a configuration with what files and columns add to it.

    ``documents`` are in the order in which they win; ``log`` is the shown name of the log. A
    column of seeds is left out if no other setting is known: it would make repeats of any runs.
    """
    merged = dict(config)
    issues: list[LogIssue] = []
    owners = dict.fromkeys((*_values(config), *map(meaning_of, columns.constant)), log)
    for shown, document in documents:
        known = {**_values(merged), **_by_meaning(columns.constant)}
        theirs = _values(document)
        differing = [
            meaning
            for meaning, value in theirs.items()
            if meaning in known and not are_alike(known[meaning], value)
        ]
        if differing:
            issues.append(_issue(shown, differing, owners, known, theirs))
        merged = _filled(merged, document)
        for meaning in theirs:
            owners.setdefault(meaning, shown)
    if merged or any(meaning_of(name) != "seed" for name in columns.constant):
        for name, value in columns.constant.items():
            _settle(merged, name, value)
    meanings = {meaning_of(setting.key) for setting in walk(merged)}
    for name, value in columns.scheduled.items():
        if meaning_of(name) not in meanings:
            merged[name] = value
    return Completed(merged, issues)


def _values(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings whose meaning stands once in a configuration, by that meaning."""
    found: dict[str, Any] = {}
    repeated = set()
    for setting in walk(config):
        if isinstance(setting.value, Mapping | list | tuple):
            continue
        meaning = meaning_of(setting.key)
        if meaning in found:
            repeated.add(meaning)
        found[meaning] = setting.value
    return {meaning: value for meaning, value in found.items() if meaning not in repeated}


def _by_meaning(values: Mapping[str, Any]) -> dict[str, Any]:
    return {meaning_of(name): value for name, value in values.items()}


def _issue(
    shown: str,
    differing: Sequence[str],
    owners: Mapping[str, str],
    known: Mapping[str, Any],
    theirs: Mapping[str, Any],
) -> LogIssue:
    """Return the issue of a file that says something else than what goes before it."""
    name = differing[0]
    values = {
        "count": len(differing),
        "name": printable(name[:_SHOWN]),
        "other": owners.get(name, ""),
        "here": _shown(name, theirs[name]),
        "there": _shown(name, known[name]),
    }
    if len(differing) == 1:
        return LogIssue("info", shown, "settings_differ", values=values)
    others = [printable(other[:_SHOWN]) for other in differing[1 : 1 + _MOST_NAMED]]
    more = ", ..." if len(differing) > 1 + _MOST_NAMED else ""
    values["others"] = ", ".join(others) + more
    return LogIssue("info", shown, "several_settings_differ", values=values)


def _shown(name: str, value: Any) -> str:
    return printable(str(secrets.config({name: value})[name])[:_SHOWN])


def _filled(config: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration with the settings that it lacks, tables included."""
    filled = dict(config)
    for name, value in extra.items():
        own = filled.get(name)
        if name not in filled:
            filled[name] = value
        elif isinstance(own, Mapping) and isinstance(value, Mapping):
            filled[name] = _filled(own, value)
    return filled


def _settle(config: dict[str, Any], name: str, value: Any) -> None:
    """Put the setting of a column into a configuration, over what a file says of it."""
    meaning = meaning_of(name)
    same = [setting for setting in walk(config) if meaning_of(setting.key) == meaning]
    if any(are_alike(setting.value, value) for setting in same):
        return
    top = next((key for key in config if meaning_of(key) == meaning), name)
    config[top] = value
