"""Remedies: each changes its own setting, and only where it is not on already."""

from __future__ import annotations

import dataclasses

import pytest

pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer import sampling, world
from analyzer.trainer.remedies import REMEDIES, arms_of
from analyzer.trainer.treatment import DEAD_UNITS, FAULTS, Treatment
from analyzer.trainer.variations import Variation
from analyzer.trainer.world_tasks import family_of

PLAIN = dataclasses.replace(
    sampling.draw(1, 1),
    family="network_classes",
    lr=0.01,
    schedule="constant",
    weight_decay=0.0,
    dropout=0.0,
    width=16,
    train_examples=80,
    batch_size=20,
    epochs=30,
)


def test_a_plain_run_gets_every_remedy_but_the_repairs() -> None:
    repairs = {"clear_gradients", "scale_inputs", "restart_units"}
    assert set(arms_of(PLAIN)) == {"", *REMEDIES} - repairs


def test_each_remedy_changes_its_own_setting() -> None:
    arms = arms_of(PLAIN)
    assert arms[""] == PLAIN
    assert arms["tenth_rate"].lr == pytest.approx(0.001)
    assert arms["weight_decay"].weight_decay == 1e-4
    assert arms["wider"].width == 32
    assert arms["cosine"].schedule == "cosine"
    assert arms["longer"].epochs == 60
    assert (arms["more_examples"].train_examples, arms["more_examples"].steps) == (160, 8)
    assert (arms["larger_batch"].batch_size, arms["larger_batch"].steps) == (80, 1)
    assert (arms["smaller_batch"].batch_size, arms["smaller_batch"].steps) == (5, 16)
    for name, arm in arms.items():
        changed = [
            field.name
            for field in dataclasses.fields(arm)
            if getattr(arm, field.name) != getattr(PLAIN, field.name)
        ]
        assert len(changed) == bool(name), name


def test_what_is_on_already_is_no_remedy() -> None:
    on = dataclasses.replace(PLAIN, dropout=0.2, schedule="one_cycle", weight_decay=0.003)
    arms = arms_of(on)
    assert not {"dropout", "cosine", "warmup"} & set(arms)
    assert arms["weight_decay"].weight_decay == pytest.approx(0.03)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_has_one_repair(fault: str) -> None:
    arms = arms_of(dataclasses.replace(PLAIN, treatment=Treatment(fault=fault)))
    assert [name for name, arm in arms.items() if not arm.treated.fault] == [
        {"kept_gradients": "clear_gradients", "unscaled_inputs": "scale_inputs"}.get(
            fault, "restart_units"
        )
    ]


def test_weights_of_the_wrong_size_are_restarted_too() -> None:
    large = dataclasses.replace(PLAIN, variation=Variation(start_scale=5.0))
    assert arms_of(large)["restart_units"].varied.start_scale == 1.0
    assert "restart_units" in arms_of(
        dataclasses.replace(PLAIN, treatment=Treatment(fault=DEAD_UNITS))
    )


def test_a_table_has_only_the_rows_it_has() -> None:
    """A run on a real table gets twice the examples only if they are there beside validation."""
    runs = [run for index in range(300) if (run := world.draw(3, index)).family == "wine"]
    with_more = [run for run in runs if "more_examples" in arms_of(run)]
    assert 0 < len(with_more) < len(runs)
    for run in with_more:
        rows = family_of("wine").rows // 2
        assert 2 * run.train_examples + sum(run.val_examples) <= rows
