"""Whether the learning rate decays: the log decides, then the settings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.measures.schedule import is_scheduled
from analyzer.model.run import Run


def run_of(rate: list[float] | None = None, config: dict[str, Any] | None = None) -> Run:
    curves = {("val", "loss"): np.ones(4)}
    if rate is not None:
        curves["", "lr"] = np.array(rate)
    return synthetic.of_curves("run", curves, config=config or {})


@pytest.mark.parametrize(
    ("rate", "answer"),
    [
        ([0.1, 0.1, 0.1], False),
        ([0.01, 0.05, 0.1, 0.1], False),  # a warm-up alone
        ([0.1, 0.1, 0.01], True),
        ([0.1, 0.01, 0.1], True),  # a cycle
        ([0.1, 0.0999, 0.1], False),
    ],
)
def test_the_logged_rate_decides(rate: list[float], answer: bool) -> None:
    assert is_scheduled(run_of(rate, {"scheduler": "cosine" if not answer else "constant"})) is (
        answer
    )


@pytest.mark.parametrize(
    ("config", "answer"),
    [
        ({"lr_scheduler_type": "linear"}, True),
        ({"lr_scheduler_type": "constant_with_warmup"}, False),
        ({"sched": "cosine"}, True),
        ({"scheduler": None}, False),
        ({"lr_schedule": "none"}, False),
        ({"lrf": 0.01}, True),
        ({"lrf": 1.0}, False),
        ({"param_scheduler": [{"type": "LinearLR"}, {"type": "CosineAnnealingLR"}]}, True),
        ({"param_scheduler": [{"type": "LinearLR"}]}, False),
        ({"lr_config": {"policy": "step", "step": [8, 11]}}, True),
        ({"optimizer": {"learning_rate": {"class_name": "CosineDecay"}}}, True),
        ({"scheduler": {"_target_": "torch.optim.lr_scheduler.StepLR"}}, True),
        ({"scheduler": {"_target_": "torch.optim.lr_scheduler.ConstantLR"}}, False),
        ({"lr_scheduler": {"class_path": "torch.optim.lr_scheduler.LinearLR"}}, False),
        ({"lr_scheduler_type": "SchedulerType.CONSTANT"}, False),
        ({"lr_scheduler_type": "SchedulerType.COSINE"}, True),
        ({"scheduler": "get_constant_schedule"}, False),
        ({"scheduler": "get_linear_schedule_with_warmup"}, True),
        ({"scheduler": "<class 'torch.optim.lr_scheduler.StepLR'>"}, True),
        ({"scheduler": "OneCycleLR"}, True),
        ({"scheduler": "disabled"}, False),
        ({"scheduler": "slurm"}, None),
        ({"scheduler": "fifo"}, None),
        ({"scheduler": "ASHAScheduler"}, None),
        ({"scheduler": "N/A"}, None),
        ({"diffusion": {"schedule": "linear"}}, None),
        ({"lr": 0.1}, None),
        ({}, None),
    ],
)
def test_settings_tell_where_no_rate_was_logged(
    config: dict[str, Any], answer: bool | None
) -> None:
    assert is_scheduled(run_of(config=config)) is answer


def test_one_logged_value_is_no_curve() -> None:
    assert is_scheduled(run_of([0.1])) is None
