"""What the analyzer says of a run of the corpus, beside what is true of it.

The rows that accuracy.py counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer.detectors.generalization_gap import GeneralizationGap
from analyzer.detectors.no_learning import NoLearning
from analyzer.engine import diagnose
from analyzer.errors import NotApplicable
from analyzer.measures.pairs import end_gap
from analyzer.model.diagnosis import Diagnosis, Finding
from analyzer.model.run import Run
from analyzer.trainer import health
from analyzer.trainer.labels import TINY
from analyzer.trainer.replay import exact_run_of, numbers, run_of
from analyzer.trainer.variations import comparable

ONE_LINE = "the same, and training lower than at the best"  # of the rules of thumb
REACHED = 0.75  # of the way from guessing to the best known loss

# the label that decides each detector; oscillation also stands against what the log can show
LABEL_OF = {
    "overfitting": "overfitting",
    "no_learning": "no_learning",
    "oscillation": "swing",
    "plateau": "plateau",
    "underfitting": "undertrained",
}


@dataclass(frozen=True)
class Judged:
    """One run through its first validation set; ``regrets`` are shares of the lowest loss."""

    labels: dict[str, Any]
    half: str  # of the family of its task: "calibration" or "test"
    examples: int
    fresh_examples: float  # behind the truth; infinite if the task makes them
    epochs: int
    scheduled: bool
    classes: int
    found: dict[
        str, tuple[str, float | None, bool]
    ]  # detector: severity, confidence, explained by another
    no_learning_told: bool  # with the trivial loss given
    no_learning_classes: bool  # with the number of classes in the configuration
    regrets: dict[str, float]
    covered: bool | None
    width: float | None
    gap_covered: bool | None
    gap_width: float | None
    gap_true: bool | None  # the true gap is a third of what was learnt or more
    borne_out: frozenset[str]  # the detectors whose warnings a healthy run gets by truth too
    others: dict[str, bool]  # what simple rules say of overfitting


def judge(record: dict[str, Any]) -> Judged:
    run, config = run_of(record), record["config"]
    diagnosis = diagnose(run)
    val, train = (curve(run, split) for split in ("val", "train"))
    others, kept = rules(val, train)
    regrets, covered, width = judge_onset(record, diagnosis, val, kept)
    gap_covered, gap_width = judge_gap(record, diagnosis)
    finite = all(finding.detector != "non_finite" for finding in diagnosis.findings)
    labels = truths(record)
    return Judged(
        labels=labels,
        half=record["half"],
        examples=record["curves"]["val"][0]["examples"],
        fresh_examples=record["population"].get("examples", np.inf),
        epochs=config["epochs"],
        scheduled=config["schedule"] != "constant",
        classes=config["classes"],
        found=said(diagnosis),
        no_learning_told=finite and stuck(run, record["population"]["trivial"]),
        no_learning_classes=finite and stuck(run_of(record, with_classes=True), 0.0),
        regrets=regrets,
        covered=covered,
        width=width,
        gap_covered=gap_covered,
        gap_width=gap_width,
        gap_true=gap_is_large(run, record),
        borne_out=borne_out(record, diagnosis) if labels["healthy"]["holds"] else frozenset(),
        others=others,
    )


def judge_onset(
    record: dict[str, Any], diagnosis: Diagnosis, val: np.ndarray[Any, Any], kept: int
) -> tuple[dict[str, float], bool | None, float | None]:
    """Return the regrets of a truly overfit run by method.

    Also whether the interval covers the truth, and its width.
    """
    label, population = record["labels"]["overfitting"], positive(record)
    if not label["holds"]:
        return {}, None, None
    per_epoch = record["config"]["steps_per_epoch"] if record["config"]["per_step"] else 1
    onset = next(
        (finding.onset for finding in diagnosis.findings if finding.detector == "overfitting"), None
    )
    evaluated = epochs_of(record)
    best, kept = (int(evaluated[place]) - 1 for place in (np.nanargmin(val), kept))
    mine = best if onset is None else round(onset.step / per_epoch) - 1
    places = {"raw minimum": best, "early stopping": kept, "analyzer": mine}
    regrets = {
        name: float(max(population[at], TINY) / max(population.min(), TINY) - 1)
        for name, at in places.items()
    }
    if onset is None:
        return regrets, None, None
    low, high = onset.low / per_epoch, onset.high / per_epoch
    start, end = label["stretch"]
    is_long = end - start > 0.1 * len(population)
    held = low <= end and high >= start if is_long else low <= label["onset"] <= high
    return regrets, bool(held), (high - low) / len(population)


def judge_gap(record: dict[str, Any], diagnosis: Diagnosis) -> tuple[bool | None, float | None]:
    """Return whether the interval of the gap covers the true gap.

    Also its width as a share of the loss.
    """
    fact, true_gap = diagnosis.facts.get("train_val_gap"), record["labels"]["gap"]["end"]
    if fact is None or fact["low"] is None or true_gap is None:
        return None, None
    level = float(np.median(numbers(record["population"]["loss"])[-3:]))
    return bool(fact["low"] <= true_gap <= fact["high"]), (fact["high"] - fact["low"]) / max(
        level, TINY
    )


def borne_out(record: dict[str, Any], diagnosis: Diagnosis) -> frozenset[str]:
    """Return the detectors whose warnings the exact curves of a run get too.

    All of them if the verdict is the same: it counts for a reader, not which detector gives it.
    """
    warned = warnings(diagnosis)
    if not warned:
        return warned
    true = diagnose(exact_run_of(record))
    return warned if true.verdict == diagnosis.verdict else warned & warnings(true)


def warnings(diagnosis: Diagnosis) -> frozenset[str]:
    return frozenset(
        finding.detector for finding in diagnosis.findings if finding.severity != "info"
    )


def gap_is_large(run: Run, record: dict[str, Any]) -> bool | None:
    """Say whether the true gap is as large a share of what was learnt as the detector asks.

    None: not known.
    """
    true_gap = record["labels"]["gap"]["end"]
    try:
        found = end_gap(run, "loss", at_least=GeneralizationGap().min_points)
    except NotApplicable:
        return None
    learnt = (found.held_out[0] + found.trained[0]) / 2 - found.trained_level
    return (
        None
        if true_gap is None
        else bool(learnt > 0 and true_gap / learnt >= GeneralizationGap().min_share)
    )


def said(diagnosis: Diagnosis) -> dict[str, tuple[str, float | None, bool]]:
    """Return what was found, also where a warning explains it.

    What a critical finding explains is not said, since the labels exclude runs that diverged or
    learnt nothing; but the one of a swing does not exclude the latter.
    """
    critical = {
        finding.detector for finding in diagnosis.findings if finding.severity == "critical"
    }
    found = {}
    for check in diagnosis.checks:
        if check.findings and (
            check.explained_by not in critical or check.detector == "oscillation"
        ):
            finding = check.findings[0]
            if not {"flat", "stalled", "shallow"} & {*finding.tags}:  # what no label asks
                found[check.detector] = (
                    finding.severity,
                    finding.confidence,
                    check.status == "explained",
                )
    return found


def stuck(run: Run, trivial: float) -> bool:
    """Say whether no_learning is found where the trivial loss is given (0: where it is not)."""
    try:
        found: list[Finding] = list(NoLearning(trivial_loss=trivial).detect(run))
    except NotApplicable:
        return False
    return bool(found)


def rules(val: np.ndarray[Any, Any], train: np.ndarray[Any, Any]) -> tuple[dict[str, bool], int]:
    """Return the answers of the rule of thumb, Spearman and early stopping.

    Also the epoch that early stopping keeps.
    """
    from scipy.stats import rankdata

    best, stop = 0, len(val) - 1
    if not np.isfinite(val).any():
        val = np.full(len(val), np.inf)
    for at, value in enumerate(val):
        if value < val[best] or not np.isfinite(val[best]):
            best = at
        if at - best >= 10:
            stop = at
            break
    finite = np.isfinite(val) & np.isfinite(train)
    ranks = [rankdata(values[finite]) for values in (val, train)] if finite.sum() > 2 else []
    spread = [float(np.std(rank)) for rank in ranks]
    spearman = float(np.corrcoef(*ranks)[0, 1]) if ranks and min(spread) > 0 else 0.0
    lowest = float(np.nanmin(np.append(val, np.inf)))
    rose = bool(val[-1] > 1.05 * lowest)
    at_lowest = int(np.argmax(val == lowest))
    others = {
        "final > best + 5 %": rose,
        ONE_LINE: rose and bool(train[-1] < train[at_lowest]),
        "Spearman(train, val) < -0.1": spearman < -0.1,
        "early stopping, patience 10": stop < len(val) - 1,
    }
    return others, best


def truths(record: dict[str, Any]) -> dict[str, Any]:
    """Return the labels of a run, with those that its losses on fresh data decide.

    A line of the first corpus has no labels of ``analyzer.trainer.health``: they are computed here,
    and ``healthy`` means what it means in the world, that nothing went wrong on fresh data.
    ``swing`` stands beside the label ``oscillation``, which asks the same of the train loss, and
    that a tenth of the rate calms it.
    """
    labels = record["labels"]
    if "no_generalization" not in labels:
        population = record["population"]
        bests = (population["second_half"], *record["counterfactual"].values())
        reached = [other["best"] for other in bests if other["best"] is not None]
        labels = health.on_fresh_data(
            labels,
            positive(record),
            numbers(population["train_loss"]),
            population["trivial"],
            float(np.log(max(min(reached, default=np.inf), TINY))),
        )
    return {**labels, "swing": swing(record), "little_learnt": little_learnt(record)}


def little_learnt(record: dict[str, Any]) -> dict[str, Any]:
    """Return whether a run stopped short of three quarters of the way that was within its reach.

    The way leads from the loss of the best constant to the lowest population loss that the run, its
    unlogged second half or its twin at ten times the rate reaches.
    """
    population = record["population"]
    end = float(np.median(numbers(population["loss"])[-3:]))
    others = (population["second_half"]["best"], record["counterfactual"]["tenfold"]["best"])
    best = min([end, *(other for other in others if other is not None)])
    way = population["trivial"] - best
    done = (population["trivial"] - end) / way if way > 0 else 1.0
    return {"holds": bool(done < REACHED), "grey": False, "value": done}


def swing(record: dict[str, Any]) -> dict[str, Any]:
    return health.swing(positive(record), diverged=record["labels"]["diverged"]["holds"])


def positive(record: dict[str, Any]) -> np.ndarray[Any, Any]:
    """Return the loss on fresh data above zero: a likelihood as the squared error that it means."""
    population = numbers(record["population"]["loss"])
    likelihood = record["config"].get("variation", {}).get("likelihood", False)
    return comparable(population) if likelihood else population


def epochs_of(record: dict[str, Any]) -> np.ndarray[Any, Any]:
    """Return the epochs of the points of the validation loss, from 1."""
    val = run_of(record).curve("loss", "val", at_least=0)
    per_epoch = record["config"]["steps_per_epoch"] if record["config"]["per_step"] else 1
    return np.round(val.step / per_epoch)


def curve(run: Run, split: str) -> np.ndarray[Any, Any]:
    """Return the loss of a split, one value an epoch."""
    val, own = run.curve("loss", "val", at_least=0), run.curve("loss", split, at_least=0)
    return np.interp(val.x, own.x, own.value) if len(own) != len(val) else own.value
