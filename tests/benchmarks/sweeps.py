"""Made sweeps: does the true cause come first, and how often is a setting without effect flagged?

    python tests/benchmarks/sweeps.py

Six settings at random; the level depends on the learning rate by a valley, a little on the
optimizer, and on chance.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

from analyzer.comparing.importance import importances

SIGNIFICANT = 0.05
NOISE = 0.15  # of the level; the valley adds up to 1.2, the optimizer 0.1


def drawn(rng: np.random.Generator) -> dict[str, Any]:
    """Return the settings of a run."""
    return {
        "lr": float(10 ** rng.uniform(-5, -1)),
        "width": int(rng.choice([16, 32, 64])),
        "optimizer": str(rng.choice(["adam", "sgd"])),
        "dropout": float(rng.uniform(0, 0.5)),
        "weight_decay": float(10 ** rng.uniform(-6, -2)),
        "batch_size": int(rng.choice([8, 16, 32, 64])),
    }


def level(settings: dict[str, Any], rng: np.random.Generator) -> float:
    """Return the level of a run: only two of its settings matter."""
    valley = 0.3 * (np.log10(settings["lr"]) + 3) ** 2
    return float(valley + 0.1 * (settings["optimizer"] == "sgd") + NOISE * rng.normal())


def main() -> None:
    """Judge made sweeps and print how often the answers are right."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sweeps", type=int, default=100)
    parser.add_argument("--runs", type=int, default=60)
    options = parser.parse_args()
    first, flagged, without, weak, started = 0, 0, 0, 0, time.process_time()
    for seed in range(options.sweeps):
        rng = np.random.default_rng(seed)
        settings = [drawn(rng) for _ in range(options.runs)]
        found = importances([level(run, rng) for run in settings], settings, list(settings[0]))
        first += found[0].setting == "lr"
        for one in found:
            is_flagged = one.chance < SIGNIFICANT
            if one.setting == "optimizer":
                weak += is_flagged
            elif one.setting != "lr":
                without += 1
                flagged += is_flagged
    spent = (time.process_time() - started) / options.sweeps
    print(f"{options.sweeps} sweeps of {options.runs} runs, {spent:.2f} s of CPU time each")
    print(f"true cause first: {first / options.sweeps:.2f}")
    print(f"weak cause significant: {weak / options.sweeps:.2f}")
    print(f"settings without effect significant: {flagged / without:.3f} of {without}")


if __name__ == "__main__":
    main()
