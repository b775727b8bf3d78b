"""Folders of small logs, the command as a user calls it, and a plug-in that crashes or hangs."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyzer.batch.pages import pages
from analyzer.batch.record import Record
from analyzer.batch.result import Batch, Options, Unread
from analyzer.batch.sparks import Spark
from analyzer.comparing.summary import RunSummary
from analyzer.measures.level import Level
from analyzer.model.diagnosis import Best

FACT = """
import os, time
from analyzer.facts._base import Fact


class Bad(Fact):
    def compute(self, run, best):
        if "crash" in run.name:
            os._exit(7)
        if "hang" in run.name:
            time.sleep(600)
        return None
"""


def history(path: Path, seed: int, *, epochs: int = 20, **config: Any) -> Path:
    """Write a Keras history that falls, with the settings of its run beside it."""
    rng = np.random.default_rng(seed)
    loss = np.exp(-np.arange(epochs) / 8) + 0.3 + 0.01 * rng.standard_normal(epochs)
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"loss": loss.tolist(), "val_loss": (loss + 0.05).tolist()}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def tree(folder: Path, count: int) -> Path:
    for index in range(count):
        history(folder / f"group{index % 3}" / f"run{index:03d}" / "history.json", index)
    return folder


def wandb_table(path: Path, rows: int = 20) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        "epoch,loss,val_loss",
        *(f"{at},{2 - at / rows},{2.1 - at / rows}" for at in range(rows)),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def everything(site: Path) -> dict[str, bytes]:
    """Return all that a user finds in a site: the state folder is ours."""
    files = (path for path in site.rglob("*") if path.is_file() and ".state" not in path.parts)
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in files}


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "analyzer", "batch", *map(str, arguments)]


def call(*arguments: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, **(env or {})},
    )


def site_record(index: int, settings: dict[str, Any] | None = None, **changes: Any) -> Record:
    chance = random.Random(index)
    path = "M0 12l" + " ".join(f"3 {chance.randint(-3, 3)}" for _ in range(31))
    value = 0.3 + chance.random()
    name = f"sweep/model-{index % 7}/run-{index:05d}"
    digest = hashlib.sha256(name.encode()).hexdigest()[:10]
    if settings is None:
        settings = {
            "lr": 10 ** -(index % 5),
            "seed": index % 3,
            "batch_size": 32,
            "name": f"run-{index}",
        }
    made = Record(
        run=name,
        source=f"{name}/events.out.tfevents",
        folder=f"{digest[:2]}/sweep-model-{index % 7}-run-{index:05d}-{digest}",
        verdict=("healthy", "overfitting", "plateau", "diverged")[index % 4],
        best=Best("val", "loss", 1000 + index, 10.0, value),
        level=None,
        after_best=chance.random(),
        findings=({"detector": "plateau", "severity": "warning", "confidence": 0.9},),
        issues=index % 2,
        summary=RunSummary(settings, 8000, f"{index:016x}99"),
        sparks=(Spark("train", path), Spark("val", path)),
    )
    best = changes.get("best", made.best)
    level = None if best is None else Level(best.value)
    return replace(made, **{"level": level, **changes})


def site_grid(metric: str = "loss", *, groups: int = 4, seeds: int = 3) -> list[Record]:
    """Return repeats of a few learning rates; the second is best, and the third nearly."""
    rng = np.random.default_rng(0)
    means = [0.5, 0.301, 0.3, *(0.9 + 0.1 * at for at in range(groups))][:groups]
    made = []
    for at, mean in enumerate(means):
        for seed in range(seeds):
            value = float(mean + 0.01 * rng.normal())
            settings = {"lr": 10.0**-at, "width": 8, "seed": seed}
            best = Best("val", metric, 9, 9.0, value)
            number = at * seeds + seed
            made.append(site_record(number, settings, best=best, run=f"logs/r{number}/history"))
    return made


def site_batch(records: Sequence[Record], unread: tuple[Unread, ...] = ()) -> Batch:
    return Batch(tuple(records), unread, 0, len(records))


def site_files(
    records: Sequence[Record], unread: tuple[Unread, ...] = (), **options: Any
) -> dict[str, bytes]:
    """Return the files of a site by name."""
    files = pages(site_batch(records, unread), Options(**options), missing=0)
    return {
        name: content if isinstance(content, bytes) else b"".join(content)
        for name, content in files
    }


def plugin(folder: Path) -> dict[str, str]:
    """Return an environment in which a fact of a third party misbehaves."""
    info = folder / "bad-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "bad_fact.py").write_text(FACT, encoding="utf-8")
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: bad\nVersion: 1.0\n", encoding="utf-8"
    )
    (info / "entry_points.txt").write_text(
        "[analyzer.facts]\nbad = bad_fact:Bad\n", encoding="utf-8"
    )
    return {"PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}


@pytest.fixture
def bad_plugin(tmp_path: Path) -> dict[str, str]:
    return plugin(tmp_path / "plugin")


@pytest.fixture
def make() -> dict[str, Callable[..., Any]]:
    """Return what tests of this folder share: importing from a conftest is not possible by name."""
    return {
        "history": history,
        "tree": tree,
        "table": wandb_table,
        "everything": everything,
        "call": call,
        "command": command,
        "record": site_record,
        "grid": site_grid,
        "batch": site_batch,
        "files": site_files,
    }


@pytest.fixture(scope="module")
def tab(
    start_browser: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """Start a browser, once for a file of tests."""
    made = start_browser(tmp_path_factory.mktemp("profile"))
    yield made
    made.close()


@pytest.fixture
def browser(tab: Any) -> Iterator[Any]:
    """Return the browser, which may have no complaint at the end."""
    tab.problems.clear()
    yield tab
    assert tab.problems == []
