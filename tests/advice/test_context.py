"""Which contexts a run is in: what its finding, curves and settings tell, and no more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.advice.context import contexts
from analyzer.model.diagnosis import Finding
from analyzer.model.run import Run

LOSS = {("val", "loss"): np.linspace(1, 0.5, 9)}


def finding(*tags: str) -> Finding:
    return Finding("overfitting", "warning", "loss", "val", None, {}, tags)


def run_of(config: dict[str, Any] | None = None, **curves: Any) -> Run:
    logged = {("val" if name != "lr" else "", name): np.array(y) for name, y in curves.items()}
    return synthetic.of_curves("run", LOSS | logged, config=config or {})


def test_tags_come_first_in_the_order_of_the_detector() -> None:
    found = contexts(finding("best_early", "few_examples"), run_of(lr=[0.1] * 9))
    assert found == ("best_early", "few_examples", "constant_rate", "regression")


def test_a_tag_of_nearly_every_finding_is_no_context() -> None:
    assert "noisy" not in contexts(finding("noisy", "alternating"), run_of())


def test_what_nothing_tells_is_left_out() -> None:
    assert contexts(finding(), run_of()) == ("regression",)


@pytest.mark.parametrize(
    ("config", "context"),
    [
        ({"optimizer": "adam"}, "adaptive"),
        ({"optim": "sgd_nesterov"}, "sgd"),
        ({"train_examples": 499}, "small_set"),
        ({"n_train": 500}, "large_set"),
        ({"num_classes": 10}, "classes"),
        ({"lr_scheduler_type": "cosine"}, "scheduled"),
    ],
)
def test_settings_tell_the_context(config: dict[str, Any], context: str) -> None:
    assert context in contexts(finding(), run_of(config))


def test_an_accuracy_means_classes() -> None:
    assert contexts(finding(), run_of(accuracy=np.linspace(0.1, 0.9, 9))) == ("classes",)


@pytest.mark.parametrize("name", ["cross_entropy", "nll", "nll_loss", "perplexity", "log_loss"])
def test_a_likelihood_without_an_accuracy_leaves_the_task_open(name: str) -> None:
    assert contexts(finding(), run_of(**{name: np.linspace(3, 2, 9)})) == ()


def test_another_score_leaves_the_task_open() -> None:
    assert contexts(finding(), run_of(r2=np.linspace(0.1, 0.9, 9))) == ()
