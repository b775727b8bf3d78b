"""The tasks of the fleet: shapes, scales, noise, and teachers."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer.tasks import FAMILIES, Task  # noqa: E402 - needs torch
from analyzer.trainer.world_tasks import SYNTHETIC  # noqa: E402 - needs torch

each_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
each_teacher = pytest.mark.parametrize(
    "family", [*FAMILIES.values(), *SYNTHETIC.values()], ids=lambda family: family.name
)


@each_family
def test_examples_have_the_promised_shape_and_scale(source, family):
    inputs, target = Task(family, source(), torch.zeros(4)).examples(3000)
    assert inputs.shape == (4, 3000, family.features)
    assert inputs.mean().abs() < 0.05
    assert 0.95 < inputs.std() < 1.05
    if family.classes:
        shares = torch.stack([(target == index).float().mean(1) for index in range(family.classes)])
        assert shares.max() < 0.9  # no run whose answer is always the same
        assert target.dtype == torch.int64
    else:
        assert target.mean(1).abs().max() < 0.2
        assert (target.std(1) - 1).abs().max() < 0.3


@each_teacher
def test_noise_changes_the_promised_share(source, family):
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


@each_teacher
def test_runs_have_teachers_of_their_own(source, family):
    made = source(runs=6)
    teacher = family.teacher(made)
    same = family.inputs(made, 500)[:1].expand(6, -1, -1)
    answers = teacher(same)
    assert not torch.allclose(answers[0], answers[1])


def test_friedman_is_the_published_function(source):
    """Friedman (1991): 10 sin(pi x1 x2) + 20 (x3 - 0.5)^2 + 10 x4 + 5 x5; 14.57 if all are 0.5."""
    middle = torch.zeros(4, 1, 10)
    found = FAMILIES["friedman"].teacher(source())(middle)
    torch.testing.assert_close(found, torch.full((4, 1), 10 * 0.70710678 + 7.5))


def test_each_half_has_two_regressions_and_two_classifications():
    for half in ("calibration", "test"):
        families = [family for family in FAMILIES.values() if family.half == half]
        assert len(families) == 4
        assert sum(family.classes == 0 for family in families) == 2
