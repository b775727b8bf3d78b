"""What keeps a comparison from meaning more than it does."""

from __future__ import annotations

import re

import numpy as np

from analyzer import synthetic
from analyzer.comparing.comparison import compare
from analyzer.model.run import Run
from analyzer.report.compared import build_compared


def of(number: int, *, breaks: bool = False, **config: object) -> Run:
    """Return a run that learns, or one that ends in NaN."""
    draws = np.random.default_rng(number)
    fall = 0.4 + 2 * np.exp(-np.arange(50) / 8)
    curves = {
        ("train", "loss"): 0.9 * fall + 0.01 * draws.standard_normal(50),
        ("val", "loss"): fall + 0.01 * draws.standard_normal(50),
    }
    if breaks:
        for curve in curves.values():
            curve[12:] = np.nan
    return synthetic.of_curves(f"r{number}", curves, config=config)


def test_repeats_alone_have_a_mean_and_no_best() -> None:
    found = compare([of(seed, seed=seed) for seed in range(4)])
    page = build_compared(found)
    assert page.sentences[0].startswith("The 4 runs are repeats of one setting: validation loss 0.")
    assert "order among them is luck" in page.sentences[0]
    assert page.warnings == ()
    assert "Las 4 ejecuciones son repeticiones" in build_compared(found, "es").sentences[0]


def test_runs_on_other_data_are_warned_of() -> None:
    found = compare([of(at, dataset=name) for at, name in enumerate(("mnist", "cifar10"))])
    assert (
        "The runs name different data (dataset: mnist, cifar10), so their values say little about "
        "which is better."
    ) in build_compared(found).warnings
    assert "datos distintos (dataset: mnist, cifar10)" in build_compared(found, "es").warnings[0]
    many = compare([of(at, dataset=f"d{at}") for at in range(6)])
    assert "d0, d1, d2, d3 and 2 more" in " ".join(build_compared(many).warnings)


def test_a_run_that_failed_says_whose_level_it_has() -> None:
    found = compare([of(0, lr=1), of(1, lr=2, breaks=True), of(2, lr=3)])
    said = [line for line in build_compared(found).warnings if line.startswith("r1: diverged.")]
    assert len(said) == 1
    assert "Its best checkpoint" in said[0]


def test_several_single_runs_share_a_sentence_in_their_order() -> None:
    found = compare([of(at, lr=at) for at in range(4)])
    (said,) = build_compared(found).sentences
    assert said.startswith("Lowest validation loss first (smoothed): r")
    assert said.count("(0.") == 4
    levels = [float(level) for level in re.findall(r"\((0\.\d+)\)", said)]
    assert levels == sorted(levels)
    assert "de menor a mayor" in build_compared(found, "es").sentences[0]


def test_single_runs_are_not_judged_in_the_table_either() -> None:
    found = compare([of(0, lr=1), of(1, lr=2)])
    page = build_compared(found)
    assert page.sentences[0].startswith("Not judged: r1 against r0")
    assert [row[1] for row in page.rows] == ["baseline", "not judged"]
    assert build_compared(found, "es").rows[1][1] == "sin evaluar"
    assert found.sides[1].answer == "no_clear_difference"
