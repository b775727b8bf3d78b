"""What it costs to mark the restarts of a log with thousands of them.

OMP_NUM_THREADS=1 python tests/benchmarks/restarts.py

Prints seconds of CPU time, the smallest of three. Each stretch of 25 steps ends 15 steps before its
last one. ``one`` is a log of one curve; behind ``shallow`` the log begins again near its start, so
that the last restart took most of the points; ``two axes`` has a second curve with its own counter.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from analyzer.parsers._restarts import Track, mark_restarts

LENGTH, BACK = 25, 15


def main() -> None:
    cases: dict[str, Callable[[int], list[Track]]] = {
        "one": one,
        "shallow": shallow,
        "two axes": two_axes,
    }
    print(f"{'restarts':>10}" + "".join(f"{name:>12}" for name in cases))
    for restarts in (1_000, 2_000, 5_000, 10_000):
        seconds = [cpu_seconds(make(restarts)) for make in cases.values()]
        print(f"{restarts:>10}" + "".join(f"{second:>12.3f}" for second in seconds), flush=True)


def one(restarts: int) -> list[Track]:
    """Return a log that goes ten steps on between its restarts."""
    begins = np.arange(restarts + 1) * (LENGTH - BACK)
    return [_track((begins[:, None] + np.arange(LENGTH)).ravel())]


def shallow(restarts: int) -> list[Track]:
    """Return the same with a last restart near its first step."""
    (track,) = one(restarts)
    return [_track(np.concatenate([track.step, np.arange(5, 50)]))]


def two_axes(restarts: int) -> list[Track]:
    """Return the same with a counter of its own beside it, which steps back as often."""
    (track,) = one(restarts)
    return [track, Track(track.step * 5 + 10**7, track.place)]


def _track(step: np.ndarray) -> Track:
    place = np.arange(len(step))
    return Track(step, place, np.sin(step) + place * 1e-9)


def cpu_seconds(tracks: Sequence[Track]) -> float:
    """Return the CPU time of marking the restarts of a log once."""
    times = []
    for _ in range(3):
        begin = time.process_time()
        mark_restarts(tracks)
        times.append(time.process_time() - begin)
    return min(times)


if __name__ == "__main__":
    main()
