"""Make the table of effects from the fleet of remedies: what helped how often, and by how much.

    analyzer train remedies --runs 3000 --seed 2211 --device cpu -o trials
    python tests/benchmarks/effects.py trials --write

Each run is judged by its log as any other; its findings say in which rows of the table it counts.
A remedy helped if the loss on fresh data, at the checkpoint that the run's own validation set
selects, is more than 1 % lower than without it. Shares and medians are over runs, intervals over
families of tasks: the runs of one family are alike, so a new task is as far from them as another
family is. The remedy ``again`` is the run from other initial weights: what chance alone does.

Runs that were added where some were lacking (``--until``) count only for the findings and remedies
for which they were chosen; causes ask what several remedies did in one run, so they do without.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.advice.context import contexts
from analyzer.engine import diagnose
from analyzer.stats.arrays import Floats
from analyzer.trainer import targeted, trial_fleet
from analyzer.trainer.replay import run_of

TABLE = Path(__file__).parents[2] / "analyzer" / "advice" / "effects.json"
SCHEMA = 1
HELPED = 0.01  # a change of the loss below 1 % is none: two starts of the same run differ by more
REPAIRED = 0.05  # gain from which the matching remedy says what was wrong, as the labels ask
MOST = 1.0  # largest change in log loss that counts: one lost run must not outweigh ten others
LEAST_RUNS, LEAST_FAMILIES = 60, 4  # of a row of a context; the general rows are all kept
DRAWS = 2000  # of families, for an interval
COVER = 0.90
LOWEST, SELECTED, END = 0, 2, 4  # places of the losses of an arm; the errors follow each
AGAIN, EARLY_STOPPING = "again", "early_stopping"
CAUSES = {
    "rate_too_high": ("halve_rate", "tenth_rate"),
    "rate_too_low": ("double_rate", "tenfold_rate"),
    "set_too_small": ("more_examples",),
    "network_too_narrow": ("wider",),
    "too_short": ("longer",),
    "regularisation_too_weak": ("weight_decay", "dropout", "label_smoothing"),
}
ASKED_FOR_CAUSES = ("oscillation", "plateau", "no_learning", "underfitting")
SETTINGS = ("optimizer", "train_examples", "weight_decay", "dropout", "batch_size", "epochs")


@dataclass(frozen=True)
class Tried:
    """One run of the fleet: its family, what was found in its log, and its arms.

    ``found`` has for each finding its contexts; ``arms`` six numbers for each remedy, as in
    ``trial_fleet``, with infinity for a loss that is not a number. ``counts_for`` has the remedies
    by finding of a run that was added where some were lacking; None: all of them count.
    """

    id: str
    family: str
    found: dict[str, tuple[str, ...]]
    arms: dict[str, tuple[float, ...]]
    counts_for: dict[str, list[str]] | None = None

    def counts(self, finding: str, remedy: str) -> bool:
        """Say whether a remedy was tried on this run, and counts for a finding."""
        if self.counts_for is not None and remedy not in self.counts_for.get(finding, ()):
            return False
        return self.change(remedy) is not None

    def change(self, remedy: str, at: int = SELECTED) -> float | None:
        """Return the log ratio of the loss with a remedy to without; None if it was not tried.

        At most ``MOST`` either way. Early stopping keeps the selected weights instead of the last.
        """
        if remedy == EARLY_STOPPING:
            return _log_ratio(self.arms[""][SELECTED], self.arms[""][END])
        if remedy not in self.arms:
            return None
        return _log_ratio(self.arms[remedy][at], self.arms[""][at])

    def remedies(self) -> list[str]:
        """Return what was tried."""
        return [*(name for name in self.arms if name), EARLY_STOPPING]


def _log_ratio(with_it: float, without: float) -> float:
    if not np.isfinite(with_it) and not np.isfinite(without):
        return 0.0
    if not np.isfinite(without):
        return -MOST
    ratio = np.log(max(with_it, 1e-8) / max(without, 1e-8)) if np.isfinite(with_it) else MOST
    return float(np.clip(ratio, -MOST, MOST))


def judge(record: dict[str, Any]) -> Tried:
    """Judge the log of a run, and return it with its arms."""
    run = run_of(record)
    config = record["config"]
    settings = {name: config[name] for name in SETTINGS if name in config}
    known = replace(run, config={**run.config, **settings})
    found = {
        finding.detector: contexts(finding, known)
        for finding in reversed(diagnose(run).findings)  # the worst of a detector decides
    }
    arms = {
        name: tuple(np.inf if value is None else value for value in numbers)
        for name, numbers in record["arms"].items()
    }
    return Tried(record["id"], record["family"], found, arms, record.get(targeted.COUNTS_FOR))


def read(folders: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """Yield the records of fleets, complete or not, and of the runs that were added to them."""
    for folder in folders:
        yield from trial_fleet.records(folder)
        yield from targeted.records(folder)


def judged(folders: Sequence[Path]) -> list[Tried]:
    """Judge all runs of some fleets, on all cores."""
    with ProcessPoolExecutor() as pool:
        return list(pool.map(judge, read(folders), chunksize=8))


def rows(runs: Sequence[Tried]) -> list[dict[str, Any]]:
    """Return the rows of the table: every finding and context with every remedy that was tried."""
    groups: dict[tuple[str, str], list[Tried]] = defaultdict(list)
    for run in runs:
        for finding, own in run.found.items():
            for context in dict.fromkeys(("", *own)):
                groups[finding, context].append(run)
    table = []
    for (finding, context), members in sorted(groups.items()):
        for remedy in sorted({name for run in members for name in run.remedies()}):
            tried = [run for run in members if run.counts(finding, remedy)]
            if tried and (not context or _is_enough(tried)):
                table.append(_row(finding, context, remedy, tried))
    return table


def _is_enough(tried: Sequence[Tried]) -> bool:
    families = {run.family for run in tried}
    return len(tried) >= LEAST_RUNS and len(families) >= LEAST_FAMILIES


def _row(finding: str, context: str, remedy: str, runs: Sequence[Tried]) -> dict[str, Any]:
    families = np.array([run.family for run in runs])
    selected = _changes(runs, remedy, SELECTED)
    errors = np.array([_error_change(run, remedy) for run in runs])
    has_error = np.isfinite(errors)
    row = {
        "finding": finding,
        "context": context,
        "remedy": remedy,
        "runs": len(runs),
        "families": len(set(families)),
        "gain": _rounded(gain(selected, families)),
        "worse": _rounded(float((selected > HELPED).mean())),
        "selected": _summary(selected, families),
        "lowest": _summary(_changes(runs, remedy, LOWEST), families),
        "error": _summary(errors[has_error], families[has_error]) if has_error.any() else None,
    }
    if not context:
        row["by_family"] = {
            str(family): [
                int((families == family).sum()),
                _rounded(float((selected[families == family] < -HELPED).mean())),
                _rounded(float(np.expm1(np.median(selected[families == family])))),
            ]
            for family in np.unique(families)
        }
    return row


def _changes(runs: Sequence[Tried], remedy: str, at: int) -> Floats:
    return np.array([run.change(remedy, at) for run in runs], dtype=float)


def _error_change(run: Tried, remedy: str) -> float:
    """Return the change of the error rate as a log ratio; NaN for a regression or a lost run."""
    before = run.arms[""][(END if remedy == EARLY_STOPPING else SELECTED) + 1]
    after = run.arms["" if remedy == EARLY_STOPPING else remedy][SELECTED + 1]
    if run.arms[""][SELECTED + 1] == 1.0 or not np.isfinite([before, after]).all():
        return np.nan  # a regression has no hits at all
    return float(np.clip(np.log(max(after, 1e-3) / max(before, 1e-3)), -MOST, MOST))


def gain(changes: Floats, families: np.ndarray[Any, Any]) -> float:
    """Return the mean over families of the mean fall of the log loss."""
    return float(-np.mean([changes[families == name].mean() for name in np.unique(families)]))


def _summary(changes: Floats, families: np.ndarray[Any, Any]) -> dict[str, Any]:
    helped = changes < -HELPED
    low, high = interval(helped, families)
    quartiles = np.expm1(np.quantile(changes, [0.25, 0.5, 0.75]))
    return {
        "better": _rounded(float(helped.mean())),
        "low": _rounded(low),
        "high": _rounded(high),
        "median": _rounded(float(quartiles[1])),
        "quartiles": [_rounded(float(quartiles[0])), _rounded(float(quartiles[2]))],
    }


def interval(flags: np.ndarray[Any, Any], families: np.ndarray[Any, Any]) -> tuple[float, float]:
    """Return the interval of a share over families: they are drawn anew, each with its runs."""
    names, place = np.unique(families, return_inverse=True)
    hits = np.bincount(place, flags, len(names))
    counts = np.bincount(place, minlength=len(names))
    chosen = np.random.default_rng(22).integers(len(names), size=(DRAWS, len(names)))
    shares = hits[chosen].sum(1) / counts[chosen].sum(1)
    low, high = np.quantile(shares, [(1 - COVER) / 2, (1 + COVER) / 2])
    return float(low), float(high)


def causes(runs: Sequence[Tried]) -> list[dict[str, Any]]:
    """Return in what share of the runs with a finding a remedy of a cause gained 5 %.

    ``chance`` is how often the best of as many starts of the run itself would have gained as much,
    if the starts were independent: an upper bound, for those of one run are alike.
    """
    table = []
    for finding in ASKED_FOR_CAUSES:
        members = [run for run in runs if finding in run.found and run.counts_for is None]
        again = [_gained(run, (AGAIN,)) for run in members if AGAIN in run.arms]
        by_chance = float(np.mean(again)) if again else 0.0
        for cause, remedies in CAUSES.items():
            tried = [run for run in members if any(name in run.arms for name in remedies)]
            if not tried:
                continue
            families = np.array([run.family for run in tried])
            repaired = np.array([_gained(run, remedies) for run in tried])
            low, high = interval(repaired, families)
            table.append(
                {
                    "finding": finding,
                    "cause": cause,
                    "runs": len(tried),
                    "families": len(set(families)),
                    "share": _rounded(float(repaired.mean())),
                    "low": _rounded(low),
                    "high": _rounded(high),
                    "chance": _rounded(1 - (1 - by_chance) ** len(remedies)),
                }
            )
    return table


def _gained(run: Tried, remedies: Sequence[str]) -> bool:
    changes = [run.change(name, LOWEST) for name in remedies]
    return any(change is not None and change <= np.log(1 - REPAIRED) for change in changes)


def _rounded(value: float) -> float:
    return round(value, 3)


def table_of(runs: Sequence[Tried], manifests: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the whole table with what made it."""
    first = manifests[0]
    added = sum(run.counts_for is not None for run in runs)
    return {
        "schema": SCHEMA,
        "manifest": {
            "command": [command for manifest in manifests for command in manifest["commands"]],
            "runs": len(runs),
            "added": added,
            "families": len({run.family for run in runs}),
            "seed": [manifest["seed"] for manifest in manifests],
            "device": first["device"],
            "versions": first["versions"],
            "complete": len(runs) - added == sum(manifest["runs"] for manifest in manifests),
        },
        "rows": rows(runs),
        "causes": causes(runs),
    }


def manifest_of(folder: Path) -> dict[str, Any]:
    """Return the manifest of a fleet, with the commands that made it and added runs to it."""
    paths = [folder / "manifest.json"]
    if any(targeted.records(folder)):
        paths.append(folder / targeted.FOLDER / "manifest.json")
    known = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    return {**known[0], "commands": [manifest["command"] for manifest in known]}


def content_of(table: dict[str, Any]) -> str:
    """Return the text of the file: one row a line, so that a change shows what it changed."""
    parts = [
        f'"schema": {table["schema"]}',
        f'"manifest": {json.dumps(table["manifest"])}',
        *(
            f'"{name}": [\n{joined}\n]'
            for name in ("rows", "causes")
            for joined in [",\n".join(json.dumps(row) for row in table[name])]
        ),
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def show(table: dict[str, Any]) -> None:
    """Print the general rows."""
    print(f"{table['manifest']['runs']} runs of {table['manifest']['families']} families")
    print(f"{'finding':20}{'remedy':18}{'runs':>6}{'better':>8}  90 %        median   gain")
    for row in sorted(table["rows"], key=lambda row: (row["finding"], -row["gain"])):
        if row["context"]:
            continue
        told = row["selected"]
        print(
            f"{row['finding']:20}{row['remedy']:18}{row['runs']:6}{told['better']:8.2f}"
            f"  {told['low']:.2f}-{told['high']:.2f}  {told['median']:+8.3f}{row['gain']:+7.3f}"
        )
    for row in table["causes"]:
        print(
            f"{row['finding']:14}{row['cause']:26}{row['runs']:5} runs: {row['share']:.2f} "
            f"({row['low']:.2f}-{row['high']:.2f}), by chance {row['chance']:.2f}"
        )


def main() -> None:
    """Judge the runs, show the table, and write it if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folders", nargs="+", type=Path, help="of fleets of remedies")
    parser.add_argument("--write", action="store_true", help=f"write {TABLE.name}")
    options = parser.parse_args()
    table = table_of(judged(options.folders), [manifest_of(each) for each in options.folders])
    show(table)
    if options.write:
        TABLE.write_text(content_of(table), encoding="utf-8")


if __name__ == "__main__":
    main()
