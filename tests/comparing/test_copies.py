"""Runs with the same points: copies of a log, and settings that change nothing."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.comparing.comparison import compare
from analyzer.comparing.copies import copies, once, twins
from analyzer.comparing.summary import RunSummary, summary_of
from analyzer.model.run import Run
from analyzer.report.compared import build_compared

RNG = np.random.default_rng(0)
CURVE = 1 + np.geomspace(2, 0.1, 12) + 0.01 * RNG.standard_normal(12)


def of(name: str, *curves: np.ndarray, metrics: str = "loss accuracy f1", **config: object) -> Run:
    logged = {("val", metric): y for metric, y in zip(metrics.split(), curves, strict=False)}
    return synthetic.of_curves(name, logged, config=config)


def summary(values: np.ndarray, **settings: object) -> RunSummary:
    return summary_of(of("r", values, **settings))


def test_a_copy_is_of_the_first_of_its_kind() -> None:
    same, other = summary(CURVE, lr=1), summary(CURVE + 1)
    assert copies([same, other, same, same]) == {2: 0, 3: 0}


SHORT = np.array([0.1, 0.92])


@pytest.mark.parametrize(
    ("first", "second", "is_copy"),
    [
        (summary(CURVE, lr=1), summary(CURVE, lr=2), False),
        (summary(CURVE, lr=1, seed=1), summary(CURVE, lr=1, seed=2), True),
        (summary(CURVE), summary(CURVE), True),
        (summary(SHORT, seed=1), summary(SHORT, seed=2), False),
        (summary(SHORT, seed=1), summary(SHORT, seed=1), True),
        (summary(SHORT), summary(SHORT), False),
        (summary(np.full(80, np.log(2)), seed=1), summary(np.full(80, np.log(2)), seed=2), False),
        (RunSummary({"seed": 1}, 9, ""), RunSummary({"seed": 1}, 9, ""), False),
    ],
    ids=[
        *("other cause", "other seed", "no seed", "two values", "two values, same seed"),
        *("two values, no seed", "constant", "no loss or score"),
    ],
)
def test_what_is_equal_by_chance_is_no_copy(
    first: RunSummary, second: RunSummary, is_copy: bool
) -> None:
    assert copies([first, second]) == ({1: 0} if is_copy else {})


def test_twins_share_their_points_whatever_their_settings() -> None:
    assert twins([summary(CURVE, lr=1), summary(CURVE, lr=2), summary(SHORT)]) == {1: 0}


def test_all_shared_curves_must_be_equal_and_others_do_not_count() -> None:
    first = summary_of(of("a", CURVE, CURVE[::-1]))
    with_more = summary_of(of("b", CURVE, CURVE[::-1], CURVE * 0.3))
    assert twins([first, with_more]) == {1: 0}
    another = summary_of(of("c", CURVE, CURVE[::-1] * 0.99))
    assert twins([first, another]) == {}
    assert twins([first, another, summary_of(of("d", CURVE, CURVE[::-1] * 0.99))]) == {2: 1}


def test_a_few_rounded_values_are_proof_and_fewer_are_not() -> None:
    loss = np.array([0.8123, 0.6417, 0.5389, 0.5012])
    assert twins([summary(loss), summary(loss)]) == {1: 0}
    assert twins([summary(loss[:2]), summary(loss[:2])]) == {}
    accuracy = np.array([0.81, 0.85, 0.87, 0.88, 0.9])
    assert twins([summary(accuracy), summary(accuracy)]) == {}


def test_a_group_has_the_points_of_a_member_once() -> None:
    assert once((0, 2, 5, 7), {5: 2, 7: 1}) == (0, 2, 7)
    assert once((5, 7), {5: 2, 7: 2}) == (5,)


def test_short_runs_of_other_seeds_are_no_copies() -> None:
    def short(lr: int, seed: int, best: float) -> Run:
        config = {"lr": lr, "seed": seed}
        return synthetic.of_curves(
            f"{lr}{seed}", {("val", "accuracy"): np.array([0.1, best])}, config=config
        )

    bests = {1: (0.90, 0.92, 0.91, 0.92, 0.90), 2: (0.93, 0.91, 0.93, 0.92, 0.94)}
    found = compare(
        [short(lr, seed, best) for lr, values in bests.items() for seed, best in enumerate(values)]
    )
    assert [len(side.members) for side in found.sides] == [5, 5]
    assert found.copies == ()


def test_a_seed_that_changes_nothing_is_said_and_counts_once() -> None:
    runs = [of(f"r{seed}", CURVE, seed=seed, lr=1) for seed in range(3)]
    runs += [of(f"s{seed}", CURVE * (1.1 + seed / 50), seed=seed, lr=2) for seed in range(3)]
    found = compare(runs)
    assert [len(side.members) for side in found.sides] == [1, 3]
    assert found.copies == (("r1", "r0"), ("r2", "r0"))
    said = "The same points: r1 = r0, r2 = r0. That is a copied log, the same seed run"
    assert build_compared(found).warnings[0].startswith(said)
    assert build_compared(found, "es").warnings[0].startswith("Los mismos puntos: r1 = r0")


def test_a_setting_that_changes_nothing_counts_once_in_a_group() -> None:
    runs = [of(f"p{at}", CURVE, lr=1, patience=at) for at in range(3)]
    runs.append(of("q", CURVE * 1.2, lr=2, patience=0))
    found = compare(runs, "p2", group="lr")
    assert [len(side.members) for side in found.sides] == [1, 1]
    assert found.sides[found.baseline].again == (1, 2)
    assert found.same_points == (("p1", "p0"), ("p2", "p0"))
    assert "with other settings: p1 = p0, p2 = p0." in build_compared(found).warnings[0]
    alone = compare(runs)
    assert len(alone.sides) == 4


def test_two_copies_alone_are_compared_and_said_to_be_one() -> None:
    found = compare([of("a", CURVE, seed=1), of("b", CURVE, seed=2)])
    assert found.copies == (("b", "a"),)
    assert [side.members for side in found.sides] == [(0,)]
    assert "The same points: b = a." in build_compared(found).warnings[0]
