"""What a JSON Lines log costs in which one of 480 records has very many names of its own.

OMP_NUM_THREADS=1 python tests/benchmarks/wide_record.py

Prints seconds of CPU time (the smallest of three) and the largest memory of ``analyzer check``.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

RECORDS = 480
CODE = "import sys; from analyzer.cli import main; main(['check', sys.argv[1]])"


def main() -> None:
    print(f"{'names':>10}{'CPU s':>10}{'MB':>10}")
    with tempfile.TemporaryDirectory() as folder:
        for names in (1_000, 10_000, 50_000, 200_000):
            path = Path(folder) / f"log{names}.jsonl"
            write(path, names)
            seconds = min(cpu_seconds(path) for _ in range(3))
            memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
            print(f"{names:>10}{seconds:>10.1f}{memory:>10}", flush=True)


def write(path: Path, names: int) -> None:
    """Write a log whose middle record has so many names."""
    records = [
        {"step": step, "loss": 1 / (step + 1), "val_loss": 1.1 / (step + 1)}
        for step in range(RECORDS)
    ]
    records[RECORDS // 2] |= {f"metric_{at}": at / 7 for at in range(names)}
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def cpu_seconds(path: Path) -> float:
    """Return the CPU time of one check of a log."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", CODE, str(path)], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
