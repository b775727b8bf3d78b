"""What the site keeps of a run: the few numbers that its index, tables and groups are made of.

Plain JSON.
"""

from __future__ import annotations

import hashlib
import math
import re
from typing import Any

import numpy as np

from analyzer.charts.limits import DRAWABLE, FROM_LOG
from analyzer.comparing.copies import digest_of
from analyzer.comparing.settings import settings_of
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.run import Curve, Run
from analyzer.model.serial import diagnosis_dict
from analyzer.stats.arrays import Floats

_SPARK = 32  # points of a sparkline: one for every three pixels
_HEIGHT = 24


def record_of(diagnosis: Diagnosis, source: str, folder: str) -> dict[str, Any]:
    """Return the record of a run.

    ``source`` is its first file below the root, ``folder`` its place in the site.
    """
    run = diagnosis.run
    said = diagnosis_dict(diagnosis)
    after = diagnosis.facts.get("after_best")
    return {
        "run": run.name,
        "source": source,
        "folder": folder,
        "verdict": diagnosis.verdict,
        "best": said["best"],
        "after_best": _finite(after["share"]) if after else None,
        "findings": [
            {"detector": check["detector"], **finding}
            for check in said["checks"]
            if check["status"] == "found"
            for finding in check["findings"]
        ],
        "points": run.points,
        "issues": sum(issue.severity != "info" for issue in diagnosis.issues),
        "config": settings_of(run.config),
        "spark": sparks(run, diagnosis),
        "curves": digest_of(run),
    }


def folder_name(name: str, source: str) -> str:
    """Return the folder of a run in the site: a slug and a hash, never a name from a log.

    ``source`` is the path of its unit as the system has it: two that only differ in bytes that
    cannot be shown differ.
    """
    slug = (
        re.sub(r"[^a-z0-9]+", "-", name.lower().encode("ascii", "ignore").decode())
        .strip("-")[:40]
        .strip("-")
    )
    told = "\0".join((source, name)).encode("utf-8", "surrogatepass")
    return f"{slug or 'run'}-{hashlib.sha256(told).hexdigest()[:10]}"


def sparks(run: Run, diagnosis: Diagnosis) -> list[list[str]]:
    """Return [role, path] for the training and the held-out curve of the judged metric."""
    if diagnosis.best is None:
        return []
    metric = diagnosis.best.metric
    curves: list[tuple[str, Curve]] = []
    for role, split in (("train", run.trained_on(metric)), ("val", run.held_out(metric))):
        curve = run.find_curve(metric, split, at_least=2)
        if curve is not None:
            curves.append((role, curve.finite()))
    if not curves:
        return []
    means = [(role, _means(curve.value)) for role, curve in curves]
    every = np.concatenate([mean for _, mean in means])
    if every.min() > 0 and every.max() / every.min() > FROM_LOG:
        means = [(role, np.log(mean)) for role, mean in means]
        every = np.log(every)
    low, span = float(every.min()), float(np.ptp(every)) or 1.0
    return [[role, _path(1 - (mean - low) / span)] for role, mean in means]


def _means(value: Floats) -> Floats:
    value = np.clip(value, -DRAWABLE, DRAWABLE)
    starts = np.unique(
        np.linspace(0, len(value), min(_SPARK, len(value)), endpoint=False).astype(int)
    )
    means: Floats = np.add.reduceat(value, starts) / np.diff(np.r_[starts, len(value)])
    return means


def _path(height: Floats) -> str:
    """Return a path in a picture of 100 by 24, in whole steps relative to each other: short."""
    x = np.round(np.linspace(0, 100, len(height))).astype(int)
    y = np.round(height * (_HEIGHT - 2) + 1).astype(int)
    moves = " ".join(f"{dx} {dy}" for dx, dy in zip(np.diff(x), np.diff(y), strict=True))
    return f"M{x[0]} {y[0]}" + (f"l{moves}".replace(" -", "-") if len(x) > 1 else "h100")


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
