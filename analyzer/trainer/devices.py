"""The device that computes the numbers: chosen once; CUDA graphs for the speed of a GPU."""

from __future__ import annotations

from collections.abc import Callable

import torch

from analyzer.errors import AnalyzerError

DTYPE = torch.float32
NAMES = ("auto", "cuda", "cpu")
_WARM_UP = 3  # calls before a capture, so that lazy allocations and kernel choices are done


def choose_device(name: str) -> torch.device:
    """Return the device with this name; "auto" selects CUDA if available.

    Raises AnalyzerError if the name is unknown, or is "cuda" without a CUDA device.
    """
    if name not in NAMES:
        raise AnalyzerError(f'unknown device "{name}"; valid devices: {", ".join(NAMES)}')
    has_cuda = torch.cuda.is_available()
    if name == "cuda" and not has_cuda:
        raise AnalyzerError("--device cuda: torch finds no CUDA device; use --device cpu or auto")
    return torch.device("cuda" if has_cuda and name != "cpu" else "cpu")


def describe(device: torch.device) -> str:
    """Return the model name of a GPU, or "cpu"."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"


def accelerated(step: Callable[[], None], device: torch.device) -> Callable[[], None]:
    """Return ``step`` captured as one CUDA graph; on a CPU, return it unchanged.

    ``step`` must read and write the same tensors in place at every call and draw no random
    numbers. It runs a few times before the capture, so set its state after this call.
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
