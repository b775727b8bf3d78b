"""Which remedies are on, by the names that libraries write into their settings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.advice.settings import switched_on
from analyzer.model.run import Run

KERAS = {
    "optimizer": {
        "class_name": "Adam",
        "config": {
            "learning_rate": 0.001,
            "weight_decay": None,
            "clipnorm": None,
            "clipvalue": None,
            "global_clipnorm": None,
            "use_ema": False,
            "ema_momentum": 0.99,
        },
    },
}
HUGGING_FACE = {
    "weight_decay": 0.0,
    "max_grad_norm": 1.0,
    "warmup_steps": 0,
    "warmup_ratio": 0.0,
    "lr_scheduler_type": "linear",
    "label_smoothing_factor": 0.0,
    "load_best_model_at_end": False,
}
ULTRALYTICS = {
    "patience": 100,
    "lr0": 0.01,
    "lrf": 0.01,
    "weight_decay": 0.0005,
    "warmup_epochs": 3.0,
    "dropout": 0.0,
    "label_smoothing": 0.0,
    "cos_lr": False,
}
TIMM = {
    "opt": "adamw",
    "weight_decay": 0.05,
    "drop": 0.0,
    "drop_path": 0.1,
    "smoothing": 0.1,
    "clip_grad": None,
    "model_ema": False,
    "model_ema_decay": 0.9998,
    "sched": "cosine",
    "warmup_epochs": 5,
    "mixup": 0.8,
}
MMENGINE = {
    "optim_wrapper": {
        "optimizer": {"type": "SGD", "lr": 0.01, "weight_decay": 0.0001},
        "clip_grad": {"max_norm": 35, "norm_type": 2},
    },
    "param_scheduler": [
        {"type": "LinearLR", "by_epoch": False, "end": 500},
        {"type": "MultiStepLR", "milestones": [8, 11]},
    ],
    "custom_hooks": [{"type": "EMAHook"}],
}
LIGHTNING = {
    "trainer": {
        "gradient_clip_val": 0.5,
        "callbacks": [
            {"class_path": "lightning.pytorch.callbacks.EarlyStopping"},
            {"class_path": "lightning.pytorch.callbacks.StochasticWeightAveraging"},
        ],
    }
}


def run_of(config: dict[str, Any], rate: list[float] | None = None) -> Run:
    curves = {("val", "loss"): np.ones(8)}
    if rate is not None:
        curves["", "lr"] = np.array(rate)
    return synthetic.of_curves("run", curves, config=config)


@pytest.mark.parametrize(
    ("config", "on"),
    [
        ({}, set()),
        (KERAS, set()),
        (HUGGING_FACE, {"clipping", "cosine"}),
        (ULTRALYTICS, {"early_stopping", "weight_decay", "warmup", "cosine"}),
        (TIMM, {"weight_decay", "dropout", "warmup", "cosine"}),
        (MMENGINE, {"weight_decay", "clipping", "averaging", "cosine"}),
        (LIGHTNING, {"clipping", "early_stopping", "averaging"}),
    ],
    ids=["nothing", "keras", "hugging face", "ultralytics", "timm", "mmengine", "lightning"],
)
def test_the_settings_of_a_library_say_what_is_on(config: dict[str, Any], on: set[str]) -> None:
    assert set(switched_on(run_of(config))) == on


def test_the_amount_is_known_however_it_was_written() -> None:
    on = switched_on(run_of({"weight_decay": {"value": "1e-3"}, "dropout": True}))
    assert on == {"weight_decay": 0.001, "dropout": 1.0}


@pytest.mark.parametrize("value", ["None", "off", "", 0, "0.0", False, float("nan"), [0.1], {}])
def test_what_is_off_or_no_number_turns_nothing_on(value: Any) -> None:
    assert switched_on(run_of({"dropout": value, "weight_decay": value})) == {}


def test_the_patience_of_a_scheduler_is_no_early_stopping() -> None:
    config = {"lr_scheduler": {"name": "ReduceLROnPlateau", "params": {"patience": 5}}}
    assert set(switched_on(run_of(config))) == {"cosine"}


@pytest.mark.parametrize(
    "config",
    [
        {"name": "exp_no_dropout"},
        {"model": {"name": "dropout_net"}},
        {"name": "baseline-without-earlystop"},
        {"scheduler": "plateau", "patience": 10},
        {"args": {"scheduler": "plateau", "patience": 10}},
        {"ReduceLROnPlateau": {"patience": 5}},
        {"callbacks": [{"class_name": "ReduceLROnPlateau", "config": {"patience": 5}}]},
        {"early_stopping": {"enabled": False, "patience": 5}},
        {"dropout": {"enabled": False, "drop_rate": 0.5}},
        {"smoothing": 0.9},
        {"drop": 0.1},
        {"ema": {"decay": 0.0}},
        {"ema": {"value": False}},
        {"load_best_model_at_end": True},
    ],
)
def test_what_only_resembles_a_remedy_turns_nothing_on(config: dict[str, Any]) -> None:
    assert set(switched_on(run_of(config))) <= {"cosine"}


@pytest.mark.parametrize(
    ("config", "on"),
    [
        ({"early_stopping": {"patience": 5}}, "early_stopping"),
        ({"early_stopping": {"enabled": True, "patience": 5}}, "early_stopping"),
        ({"scheduler": "plateau", "early_stopping_patience": 10}, "early_stopping"),
        ({"scheduler": "cosine", "patience": 10}, "early_stopping"),
        ({"callbacks": ["EarlyStopping", "ModelCheckpoint"]}, "early_stopping"),
        ({"callbacks": {"stop": {"_target_": "lightning.EarlyStopping"}}}, "early_stopping"),
        ({"ema": {"decay": 0.999}}, "averaging"),
        ({"model": {"layers": [{"class_name": "Dropout"}]}}, "dropout"),
    ],
)
def test_what_is_configured_is_on(config: dict[str, Any], on: str) -> None:
    assert on in switched_on(run_of(config))


def test_a_layer_and_a_regulariser_of_keras_are_seen() -> None:
    layers = [
        {"class_name": "Dense", "config": {"kernel_regularizer": {"config": {"l2": 0.01}}}},
        {"class_name": "Dropout", "config": {"rate": 0.5}},
    ]
    assert switched_on(run_of({"layers": layers})) == {"weight_decay": 0.01, "dropout": None}


@pytest.mark.parametrize(
    ("rate", "on"),
    [
        ([0.1] * 8, set()),
        ([0.01, 0.05, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], {"warmup"}),
        ([0.01, 0.1, 0.08, 0.06, 0.04, 0.02, 0.01, 0.0], {"warmup", "cosine"}),
        ([0.1, 0.08, 0.06, 0.04, 0.02, 0.01, 0.0, 0.0], {"cosine"}),
        ([0.0] * 8, set()),
    ],
)
def test_the_logged_rate_shows_warm_up_and_decay(rate: list[float], on: set[str]) -> None:
    assert set(switched_on(run_of({}, rate))) == on
