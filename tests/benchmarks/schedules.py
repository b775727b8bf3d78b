"""How often the schedule of a logged learning rate is named rightly.

    python tests/benchmarks/schedules.py [--most N]

Every run of both corpora logs its rate. A rate that waits for a plateau and was never reduced is
constant. Runs of the second corpus whose rate was raised for a stretch (a fault on purpose) follow
no schedule; they are counted apart.
"""

from __future__ import annotations

import argparse
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.engine import best_of
from analyzer.facts.learning_rate_schedule import LearningRateSchedule
from analyzer.trainer.corpus import read
from analyzer.trainer.replay import run_of

CORPUS = Path(__file__).parents[1] / "corpus"


def named(record: dict[str, Any]) -> str:
    """Return the schedule that the fact names for a run of a corpus."""
    run = run_of(record)
    fact = LearningRateSchedule().compute(run, best_of(run))
    if fact is None:
        return "none"
    is_warm = fact["warmup_step"] is not None
    return f"warmup_{fact['kind']}" if is_warm else str(fact["kind"])


def truth(record: dict[str, Any]) -> str:
    """Return the schedule of a run; "raised" if it was raised for a stretch on purpose."""
    kind = str(record["config"]["schedule"])
    rate = np.array(record["curves"]["lr"], dtype=float)
    top = rate.max() / record["config"]["lr"]
    if top > 1.2:
        return "raised"
    never_reduced = kind == "reduce_on_plateau" and np.ptp(rate) < 1e-3 * rate.max()
    return "constant" if never_reduced else {"triangular": "cyclic"}.get(kind, kind)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=None, help="runs of each corpus")
    most = parser.parse_args().most
    counts: Counter[tuple[str, str]] = Counter()
    for name in ("corpus", "world"):
        for record in islice(read(CORPUS / f"{name}.jsonl.gz"), most):
            counts[truth(record), named(record)] += 1
    for (kind, found), count in sorted(counts.items()):
        print(f"{kind:20} {found:24} {count:5}")
    judged = {key: count for key, count in counts.items() if key[0] != "raised"}
    right = sum(count for (kind, found), count in judged.items() if kind == found)
    print(f"right: {right} of {sum(judged.values())} ({right / sum(judged.values()):.2%})")


if __name__ == "__main__":
    main()
