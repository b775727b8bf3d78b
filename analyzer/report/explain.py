"""What a detector looks for, how, with which thresholds and limits: in words, from its code and its texts."""

from __future__ import annotations

import inspect
import sys
import textwrap
from dataclasses import fields
from typing import Any, cast

from analyzer import registry
from analyzer.detectors._base import Detector
from analyzer.text import Words, words

WIDTH = 92


def explain_all(lang: str) -> str:
    """Return a line for each detector: its id and what it looks for."""
    detectors = registry.discover("analyzer.detectors", Detector)
    text = words(lang)
    width = max(map(len, detectors))
    indent = " " * (width + 2)
    lines = [
        line
        for name in detectors
        for line in textwrap.wrap(
            f"{name:<{width}}  {text.of(name)['looks_for']}",
            WIDTH,
            subsequent_indent=indent,
            break_on_hyphens=False,
        )
    ]
    return "\n".join(lines)


def explain(name: str, lang: str) -> str:
    """Return what one detector looks for, how, its thresholds with reasons, its limits and its sources.

    Raises ConfigError, with the closest name, where there is no such detector.
    """
    detectors = registry.discover("analyzer.detectors", Detector)
    registry.check_name("detector", name, detectors)
    text = words(lang)
    own, ui = text.of(name), text.of("_ui")["explain"]
    kind = detectors[name]
    lines = [f"{own['title']} ({name})", *_wrapped(own["looks_for"])]
    lines += ["", ui["how"], *_wrapped(own["how"], "  ")]
    lines += ["", ui["thresholds"]]
    for one in fields(kind):
        reason = one.metadata["reason"] if lang == "en" else own["thresholds"][one.name]
        lines += _wrapped(
            f"{one.name} = {text.number(float(cast(Any, one.default)))}: {reason}", "  ", "      "
        )
    lines += ["", ui["limits"], *_wrapped(own["limits"], "  ")]
    if kind.explains:
        titles = ", ".join(str(text.of(other)["title"]).lower() for other in sorted(kind.explains))
        lines += ["", *_wrapped(text.fill(ui["explains"], {"titles": titles}))]
    lines += [
        "",
        ui["sources"],
        *(part for source in _references(kind) for part in _wrapped(source, "  ", "      ")),
    ]
    lines += [
        part
        for source in _checklist_sources(name, text)
        for part in _wrapped(source, "  ", "      ")
    ]
    return "\n".join(lines)


def _references(kind: type[Detector]) -> list[str]:
    """Return the papers of a detector's module docstring, one string each."""
    doc = inspect.cleandoc(sys.modules[kind.__module__].__doc__ or "")
    section = inspect.cleandoc(doc.partition("\nReferences\n")[2])
    found: list[str] = []
    for line in section.splitlines():
        continues = (found and not found[-1].rstrip().endswith((")", ".", "x"))) or line.startswith(
            ("DOI", "arXiv")
        )
        if continues and found:
            found[-1] += f" {line.strip()}"
        else:
            found.append(line.strip())
    return found


def _checklist_sources(name: str, text: Words) -> list[str]:
    keys = sorted({item["source"] for item in text.of(name)["checklist"]})
    return [f"{key}: {text.of('_terms')['sources'][key]}" for key in keys]


def _wrapped(sentence: str, indent: str = "", later: str | None = None) -> list[str]:
    return textwrap.wrap(
        sentence,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if later is None else later,
        break_on_hyphens=False,
    )
