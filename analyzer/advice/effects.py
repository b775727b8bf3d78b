"""Look up what a remedy did to the measured runs: the table ``effects.json`` beside this file.

The table is made by training each run of a corpus again with one thing changed. Without it, or if
it is damaged, nothing counts as measured; tests/laws checks that the one we ship is sound.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from analyzer.advice.context import GENERAL
from analyzer.advice.remedies import AGAIN, CAUSES, REMEDIES
from analyzer.model.advice import Cause, Effect

PATH = Path(__file__).with_name("effects.json")
SCHEMA = 1
FEWEST_RUNS = 60  # the standard error of a share of .5 is then .065: "7 in 10" is not "5 in 10"
FEWEST_FAMILIES = 4  # of three, one odd family decides; the interval over them says nothing
WIDEST = 0.5  # of an interval: wider, "helped in half" and "helped in all" look the same
FEWEST_OF_TEN = 0.05  # a rarer cause rounds to none of ten runs
_SUMMARY = ("better", "low", "high", "median")


@dataclass(frozen=True)
class Effects:
    """The measured effects by (finding, context, remedy), and the causes by finding."""

    rows: Mapping[tuple[str, str, str], Effect] = field(default_factory=dict)
    causes: Mapping[str, tuple[Cause, ...]] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)


@cache
def load(path: Path) -> Effects:
    """Return the table at a path; an empty one if it is missing or damaged."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Effects()
    if problems(data):
        return Effects()
    rows = [_effect(row) for row in data["rows"]]
    causes: dict[str, tuple[Cause, ...]] = {}
    for row in data["causes"]:
        known = {name: row[name] for name in Cause.__dataclass_fields__ if name in row}
        cause = Cause(**known)
        causes[cause.finding] = (*causes.get(cause.finding, ()), cause)
    by_key = {(row.finding, row.context, row.remedy): row for row in rows}
    return Effects(by_key, causes, data["manifest"])


def find(finding: str, contexts: Iterable[str], remedy: str) -> Effect | None:
    """Return the effect of a remedy on runs with a finding, in the first context with enough runs.

    Without one, that on all runs with the finding; None if these are too few as well.
    """
    rows = load(PATH).rows
    for context in (*contexts, GENERAL):
        effect = rows.get((finding, context, remedy))
        if effect is not None and is_enough(effect):
            return effect
    return None


def causes(finding: str) -> tuple[Cause, ...]:
    """Return the possible causes of a finding, the most frequent first.

    Only those that enough runs show, and more often than chance: the interval lies above it.
    """
    shown = []
    for cause in load(PATH).causes.get(finding, ()):
        if is_enough(cause) and cause.low > cause.chance and cause.share >= FEWEST_OF_TEN:
            shown.append(cause)
    return tuple(sorted(shown, key=lambda cause: (-cause.share, cause.cause)))


def is_enough(measured: Effect | Cause) -> bool:
    """Say whether a share rests on enough runs and families that agree."""
    if measured.runs < FEWEST_RUNS or measured.families < FEWEST_FAMILIES:
        return False
    return measured.high - measured.low <= WIDEST


def _effect(row: Mapping[str, Any]) -> Effect:
    selected = row["selected"]
    return Effect(
        finding=row["finding"],
        context=row["context"],
        remedy=row["remedy"],
        runs=row["runs"],
        families=row["families"],
        gain=row["gain"],
        share=selected["better"],
        low=selected["low"],
        high=selected["high"],
        median=selected["median"],
        worse=row["worse"],
    )


def problems(data: Any) -> list[str]:
    """Return what is wrong with the content of a table, a line each; [] if it is sound."""
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        return [f"not a table of effects of schema {SCHEMA}"]
    found = []
    if not isinstance(data.get("manifest"), dict):
        found.append("manifest: missing")
    for name, check in (("rows", _row_problems), ("causes", _cause_problems)):
        entries = data.get(name)
        if not isinstance(entries, list):
            found.append(f"{name}: not a list")
            continue
        for index, entry in enumerate(entries):
            try:
                wrong = check(entry)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                wrong = [f"missing or of another type: {error}"]
            found += [f"{name}[{index}]: {line}" for line in wrong]
    return found or _twice(data)


def _twice(data: Mapping[str, Any]) -> list[str]:
    """Return a line for each key that two rows share."""
    keys = [f"{row['finding']}, {row['context']!r}, {row['remedy']}" for row in data["rows"]]
    keys += [f"{row['finding']}, {row['cause']}" for row in data["causes"]]
    return [f"twice in the table: {key}" for key, count in Counter(keys).items() if count > 1]


def _row_problems(row: Mapping[str, Any]) -> list[str]:
    found = [] if row["remedy"] in (*REMEDIES, AGAIN) else [f"unknown remedy {row['remedy']!r}"]
    if not isinstance(row["context"], str):
        found.append("context: not a text")
    if not math.isfinite(row["gain"]):
        found.append("gain: not finite")
    if not 0 <= row["worse"] <= 1:
        found.append("worse: not a share")
    for name in ("selected", "lowest", "error"):
        if row[name] is None and name == "error":
            continue
        found += [f"{name}: {line}" for line in _summary_problems(row[name])]
    return found + _count_problems(row)


def _cause_problems(row: Mapping[str, Any]) -> list[str]:
    found = [] if row["cause"] in CAUSES else [f"unknown cause {row['cause']!r}"]
    if not 0 <= row.get("chance", 0) <= 1:
        found.append("chance: not a share")
    return found + _count_problems(row) + _share_problems(row["share"], row["low"], row["high"])


def _count_problems(row: Mapping[str, Any]) -> list[str]:
    if not isinstance(row["finding"], str) or not row["finding"]:
        return ["finding: not a text"]
    counts = row["runs"], row["families"]
    if not all(isinstance(count, int) for count in counts) or not 0 < counts[1] <= counts[0]:
        return ["runs and families must be counts, with at least one run of each family"]
    return []


def _summary_problems(summary: Mapping[str, Any]) -> list[str]:
    better, low, high, median = (summary[name] for name in _SUMMARY)
    found = _share_problems(better, low, high)
    lower, upper = summary["quartiles"]
    if not -1 <= lower <= median <= upper < math.inf:
        found.append("median: not between its quartiles")
    return found


def _share_problems(share: float, low: float, high: float) -> list[str]:
    return [] if 0 <= low <= share <= high <= 1 else ["not a share within its interval"]
