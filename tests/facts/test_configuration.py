"""What the settings say, and the advice that follows it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.facts.configuration import Configuration
from analyzer.report.checklist import checklist
from analyzer.text import words


def fact_of(config: dict[str, Any]):
    return Configuration().compute(replace(synthetic.healthy(1).run, config=config), None)


def advice(config: dict[str, Any], made=synthetic.overfitting) -> list[str]:
    run = replace(made(3).run, config=config)
    return [todo.text for todo in checklist(diagnose(run), words("en"))]


def test_regularisers_that_are_on_and_off() -> None:
    fact = fact_of({"optim": {"weight_decay": 0.01}, "dropout": 0.0, "label_smoothing": 0.1})
    assert fact["on"] == ("weight decay 0.01 (optim)", "label smoothing 0.1")
    assert fact["off"] == ("dropout",)


def test_optimizer_batch_and_train_size_are_told() -> None:
    fact = fact_of({"optimizer": "adamw", "batch_size": 64, "n_train": 900})
    assert fact["others"] == ("optimizer adamw", "batch size 64", "train size 900")


def test_the_learning_rate_is_told_wherever_it_lies() -> None:
    fact = fact_of({"optimizer": "Adam", "hyperparams": {"lr": 0.002511886431509582}})
    assert fact["others"] == ("learning rate 0.00251189 (hyperparams)", "optimizer Adam")
    networks = {"generator": {"lr": 2e-4}, "critic": {"lr": 1e-4}, "backup": {"lr": 2e-4}}
    logged = synthetic.of_curves("r", {("", "lr"): np.full(9, 0.1), ("val", "loss"): np.ones(9)})
    assert Configuration().compute(replace(logged, config={"lr": 0.1}), None) is None
    assert fact_of(networks)["others"] == (
        "learning rate 0.0002 (generator)",
        "learning rate 0.0001 (critic)",
    )


def test_settings_about_something_else_say_nothing() -> None:
    assert fact_of({}) is None
    assert fact_of({"name": "first try", "workers": 4, "log_dir": "out"}) is None


def test_the_advice_does_not_repeat_what_is_on() -> None:
    assert {"Add dropout.", "Add weight decay."} <= set(advice({}))
    told = advice({"weight_decay": 0.01, "dropout": 0.5})
    assert not {"Add dropout.", "Add weight decay."} & set(told)
    assert any(text.startswith("On already: weight decay 0.01, dropout 0.5") for text in told)


def test_an_unstable_run_without_normalization_is_advised_to_try_it() -> None:
    config = {"optimizer": "sgd", "batch_size": 8, "hidden_size": 100}
    oscillating = advice(config, synthetic.oscillating)
    assert any("batch normalization" in text for text in oscillating)
    for more in ({"use_bn": True}, {"arch": "resnet18"}, {"norm": "layer"}):
        told = advice({**config, **more}, synthetic.oscillating)
        assert not any("batch normalization" in text for text in told)


def test_settings_without_a_layer_do_not_say_that_normalization_is_off() -> None:
    plan = {"max_steps": 12030, "eval_steps": 500, "train_batch_size": 4, "max_grad_norm": 1.0}
    assert "no_norm" not in fact_of(plan)["tags"]
    assert not any("batch normalization" in text for text in advice(plan, synthetic.oscillating))
    assert "no_norm" in fact_of({**plan, "model": {"num_layers": 4}})["tags"]


def test_a_settings_value_without_end_is_cut() -> None:
    fact = fact_of({"optimizer": "x" * 500})
    assert len(fact["others"][0]) < 60


def test_how_the_data_were_split() -> None:
    fact = fact_of({"test_size": 0.2, "stratify": True, "n_splits": 5, "group_by": None})
    assert fact["split"] == ("test_size 0.2", "stratify true", "n_splits 5")
    assert "split" in fact["tags"]


def test_the_order_of_the_batches_and_what_is_not_set_are_no_split() -> None:
    assert fact_of({"shuffle": True, "data_seed": 3, "test_size": None}) is None


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("torch.optim.SGD", "SGD"),
        ("<class 'torch.optim.sgd.SGD'>", "SGD"),
        ("SGD(lr=0.1)", "SGD(lr=0.1)"),
    ],
)
def test_an_optimizer_is_named_without_its_module(written: str, name: str) -> None:
    fact = fact_of({"optimizer": written})
    assert fact["optimizer"] == name
    assert "one_rate" in fact["tags"]


def test_an_optimizer_is_advised_where_it_fits_the_finding() -> None:
    stuck = advice({"optimizer": "sgd"}, synthetic.stuck)
    assert any(text.startswith("The optimizer is sgd: try AdamW once") for text in stuck)
    assert not any("AdamW" in text for text in advice({"optimizer": "adamw"}, synthetic.stuck))
    assert any("with AdamW, weight decay" in text for text in advice({"optimizer": "Adam"}))
    jumping = advice({"optimizer": "torch.optim.Adam"}, synthetic.oscillating)
    assert any("RAdam or Ranger" in text for text in jumping)
