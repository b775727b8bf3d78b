"""The order in which checklists name remedies."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import numpy as np

import analyzer
from analyzer import registry, synthetic
from analyzer.detectors._base import Detector

sys.path.append(str(Path(__file__).parent))
ORDER = importlib.import_module("advice_order")


def test_a_step_with_a_tag_is_named_only_with_that_tag() -> None:
    steps = ORDER.UNMEASURED["exploding_loss"]
    assert list(ORDER.apt(steps, ("lost",))) == ["clipping"]
    assert list(ORDER.apt(steps, ("above_start",))) == ["tenth_rate", "warmup", "clipping"]


def test_every_finding_of_the_order_has_its_detector() -> None:
    assert set(ORDER.UNMEASURED) <= set(registry.discover("analyzer.detectors", Detector))


def test_a_run_that_overfits_is_advised_to_stop_early_and_each_remedy_once() -> None:
    fall = np.exp(-np.arange(100) / 10)
    rise = fall + np.maximum(0, np.arange(100) - 30) / 100
    curves = {("train", "loss"): fall + 0.01, ("val", "loss"): rise + 0.3}
    diagnosis = analyzer.diagnose(synthetic.of_curves("run", curves))
    assert ORDER.is_advised(diagnosis)
    for order in (ORDER.unmeasured, ORDER.measured):
        named = [entry.remedy for entry in order(diagnosis)]
        assert "early_stopping" in named
        assert len(named) == len(set(named))
