"""Predicted effects of remedies against true ones: shares, ranks, regret and failures."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from advice_order import Advice, Predicted

from analyzer.stats.bootstrap import paired_difference
from analyzer.stats.correlation import spearman
from analyzer.stats.shares import share_of

EARLY = "early_stopping"
NOTICED = 0.01  # relative: a loss that changed by less is neither better nor worse
LARGEST = math.log(10)  # of an effect in a mean: a diverged run counts as ten times the loss
BINS = (0.0, 0.25, 0.5, 0.75, 1.0)  # of the predicted share
TRIED = 3  # remedies that a patient user tries
FEWEST = 5  # runs of a finding for a row of its own


class Effect(NamedTuple):
    """ln(test loss with a remedy / without): below 0 is better; NaN if it is not known.

    ``selected`` is at the checkpoint of the lowest validation loss, ``lowest`` at the lowest test
    loss, ``last`` with the weights of the last epoch, ``error`` is that of the share of wrong
    classes at the selected checkpoint.
    """

    selected: float
    lowest: float
    last: float
    error: float


class Measured(NamedTuple):
    """A run with a finding: what was advised, what the table predicts, and the true effects.

    ``unmeasured`` and ``measured`` are the remedies of its checklist before and after effects were
    measured, in their order; ``predicted`` is for the worst finding of the run, by remedy.
    """

    number: int
    task: str
    finding: str
    unmeasured: tuple[Advice, ...]
    measured: tuple[Advice, ...]
    predicted: Mapping[str, Predicted]
    effects: Mapping[str, Effect]


def log_ratio(after: float | None, before: float | None) -> float:
    """Return ln(after / before); None is a loss that is not finite, NaN if both are.

    Two errors of 0 are equal; from or to an error of 0 the ratio is infinite.
    """
    if after == before:
        return math.nan if after is None else 0.0
    if after is None or before == 0:
        return math.inf
    if before is None or after == 0:
        return -math.inf
    return math.log(after / before)


def effects_of(
    base: Mapping[str, Any], remedied: Mapping[str, Mapping[str, Any]]
) -> dict[str, Effect]:
    """Return the effect of each remedy on a run.

    Early stopping keeps the selected checkpoint of the run itself; without it, a user keeps the
    weights of the last epoch.
    """
    effects = {
        remedy: Effect(
            log_ratio(record["selected"], base["selected"]),
            log_ratio(record["lowest"], base["lowest"]),
            log_ratio(record["last"], base["last"]),
            log_ratio(record["selected_error"], base["selected_error"]),
        )
        for remedy, record in remedied.items()
    }
    kept = log_ratio(base["selected"], base["last"])
    effects[EARLY] = Effect(kept, kept, kept, log_ratio(base["selected_error"], base["last_error"]))
    return effects


def is_better(effect: float) -> bool:
    """Say whether a loss fell by more than 1 %."""
    return effect < math.log(1 - NOTICED)


def is_worse(effect: float) -> bool:
    """Say whether a loss rose by more than 1 %."""
    return effect > math.log(1 + NOTICED)


def report(runs: Sequence[Measured]) -> str:
    """Return the figures of all runs as Markdown."""
    parts = [
        ("Runs with a finding", _counts(runs)),
        ("Remedies: predicted and true", _remedies(runs)),
        ("Remedies by the worst finding of the run", _by_finding(runs)),
        ("Shares: predicted against true, in bins of the predicted share", _calibration(runs)),
        ("Ranks", _ranks(runs)),
        ("The first box, early stopping against the last epoch", _regrets(runs, "selected")),
        ("The first box, all weights those of the last epoch", _regrets(runs, "last")),
        ("Failures: the first box made the loss worse by more than 1 %", _failures(runs)),
    ]
    return "\n".join(f"## {title}\n\n{body}\n" for title, body in parts)


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table in Markdown."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _counts(runs: Sequence[Measured]) -> str:
    counts = Counter((run.task, run.finding) for run in runs)
    tasks, findings = (sorted({key[at] for key in counts}) for at in (0, 1))
    rows = [[task, *(str(counts[task, name]) for name in findings)] for task in tasks]
    return table(["task", *findings], rows)


def _remedies(runs: Sequence[Measured]) -> str:
    heads = ["remedy", "runs", "predicted", "true (95 %)", "of runs predicted", "worse"]
    heads += ["median", "better at the lowest test loss", "better by error"]
    rows = []
    for remedy in sorted({name for run in runs for name in run.effects}):
        effects = [run.effects[remedy] for run in runs if remedy in run.effects]
        finite = [effect.selected for effect in effects if not math.isnan(effect.selected)]
        told = [run for run in runs if remedy in run.predicted and remedy in run.effects]
        predicted = [run.predicted[remedy].better for run in told]
        rows.append(
            [
                remedy,
                str(len(finite)),
                f"{np.mean(predicted):.2f} ({len(told)})" if told else "-",
                better_share(finite),
                better_share([run.effects[remedy].selected for run in told]),
                f"{np.mean([is_worse(effect) for effect in finite]):.2f}",
                percent(float(np.median(finite))),
                better_share([effect.lowest for effect in effects]),
                better_share([effect.error for effect in effects]),
            ]
        )
    return table(heads, rows)


def better_share(effects: Iterable[float]) -> str:
    """Return the share of known effects that are better, with Wilson's interval."""
    fell = [is_better(effect) for effect in effects if not math.isnan(effect)]
    if not fell:
        return "-"
    share = share_of(sum(fell), len(fell))
    return f"{share.value:.2f} ({share.low:.2f}-{share.high:.2f})"


def percent(effect: float) -> str:
    """Return an effect as the relative change of the loss."""
    return f"{100 * math.expm1(effect):+.1f} %" if math.isfinite(effect) else f"{effect}"


def _by_finding(runs: Sequence[Measured]) -> str:
    found: dict[tuple[str, str], list[Measured]] = defaultdict(list)
    for run in runs:
        for remedy, effect in run.effects.items():
            if not math.isnan(effect.selected):
                found[run.finding, remedy].append(run)
    rows = []
    for (finding, remedy), group in sorted(found.items()):
        if len(group) >= FEWEST:
            effects = [run.effects[remedy].selected for run in group]
            told = [run.predicted[remedy].better for run in group if remedy in run.predicted]
            predicted = f"{np.mean(told):.2f}" if told else "-"
            middle = percent(float(np.median(effects)))
            rows.append(
                [finding, remedy, str(len(group)), predicted, better_share(effects), middle]
            )
    return table(["finding", "remedy", "runs", "predicted", "true (95 %)", "median"], rows)


def pairs_of(runs: Iterable[Measured]) -> Iterator[tuple[Predicted, float]]:
    """Yield what was predicted of each remedy of each run, and its effect."""
    for run in runs:
        for remedy, predicted in run.predicted.items():
            effect = run.effects.get(remedy)
            if effect is not None and not math.isnan(effect.selected):
                yield predicted, effect.selected


def _calibration(runs: Sequence[Measured]) -> str:
    pairs = list(pairs_of(runs))
    if not pairs:
        return "Nothing was predicted."
    rows, gaps = [], 0.0
    for low, high in pairwise(BINS):
        inside = [pair for pair in pairs if low <= pair[0].better < high + (high == BINS[-1])]
        if inside:
            told = float(np.mean([predicted.better for predicted, _ in inside]))
            true = float(np.mean([is_better(effect) for _, effect in inside]))
            gaps += len(inside) * abs(told - true)
            shown = better_share(effect for _, effect in inside)
            rows.append([f"{low:.2f}-{high:.2f}", str(len(inside)), f"{told:.2f}", shown])
    body = table(["predicted share", "pairs", "mean predicted", "true (95 %)"], rows)
    return f"{body}\n\nMean gap: {gaps / len(pairs):.3f} over {len(pairs)} pairs."


def _ranks(runs: Sequence[Measured]) -> str:
    pairs = list(pairs_of(runs))
    inside = list(filter(lambda rho: rho is not None, (_rank_within(run) for run in runs)))
    if not pairs or not inside:
        return "Nothing was predicted."
    pooled = spearman(*_gains(pairs))
    return (
        f"Spearman's rho of predicted gain and true fall in log loss: {pooled.rho:.2f} over"
        f" {len(pairs)} pairs; within a run {np.mean(inside):.2f} on average"
        f" ({len(inside)} runs, above 0 in {np.mean(np.array(inside) > 0):.0%})."
    )


def _rank_within(run: Measured) -> float | None:
    pairs = list(pairs_of([run]))
    return spearman(*_gains(pairs)).rho if len(pairs) >= FEWEST else None


def _gains(pairs: Iterable[tuple[Predicted, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Return predicted gains and true ones, without infinite values; shapes (n,), (n,)."""
    pairs = list(pairs)
    gains = np.array([predicted.gain for predicted, _ in pairs])
    return gains, np.array([-bounded(effect) for _, effect in pairs])


def bounded(effect: float) -> float:
    """Return an effect between a tenth and ten times the loss."""
    return min(max(effect, -LARGEST), LARGEST)


def boxes(run: Measured, view: str) -> dict[str, list[float]]:
    """Return the effects of the advised remedies, by the order in which they are advised.

    ``view`` is a field of ``Effect``. An advised remedy without a known effect is left out: it
    changes nothing in this run.
    """
    orders = {"measured": run.measured, "unmeasured": run.unmeasured}
    return {
        name: [bounded(getattr(run.effects[item.remedy], view)) for item in known(run, items, view)]
        for name, items in orders.items()
    }


def known(run: Measured, items: Iterable[Advice], view: str = "selected") -> list[Advice]:
    """Return the advice whose effect is known."""
    return [
        item
        for item in items
        if item.remedy in run.effects and not math.isnan(getattr(run.effects[item.remedy], view))
    ]


# The effect that a user gets who follows a checklist in some way, from its two orders.
Orders = Mapping[str, Sequence[float]]
FOLLOWED: Mapping[str, Callable[[Orders], float]] = {
    "measured order, first box": lambda orders: orders["measured"][0],
    "unmeasured order, first box": lambda orders: orders["unmeasured"][0],
    "a random box": lambda orders: float(np.mean(orders["measured"])),
    "a random box, unmeasured": lambda orders: float(np.mean(orders["unmeasured"])),
    "nothing": lambda orders: 0.0,
    "measured order, best of three": lambda orders: min(orders["measured"][:TRIED]),
    "unmeasured order, best of three": lambda orders: min(orders["unmeasured"][:TRIED]),
}


def _regrets(runs: Sequence[Measured], view: str) -> str:
    choices = [orders for orders in (boxes(run, view) for run in runs) if all(orders.values())]
    if not choices:
        return "No remedy was advised."
    best = np.array([min(map(min, orders.values())) for orders in choices])
    usual = np.array([orders["unmeasured"][0] for orders in choices])
    rows = []
    for name, follow in FOLLOWED.items():
        effect = np.array([follow(orders) for orders in choices])
        change = paired_difference(usual - best, effect - best)
        spread = "-" if change.low is None else f"{change.low:+.3f} to {change.high:+.3f}"
        rows.append(
            [
                name,
                percent(float(effect.mean())),
                better_share(effect.tolist()),
                f"{np.mean([is_worse(value) for value in effect]):.2f}",
                f"{np.mean(effect - best):.3f}",
                f"{np.median(effect - best):.3f}",
                f"{change.value:+.3f} ({spread})",
            ]
        )
    heads = ["followed", "mean loss", "better", "worse", "mean regret", "median regret"]
    heads.append("against the first box, unmeasured (95 %)")
    return (
        f"{table(heads, rows)}\n\nBest of the advised remedies:"
        f" {percent(float(best.mean()))} loss on average, over {len(choices)} runs."
        " Regret: ln(loss with the remedy followed / with the best)."
    )


def _failures(runs: Sequence[Measured]) -> str:
    rows = []
    for run in runs:
        tried = known(run, run.measured)
        if not tried or not is_worse(run.effects[tried[0].remedy].selected):
            continue
        first = tried[0]
        told = f"{first.predicted.better:.2f}" if first.predicted else "-"
        best = min(tried, key=lambda item: run.effects[item.remedy].selected)
        change, other = (percent(run.effects[item.remedy].selected) for item in (first, best))
        cells = (run.number, run.task, first.finding, first.remedy, told, change)
        rows.append([*map(str, cells), f"{best.remedy} {other}"])
    heads = ["run", "task", "finding", "first box", "predicted", "true", "best advised"]
    return table(heads, rows) if rows else "None."
