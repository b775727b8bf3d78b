"""The words of plug-ins: ``report_templates/text`` for ours, ``<id>.toml`` beside the module else.

What is missing in one language is taken from the other one, then from the id.
"""

from __future__ import annotations

import pkgutil
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from analyzer import resources
from analyzer.registry.third_party import (
    DETECTORS,
    PARSERS,
    built_in,
    describe,
    entry_points_by_id,
    warn,
)
from analyzer.sentences import PLAIN

_SENTENCES = (
    *("title", "looks_for", "headline", "action", "summary"),
    *("why", "how", "clear", "limits"),
)
_ROWS = {"evidence": ("label", "value"), "checklist": ("text",)}
_TABLES = ("thresholds", "reasons", "issues")
TAGGED = ("headline", "action", "summary", "why")  # sentences that a tag of a finding can replace
Tables = Mapping[str, Mapping[str, Any]]  # by language


class Evidence(NamedTuple):
    """A row of the evidence: what was measured, and how the value is written."""

    label: str
    value: str


class Action(NamedTuple):
    """An item of the checklist; ``when`` is the tag that a finding needs to show it.

    ``remedies`` are the measured changes it stands for, by their ids (``analyzer/advice``).
    ``raised`` is its sentence for a run that has such a remedy on: it may name the amount as
    ``now``.
    """

    text: str
    source: str
    when: str
    remedies: tuple[str, ...] = ()
    raised: str = ""


@dataclass(frozen=True)
class DetectorWords:
    """All words of a detector in one language; a sentence that nobody wrote is empty.

    ``evidence`` is None if nobody wrote any: the values themselves then stand in. ``tagged`` has
    the sentences that stand in place of the usual ones for a finding with a tag.
    """

    detector: str
    title: str
    looks_for: str = ""
    headline: str = ""
    action: str = ""
    summary: str = ""
    why: str = ""
    how: str = ""
    clear: str = ""
    limits: str = ""
    evidence: tuple[Evidence, ...] | None = None
    checklist: tuple[Action, ...] = ()
    thresholds: Mapping[str, str] = field(default_factory=dict)
    tagged: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of_finding(self, key: str, tags: Iterable[str]) -> str:
        """Return the "headline", "action", "summary" or "why" of a finding with these tags."""
        for tag in tags:
            if key in self.tagged.get(tag, {}):
                return str(self.tagged[tag][key])
        return str(getattr(self, key))


@cache
def detector_words(detector: str, lang: str) -> DetectorWords:
    """Return the words of a detector, those that are missing from the other language."""
    tables = plugin_words(DETECTORS, detector)
    if detector in built_in(DETECTORS):
        tables = resources.words(detector)
    sentences = {"title": detector}
    for key in _SENTENCES:
        for table in _in_order(tables, lang):
            if key in table:
                sentences[key] = table[key]
                break
    evidence = [Evidence(row["label"], row["value"]) for row in _rows(tables, lang, "evidence")]
    has_evidence = any("evidence" in table for table in tables.values())
    return DetectorWords(
        detector,
        **sentences,
        evidence=tuple(evidence) if has_evidence else None,
        checklist=_checklist(tables, lang),
        thresholds=tables.get(lang, {}).get("thresholds", {}),
        tagged=_tagged(tables, lang),
    )


def _tagged(tables: Tables, lang: str) -> dict[str, dict[str, str]]:
    """Return the sentences by tag; one that is missing in a language comes from the other."""
    found: dict[str, dict[str, str]] = {}
    for table in reversed(list(_in_order(tables, lang))):
        for tag, sentences in table.get("tagged", {}).items():
            known = {key: str(sentences[key]) for key in TAGGED if key in sentences}
            found.setdefault(tag, {}).update(known)
    return found


def sentence(file: str, lang: str, key: str, values: Mapping[str, Any], detector: str = "") -> str:
    """Return the sentence of a key of ``_reasons`` or ``_issues``, with its values not yet set in.

    A key that is not ours is a plug-in's: of the ``detector`` that raised it, else of a parser.
    If nobody has a sentence, the key and the names of the values stand in.
    """
    own = resources.words(file)[lang]
    if key in own:
        return str(own[key])
    sources = [plugin_words(DETECTORS, detector)]
    sources += [plugin_words(PARSERS, name) for name in entry_points_by_id(PARSERS)]
    for tables in sources:
        for table in _in_order(tables, lang):
            if key in table.get(file.strip("_"), {}):
                return str(table[file.strip("_")][key])
    return without_words(key, values)


def reason(key: str, values: Mapping[str, Any], lang: str = "en") -> str:
    """Return the sentence of a reason with its values set in."""
    try:
        return PLAIN.vformat(sentence("_reasons", lang, key, values), (), values)
    except (LookupError, ValueError, TypeError):  # a plug-in's sentence that cannot be filled
        return PLAIN.vformat(without_words(key, values), (), values)


def without_words(key: str, values: Mapping[str, Any]) -> str:
    """Return a sentence made of a key and its values, for a key that nobody has words for."""
    named = ", ".join(f"{name} = {{{name}}}" for name in values if name.isidentifier())
    return key.replace("{", "{{").replace("}", "}}") + (f" ({named})" if named else "")


@cache
def plugin_words(package: str, name: str) -> Tables:
    """Return what ``<id>.toml`` beside the module of a third party's plug-in has, by language.

    Without the file, or if it cannot be read, there are no words; what has the wrong form is left
    out. Both but the first give a PluginWarning.
    """
    point = entry_points_by_id(package).get(name)
    if point is None:
        return {}
    try:
        content = pkgutil.get_data(point.module, f"{name}.toml")
    except OSError:
        return {}
    except Exception:  # the module itself cannot be loaded, which discover has warned about
        return {}
    try:
        tables = tomllib.loads((content or b"").decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        warn(f"{describe(point)}: {name}.toml is not valid TOML: {error}; its words are not used")
        return {}
    wrong: list[str] = []
    words: dict[str, dict[str, Any]] = {}
    for lang, table in tables.items():
        well_formed = _well_formed(table)
        words[lang] = {key: table[key] for key in well_formed}
        wrong += [f"[{lang}] {key}" for key in _keys(table) if key not in well_formed]
    if wrong:
        fix = "its words have the form of report_templates/text/plateau.toml in this package"
        warn(f"{describe(point)}: {name}.toml: cannot use {', '.join(wrong)}; {fix}")
    return words


def _keys(table: Any) -> list[str]:
    if isinstance(table, Mapping):
        return list(table)
    return ["(not a table)"]


def _well_formed(table: Any) -> list[str]:
    """Return the keys of a table of words that are known and have the form they need."""
    if not isinstance(table, Mapping):
        return []
    keys = [key for key in _SENTENCES if isinstance(table.get(key), str)]
    keys += [key for key in _TABLES if _is_text(table.get(key))]
    tagged = table.get("tagged")
    if isinstance(tagged, Mapping) and all(_is_text(sentences) for sentences in tagged.values()):
        keys.append("tagged")
    for key, needed in _ROWS.items():
        rows = table.get(key)
        if isinstance(rows, list) and all(_is_text(row, needed) for row in rows):
            keys.append(key)
    return keys


def _is_text(table: Any, needed: tuple[str, ...] = ()) -> bool:
    """Say whether a value is a table of strings that has some keys."""
    if not isinstance(table, Mapping) or not set(needed) <= table.keys():
        return False
    return all(isinstance(value, str) for value in table.values())


def _in_order(tables: Tables, lang: str) -> Iterator[Mapping[str, Any]]:
    """Yield the table of a language, then those of the others."""
    if lang in tables:
        yield tables[lang]
    for other, table in tables.items():
        if other != lang:
            yield table


def _rows(tables: Tables, lang: str, key: str) -> list[Mapping[str, str]]:
    """Return the rows of a list, in a language if it has as many there as in the first one.

    A page lays the languages over each other, so they must have the same rows.
    """
    lists = [table[key] for table in _in_order(tables, "en") if key in table]
    own = tables.get(lang, {}).get(key)
    if own is not None and len(own) == len(lists[0]):
        return list(own)
    return list(lists[0]) if lists else []


def _checklist(tables: Tables, lang: str) -> tuple[Action, ...]:
    """Return the items of the checklist; only their sentences depend on the language."""
    actions = []
    items = zip(_rows(tables, lang, "checklist"), _rows(tables, "en", "checklist"), strict=True)
    for item, first in items:
        remedies = filter(None, (name.strip() for name in first.get("remedy", "").split(",")))
        actions.append(
            Action(
                text=item["text"],
                source=first.get("source", ""),
                when=first.get("when", ""),
                remedies=tuple(remedies),
                raised=item.get("raised", ""),
            )
        )
    return tuple(actions)
