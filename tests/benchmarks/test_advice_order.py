"""The order in which checklists name remedies."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import numpy as np

import analyzer
from analyzer import registry, synthetic
from analyzer.detectors._base import Detector

sys.path.append(str(Path(__file__).parent))
ORDER = importlib.import_module("advice_order")


def item(finding: str, remedy: str, gain: float | None) -> Any:
    told = None if gain is None else ORDER.Predicted(better=0.5, gain=gain, runs=100)
    return ORDER.Advice(finding, remedy, unmeasured=True, predicted=told)


def test_measured_remedies_come_first_within_their_finding() -> None:
    items = [
        item("plateau", "wider", None),
        item("plateau", "cosine", 0.1),
        item("plateau", "longer", 0.2),
        item("oscillation", "averaging", 0.9),
    ]
    ranked = [entry.remedy for entry in ORDER.ranked(items)]
    assert ranked == ["longer", "cosine", "wider", "averaging"]


def test_nothing_measured_keeps_the_order() -> None:
    items = [item("plateau", name, None) for name in ("wider", "cosine", "dropout")]
    assert ORDER.ranked(items) == items


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
    named = [entry.remedy for entry in ORDER.advice(diagnosis)]
    assert ORDER.is_advised(diagnosis)
    assert named[0] == "early_stopping"
    assert len(named) == len(set(named))
