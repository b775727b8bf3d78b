"""Finding settings wherever they lie in a configuration, however they are spelled."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.model.settings import are_alike, find, is_setting, meaning_of, name_of, walk


@pytest.mark.parametrize(
    "key",
    ["num_classes", "data/num-classes", "model.numClasses", "--num_classes", "Num Classes"],
)
def test_a_setting_has_one_name_however_it_is_spelled(key: str) -> None:
    assert name_of(key) == "num_classes"


def test_a_tracker_that_nests_each_value_does_not_hide_its_name() -> None:
    assert name_of("lr.value") == "lr"


def test_the_setting_nearest_to_the_top_comes_first() -> None:
    config = {"teacher": {"head": {"num_classes": 1000}}, "data": {"num_classes": 7}}
    assert [setting.value for setting in find(config, ["num_classes"])] == [7, 1000]


def test_a_list_of_tables_is_looked_into() -> None:
    assert [setting.key for setting in walk({"heads": [{"k": 3}]})] == [
        "heads",
        "heads.0",
        "heads.0.k",
    ]


def test_a_configuration_that_never_ends_is_left_early() -> None:
    deep: dict[str, Any] = {}
    for _ in range(500):
        deep = {"a": deep, "b": deep}
    assert sum(1 for _ in walk(deep)) == 20_000


def test_the_usual_spellings_of_a_setting_mean_the_same() -> None:
    assert meaning_of("optimizer.learning_rate") == meaning_of("lr")
    assert meaning_of("random_state") == "seed"


@pytest.mark.parametrize(
    "name", ["lr", "seed", "batch_size", "weight_decay", "num_layers", "hidden_dim", "embed_size"]
)
def test_usual_settings_are_known(name: str) -> None:
    assert is_setting(name)


@pytest.mark.parametrize(
    "name", ["val_loss", "accuracy", "grad_norm", "true_positive_rate", "nan_count", "gpu_mem"]
)
def test_what_is_measured_is_no_setting(name: str) -> None:
    assert not is_setting(name)


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        (0.1, "0.1", True),
        (1e-3, "0.001", True),
        (0.1, 0.2, False),
        (True, "true", True),
        (1, True, True),
        ("adam", "Adam", True),
        ([1, 2], "[1, 2]", True),
        (None, 0, False),
    ],
)
def test_values_are_compared_by_what_they_say(left: Any, right: Any, alike: bool) -> None:
    assert are_alike(left, right) is alike
