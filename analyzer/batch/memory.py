"""What a worker may take of the memory: as the system limits it, else as a thread watches it.

Linux limits the address space: what is too much is refused, and the worker lives on. macOS refuses
such a limit, since each process has hundreds of gigabytes of addresses, and Windows has none; there
a thread looks at the largest size in memory and ends the worker, with an exit code that tells why.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

EXCEEDED = 77  # exit code of a worker that took too much
_LOOK = 0.1  # seconds between two looks


def limit(most: int) -> None:
    """Let this process take so many bytes at most beyond what it has."""
    if not _is_limited(most):
        before = peak()
        if before:
            Thread(target=_watch, args=[before + most], daemon=True).start()


def _is_limited(most: int) -> bool:
    """Limit the address space; say whether that is possible."""
    try:
        import resource
    except ImportError:  # Windows
        return False
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    whole = most + _address_space()
    if hard != resource.RLIM_INFINITY:
        whole = min(whole, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (whole, hard))
    except (ValueError, OSError):  # macOS: the process has more addresses already
        return False
    return True


def _address_space() -> int:
    """Return the bytes of addresses that the process has, mostly for libraries; 0 if unknown."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _watch(most: int) -> None:
    while peak() <= most:
        time.sleep(_LOOK)
    os._exit(EXCEEDED)


def peak() -> int:
    """Return the most bytes that this process had in memory so far; 0 if the system tells none."""
    try:
        import resource
    except ImportError:
        return _peak_of_windows()
    unit = 1 if sys.platform == "darwin" else 1024
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)


def _peak_of_windows() -> int:
    """Return PeakPagefileUsage of PROCESS_MEMORY_COUNTERS: bytes that the process has reserved."""
    import ctypes

    sizes = ("PeakWorkingSetSize", "WorkingSetSize", "QuotaPeakPagedPoolUsage")
    others = ("QuotaPagedPoolUsage", "QuotaPeakNonPagedPoolUsage", "QuotaNonPagedPoolUsage")
    pages = ("PagefileUsage", "PeakPagefileUsage")

    class Counters(ctypes.Structure):
        _fields_ = [
            ("cb", ctypes.c_uint32),
            ("PageFaultCount", ctypes.c_uint32),
            *((name, ctypes.c_size_t) for name in (*sizes, *others, *pages)),
        ]

    with suppress(AttributeError, KeyError, OSError):
        kernel: Any = vars(ctypes)["windll"].kernel32
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        ask = kernel.K32GetProcessMemoryInfo
        ask.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32]
        counters = Counters(ctypes.sizeof(Counters))
        if ask(kernel.GetCurrentProcess(), ctypes.byref(counters), counters.cb):
            return int(counters.PeakPagefileUsage)
    return 0
