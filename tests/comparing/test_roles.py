"""Seeds, labels and causes among the settings of a run."""

from __future__ import annotations

import pytest

from analyzer.comparing.roles import alike, causes_of, is_cause, is_label, is_seed, seed_of


@pytest.mark.parametrize(
    "key",
    ["seed", "trainer.seed", "args/random_state", "Seed", "seed_everything", "fold", "cv.fold_idx"],
)
def test_a_seed_is_known_at_any_depth(key: str) -> None:
    assert is_seed(key)
    assert not is_cause(key)
    assert not is_seed("seed_corn_price")


@pytest.mark.parametrize(
    "key",
    ["name", "run.name", "experiment.name", "trainer.output_dir", "Hostname", "run/id"],
)
def test_a_label_is_not_a_cause(key: str) -> None:
    assert is_label(key)
    assert not is_cause(key)


@pytest.mark.parametrize("key", ["optimizer.name", "lr", "model_id"])
def test_a_name_of_a_part_is_a_cause(key: str) -> None:
    assert is_cause(key)


def test_whole_numbers_are_alike_and_flags_are_not_numbers() -> None:
    assert alike(1) == alike(1.0)
    assert alike(1) != alike(True)
    assert alike(1e300) == alike(1e300)


def test_repeats_share_their_causes_and_not_their_seed() -> None:
    first, second = {"lr": 1, "seed": 1, "notes": "x"}, {"lr": 1.0, "seed": 2}
    assert causes_of(first) == causes_of(second)
    assert seed_of(first) != seed_of(second)
    assert seed_of({"seed": None, "lr": 1}) is None


def test_the_name_of_a_part_of_the_model_is_a_cause() -> None:
    assert is_cause("optimizer.name")
    assert is_cause("model.backbone.name")
