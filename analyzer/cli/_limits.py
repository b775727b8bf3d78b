"""Refuse to start where the linear algebra cannot be loaded: it would fail, or wait for ever."""

from __future__ import annotations

from analyzer.cli._saying import fail

LEAST = 192 << 20  # bytes of the address space
LEAST_OF_BATCH = 320 << 20  # with worker processes


def require_address_space(least: int = LEAST) -> None:
    """Exit with one line if the address space is limited to less."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if 0 <= limit < least:
        shown = f"{limit >> 20} MiB (ulimit -v)"
        fail(f"the address space is limited to {shown}; allow at least {least >> 20} MiB")
