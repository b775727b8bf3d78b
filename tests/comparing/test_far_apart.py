"""Two single runs: one that diverged is always told, a difference only beyond noise and seeds."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.comparing.against import against
from analyzer.comparing.comparison import compare
from analyzer.comparing.far_apart import BASE_DIVERGED, DIVERGED, FAR, Reached, certain
from analyzer.engine import diagnose
from analyzer.measures.level import Level
from analyzer.measures.reach import Reach
from analyzer.model.run import Run


def loss(level: float, *, noise: float = 0.01, verdict: str = "healthy") -> Reached:
    """Return a run that fell from 2.3 to a level."""
    found = Level(level, level - noise, level + noise)
    return Reached(found, verdict, reach=Reach(level, 2.3))


def score(level: float, full: float = 1.0) -> Reached:
    return Reached(Level(level, level - 0.01 * full, level + 0.01 * full), "healthy", full)


def test_a_loss_is_far_that_is_many_times_higher_and_fell_half_as_much() -> None:
    assert certain(loss(0.2), loss(1.6)) == certain(loss(1.6), loss(0.2)) == FAR
    assert certain(loss(0.2), loss(0.5)) is None  # of a long fall, a small part
    assert certain(loss(0.001), loss(0.1)) is None  # a hundredfold, near zero
    assert certain(loss(0.9), loss(2.2)) is None  # not three times as high


def test_a_difference_within_the_noise_is_never_far() -> None:
    assert certain(loss(0.2, noise=0.25), loss(1.6, noise=0.25)) is None
    unknown = Reached(Level(1.6), "healthy", reach=Reach(1.6, 2.3))
    assert certain(loss(0.2), unknown) is None


@pytest.mark.parametrize("full", [1.0, 100.0])
def test_an_accuracy_is_far_in_points_of_its_scale(full: float) -> None:
    assert certain(score(0.45 * full, full), score(0.99 * full, full)) == FAR
    assert certain(score(0.6 * full, full), score(0.9 * full, full)) is None
    assert certain(score(0.3, 100.0), score(0.9, 100.0)) is None


def test_a_metric_without_known_limits_is_never_far() -> None:
    bleu = [Reached(Level(value, value, value), "healthy") for value in (1.0, 40.0)]
    assert certain(*bleu) is None
    below = Reached(Level(-5, -5.1, -4.9), "healthy", reach=None)
    assert certain(below, loss(0.2)) is None


def test_one_of_two_that_diverged_is_told_and_not_how_far_it_lies() -> None:
    broken = loss(1.6, verdict="diverged")
    assert certain(loss(0.2), broken) == DIVERGED
    assert certain(broken, loss(0.2)) == BASE_DIVERGED
    assert certain(broken, loss(0.2, verdict="diverged")) is None
    assert certain(loss(0.2), Reached(None, "diverged")) == DIVERGED


def run(name: str, level: float, **config: float) -> Run:
    fall = level + (2.3 - level) * np.exp(-np.arange(40) / 5)
    curves = {("train", "loss"): fall * 0.98, ("val", "loss"): fall}
    return synthetic.of_curves(name, curves, config=config)


def test_repeats_are_left_to_their_interval() -> None:
    runs = [run(f"a{at}", 0.2 + at / 100, seed=at, lr=1) for at in range(2)]
    runs.append(run("b", 1.6, seed=0, lr=2))
    assert [side.certain for side in compare(runs).sides] == [None, None]
    single = compare(runs[1:])
    assert [side["certain"] for side in single.to_dict()["sides"]] == [None, FAR]
    assert single.sides[1].answer == "no_clear_difference"


def test_losses_of_other_functions_are_never_far() -> None:
    a, b = run("a", 0.2), run("b", 1.6)
    found = against(
        [diagnose(synthetic.of_curves("b", curves_of(b), config={"loss": "mse"}))],
        [diagnose(synthetic.of_curves("a", curves_of(a), config={"loss": "mae"}))],
    )
    assert found.mismatch is not None
    assert found.certain is None


def curves_of(made: Run) -> dict[tuple[str, str], np.ndarray]:
    return {(series.split, series.metric): series.value for series in made.series}


def test_the_scale_of_accuracies_is_that_of_the_comparison() -> None:
    def percent(name: str, level: float) -> Run:
        rise = 100 * (level - (level - 0.1) * np.exp(-np.arange(40) / 4))
        return synthetic.of_curves(name, {("val", "accuracy"): rise})

    assert compare([percent("a", 0.99), percent("b", 0.45)]).sides[1].certain == FAR
    assert compare([percent("a", 0.99), percent("b", 0.9)]).sides[1].certain is None
