"""Keras away from the home folder, and random numbers for the tasks of a fleet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

import pytest


@pytest.fixture(scope="session")
def keras(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Keras on the torch backend, whose first import writes its settings into a scratch folder."""
    if find_spec("keras") is None:
        pytest.skip("needs keras (extra trainer)")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_HOME", str(tmp_path_factory.mktemp("keras")))
        patch.setenv("KERAS_BACKEND", "torch")
        from analyzer.trainer.keras_model import import_keras

        yield import_keras()


@pytest.fixture
def source() -> Callable[..., Any]:
    """Return a function that opens the random numbers of a pack on the CPU."""

    def opened(runs: int = 4, seed: int = 1) -> Any:
        import torch

        from analyzer.trainer.tasks import Source

        device = torch.device("cpu")
        return Source(torch.Generator(device).manual_seed(seed), device, runs)

    return opened
