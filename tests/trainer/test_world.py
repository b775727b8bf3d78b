"""The draws of the world fleet, and what a record keeps of them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs scikit-learn (extra trainer)")
torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer import corpus, fleet, pack  # noqa: E402 - needs torch
from analyzer.trainer.replay import run_of  # noqa: E402 - needs torch
from analyzer.trainer.tables import Table  # noqa: E402 - needs torch
from analyzer.trainer.variations import Shown, Variation  # noqa: E402 - needs torch
from analyzer.trainer.world import draw  # noqa: E402 - needs torch
from analyzer.trainer.world_tasks import WORLD  # noqa: E402 - needs torch

DRAWN = [draw(1, index) for index in range(2000)]
CPU = torch.device("cpu")
PLAIN = dataclasses.replace(
    draw(1, 0),
    family="forest",
    optimizer="adam",
    lr=0.003,
    schedule="constant",
    weight_decay=0.0,
    dropout=0.0,
    noise=0.0,
    train_examples=64,
    batch_size=16,
    epochs=20,
    val_examples=(300, 50),
    per_step=False,
    variation=Variation(),
    shown=Shown(),
)


@pytest.fixture
def trained(monkeypatch, tmp_path):
    """Return a function that trains a run and returns its record."""
    monkeypatch.setattr(pack, "POPULATION", 256)

    def train(**changes):
        config = dataclasses.replace(PLAIN, **changes)
        path = fleet.make(
            runs=1,
            seed=1,
            device=CPU,
            output=tmp_path,
            workers=1,
            choose=lambda seed, index: config,
        )
        return next(corpus.read(path))

    return train


def test_a_run_depends_on_the_seed_and_its_own_number_alone():
    assert draw(1, 17) == DRAWN[17]
    assert draw(2, 17) != DRAWN[17]


def test_halves_alternate_and_every_family_occurs():
    halves = [WORLD[config.family].half for config in DRAWN]
    assert halves == ["calibration", "test"] * 1000
    assert {config.family for config in DRAWN} == set(WORLD)


def test_the_rows_of_a_table_are_enough_for_every_set():
    for config in DRAWN:
        family = WORLD[config.family]
        assert config.train_examples == config.batch_size * config.steps > 0
        assert min(config.val_examples) >= 20
        if isinstance(family, Table):
            assert config.train_examples + sum(config.val_examples) <= family.rows // 2


def test_sizes_stay_within_what_the_corpus_promises():
    points = [config.epochs * (config.steps if config.per_step else 1) for config in DRAWN]
    assert 15 <= min(points) < max(points) <= 5000
    sizes = [config.val_examples[0] for config in DRAWN]
    assert max(sizes) > 9000
    evaluations = np.array([config.epochs // config.log.val_every for config in DRAWN])
    assert evaluations.min() == 3
    assert 0.15 < (evaluations <= 12).mean() < 0.4


def test_every_axis_is_plain_in_most_runs_and_varied_in_enough():
    for field in dataclasses.fields(Variation):
        varied = np.mean([getattr(config.varied, field.name) != field.default for config in DRAWN])
        assert 0.03 < varied < 0.5, field.name


def test_epochs_without_validation_are_missing_from_the_curve(trained):
    record = trained(shown=Shown(val_every=5, accuracy=False))
    val = record["curves"]["val"][0]
    assert [at for at, value in enumerate(val["loss"], 1) if value is not None] == [5, 10, 15, 20]
    assert "accuracy" not in val
    assert "train_accuracy" not in record["curves"]
    assert len(record["population"]["loss"]) == 20
    rows = run_of(record).curve("loss", "val")
    assert rows.step.tolist() == [5, 10, 15, 20]


def test_holes_are_nan_in_the_log_and_marked_as_not_evaluated(trained):
    run = run_of(trained(shown=Shown(val_every=5, holes=True)))
    (series,) = [series for series in run.series if series.tag == "val/loss"]
    assert len(series) == 20
    assert np.isnan(series.value).sum() == series.not_evaluated.sum() == 16
    assert len(run.curve("loss", "val")) == 4


def test_every_fifth_step_of_a_log_keeps_its_number(trained):
    record = trained(per_step=True, shown=Shown(train_every=5))
    assert len(record["curves"]["train_loss"]) == 16
    assert run_of(record).curve("loss", "train").step.tolist() == list(range(5, 81, 5))


def test_a_penalty_is_in_the_logged_losses_and_not_in_the_truth(trained):
    record = trained(variation=Variation(penalty=0.01, ramp=1.0))
    last = record["curves"]["val"][0]["loss"][-1] - record["population"]["loss"][-1]
    plain = trained()
    free = plain["curves"]["val"][0]["loss"][-1] - plain["population"]["loss"][-1]
    assert last > free + 0.1


def test_a_start_of_zeros_predicts_the_best_constant_for_ever(trained):
    record = trained(variation=Variation(start_scale=0.0), lr=0.01)
    assert record["curves"]["val"][0]["loss"][0] > 1.2
    assert record["labels"]["no_learning"]["holds"]


def test_a_pretrained_run_starts_below_a_fresh_one(trained):
    fresh, pretrained = trained(), trained(variation=Variation(pretrained=True))
    assert pretrained["population"]["loss"][0] < fresh["population"]["loss"][0] - 0.1


def test_a_large_start_has_a_first_loss_far_above_the_rest(trained):
    loss = trained(variation=Variation(start_scale=6.0), epochs=40)["curves"]["train_loss"]
    assert loss[0] > 3 * loss[-1]


def test_augmentation_raises_the_training_loss_until_it_is_closed(trained):
    variation = Variation(augmentation=2.0, closed_at=0.5)
    loss = trained(variation=variation, epochs=40)["curves"]["train_loss"]
    assert min(loss[10:19]) > 1.1 * loss[22]


def test_half_of_the_rows_are_unknown_until_they_arrive(trained):
    early = trained(variation=Variation(arrival=0.9), epochs=40)["population"]["train_loss"]
    assert early[-1] < 0.9 * early[34]  # the new half is learnt once it is there


def test_a_likelihood_falls_below_zero_and_is_labelled_as_a_squared_error(trained):
    record = trained(family="tides", variation=Variation(likelihood=True), epochs=80)
    assert min(record["curves"]["train_loss"]) < 0
    assert record["population"]["trivial"] == pytest.approx(0.5, abs=0.4)
    assert not record["labels"]["diverged"]["holds"]
    assert not record["labels"]["no_learning"]["holds"]


def test_a_surge_multiplies_the_rate(trained):
    lr = trained(variation=Variation(surge=30.0, surge_at=0.5, surge_for=0.1))["curves"]["lr"]
    assert max(lr) == pytest.approx(0.09)
    assert lr[0] == lr[-1] == pytest.approx(0.003)
