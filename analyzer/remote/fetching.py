"""Fetch what a placeholder stands for; fsspec is imported once there is one."""

from __future__ import annotations

from pathlib import Path

from analyzer.remote.placeholders import lacks


def bring(path: Path, *, whole: bool) -> None:
    """Fetch an object, or its first bytes, to the place of its placeholder. Raises OSError."""
    from analyzer.remote.mirror import fetch, fetch_head

    (fetch if whole else fetch_head)(path)


def tail(path: Path, size: int) -> bytes:
    """Return the last bytes of the object of a placeholder. Raises OSError."""
    from analyzer.remote.mirror import fetch_tail

    return fetch_tail(path, size)


def ensure_start(path: Path) -> None:
    """Have the first bytes of a file at its place, if it is a placeholder. Raises OSError."""
    if lacks(path, path.lstat(), whole=False):
        bring(path, whole=False)
