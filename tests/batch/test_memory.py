"""Memory of a worker: limited by the system on Linux, watched where it cannot be."""

from __future__ import annotations

import ctypes
import os
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from analyzer.batch import memory

resource = pytest.importorskip("resource", reason="of POSIX")


def test_the_most_that_was_in_memory_is_known() -> None:
    before = memory.peak()
    block = bytearray(os.urandom(1)) * (before + (64 << 20))
    assert memory.peak() >= before + (48 << 20)
    del block
    assert memory.peak() >= before + (48 << 20)


@pytest.mark.parametrize("error", [ValueError, OSError])
def test_a_system_that_refuses_a_limit_is_no_error(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any) -> None:
        raise error("current limit exceeds maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refused)
    assert not memory._is_limited(1 << 30)
    monkeypatch.setitem(sys.modules, "resource", None)
    assert not memory._is_limited(1 << 30)


def test_the_watch_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = iter([1, 2, 3])
    monkeypatch.setattr(memory, "peak", lambda: next(sizes))
    monkeypatch.setattr("time.sleep", lambda _: None)
    codes: list[int] = []
    monkeypatch.setattr(os, "_exit", codes.append)
    memory._watch(2)
    assert codes == [memory.EXCEEDED]


def test_windows_is_asked_for_its_counters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    assert memory.peak() == 0  # no such library here

    def ask(_process: int, counters: Any, size: int) -> int:
        counters._obj.PeakPagefileUsage = 5 << 20
        return int(size == ctypes.sizeof(counters._obj))

    process = SimpleNamespace(restype=None)
    kernel = SimpleNamespace(GetCurrentProcess=lambda: -1, K32GetProcessMemoryInfo=ask)
    kernel.GetCurrentProcess.restype = process
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    assert memory.peak() == 5 << 20
