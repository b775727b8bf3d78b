"""Real tables: their shapes, and which rows belong to whom."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs scikit-learn (extra trainer)")
torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer.tables import TABLES, TableTask  # noqa: E402 - needs torch
from analyzer.trainer.tasks import Source  # noqa: E402 - needs torch
from analyzer.trainer.watched import draw_sets  # noqa: E402 - needs torch

each_table = pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
TRAIN, HELD = [20, 30], [[15, 10], [12, 11]]


def made(table, noise=0.0, seed=1):
    device = torch.device("cpu")
    source = Source(torch.Generator(device).manual_seed(seed), device, 2)
    held = [sum(sizes) for sizes in HELD]
    return TableTask(table, source, torch.full((2,), noise), train=TRAIN, held=held)


def rows_of(sets, run):
    """The rows of each set of a run, as tuples of their inputs."""
    found = []
    for weights in sets.weights[run]:
        rows = sets.inputs[run][weights > 0]
        found.append({tuple(row) for row in rows.tolist()})
    return found


@each_table
def test_a_table_has_the_declared_shape_and_scale(table):
    inputs, target = table.load()
    assert inputs.shape == (table.rows, table.features)
    assert np.abs(inputs.mean(axis=0)).max() < 1e-6
    if table.classes:
        assert sorted(set(target.tolist())) == list(range(table.classes))
    else:
        assert target.std() == pytest.approx(1)


@each_table
def test_train_validation_and_population_share_no_row(table):
    task = made(table)
    train = draw_sets(task.training, [[size] for size in TRAIN])
    val = draw_sets(task.validation, [[*sizes, 50] for sizes in HELD])
    population = draw_sets(task.population, [[table.population]] * 2)
    for run in (0, 1):
        (own,), (first, second, drawn) = rows_of(train, run), rows_of(val, run)
        (fresh,) = rows_of(population, run)
        assert not own & first
        assert not first & second
        assert not (own | first | second) & fresh
        assert drawn <= fresh


def test_each_run_has_an_order_of_its_own():
    (first,), (second,) = (
        rows_of(draw_sets(made(TABLES["digits"]).training, [[30], [30]]), run) for run in (0, 1)
    )
    assert first != second


def test_noise_is_the_same_for_a_row_in_every_set():
    task = made(TABLES["breast_cancer"], noise=0.5)
    again = task.training.examples(20)[1]
    torch.testing.assert_close(task.training.examples(20)[1], again)
    clean = made(TABLES["breast_cancer"]).target
    share = (task.target != clean).float().mean()
    assert 0.15 < float(share) < 0.35  # half of the labels are redrawn from two classes
