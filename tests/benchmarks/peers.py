"""Ask other tools about overfitting on the runs of the corpus.

runmedic and trainproof read CSV files of the same runs, finetune-doctor a Hugging Face trainer
state; its note of a slightly worse checkpoint does not count. epochix reads console output only, so
its detector of warnings gets the values of each epoch; a warning that it withdraws later does not
count.

They live in an environment of their own: ``python -m venv peers; peers/bin/pip install
runmedic==0.1.1 trainproof==0.22.0 finetune-doctor==0.2.2 epochix==0.7.36``; their Python is what
``accuracy.py --peers`` asks for.
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

TOOLS = ("runmedic", "trainproof", "finetune-doctor", "epochix")

# runs in the other environment: all tools on every run, one process for all
_DRIVER = """
import contextlib, csv, io, json, sys
import finetune_doctor.cli, runmedic.cli, trainproof.cli
from epochix.story_engine.warnings import WarningDetector, standing_warnings

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

def warned(path):
    detector, warnings = WarningDetector(), []
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            epoch, train, val = (float(row[key]) for key in ("epoch", "train_loss", "val_loss"))
            warnings += detector.update(epoch, train_loss=train, val_loss=val)
    return [warning.kind for warning in standing_warnings(warnings)]

for line in sys.stdin:
    path = line.strip()
    state = path.removesuffix(".csv") + "/trainer_state.json"
    answers = {"runmedic": said("runmedic", runmedic.cli.main, ["diagnose", path, "--json"]),
               "trainproof": said("trainproof", trainproof.cli.main, ["doctor", path, "--json"]),
               "finetune-doctor": said("finetune-doctor", finetune_doctor.cli.main,
                                       ["diagnose", state, "-f", "json"]),
               "epochix": warned(path)}
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
    """Write the losses of a run as a CSV, one row an epoch, and as a trainer state in a folder."""
    run = run_of(record)
    val, train = curve(run, "val"), curve(run, "train")
    rows: list[dict[str, Any]] = []
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["epoch", "train_loss", "val_loss"])
        for epoch, losses in enumerate(np.column_stack([train, val]), start=1):
            table.writerow([epoch, *(f"{loss:.6g}" for loss in losses)])
            for name, loss in zip(("loss", "eval_loss"), losses, strict=True):
                rows.append({"epoch": float(epoch), "step": epoch, name: float(f"{loss:.6g}")})
    state = {"epoch": float(len(val)), "global_step": len(val), "log_history": rows}
    folder = path.with_suffix("")
    folder.mkdir()
    (folder / "trainer_state.json").write_text(json.dumps(state), encoding="utf-8")
    return path


def read(answers: dict[str, Any]) -> dict[str, bool]:
    """Return whether overfitting is among the findings of each tool; no answer is no finding."""
    medic = json.loads(answers["runmedic"] or "[]")
    proof = json.loads(answers["trainproof"] or "{}")
    doctor = json.loads(answers["finetune-doctor"] or "{}")
    return {
        "runmedic": any(
            finding["check"] == "overfitting" for run in medic for finding in run["findings"]
        ),
        "trainproof": any(
            finding["id"] == "TP-OVERFIT"
            for run in proof.get("reports", [])
            for finding in run["findings"]
        ),
        "finetune-doctor": any(
            finding["check"] == "overfitting" and finding["severity"] != "INFO"
            for finding in doctor.get("findings", [])
        ),
        "epochix": "overfit" in answers["epochix"],
    }
