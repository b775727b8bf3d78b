"""A run that ended far earlier than its baseline, or far later."""

from __future__ import annotations

import numpy as np

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.model.diagnosis import Diagnosis
from analyzer.report.comment import render_comment
from analyzer.report.unequal_length import length_said
from analyzer.text import words

MEASURE = ("val", "loss")
EN = words("en")


def of(name: str, epochs: int, seed: int = 0) -> Diagnosis:
    """Return a run whose loss falls by one in a hundred of its start with each epoch."""
    loss = 1 - np.arange(epochs) / 100
    noise = 1e-4 * np.random.default_rng(seed).standard_normal(epochs)
    curves = {("train", "loss"): loss, MEASURE: loss + noise}
    return diagnose(synthetic.of_curves(name, curves))


def said(here: int, base: int, lang: str = "en") -> str:
    return length_said([of("new", here)], [of("base", base)], MEASURE, words(lang))


def test_a_shorter_run_is_set_beside_the_baseline_at_its_end() -> None:
    line = said(21, 41)
    assert "this run ended at epoch 20 (from 0), the baseline at epoch 40." in line
    assert line.endswith("Up to epoch 20, the level of the baseline was 0.8 (validation loss).")
    assert "Hasta la época 20, el nivel de la referencia era 0,8" in said(21, 41, "es")


def test_a_longer_run_is_set_beside_the_end_of_the_baseline() -> None:
    line = said(41, 21)
    assert "this run ended at epoch 40 (from 0), the baseline at epoch 20." in line
    assert line.endswith("Up to epoch 20, the level of this run was 0.8 (validation loss).")


def test_nearly_equal_lengths_are_not_worth_a_sentence() -> None:
    assert said(41, 41) == said(40, 41) == said(41, 40) == ""


def test_repeats_of_which_one_is_as_long_as_the_baseline_are_not_said_to_be_shorter() -> None:
    these = [of("a", 21, 1), of("b", 41, 2)]
    assert length_said(these, [of("base", 41)], MEASURE, EN) == ""


def test_a_metric_that_one_run_lacks_says_nothing() -> None:
    assert length_said([of("new", 21)], [of("base", 41)], ("val", "accuracy"), EN) == ""


def test_the_sentence_stands_in_the_comment() -> None:
    assert "The lengths differ" in render_comment([of("new", 21)], [of("base", 41)])
    assert "The lengths differ" not in render_comment([of("new", 41, 3)], [of("base", 41)])
