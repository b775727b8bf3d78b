"""Ask runmedic and trainproof about overfitting on the runs of the corpus.

They read CSV files of the same runs.

They live in an environment of their own: ``python -m venv peers; peers/bin/pip install
runmedic==0.1.1 trainproof==0.22.0``; their Python is what ``accuracy.py --peers`` asks for.
"""

from __future__ import annotations

import csv
import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from judged import curve

from analyzer.trainer.replay import run_of

# runs in the other environment: both command lines on every file, one process for all
_DRIVER = """
import contextlib, io, json, sys
import runmedic.cli, trainproof.cli

def said(name, main, arguments):
    sys.argv = [name, *arguments]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit:
            pass
        except ValueError as problem:  # a tool that fails on a file says nothing of it
            print(f"{name}: {problem!r}", file=sys.__stderr__)
            return ""
    return out.getvalue()

for line in sys.stdin:
    path = line.strip()
    answers = {"runmedic": said("runmedic", runmedic.cli.main, ["diagnose", path, "--json"]),
               "trainproof": said("trainproof", trainproof.cli.main, ["doctor", path, "--json"])}
    print(json.dumps(answers), flush=True)
"""


def ask(python: str, records: Sequence[dict[str, Any]]) -> list[dict[str, bool]]:
    """Return, for each run, whether each tool calls it overfit."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [write(Path(folder) / f"{at}.csv", record) for at, record in enumerate(records)]
        lines = "".join(f"{path}\n" for path in paths)
        done = subprocess.run(
            [python, "-c", _DRIVER], input=lines, stdout=subprocess.PIPE, text=True, check=True
        )
    return [read(json.loads(line)) for line in done.stdout.splitlines()]


def write(path: Path, record: dict[str, Any]) -> Path:
    """Write the losses of a run, one row an epoch, as both tools read them."""
    run = run_of(record)
    val, train = curve(run, "val"), curve(run, "train")
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["epoch", "train_loss", "val_loss"])
        for at, row in enumerate(np.column_stack([train, val])):
            table.writerow([at + 1, *(f"{cell:.6g}" for cell in row)])
    return path


def read(answers: dict[str, str]) -> dict[str, bool]:
    """Return whether overfitting is among the findings of each tool; no answer is no finding."""
    medic = json.loads(answers["runmedic"] or "[]")
    proof = json.loads(answers["trainproof"] or "{}")
    return {
        "runmedic": any(
            finding["check"] == "overfitting" for run in medic for finding in run["findings"]
        ),
        "trainproof": any(
            finding["id"] == "TP-OVERFIT"
            for run in proof.get("reports", [])
            for finding in run["findings"]
        ),
    }
