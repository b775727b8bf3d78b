"""The teachers of the world: shapes, unequal classes, halves."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer.tables import TableTask  # noqa: E402 - needs torch
from analyzer.trainer.tasks import FAMILIES, Source, Task  # noqa: E402 - needs torch
from analyzer.trainer.world_tasks import SYNTHETIC, WORLD, family_of, task_of  # noqa: E402

each_family = pytest.mark.parametrize("family", SYNTHETIC.values(), ids=lambda family: family.name)


def source(runs=4, seed=1):
    device = torch.device("cpu")
    return Source(torch.Generator(device).manual_seed(seed), device, runs)


@each_family
def test_examples_have_the_promised_shape_and_scale(family):
    inputs, target = Task(family, source(), torch.zeros(4)).examples(3000)
    assert inputs.shape == (4, 3000, family.features)
    assert 0.8 < inputs.std() < 1.3
    if family.classes:
        shares = torch.stack([(target == index).float().mean(1) for index in range(family.classes)])
        assert shares.max() < 0.95
        if family.classes > 2:
            assert shares.amin(0).max() < 0.15  # some class is rare in every run
    else:
        assert (target.std(1) - 1).abs().max() < 0.4


@each_family
def test_runs_have_teachers_of_their_own(family):
    made = source(runs=6)
    teacher = family.teacher(made)
    answers = teacher(family.inputs(made, 500)[:1].expand(6, -1, -1))
    assert not torch.allclose(answers[0], answers[1])


def test_no_family_of_the_world_is_a_teacher_s_and_each_half_has_real_and_made_data():
    assert not set(WORLD) & set(FAMILIES)
    for half in ("calibration", "test"):
        families = [family for family in WORLD.values() if family.half == half]
        assert {family.name in SYNTHETIC for family in families} == {True, False}
        assert {family.classes == 0 for family in families} == {True, False}


def test_a_task_is_found_by_the_name_of_its_family():
    sizes = {"train": [10] * 4, "held": [10] * 4}
    real = task_of(family_of("wine"), source(), torch.zeros(4), **sizes)
    made = task_of(family_of("friedman"), source(), torch.zeros(4), **sizes)
    assert isinstance(real, TableTask)
    assert isinstance(made, Task)
    assert made.validation is made.training is made
