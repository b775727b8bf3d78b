"""The configurations that a fleet draws."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer.sampling import draw
from analyzer.trainer.stacked import OPTIMIZERS
from analyzer.trainer.tasks import FAMILIES

DRAWN = [draw(1, index) for index in range(2000)]


def test_a_run_depends_on_the_seed_and_its_own_number_alone():
    assert draw(1, 17) == DRAWN[17]
    assert draw(2, 17) != DRAWN[17]


def test_sizes_stay_within_what_the_corpus_promises():
    points = [config.epochs * (config.steps if config.per_step else 1) for config in DRAWN]
    assert min(points) >= 15
    assert max(points) <= 5000
    assert max(points) > 3000
    assert {config.train_examples % config.batch_size for config in DRAWN} == {0}
    first, second = np.array([config.val_examples for config in DRAWN]).T
    assert (first.min(), second.min()) >= (20, 20)
    assert first.max() <= 5000
    assert second.max() <= 1000


def test_every_family_and_optimizer_occurs():
    assert {config.family for config in DRAWN} == set(FAMILIES)
    for kind in OPTIMIZERS:
        assert np.mean([config.optimizer == kind for config in DRAWN]) > 0.08
