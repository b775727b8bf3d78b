"""What a detector looks for, how, with which thresholds, limits and measured remedies."""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Iterable
from dataclasses import Field, fields
from typing import Any

from analyzer import registry
from analyzer.advice.remedies import AGAIN, REMEDIES
from analyzer.detectors._base import Detector
from analyzer.registry.words import DetectorWords
from analyzer.report.badges import badge_sentences
from analyzer.report.effects_table import aligned, causes_of, effects_of
from analyzer.report.measured import remedy_phrase
from analyzer.report.named import (
    DETECTOR,
    FACT,
    GLOSSARY,
    REMEDY,
    VERDICT,
    find,
    is_fact,
    is_known,
    related,
)
from analyzer.sentences import LANGUAGES
from analyzer.text import Words, words

WIDTH = 92


def explain_all(lang: str) -> str:
    """Return a line for each detector: its id and what it looks for."""
    detectors = registry.discover("analyzer.detectors", Detector)
    text = words(lang)
    width = max(map(len, detectors))
    lines: list[str] = []
    for name, kind in detectors.items():
        line = f"{name:<{width}}  {text.about(name, 'looks_for', kind().thresholds)}"
        lines += _wrapped(line, later=" " * (width + 2))
    return "\n".join(lines)


def explain(name: str, lang: str) -> str:
    """Return what a name of a report stands for; it may be in English or in Spanish.

    Of a detector: what it looks for, how, its thresholds with reasons, limits and sources, and its
    remedies, as far as they were measured. Of a remedy: only these. Of a fact: what it tells, how,
    and its limits. Of a verdict or a word of the glossary: what it means. A part that a plug-in
    has no words for is left out. Raises ConfigError, with the closest name, for any other name.
    """
    named, text = find(name), words(lang)
    if named.kind == DETECTOR:
        return _explain_detector(named.id, lang)
    if named.kind == REMEDY:
        effects = explain_effects(named.id, lang)
        return f"{_explain_fact(named.id, text)}\n\n{effects}" if is_fact(named.id) else effects
    if named.kind == FACT:
        return _explain_fact(named.id, text)
    if named.kind == VERDICT:
        heading, *sentences = badge_sentences(named.id, text)
        return "\n".join([heading, *(line for part in sentences for line in _wrapped(part))])
    return _explain_term(named.id, text)


def _explain_fact(name: str, text: Words) -> str:
    """Return what a fact tells, how, and its limits."""
    own, ui = text.of(name), text.of("_ui")["explain"]
    lines = [f"{own['title']} ({name})", *_wrapped(own["looks_for"])]
    lines += _section(ui["how"], _wrapped(own["how"], "  "))
    lines += _section(ui["limits"], _wrapped(own["limits"], "  "))
    return "\n".join(lines)


def _explain_term(name: str, text: Words) -> str:
    """Return what a word of the glossary means, its word in the other language, what is on it."""
    own = text.of(GLOSSARY)[name]
    others = [words(lang).of(GLOSSARY)[name]["word"] for lang in LANGUAGES if lang != text.lang]
    others = [other for other in others if other.lower() not in own["word"].lower()]
    heading = ", ".join([own["word"], *others])
    lines = [heading, *_wrapped(own["means"])]
    names = related(name)
    if names:
        sentence = text.of("_ui")["explain"]["related"]
        lines += ["", *_wrapped(text.fill(sentence, {"names": ", ".join(names)}))]
    return "\n".join(lines)


def _explain_detector(name: str, lang: str) -> str:
    """Return all about a detector."""
    detectors = registry.discover("analyzer.detectors", Detector)
    kind, text = detectors[name], words(lang)
    own, ui = text.detector(name), text.of("_ui")["explain"]
    heading = name if own.title == name else f"{own.title} ({name})"
    thresholds = kind().thresholds
    lines = [heading, *_wrapped(text.about(name, "looks_for", thresholds))]
    lines += _section(ui["how"], _wrapped(text.about(name, "how", thresholds), "  "))
    lines += _section(ui["thresholds"], _thresholds(kind, own, text))
    lines += _section(ui["limits"], _wrapped(text.about(name, "limits", thresholds), "  "))
    if kind.explains:
        titles = ", ".join(text.detector(other).title.lower() for other in sorted(kind.explains))
        lines += ["", *_wrapped(text.fill(ui["explains"], {"titles": titles}))]
    lines += _tables(name, text, every_context=False)
    lines += _section(ui["sources"], _listed([*_references(kind), *_sources(own, text)]))
    return "\n".join(lines)


def explain_effects(name: str, lang: str) -> str:
    """Return how often each remedy helped, in every context, for a finding or of one remedy.

    "" is all findings, without the contexts. Raises ConfigError as ``explain`` does.
    """
    text = words(lang)
    detectors = registry.discover("analyzer.detectors", Detector)
    if name and is_known(name):
        name = find(name).id
    if name:
        registry.check_name("detector or remedy", name, {*detectors, *REMEDIES, AGAIN})
    if name in (*REMEDIES, AGAIN):
        phrase = remedy_phrase(name, text)
        lines = [f"{phrase[:1].upper()}{phrase[1:]} ({name})"]
        table = effects_of(text, remedy=name, every_context=True)
        lines += _section(text.of("_advice")["table"], _indented(aligned(table)))
    else:
        lines = _tables(name, text, every_context=bool(name))[1:]
    if len(lines) < 2:
        lines += _wrapped(text.of("_advice")["no_table"])
    return "\n".join(lines)


def _tables(finding: str, text: Words, *, every_context: bool) -> list[str]:
    """Return the tables of the remedies for a finding ("" for all) and of its possible causes."""
    own = text.of("_advice")
    table = effects_of(text, finding=finding, every_context=every_context)
    lines = _section(own["table"], _indented(aligned(table)))
    return lines + _section(own["causes_table"], _indented(aligned(causes_of(finding, text))))


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _section(heading: str, lines: list[str]) -> list[str]:
    """Return a heading with its lines, nothing if there are none."""
    if not lines:
        return []
    return ["", heading, *lines]


def _thresholds(kind: type[Detector], own: DetectorWords, text: Words) -> list[str]:
    """Return each threshold with its default and reason; the English reasons stand in the code."""
    lines = []
    for threshold in fields(kind):
        reason = str(threshold.metadata.get("reason", ""))
        if text.lang != "en":
            reason = own.thresholds.get(threshold.name, reason)
        line = f"{threshold.name} = {_default(threshold, text)}"
        lines.append(f"{line}: {reason}" if reason else line)
    return _listed(lines)


def _default(threshold: Field[Any], text: Words) -> str:
    """Return the default of a threshold, which in a plug-in need not be a number."""
    default = threshold.default
    if isinstance(default, int | float):
        return text.number(float(default))
    return repr(default)


def _references(kind: type[Detector]) -> list[str]:
    """Return the papers of a detector's module docstring, one string each."""
    doc = inspect.cleandoc(sys.modules[kind.__module__].__doc__ or "")
    section = inspect.cleandoc(doc.partition("\nReferences\n")[2])
    papers: list[str] = []
    for line in section.splitlines():
        is_open = papers and not papers[-1].rstrip().endswith((")", ".", "x"))
        if papers and (is_open or line.startswith(("DOI", "arXiv"))):
            papers[-1] += f" {line.strip()}"
        else:
            papers.append(line.strip())
    return papers


def _sources(own: DetectorWords, text: Words) -> list[str]:
    """Return the sources of the checklist; a plug-in may cite others than ours."""
    known = text.of("_terms")["sources"]
    keys = sorted({action.source for action in own.checklist if action.source})
    return [f"{key}: {known[key]}" if key in known else key for key in keys]


def _listed(items: Iterable[str]) -> list[str]:
    """Return items as indented lines, those of one item further in after the first."""
    return [line for item in items for line in _wrapped(item, "  ", "      ")]


def _wrapped(sentence: str, indent: str = "", later: str | None = None) -> list[str]:
    return textwrap.wrap(
        sentence,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if later is None else later,
        break_on_hyphens=False,
    )
