"""What a verdict means if it is not the id of a detector: healthy, inconclusive, diverged."""

from __future__ import annotations

from analyzer import registry
from analyzer.detectors._base import Detector
from analyzer.engine import known_verdicts
from analyzer.text import Words


def explained_badges() -> tuple[str, ...]:
    """Return the verdicts that are explained here, in the order in which lists show them."""
    detectors = registry.discover("analyzer.detectors", Detector)
    return tuple(verdict for verdict in known_verdicts() if verdict not in detectors)


def badge_sentences(verdict: str, text: Words) -> tuple[str, ...]:
    """Return a heading, what a verdict means, and the detectors that give it, if any.

    A verdict of a plug-in has no words of its own; its detectors explain it.
    """
    sentences = text.of("_badges")
    parts = [text.fill(sentences["heading"], {"verdict": text.verdict(verdict)})]
    parts += [sentences[verdict]] if verdict in sentences else []
    names = [
        name
        for name, kind in registry.discover("analyzer.detectors", Detector).items()
        if verdict in {given.word for given in kind.verdicts_of(name)}
    ]
    if names:
        titles = ", ".join(text.detector(name).title for name in names)
        values = {"titles": titles, "names": ", ".join(names)}
        parts.append(text.fill(sentences["given_by"], values))
    return tuple(parts)
