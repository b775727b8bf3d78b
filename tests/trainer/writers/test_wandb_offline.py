"""W&B's offline run: the user's account stays out of it, and the environment as it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import analyzer

pytest.importorskip("wandb", reason="needs wandb (extra trainer)")

CODE = """
import json, os, sys
from pathlib import Path
from analyzer.trainer.records import Point
from analyzer.trainer.writers._base import About
from analyzer.trainer.writers.wandb_offline import WandbOffline

folder = Path(sys.argv[1])
writer = WandbOffline(About("run", {"optimizer": "adam"}, folder, per_step=True))
for step in (1, 2, 3):
    writer.write(Point(step, 1, "step", {"train/loss": 1 / step}))
writer.write(Point(3, 1, "epoch", {"train/loss": 0.5, "val/loss": 0.75}))
writer.close()
print(json.dumps({name: value for name, value in os.environ.items() if "WANDB" in name}))
"""


def test_a_run_comes_back_and_leaves_no_trace_of_the_user(tmp_path: Path) -> None:
    """In a process of its own: wandb keeps a service running."""
    settings = {"WANDB_ENTITY": "account-of-the-user", "WANDB_NOTES": "private"}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WANDB")}
    log = tmp_path / "log"
    log.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(log)],
        env={**clean, **settings, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert json.loads(done.stdout.splitlines()[-1]) == settings
    (run,) = analyzer.load(log)
    assert run.curve("loss", "val").value.tolist() == [0.75]
    assert run.config["optimizer"] == "adam"
    files = [path for path in log.rglob("*") if path.is_file()]
    assert not [path for path in files if path.name.startswith("debug")]
    assert not [path for path in files if b"account-of-the-user" in path.read_bytes()]
