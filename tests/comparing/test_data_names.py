"""Settings that name the data of runs."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.comparing.data_names import other_data


@pytest.mark.parametrize(
    ("settings", "values"),
    [
        ([{"dataset": "cifar10"}, {"dataset": "mnist"}], ("cifar10", "mnist")),
        ([{"data.dataset_name": "a"}, {"data.dataset_name": "b"}, {}], ("a", "b")),
        ([{"dataset": "cifar10"}, {"dataset": "cifar10"}, {}], None),
        ([{"env_id": "CartPole-v1"}, {"env_id": "Acrobot-v1"}], ("CartPole-v1", "Acrobot-v1")),
        ([{"data": "/a"}, {"data": "/b"}], None),
        ([{"lr": 1}, {"lr": 2}], None),
        ([], None),
    ],
)
def test_runs_on_other_data_are_told_by_the_names_in_their_settings(
    settings: list[dict[str, Any]], values: tuple[str, ...] | None
) -> None:
    found = other_data(settings)
    assert (found and found.values) == values
