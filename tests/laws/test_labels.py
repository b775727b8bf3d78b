"""Every label that a report shows can be given to ``analyzer explain``, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import analyzer
from analyzer import registry, resources
from analyzer.detectors._base import Detector
from analyzer.engine import diagnose
from analyzer.model.diagnosis import Diagnosis
from analyzer.report.content import Report, build_report
from analyzer.report.explain import explain
from analyzer.report.named import is_known
from analyzer.sentences import LANGUAGES

# keys of labels: "fact_gap" is one, and "fact_gap_range" a sentence that may stand beside it
LABELS = ("badge_", "fact_", "first_", "mark_", "status_")


@cache
def diagnoses() -> list[Diagnosis]:
    runs = [kind.example(0) for kind in registry.discover("analyzer.detectors", Detector).values()]
    for folder in sorted(resources.folder("sample_logs").iterdir()):
        if folder.is_dir() and not folder.name.startswith(("_", ".")):
            runs += list(analyzer.load(Path(str(folder))))[:1]
    return [diagnose(run) for run in runs]


def labels_of(report: Report) -> Iterator[str]:
    yield from (row.label for row in (*report.first_facts, *report.facts, *report.clear))
    yield from (report.badge, report.verdict_name)
    for finding in report.findings:
        yield from (finding.title, finding.severity_name)
        yield from (row.label for row in finding.evidence)
    for fact in report.about:
        yield from (fact.title, *fact.header)
    yield from (view.title for view in report.views)
    for chart in (chart for stack in report.charts for chart in stack):
        yield from (band.label for band in chart.bands)
        yield from (point.label for point in chart.points)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_label_of_a_report_is_explained(lang: str) -> None:
    shown = {label for made in diagnoses() for label in labels_of(build_report(made, lang))}
    marks_of_spans = {label for label in shown if label[:1].isdigit()}  # "12 epochs without ..."
    unknown = sorted(label for label in shown - marks_of_spans if label and not is_known(label))
    assert not unknown, f"add to report_templates/text/_glossary.toml: {unknown}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_key_of_a_label_is_a_word_of_the_glossary(lang: str) -> None:
    sentences = resources.words("_ui")[lang]
    keys = {key for key in sentences if key.startswith(LABELS)}
    beside = {key for key in keys if any(key.startswith(f"{other}_") for other in keys)}
    named = {
        key
        for entry in resources.words("_glossary")[lang].values()
        for key in entry.get("labels", ())
    }
    labels = {key for key in keys - beside if not sentences[key].startswith("{")}
    assert labels <= named, f"add to labels in _glossary.toml: {sorted(labels - named)}"
    assert named <= set(sentences)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("label", "heading"),
    [
        ("Final vs best", "final vs best"),
        ("Best validation loss", "best"),
        ("Tras el mejor valor", "wasted compute"),
        ("Gap as a share of what was learnt", "(generalization_gap)"),
        ("Se detiene en", "(early_stopping)"),
        ("patience", "patience"),
        ("Trend of rollout/ep_rew_mean", "trend"),
        ("ruido", "noise"),
        ("nivel", "level"),
        ("reinicio", "restart"),
        ("interval", "intervalo"),
        ("suavizado", "smoothed"),
    ],
)
def test_a_label_leads_to_what_explains_it(label: str, heading: str, lang: str) -> None:
    assert heading in explain(label, lang).splitlines()[0]
