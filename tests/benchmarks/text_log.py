"""Measure how fast long console logs are read, in CPU time: text_log.py [MEGABYTES]."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from analyzer.reading.load import load

_DRAWS = np.random.default_rng(0).uniform(0.01, 2.0, size=4096).tolist()


def _value(row: int) -> float:
    return float(_DRAWS[row % len(_DRAWS)])


def nanogpt(row: int) -> str:
    """Return a line of nanoGPT."""
    return f"iter {row}: loss {_value(row):.4f}, time {100 * _value(row + 1):.2f}ms, mfu 12.34%\n"


def epoch_line(row: int) -> str:
    """Return a line of a loop with a logger."""
    day, hour = row // 86400 % 28 + 1, row // 3600 % 24
    clock = f"2026-01-{day:02d} {hour:02d}:{row // 60 % 60:02d}:{row % 60:02d},123"
    losses = f"train_loss {_value(row):.4f} | val_loss {_value(row + 1):.4f}"
    return f"{clock} - INFO - trainer - epoch {row} | {losses}\n"


def python_dict(row: int) -> str:
    """Return a dict with all digits of its floats."""
    return f"{{'epoch': {row}, 'train_loss': {_value(row)!r}, 'val_loss': {_value(row + 1)!r}}}\n"


def keras_bar(row: int) -> str:
    """Return an epoch of Keras' progress bar, drawn over itself."""
    states = []
    for batch in range(1, 11):
        bar = "=" * (3 * batch - 1) + ">" + "." * (30 - 3 * batch)
        loss = _value(row + batch)
        states.append(f"{batch:2d}/10 [{bar}] - ETA: 0s - loss: {loss:.4f}" + "\b" * 60)
    return f"Epoch {row + 1}/100000\n\r" + "\r".join(states) + f" - val_loss: {_value(row):.4f}\n"


def prose(row: int) -> str:
    """Return a line of a log among many that say nothing."""
    if row % 20 == 0:
        return f"step {row}: train loss {_value(row):.4f}, val loss {_value(row + 1):.4f}\n"
    return f"[worker {row % 8}] fetched shard-{row * 7919:08x} of bucket {row % 13} in good order\n"


def main() -> None:
    """Print megabytes per CPU second for each kind of log."""
    size = int(float(sys.argv[1]) * 1e6) if len(sys.argv) > 1 else 20_000_000
    kinds: tuple[Callable[[int], str], ...] = (nanogpt, epoch_line, python_dict, keras_bar, prose)
    with tempfile.TemporaryDirectory() as folder:
        for kind in kinds:
            path = Path(folder) / f"{kind.__name__}.log"
            rows = size // len(kind(1000))
            path.write_text("".join(map(kind, range(rows))))
            start = time.process_time()
            (run,) = load(path)
            seconds = time.process_time() - start
            speed = path.stat().st_size / 1e6 / seconds
            print(
                f"{kind.__name__}: {speed:.0f} MB per CPU second, {run.points} points, {rows} rows"
            )
            path.unlink()


if __name__ == "__main__":
    main()
