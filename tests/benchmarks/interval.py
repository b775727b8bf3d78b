"""How often the onset interval holds the truth on synthetic runs, and how wide it is.

python tests/benchmarks/interval.py

The curves come from the same model of the noise as the interval: this shows that the arithmetic is
consistent, not that real networks behave so.
"""

from __future__ import annotations

import numpy as np

from analyzer import synthetic
from analyzer.detectors.overfitting import Overfitting

SEEDS = range(120)


def main() -> None:
    print(
        f"{'examples':>8} {'found':>6} {'held':>6} {'width':>6}   (width: median share of the run)"
    )
    for examples in (50, 120, 300, 1200):
        held, width = [], []
        for seed in SEEDS:
            made = synthetic.overfitting(seed, examples=examples)
            for finding in Overfitting().detect(made.run):
                assert finding.onset is not None
                held.append(finding.onset.low <= made.truth["onset"] <= finding.onset.high)
                width.append(
                    (finding.onset.high - finding.onset.low) / len(made.truth["population"])
                )
        print(f"{examples:8} {len(held):6} {np.mean(held):6.3f} {np.median(width):6.3f}")


if __name__ == "__main__":
    main()
