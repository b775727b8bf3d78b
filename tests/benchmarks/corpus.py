"""What the labelled corpus holds.

For each label the share of the runs, and the share in its grey zone, by half.

python tests/benchmarks/corpus.py [tests/corpus/corpus.jsonl.gz]
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import fmean

from analyzer.trainer.corpus import read

CORPUS = Path(__file__).parents[1] / "corpus" / "corpus.jsonl.gz"


def main() -> None:
    records = list(read(Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS))
    parts = [
        [record for record in records if record["half"] == half] for half in ("calibration", "test")
    ] + [records]
    print(f"| runs | {' | '.join(f'{len(part):,}' for part in parts)} |")
    print("|---|---|---|---|")
    for name in records[0]["labels"]:
        if name != "gap":
            print(f"| `{name}` | {' | '.join(share(part, name) for part in parts)} |")
    epochs = sorted(record["config"]["epochs"] for record in records)
    points = sorted(len(record["curves"]["train_loss"]) for record in records)
    print(f"epochs: {epochs[0]} to {epochs[-1]}, median {epochs[len(epochs) // 2]}")
    print(f"points of a train loss: {points[0]} to {points[-1]}")


def share(part: list[dict], name: str) -> str:
    found = [row["labels"][name] for row in part]
    return f"{fmean(one['holds'] for one in found):.1%} ({fmean(one['grey'] for one in found):.1%})"


if __name__ == "__main__":
    main()
