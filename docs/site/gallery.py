"""The runs of the gallery: one for each condition, from sample_logs wherever a log there shows it.

A condition is a verdict, or a detector that decides a run under the name of another verdict (a loss
that explodes and one that becomes NaN are both "diverged"). Where no sample log is both labelled
and judged so, the run is the detector's own constructed example. Same code, same choice.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape

import numpy as np

import analyzer
from analyzer import registry, synthetic
from analyzer.batch.sparks import sparks_of
from analyzer.detectors._base import Detector
from analyzer.engine import known_verdicts
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.run import Run
from analyzer.report.headline import action_sentence
from analyzer.resources import folder
from analyzer.text import Words, words

SEEDS = 30  # of the examples of a detector, tried in order
WITHOUT_VALIDATION = "keras_early_stopped"  # a real run that is inconclusive without these curves
CONSTRUCTED = {"en": "constructed curve", "es": "curva generada"}
CUT = {"en": "{case} without its validation curves", "es": "{case} sin sus curvas de validación"}
_SPARK = '<svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">'


@dataclass(frozen=True)
class Example:
    """A run that shows a condition; ``case`` is its sample log, "" for a constructed run."""

    condition: str
    diagnosis: Diagnosis
    case: str = ""

    @property
    def name(self) -> str:
        """Return the name of its report, without a suffix."""
        return self.case or self.condition


@functools.cache
def diagnosis(case: str) -> Diagnosis:
    """Return what the analyzer says about a sample log."""
    return analyzer.diagnose(analyzer.load(folder("sample_logs") / case)[0])


def condition_of(judged: Diagnosis) -> str:
    """Return the condition that a run shows: its verdict, or the detector behind it."""
    finding = judged.deciding_finding
    if finding is None or finding.detector in known_verdicts():
        return judged.verdict
    return finding.detector


def conditions() -> list[str]:
    """Return every condition: the verdicts that are one, then detectors without their own."""
    detectors = registry.discover("analyzer.detectors", Detector)
    others = [name for name in detectors if name not in known_verdicts()]
    theirs = {verdict for name in others for verdict in _verdicts_of(name)}
    own = [name for name in known_verdicts() if name in detectors or name not in theirs]
    return [*own, *others]


def _verdicts_of(name: str) -> list[str]:
    """Return the verdicts that a detector can give a run."""
    kind = registry.discover("analyzer.detectors", Detector)[name]
    return [verdict.word for verdict in kind.verdicts_of(name)]


@functools.cache
def examples() -> dict[str, Example]:
    """Return a run for every condition: the surest sample log, else a constructed run.

    Raises ValueError if a condition has neither.
    """
    shown = _sampled()
    for condition in conditions():
        if condition not in shown:
            shown[condition] = _constructed(condition)
    return {condition: shown[condition] for condition in conditions()}


def _sampled() -> dict[str, Example]:
    """Return the conditions that a sample log shows and is labelled with."""
    found: dict[str, tuple[float, Example]] = {}
    for case in sorted(path.name for path in folder("sample_logs").iterdir() if path.is_dir()):
        judged = diagnosis(case)
        label = tomllib.loads((folder("sample_logs") / case / "expected.toml").read_text())
        condition, sure = condition_of(judged), _sureness(judged)
        if label["verdict"] == judged.verdict and sure > found.get(condition, (-1.0,))[0]:
            found[condition] = (sure, Example(condition, judged, case))
    return {condition: example for condition, (_, example) in found.items()}


def _sureness(judged: Diagnosis) -> float:
    """Return the confidence of a verdict; of one without a finding, whether it has no notes."""
    if judged.deciding_finding is None:
        return float(not judged.findings)
    return judged.deciding_finding.confidence or 0.0


def _constructed(condition: str) -> Example:
    """Return the first constructed run that is judged as showing a condition."""
    for run in _candidates(condition):
        judged = analyzer.diagnose(replace(run, name=condition))
        if condition_of(judged) == condition:
            return Example(condition, judged)
    raise ValueError(f"{condition}: no run for the gallery; add a sample log that shows it")


def _candidates(condition: str) -> Iterator[Run]:
    """Yield runs that may show a condition: examples of its detectors, then two of the gallery."""
    for name, kind in registry.discover("analyzer.detectors", Detector).items():
        if condition in (name, *_verdicts_of(name)):
            yield from map(kind.example, range(SEEDS))
    run = diagnosis(WITHOUT_VALIDATION).run
    yield replace(run, series=tuple(curve for curve in run.series if curve.split == "train"))
    yield _both_high()


def _both_high() -> Run:
    """Return a run whose losses stay high, close together, with most answers wrong."""
    rng = np.random.default_rng(0)
    fall = 1.3 + 0.3 * np.exp(-np.arange(60) / 6)
    curves = {}
    for split, level in (("train", 1.0), ("val", 1.02)):
        curves[split, "loss"] = level * fall + 0.003 * rng.standard_normal(60)
        curves[split, "accuracy"] = 0.42 - 0.12 * (fall - 1.3) / 0.3 + rng.normal(0, 0.003, 60)
    return synthetic.of_curves("synthetic", curves)


def card(example: Example, lang: str) -> str:
    """Return the card of a run: its curves, its condition with a link to the report, what to do."""
    judged, text = example.diagnosis, words(lang)
    source = example.case or CONSTRUCTED[lang]
    if not example.case and judged.run.meta.format != "synthetic":
        source = CUT[lang].format(case=WITHOUT_VALIDATION)
    return (
        f'<li class="{example.condition}">{thumbnail(judged)}'
        f'<h2><a href="reports/{example.name}.html">{escape(title(example, text))}</a></h2>'
        f"<p>{escape(action_sentence(judged, text))}</p><small>{escape(source)}</small></li>"
    )


def title(example: Example, text: Words) -> str:
    """Return the name of a condition, with a capital."""
    if example.condition in known_verdicts():
        name = text.verdict(example.condition)
    else:
        name = text.detector(example.condition).title
    return name[:1].upper() + name[1:]


def thumbnail(judged: Diagnosis) -> str:
    """Return the judged curves as a small picture, with a line where the finding begins."""
    paths = [f'<path class="{spark.role}" d="{spark.path}"/>' for spark in sparks_of(judged)]
    place = _onset_share(judged)
    if place is not None:
        paths.insert(0, f'<path class="onset" d="M{100 * place:.0f} 0v24"/>')
    return f"{_SPARK}{''.join(paths)}</svg>"


def _onset_share(judged: Diagnosis) -> float | None:
    """Return how far into the judged curve the deciding finding begins, None if nowhere."""
    finding, best = judged.deciding_finding, judged.best
    if finding is None or finding.onset is None or best is None:
        return None
    curve = judged.run.find_curve(best.metric, best.split, at_least=2)
    if curve is None:
        return None
    before = int((curve.step < finding.onset.step).sum())
    return before / (len(curve) - 1) if 0 < before < len(curve) else None
