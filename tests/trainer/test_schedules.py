"""The schedules: their shapes, and the reduction on a plateau beside torch's own."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.trainer.schedules import CYCLIC, KINDS, ReduceOnPlateau, multipliers, warm_up


@pytest.mark.parametrize("kind", KINDS)
def test_a_schedule_has_a_factor_for_every_step_and_never_exceeds_its_peak(kind: str) -> None:
    factors = multipliers(kind, 20, 5)
    assert factors.shape == (100,)
    assert factors.min() >= 0
    assert factors.max() == pytest.approx(1, abs=0.05)


def test_the_step_schedule_drops_after_a_half_and_after_three_quarters() -> None:
    factors = multipliers("step", 100, 1)
    np.testing.assert_allclose(factors[[48, 49, 73, 74]], [1, 0.1, 0.1, 0.01])


def test_schedules_end_where_they_promise() -> None:
    last = {kind: multipliers(kind, 50, 4)[-1] for kind in KINDS}
    assert last["exponential"] == pytest.approx(0.01)
    assert last["cosine"] == last["warmup_cosine"] == pytest.approx(0, abs=1e-9)
    assert last["one_cycle"] == pytest.approx(1e-4)


def test_warm_up_is_linear_over_a_tenth_of_the_run() -> None:
    np.testing.assert_allclose(multipliers("warmup_cosine", 100, 1)[:9], np.arange(1, 10) / 10)


def test_a_one_cycle_run_peaks_at_three_tenths() -> None:
    assert int(np.argmax(multipliers("one_cycle", 100, 1))) == 29


def test_the_reduction_on_a_plateau_is_that_of_torch() -> None:
    torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.2)
    ours = ReduceOnPlateau()
    rng = np.random.default_rng(0)
    for loss in 1 / np.sqrt(1 + np.arange(120)) + 0.2 * rng.random(120):
        theirs.step(loss)
        assert ours.update(loss) == pytest.approx(optimizer.param_groups[0]["lr"])
    assert ours.factor < 0.05


@pytest.mark.parametrize("kind", CYCLIC)
def test_a_cyclic_rate_falls_and_returns_four_times(kind):
    factors = multipliers(kind, 40, 10)
    assert 0 <= factors.min() < 0.15
    assert factors.max() == pytest.approx(1, abs=0.05)
    high = factors > 0.5
    assert np.count_nonzero(high[1:] & ~high[:-1]) + high[0] == 4
    assert factors[-1] < 0.15


def test_the_plain_fleet_draws_no_cyclic_schedule():
    assert not set(CYCLIC) & set(KINDS)


def test_a_warm_up_rises_to_the_rate_and_stays() -> None:
    factors = warm_up(0.1, 100)
    assert factors[[0, 4, 9, 50]].tolist() == pytest.approx([0.1, 0.5, 1, 1])
    assert warm_up(0.0, 5).tolist() == [1.0] * 5
