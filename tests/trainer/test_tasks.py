from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer.tasks import FAMILIES, Source, Task  # noqa: E402 - needs torch

each_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda one: one.name)


def source(runs=4, seed=1):
    device = torch.device("cpu")
    return Source(torch.Generator(device).manual_seed(seed), device, runs)


@each_family
def test_examples_have_the_shape_and_the_scale_that_are_promised(family):
    inputs, target = Task(family, source(), torch.zeros(4)).examples(3000)
    assert inputs.shape == (4, 3000, family.features)
    assert inputs.mean().abs() < 0.05
    assert 0.95 < inputs.std() < 1.05
    if family.classes:
        shares = torch.stack([(target == one).float().mean(1) for one in range(family.classes)])
        assert shares.max() < 0.9  # no run whose answer is always the same
        assert target.dtype == torch.int64
    else:
        assert target.mean(1).abs().max() < 0.2
        assert (target.std(1) - 1).abs().max() < 0.3


@each_family
def test_noise_changes_as_much_as_it_says(family):
    noise = torch.tensor([0.0, 0.3, 0.3, 0.0])
    clean = Task(family, source(), torch.zeros(4)).examples(3000)
    noisy = Task(family, source(), noise).examples(3000)
    torch.testing.assert_close(noisy[0], clean[0])  # the same seed: the same inputs
    if family.classes:
        differ = (noisy[1] != clean[1]).float().mean(1)
        kept_by_chance = 0.3 * (1 - 1 / family.classes)
        assert differ[[0, 3]].max() == 0
        assert (differ[[1, 2]] - kept_by_chance).abs().max() < 0.03
    else:
        moved = (noisy[1] - clean[1]).std(1)
        assert moved[[0, 3]].max() == 0
        assert (moved[[1, 2]] - 0.3).abs().max() < 0.02


@each_family
def test_runs_have_teachers_of_their_own(family):
    made = source(runs=6)
    teacher = family.teacher(made)
    same = family.inputs(made, 500)[:1].expand(6, -1, -1)
    answers = teacher(same)
    assert not torch.allclose(answers[0], answers[1])


def test_friedman_is_the_published_function():
    """Friedman (1991): 10 sin(pi x1 x2) + 20 (x3 - 0.5)^2 + 10 x4 + 5 x5.

    At one half everywhere that is 14.57.
    """
    middle = torch.zeros(4, 1, 10)
    found = FAMILIES["friedman"].teacher(source())(middle)
    torch.testing.assert_close(found, torch.full((4, 1), 10 * 0.70710678 + 7.5))


def test_the_halves_hold_regressions_and_classes_alike():
    for half in ("calibration", "test"):
        assert sorted(bool(one.classes) for one in FAMILIES.values() if one.half == half) == [
            False,
            False,
            True,
            True,
        ]
