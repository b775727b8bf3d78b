"""Fit the confidence of the detectors on the calibration halves of both corpora.

The result is written into the package.

python tests/benchmarks/calibrate.py [--check]

Each margin gets one slope and one intercept (Platt), by the findings on both validation sets of
each run, those aside that a critical finding explains; the three of overfitting are fitted together
and on all runs, since its probability is their product and decides what is found; few evaluations
have a fit of their own (few.py). A confidence is the share of findings like it of which the label
holds; grey runs count with the side on which they lie. With ``--check`` nothing is written.
"""

from __future__ import annotations

import argparse
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import few
import numpy as np
import rewards
from calibration import fit_logistic
from judged import LABEL_OF, gap_is_large, truths
from scipy.optimize import minimize

from analyzer.detectors import _calibration
from analyzer.detectors._base import FARTHEST
from analyzer.detectors.no_learning import NoLearning
from analyzer.detectors.overfitting import Overfitting
from analyzer.engine import diagnose
from analyzer.errors import NotApplicable
from analyzer.model.diagnosis import Finding
from analyzer.model.run import Run
from analyzer.trainer.corpus import read
from analyzer.trainer.replay import run_of

CORPORA = sorted((Path(__file__).parents[1] / "corpus").glob("*.jsonl.gz"))
Row = tuple[str, tuple[float, ...], bool]  # name of the margin, margins, whether the label holds
NOTE = '"""Slope and intercept of each margin, written by tests/benchmarks/calibrate.py."""'
TARGET = Path(_calibration.__file__)
RULES = {"trivial_known": "known", "at_ln_k": "guess", "accuracy_stands": "frozen"}
PARTS = ("rise", "fall", "stay")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true", help="print, write nothing")
    parser.add_argument(
        "--corpus", type=Path, action="append", help="fit to these instead; repeatable"
    )
    given = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    records = [
        record
        for path in given.corpus or CORPORA
        for record in read(path)
        if record["half"] == "calibration"
    ]
    with ProcessPoolExecutor() as pool:
        rows = [row for rows in pool.map(margins_of, records, chunksize=16) for row in rows]
    fitted = fit(rows) | {
        "overfitting.few": few.fit(few.cuts_of_half("calibration")),
        "reward_collapse": rewards.fit(),
    }
    lines = [
        f'    "{name}": ({slope:.4g}, {intercept:.4g}),'
        for name, (slope, intercept) in sorted(fitted.items())
    ]
    text = "\n".join([NOTE, "", "CALIBRATION = {", *lines, "}", ""])
    print(text)
    if not given.check:
        TARGET.write_text(text, encoding="utf-8")


def fit(rows: Sequence[Row]) -> dict[str, tuple[float, float]]:
    """Return slope and intercept by name of the margin."""
    groups: dict[str, list[tuple[tuple[float, ...], bool]]] = defaultdict(list)
    for name, margins, holds in rows:
        groups[name].append((margins, holds))
    fitted = {}
    for name, group in groups.items():
        margins = np.array([margin for margin, _ in group])
        holds = np.array([label for _, label in group])
        if name.startswith("overfitting"):
            fitted |= fit_product(margins, holds, name.rpartition(".")[2])
        else:
            fitted[name] = fit_rising(np.clip(margins[:, 0], -FARTHEST, FARTHEST), holds)
    return fitted


def fit_rising(margin: np.ndarray[Any, Any], holds: np.ndarray[Any, Any]) -> tuple[float, float]:
    """Return the logistic curve.

    It is level if a larger margin does not make the label likelier.
    """
    slope, intercept = fit_logistic(margin, holds)
    if slope >= 0:
        return slope, intercept
    return 0.0, float(np.log((holds.sum() + 1) / ((~holds).sum() + 1)))


def fit_product(
    margins: np.ndarray[Any, Any], holds: np.ndarray[Any, Any], size: str
) -> dict[str, tuple[float, float]]:
    """Return the three logistic curves whose product is likeliest."""
    near = np.clip(margins, -FARTHEST, FARTHEST)

    def loss(weights: np.ndarray[Any, Any]) -> float:
        scores = np.exp(weights[::2]) * near + weights[1::2]
        each = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
        chance = np.clip(np.prod(each, axis=1), 1e-4, 1 - 1e-4)
        # a little ridge, so that a condition that always holds gets no endless slope
        return float(
            -np.where(holds, np.log(chance), np.log(1 - chance)).mean() + 1e-4 * (weights**2).sum()
        )

    options = {"maxiter": 8000, "maxfev": 8000, "adaptive": True}
    best = minimize(
        loss, np.array([0.8, 0.0, -0.5, -0.7, 0.7, 1.5]), method="Nelder-Mead", options=options
    ).x
    return {
        f"overfitting.{name}.{size}": (float(np.exp(best[2 * k])), float(best[2 * k + 1]))
        for k, name in enumerate(PARTS)
    }


def margins_of(record: dict[str, Any]) -> list[Row]:
    """Return the margins of a run, seen through both of its validation sets."""
    return [row for which in (0, 1) for row in margins(run_of(record, which), record)]


def margins(run: Run, record: dict[str, Any]) -> Iterator[Row]:
    true = truths(record)
    try:
        turn = Overfitting().turn(run, "loss")
        if turn.probability > 0:
            size = "known" if turn.examples_known else "unknown"
            yield (
                f"overfitting.{size}",
                tuple(turn.margins[name] for name in PARTS),
                true["overfitting"]["holds"],
            )
    except NotApplicable:
        pass
    diagnosis = diagnose(run)
    critical = {
        finding.detector for finding in diagnosis.findings if finding.severity == "critical"
    }
    for check in diagnosis.checks:
        for finding in check.findings:
            lost = (
                check.explained_by in critical and finding.detector != "oscillation"
            )  # as in judged.said
            if not (lost or finding.confidence is None or finding.detector == "overfitting"):
                yield from margins_of_finding(finding, run, record, true)
    try:
        told = NoLearning(trivial_loss=record["population"]["trivial"])
        for finding in told.detect(run):
            yield "no_learning.known", (finding.values["margin"],), true["no_learning"]["holds"]
    except NotApplicable:
        pass


def margins_of_finding(
    finding: Finding, run: Run, record: dict[str, Any], true: dict[str, Any]
) -> Iterator[Row]:
    rule = next((f".{rule}" for tag, rule in RULES.items() if tag in finding.tags), "")
    if finding.detector == "no_learning":
        rule = ".creeping" if "creeping" in finding.tags else rule or ".start"
    if finding.detector == "generalization_gap":
        holds = gap_is_large(run, record)
    else:
        holds = true[LABEL_OF[finding.detector]]["holds"]
    if holds is not None:
        yield finding.detector + rule, (finding.values["margin"],), holds
    if "little_learnt" in finding.tags:
        left = np.log(finding.values["left"] / finding.thresholds["max_share"])
        yield "underfitting.little", (left,), true["little_learnt"]["holds"]


if __name__ == "__main__":
    main()
