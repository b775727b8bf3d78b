"""How often the detectors are right on runs whose truth is known (docs/corpus.md).

Writes docs/accuracy.md.

python tests/benchmarks/accuracy.py the calibration half, printed python
tests/benchmarks/accuracy.py --write --fresh FILE --peers PYTHON

The second judges the test half of the corpus and a fresh fleet (``analyzer train fleet --runs 600
--seed 91101``), asks the tools of ``peers.py``, and writes the page. Thresholds come from the
calibration half alone.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import cost
import curves
import numpy as np
from calibration import calibration_error
from judged import LABEL_OF, ONE_LINE, Judged, judge
from measures import (
    Rows,
    Value,
    ece,
    f1,
    f1_above,
    healthy,
    labelled,
    mean,
    median,
    pairs,
    percent,
    recall_at,
    regret_saved,
    scores,
    shown,
    warned,
    wrongly,
)
from peers import TOOLS, ask

from analyzer.engine import diagnose
from analyzer.trainer.corpus import read

CORPUS = Path(__file__).parents[1] / "corpus" / "corpus.jsonl.gz"
WORDS = Path(__file__).with_suffix(".md")  # the page, but for its figures
PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"
HALVES = {"calibration": "the four families that calibrated", "test": "the four other families"}
CONFIDENT = [*LABEL_OF, "generalization_gap"]  # the detectors whose findings carry a confidence
KINDS: list[tuple[str, Callable[[Judged], bool]]] = [
    ("classes", lambda judged: judged.classes > 0),
    ("regression", lambda judged: judged.classes == 0),
    *((name, lambda judged, half=half: judged.half == half) for half, name in HALVES.items()),
]
SIZES = ((20, 50), (50, 100), (100, 300), (300, 1000), (1000, 100_000))
LENGTHS = ((15, 22), (22, 60), (60, 150), (150, 100_000))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--write",
        action="store_true",
        help="judge test half and fresh fleet, write docs/accuracy.md",
    )
    parser.add_argument(
        "--fresh", type=Path, help="corpus.jsonl.gz of a fleet with a seed of its own"
    )
    parser.add_argument("--corpus", type=Path, help="judge both halves of this corpus instead")
    parser.add_argument("--peers", help="a Python that has runmedic and trainproof")
    parser.add_argument("--runs", type=int, help="so many of each, for a quick look")
    given = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if given.corpus:
        records = list(islice(read(given.corpus), given.runs))
        halves = {name: [row for row in records if row["half"] == name] for name in HALVES}
        print(report({name: judged(rows) for name, rows in halves.items()}, {}))
        return
    if not given.write:
        print(report({"calibration half": judged(half("calibration", given.runs))}, {}))
        return
    records = {"test half": half("test", given.runs)}
    if given.fresh:
        records["fresh fleet"] = list(islice(read(given.fresh), given.runs))
    sets = {name: judged(rows) for name, rows in records.items()}
    PAGE.write_text(
        report(sets, asked(given.peers, records) if given.peers else {}), encoding="utf-8"
    )


def half(name: str, runs: int | None) -> list[dict[str, Any]]:
    return list(islice((record for record in read(CORPUS) if record["half"] == name), runs))


def judged(records: Sequence[dict[str, Any]]) -> list[Judged]:
    with ProcessPoolExecutor() as pool:
        return list(pool.map(judge, records, chunksize=16))


def asked(
    python: str, records: dict[str, list[dict[str, Any]]]
) -> dict[str, list[dict[str, bool]]]:
    return {name: ask(python, rows) for name, rows in records.items()}


def report(sets: dict[str, list[Judged]], peers: dict[str, list[dict[str, bool]]]) -> str:
    """Return the page.

    Every aim, then overfitting in parts, other methods, healthy runs and confidence.
    """
    head, _, tail = WORDS.read_text(encoding="utf-8").partition("<!-- figures -->\n")
    parts = [
        head,
        *aims(sets),
        "",
        "## Overfitting in parts",
        "",
        *in_parts(sets),
        "",
        "## The others in parts",
        "",
        *others_in_parts(sets),
        "",
        "## Beside other methods",
        "",
        *beside_others(sets, peers),
        "",
        "## Warnings on healthy runs",
        "",
        *healthy_by_detector(sets),
        "",
        "## Confidence",
        "",
        *reliability(sets),
        *elsewhere(),
    ]
    return "\n".join([*parts, tail.strip(), ""])


def aims(sets: dict[str, list[Judged]]) -> Iterable[str]:
    rows: list[tuple[str, str, Callable[[Rows], Value]]] = [
        ("overfitting, F1, all runs", ".92", lambda rows: f1(rows, "overfitting")),
        (
            "the same, less the F1 of final > best + 5 % with training lower than at the best",
            "> 0",
            lambda rows: f1_above(rows, ONE_LINE),
        ),
        (
            "overfitting, F1, 300 validation examples and more",
            ".98",
            lambda rows: f1([row for row in rows if row.examples >= 300], "overfitting"),
        ),
        *(
            (
                f"overfitting, share judged wrongly, {name}",
                "-",
                lambda rows, low=low, high=high: wrongly(
                    [row for row in rows if low < row.examples <= high]
                ),
            )
            for name, low, high in (
                ("up to 50 examples", 0, 50),
                ("51 to 300", 50, 300),
                ("above 300", 300, 10**9),
            )
        ),
        (
            "onset: mean regret below the raw minimum's, each counted up to 100 %",
            "15 %",
            lambda rows: regret_saved(rows, most=1.0),
        ),
        (
            "the same without a limit: a few runs whose lowest loss is next to 0 decide",
            "15 %",
            regret_saved,
        ),
        (
            "onset interval holds the truth",
            ".93-.97",
            lambda rows: mean([row.covered for row in rows]),
        ),
        (
            "the same, where the truth rests on 1,000 fresh examples or more",
            ".93-.97",
            lambda rows: mean([row.covered for row in rows if row.fresh_examples >= 1_000]),
        ),
        (
            "its median width, share of the run",
            ".24",
            lambda rows: median([row.width for row in rows]),
        ),
        ("any warning on a healthy run", ".05", lambda rows: mean(warned(healthy(rows)))),
        (
            "the same, above 50 validation examples",
            ".02",
            lambda rows: mean(warned([row for row in healthy(rows) if row.examples > 50])),
        ),
        (
            "the same, all sizes, but those that the exact curves get too",
            ".04",
            lambda rows: mean(warned(healthy(rows), false_only=True)),
        ),
        *(
            (
                f"the same, in {name}",
                "-",
                lambda rows, half=half: mean(
                    warned([row for row in healthy(rows) if row.half == half], false_only=True)
                ),
            )
            for half, name in HALVES.items()
        ),
        ("confidence: calibration error, all findings", ".03", lambda rows: ece(rows, CONFIDENT)),
        (
            "the same, without generalization_gap, nearly always right",
            ".03",
            lambda rows: ece(rows, LABEL_OF),
        ),
        ("the same, overfitting alone", ".03", lambda rows: ece(rows, ["overfitting"])),
        ("oscillation, F1, of the loss on fresh data", ".85", lambda rows: f1(rows, "oscillation")),
        (
            "oscillation, F1, of the label (train loss, calm at a tenth of the rate)",
            "-",
            lambda rows: f1(rows, "oscillation", label="oscillation"),
        ),
        (
            "true gap inside the 95 % interval",
            ".93-.97",
            lambda rows: mean([row.gap_covered for row in rows]),
        ),
        (
            "its median width, share of the loss",
            "-",
            lambda rows: median([row.gap_width for row in rows]),
        ),
        ("plateau, F1", ".80", lambda rows: f1(rows, "plateau")),
        ("no_learning, F1, from the curves alone", ".88", lambda rows: f1(rows, "no_learning")),
        (
            "no_learning, recall at a precision of .9",
            ".70",
            lambda rows: recall_at(rows, "no_learning", precision=0.9),
        ),
        (
            "no_learning, F1, number of classes in the configuration",
            "-",
            lambda rows: f1(rows, "no_learning", said=lambda row: row.no_learning_classes),
        ),
        (
            "no_learning, F1, trivial loss given",
            "-",
            lambda rows: f1(rows, "no_learning", said=lambda row: row.no_learning_told),
        ),
        (
            "underfitting, F1, of the label undertrained",
            ".80",
            lambda rows: f1(rows, "underfitting"),
        ),
    ]
    yield "| | aim | " + " | ".join(sets) + " |"
    yield "|---|---|" + "---|" * len(sets)
    for name, aim, measure in rows:
        yield (
            f"| {name} | {aim} | "
            + " | ".join(shown(measure(members)) for members in sets.values())
            + " |"
        )


def by_size() -> list[tuple[str, Callable[[Judged], bool]]]:
    return [
        (
            f"{low} to {high} validation examples"
            if high < 100_000
            else f"{low} validation examples and more",
            lambda judged, low=low, high=high: low <= judged.examples < high,
        )
        for low, high in SIZES
    ]


def in_parts(sets: dict[str, list[Judged]]) -> Iterable[str]:
    parts: list[tuple[str, Callable[[Judged], bool]]] = [("all", lambda _: True), *by_size()]
    parts += [
        (
            f"{low} to {high - 1} epochs" if high < 100_000 else f"{low} epochs and more",
            lambda judged, low=low, high=high: low <= judged.epochs < high,
        )
        for low, high in LENGTHS
    ]
    parts += [
        ("constant rate", lambda judged: not judged.scheduled),
        ("with a schedule", lambda judged: judged.scheduled),
        *KINDS,
    ]
    yield (
        "F1 without the grey zone, with it, and of the warnings alone (confidence of at least .6)."
    )
    yield ""
    yield "| runs | " + " | ".join(f"{name} | with grey | warnings" for name in sets) + " |"
    yield "|---|" + "---|" * (3 * len(sets))
    for name, belongs in parts:
        cells = []
        for rows in sets.values():
            part = [row for row in rows if belongs(row)]
            cells += [shown(f1(part, "overfitting")), shown(f1(part, "overfitting", grey=True))]
            cells.append(shown(f1(part, "overfitting", said=warns_of_overfitting)))
        yield f"| {name} | " + " | ".join(cells) + " |"


def others_in_parts(sets: dict[str, list[Judged]]) -> Iterable[str]:
    names = [name for name in LABEL_OF if name != "overfitting"]
    yield "F1 of the other detectors, without the grey zone."
    yield ""
    yield "| runs | " + " | ".join(f"{of}: {name}" for of in sets for name in names) + " |"
    yield "|---|" + "---|" * (len(names) * len(sets))
    for title, belongs in (*by_size(), *KINDS):
        cells = [
            shown(f1([row for row in rows if belongs(row)], name))
            for rows in sets.values()
            for name in names
        ]
        yield f"| {title} | " + " | ".join(cells) + " |"


def warns_of_overfitting(judged: Judged) -> bool:
    return judged.found.get("overfitting", ("",))[0] == "warning"


def beside_others(
    sets: dict[str, list[Judged]], peers: dict[str, list[dict[str, bool]]]
) -> Iterable[str]:
    yield (
        "Overfitting, on the same runs and labels; regret is the mean over all truly overfit "
        "runs, each capped at 100 %."
    )
    yield ""
    yield (
        "| method | "
        + " | ".join(f"{name}: precision | recall | F1 | regret" for name in sets)
        + " |"
    )
    yield "|---|" + "---|" * (4 * len(sets))
    first = next(iter(sets.values()))
    rules = {name: (lambda judged, name=name: judged.others[name]) for name in first[0].others}
    methods: dict[str, Callable[[Judged], bool]] = {
        "analyzer": lambda judged: "overfitting" in judged.found,
        **rules,
    }
    regret = {
        "analyzer": "analyzer",
        "final > best + 5 %": "raw minimum",
        ONE_LINE: "raw minimum",
        "early stopping, patience 10": "early stopping",
    }
    for name, said in methods.items():
        cells = []
        for rows in sets.values():
            cells += [*scores(rows, said), percent(rows, regret.get(name))]
        yield f"| {name} | " + " | ".join(cells) + " |"
    for tool in TOOLS if peers else ():
        cells = []
        for name, rows in sets.items():
            answer = {id(row): said[tool] for row, said in zip(rows, peers[name], strict=True)}
            cells += [*scores(rows, lambda row, answer=answer: answer[id(row)]), "-"]
        yield f"| {tool} | " + " | ".join(cells) + " |"


def healthy_by_detector(sets: dict[str, list[Judged]]) -> Iterable[str]:
    yield "| detector | " + " | ".join(f"{name}: warnings | notes" for name in sets) + " |"
    yield "|---|" + "---|" * (2 * len(sets))
    counts = {}
    for name, rows in sets.items():
        part = healthy(rows)
        for serious in (True, False):
            counts[name, serious] = Counter(
                detector
                for row in part
                for detector, (severity, _, explained) in row.found.items()
                if (severity != "info") == serious and not explained
            )
    for detector in sorted({key for count in counts.values() for key in count}):
        cells = [str(counts[name, serious][detector]) for name in sets for serious in (True, False)]
        yield f"| {detector} | " + " | ".join(cells) + " |"
    yield "| runs | " + " | ".join(f"{len(healthy(rows))} | " for rows in sets.values()) + "|"
    yield ""
    yield (
        "What a reader gets who only looks at warnings above some confidence: the share of "
        "healthy runs with a"
    )
    yield (
        "warning, the same but for what the exact curves get too, and the share of runs with a "
        "true fault that get one."
    )
    yield ""
    yield (
        "| confidence | "
        + " | ".join(f"{name}: healthy | falsely | with a fault" for name in sets)
        + " |"
    )
    yield "|---|" + "---|" * (3 * len(sets))
    for least in (0.0, 0.7, 0.8, 0.9, 0.95):
        cells = []
        for rows in sets.values():
            part = healthy(rows)
            shares = (
                warned(part, least=least),
                warned(part, false_only=True, least=least),
                warned(labelled(rows), least=least),
            )
            cells += [f"{np.mean(share):.3f}" for share in shares]
        yield f"| {least:.2f} | " + " | ".join(cells) + " |"


def reliability(sets: dict[str, list[Judged]]) -> Iterable[str]:
    yield (
        "Findings in five bins of equal count: mean confidence, and the share that was "
        "right (including grey runs)."
    )
    yield ""
    for name, rows in sets.items():
        yield f"| {name} | findings | calibration error | confidence: share right |"
        yield "|---|---|---|---|"
        for label, detectors in (("all", CONFIDENT), *((share, [share]) for share in CONFIDENT)):
            confidence, right = pairs(rows, detectors)
            order = np.array_split(np.argsort(confidence, kind="stable"), 5)
            bins = ", ".join(
                f"{confidence[row].mean():.2f}: {right[row].mean():.2f}"
                for row in order
                if len(row)
            )
            yield (
                f"| {label} | {len(right)} | {calibration_error(confidence, right):.3f} | {bins} |"
            )
        yield ""


def elsewhere() -> Iterable[str]:
    """Return what is printed by the two other benchmarks.

    Healthy language-model runs, and the cost.
    """
    yield "## Healthy language-model runs, and the cost"
    yield ""
    if curves.CURVES.is_dir():
        runs = [
            diagnose(curves.language_model(row)) for row in curves.rows("modded_nanogpt.jsonl.gz")
        ]
        warn = sum(any(finding.severity != "info" for finding in run.findings) for run in runs)
        short = sum(run.verdict == "inconclusive" for run in runs)
        yield (
            f"{warn} of {len(runs)} healthy language-model runs (modded-nanogpt) get a "
            "warning; aim: at most 3 %."
        )
        yield f"{short} are too short to judge (`python tests/benchmarks/curves.py`)."
        yield ""
    yield ""
    yield (
        "Milliseconds for all detectors and facts on train and val loss and accuracy, and "
        "for one pass of statsmodels'"
    )
    yield "lowess over the same curves (`OMP_NUM_THREADS=1 python tests/benchmarks/cost.py`):"
    yield ""
    yield "| points | 1,000 | 10,000 | 100,000 |"
    yield "|---|---|---|---|"
    made = [cost.made(length) for length in (1_000, 10_000, 100_000)]
    for name, work in (
        ("diagnose", lambda run: diagnose(replace(run))),
        ("lowess", cost.lowess_of),
    ):
        yield (
            f"| {name} | "
            + " | ".join(
                f"{cost.best(lambda item=item, work=work: work(item)):.1f}" for item in made
            )
            + " |"
        )
    yield ""


if __name__ == "__main__":
    main()
