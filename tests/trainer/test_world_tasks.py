"""The teachers of the world: shapes, unequal classes, halves."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer.tables import TableTask  # noqa: E402 - needs torch
from analyzer.trainer.tasks import FAMILIES, Task  # noqa: E402 - needs torch
from analyzer.trainer.world_tasks import SYNTHETIC, WORLD, family_of, task_of  # noqa: E402


@pytest.mark.parametrize("name", SYNTHETIC)
def test_inputs_keep_to_one_scale_and_some_class_is_rare(source, name):
    family = SYNTHETIC[name]
    inputs, target = Task(family, source(), torch.zeros(4)).examples(3000)
    assert inputs.shape == (4, 3000, family.features)
    assert 0.8 < inputs.std() < 1.3
    if not family.classes:
        assert (target.std(1) - 1).abs().max() < 0.4
        return
    shares = torch.nn.functional.one_hot(target, family.classes).float().mean(1)
    assert shares.max() < 0.95
    if family.classes > 2:
        assert shares.amin(1).max() < 0.15  # the rarest class of every run


def test_no_family_of_the_world_is_a_teacher_s_and_each_half_has_real_and_made_data():
    assert not set(WORLD) & set(FAMILIES)
    for half in ("calibration", "test"):
        families = [family for family in WORLD.values() if family.half == half]
        assert {family.name in SYNTHETIC for family in families} == {True, False}
        assert {family.classes == 0 for family in families} == {True, False}


def test_a_task_is_found_by_the_name_of_its_family(source):
    sizes = {"train": [10] * 4, "held": [10] * 4}
    real = task_of(family_of("wine"), source(), torch.zeros(4), **sizes)
    made = task_of(family_of("friedman"), source(), torch.zeros(4), **sizes)
    assert isinstance(real, TableTask)
    assert isinstance(made, Task)
    assert made.validation is made.training is made
