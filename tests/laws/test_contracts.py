"""Law 2: what every detector keeps to.

It documents itself, flags its example, is silent on healthy runs, ignores units, and owns its
verdict.
"""

from __future__ import annotations

import sys
from dataclasses import fields, is_dataclass, replace
from itertools import chain

import numpy as np
import pytest

from analyzer import registry, synthetic
from analyzer.charts.build import build_charts
from analyzer.config import Config
from analyzer.detectors._base import Detector
from analyzer.detectors.oscillation import Oscillation
from analyzer.engine import diagnose, known_verdicts
from analyzer.errors import NotApplicable
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.run import Run
from analyzer.text import words

DETECTORS = registry.discover("analyzer.detectors", Detector)
SEEDS = range(30)
each_detector = pytest.mark.parametrize("name", DETECTORS)


@each_detector
def test_module_docstring_has_method_limits_and_references(name: str) -> None:
    doc = sys.modules[DETECTORS[name].__module__].__doc__ or ""
    for section in ("\nMethod\n", "\nKnown limits\n", "\nReferences\n"):
        assert section in doc


@each_detector
def test_every_threshold_has_a_default_a_reason_and_a_range_that_holds_it(name: str) -> None:
    kind = DETECTORS[name]
    assert is_dataclass(kind)
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    for field in fields(kind):
        assert len(field.metadata["reason"].split()) >= 4
        low, high = field.metadata["low"], field.metadata["high"]
        assert low is not None or high is not None
        assert low is None or field.default >= low
        assert high is None or field.default <= high


@each_detector
def test_flags_its_own_example(name: str) -> None:
    kind = DETECTORS[name]
    missed = [seed for seed in SEEDS if not list(kind().detect(kind.example(seed)))]
    assert not missed, f"nothing found on the example of seeds {missed}"


@each_detector
def test_is_silent_on_a_healthy_run(name: str) -> None:
    loud = []
    for seed in SEEDS:
        try:
            findings = list(DETECTORS[name]().detect(synthetic.healthy(seed).run))
        except NotApplicable:
            continue
        if any(finding.severity != "info" for finding in findings):
            loud.append(seed)
    assert not loud, f"warns on the healthy runs of seeds {loud}"


def test_a_healthy_run_is_called_healthy() -> None:
    ill = [seed for seed in SEEDS if diagnose(synthetic.healthy(seed).run).verdict != "healthy"]
    assert not ill, f"not called healthy: seeds {ill}"


@each_detector
def test_the_verdict_of_an_example_is_that_of_its_detector(name: str) -> None:
    own = {verdict.word for verdict in DETECTORS[name].verdicts_of(name)}
    assert own <= set(known_verdicts())
    wrong = {}
    for seed in SEEDS:
        verdict = diagnose(DETECTORS[name].example(seed)).verdict
        if verdict not in own:
            wrong[seed] = verdict
    assert not wrong, f"verdicts by seed: {wrong}"


def scaled(run: Run, factor: float) -> Run:
    series = []
    for logged in run.series:
        if logged.metric == "loss":
            logged = replace(logged, value=logged.value * factor)
        series.append(logged)
    return replace(run, series=tuple(series))


def judgement(diagnosis: Diagnosis) -> object:
    """Return all of a diagnosis that may not depend on the unit of a loss."""
    checks = [
        (
            check.detector,
            check.status,
            check.reason,
            [(finding.severity, finding.metric, finding.onset) for finding in check.findings],
        )
        for check in diagnosis.checks
    ]
    return diagnosis.verdict, checks


@each_detector
def test_verdict_does_not_depend_on_units(name: str) -> None:
    dependent = []
    for seed in SEEDS:
        run = DETECTORS[name].example(seed)
        if judgement(diagnose(scaled(run, 1000.0))) != judgement(diagnose(run)):
            dependent.append(seed)
    assert not dependent, f"judged otherwise in other units: seeds {dependent}"


def residuals(run: Run, config: Config) -> list[np.ndarray]:
    """Return the heights of the residual lines in the charts of a run."""
    stacks = build_charts(diagnose(run, config), words("en"), counted=True)
    lines = chain.from_iterable(chart.lines for chart in chain.from_iterable(stacks))
    return [line.y for line in lines if line.role == "residual"]


@pytest.mark.parametrize("settings", [{}, {"window": 1.0}, {"min_points": 200}, {"longest": 100}])
def test_the_chart_of_a_finding_follows_its_configuration(settings: dict[str, float]) -> None:
    run = synthetic.oscillating(2, epochs=400).run
    config = Config(detectors={"oscillation": settings})
    (drawn,) = residuals(run, config)
    configured = config.configured()["oscillation"]
    assert isinstance(configured, Oscillation)
    (finding,) = configured.detect(run)
    around = configured.around_trend(configured.measure(run, finding.metric, finding.split))
    assert drawn == pytest.approx(100 * np.expm1(around))
    if settings.keys() & {"window", "longest"}:
        (usual,) = residuals(run, Config())
        assert len(usual) != len(drawn) or not np.allclose(usual, drawn)
