"""Run a command in a process that is killed at a point that the test chooses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

_HOOK = Path(__file__).parent / "child"


class Ended(NamedTuple):
    """How a command ended, what it said on stderr, and how many points it passed."""

    returncode: int
    stderr: bytes
    points: int


def run_until(folder: Path, *arguments: str, point: int = 0) -> Ended:
    """Run a command in a folder and kill it and its workers at a point; 0 lets it end."""
    counter = folder.parent / f"{folder.name}.points"
    counter.write_bytes(b"")
    path = os.pathsep.join([str(_HOOK), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    hooked = {"PYTHONPATH": path, "POINTS_COUNTER": str(counter), "POINTS_KILL": str(point)}
    done = subprocess.run(
        [sys.executable, "-B", "-m", "analyzer", *arguments],
        cwd=folder,
        env=os.environ | hooked,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        check=False,
        timeout=300,
    )
    return Ended(done.returncode, done.stderr, counter.stat().st_size)


def spread(most: int, count: int) -> list[int]:
    """Return as many points as wanted, at equal distances from the first to the last."""
    return [1 + (most - 1) * number // max(1, count - 1) for number in range(count)]
