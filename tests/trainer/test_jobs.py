"""Jobs are worked through in any number of processes, and none is begun after the time."""

from __future__ import annotations

import time

import pytest

torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer.jobs import results  # noqa: E402 - needs torch

CPU = torch.device("cpu")


@pytest.mark.parametrize("workers", [1, 2])
def test_every_job_gives_its_result(workers: int) -> None:
    assert sorted(results(abs, [-3, 1, -2], device=CPU, workers=workers)) == [1, 2, 3]


def test_no_job_is_begun_after_the_time() -> None:
    past = time.monotonic() - 1
    assert list(results(abs, [-3, 1], device=CPU, workers=1, until=past)) == []
    assert list(results(abs, [], device=CPU)) == []
