"""Where the numbers are computed: the device, chosen once, and what only a GPU gains from."""

from __future__ import annotations

from collections.abc import Callable

import torch

from analyzer.errors import AnalyzerError

DTYPE = torch.float32
NAMES = ("auto", "cuda", "cpu")
_WARM_UP = 3  # calls before a capture, so that lazy allocations and kernel choices are made


def choose_device(name: str) -> torch.device:
    """Return the device of a name; "auto" takes CUDA where there is one.

    Raises AnalyzerError for CUDA without it.
    """
    if name not in NAMES:
        raise AnalyzerError(f'unknown device "{name}"; there are: {", ".join(NAMES)}')
    present = torch.cuda.is_available()
    if name == "cuda" and not present:
        raise AnalyzerError(
            "--device cuda: this torch sees no CUDA device; use --device cpu or auto"
        )
    return torch.device("cuda" if present and name != "cpu" else "cpu")


def describe(device: torch.device) -> str:
    """Return what the device is, for a manifest."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"


def accelerated(step: Callable[[], None], device: torch.device) -> Callable[[], None]:
    """Return ``step`` as one CUDA graph; on a CPU return it unchanged.

    ``step`` reads and writes the same tensors at every call, in place, and draws no random number.
    It is called a few times before the capture, so its state is to be set after this call.
    """
    if device.type != "cuda":
        return step
    side = torch.cuda.Stream(device)
    side.wait_stream(torch.cuda.current_stream(device))
    with torch.cuda.stream(side):
        for _ in range(_WARM_UP):
            step()
    torch.cuda.current_stream(device).wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    replay: Callable[[], None] = graph.replay
    return replay
