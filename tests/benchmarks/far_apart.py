"""How often two repeats of one setting would pass for far apart: pairs that ``better.py`` trained.

python tests/benchmarks/better.py make FILE [--pairs 96] [--seed 91377]
python tests/benchmarks/far_apart.py FILE

Each side of a pair has four repeats, so six pairs of runs that differ in nothing but the seed. Only
in half of the pairs do they share their data.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from better import FEWEST, SETS, read

from analyzer import synthetic
from analyzer.comparing.far_apart import FAR, Reached, certain
from analyzer.measures.level import best_level
from analyzer.measures.reach import reach_of


def main() -> None:
    found: dict[tuple[str, ...], list[tuple[float, bool]]] = defaultdict(list)
    for pair in read(Path(sys.argv[1])):
        data = "shared" if pair["shared"] else "drawn by the seed"
        for side in pair["sides"]:
            for column, name in SETS.items():
                for metric in ("loss", "accuracy"):
                    runs = list(reached(side, column, metric))
                    found[metric, data, name] += [apart(*two) for two in combinations(runs, 2)]
    print("| metric | data | validation examples | pairs | largest difference | far apart |")
    print("|---|---|---|---|---|---|")
    for key, pairs in sorted(found.items()):
        if pairs:
            largest, far = max(size for size, _ in pairs), sum(is_far for _, is_far in pairs)
            print(f"| {' | '.join(key)} | {len(pairs)} | {largest:.2f} | {far} |")


def reached(side: list[dict[str, Any]], column: int, metric: str) -> Iterator[Reached]:
    """Yield what each repeat of a side reached."""
    for run in side:
        values = run[f"val_{metric}"][:, column]
        if np.isfinite(values).sum() < FEWEST or not np.nanmax(values) > 0:  # no classes
            continue
        made = synthetic.of_curves("", {("val", metric): values})
        level = best_level(made, metric, "val")
        full = 1.0 if metric == "accuracy" else None
        yield Reached(level, "healthy", full, reach_of(made, metric))


def apart(first: Reached, second: Reached) -> tuple[float, bool]:
    """Return the ratio of two losses or the difference of two accuracies, and if they are far."""
    assert first.level is not None
    assert second.level is not None
    low, high = sorted((first.level.value, second.level.value))
    size = high - low if first.full else high / max(low, 1e-12)
    return size, certain(first, second) == FAR


if __name__ == "__main__":
    main()
