"""Growing gradients with a loss that was learnt and lost: the mark of a forgotten zero_grad."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analyzer import diagnose, load, synthetic
from analyzer.engine import best_of
from analyzer.facts.growing_norms import GrowingNorms
from analyzer.report.content import build_report

SAMPLES = Path(__file__).parents[2] / "sample_logs"
LOST = np.concatenate([np.linspace(2, 0.5, 20), np.linspace(0.6, 1.8, 20)])
GROWING = np.linspace(1, 30, 40)


def fact_of(loss: np.ndarray, norm: np.ndarray | None):
    curves = {("train", "loss"): loss, ("val", "loss"): loss + 0.1}
    if norm is not None:
        curves["", "grad_norm"] = norm
    run = synthetic.of_curves("made", curves)
    return GrowingNorms().compute(run, best_of(run))


def test_a_loss_that_is_learnt_and_lost_while_the_norm_grows_names_zero_grad() -> None:
    fact = fact_of(LOST, GROWING)
    assert fact["tags"] == ("zero_grad",)
    assert fact["lowest"] == pytest.approx(0.5, rel=0.2)
    assert fact["times"] == pytest.approx(fact["last_norm"] / fact["first_norm"])
    assert fact["best_epoch"] == pytest.approx(19, abs=2)


@pytest.mark.parametrize(
    ("loss", "norm"),
    [
        (np.geomspace(2, 0.1, 40), GROWING),  # nothing was lost
        (np.linspace(2, 4, 40), GROWING),  # nothing was learnt
        (LOST, np.linspace(1, 3, 40)),  # the norm hardly grew
        (LOST, GROWING[::-1]),
        (LOST, np.where(np.arange(40) == 30, 500.0, 1.0)),  # a single spike
        (LOST, np.zeros(40)),
        (LOST, np.full(40, np.nan)),
        (LOST, None),
        (LOST[::4], GROWING[::4]),  # too few points
    ],
)
def test_anything_less_is_no_sign_of_it(loss: np.ndarray, norm: np.ndarray | None) -> None:
    assert fact_of(loss, norm) is None


def test_of_the_samples_only_the_run_without_zero_grad_has_it() -> None:
    found = []
    for folder in sorted(SAMPLES.iterdir()):
        if folder.is_dir() and (folder / "expected.toml").exists():
            for run in load(folder):
                if GrowingNorms().compute(run, best_of(run)) is not None:
                    found.append(folder.name)
    assert found == ["csv_no_zero_grad"]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_checklist_begins_with_zero_grad_and_names_it_once(lang: str) -> None:
    (run,) = load(SAMPLES / "csv_no_zero_grad")
    todos = [todo.text for todo in build_report(diagnose(run), lang).checklist]
    assert "optimizer.zero_grad()" in todos[0]
    assert sum("zero_grad" in todo for todo in todos) == 1
