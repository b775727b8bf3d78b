"""The heading of an index, and what it says if there is no sweep to rank."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from analyzer.batch.index import build_index
from analyzer.batch.index_said import lines
from analyzer.batch.index_title import title
from analyzer.batch.record import Record
from analyzer.batch.result import Options
from analyzer.comparing.suspicion import BELOW, PERFECT, Suspicion
from analyzer.model.diagnosis import Best

Make = dict[str, Callable[..., Any]]


def heading(make: Make, records: Sequence[Record], lang: str = "en") -> str:
    return title(build_index(make["batch"](records), Options(lang=lang), missing=0))


def said(make: Make, records: Sequence[Record], lang: str = "en") -> list[str]:
    return lines(build_index(make["batch"](records), Options(lang=lang), missing=0))


def runs(make: Make, *verdicts: str, **changes: Any) -> list[Record]:
    """Return runs of rising loss with these verdicts, each with its own setting."""
    return [
        make["record"](
            at,
            {"lr": at},
            verdict=verdict,
            best=Best("val", "loss", 9, 9.0, 0.3 + at / 10),
            run=f"run{at}",
            **changes,
        )
        for at, verdict in enumerate(verdicts)
    ]


def test_the_verdict_of_the_best_is_said_with_it(make: Make) -> None:
    records = runs(make, "overfitting", "healthy", "diverged", after_best=0.5)
    assert heading(make, records) == (
        "3 runs: lowest validation loss with run0 (0.3, overfitting); next run1 (0.4)"
    )
    assert said(make, records)[0] == (
        "run0: overfitting. Its best checkpoint (epoch 9) is not the last one."
    )
    for name in ("index.html", "index.md"):
        assert "Best settings as options (overfitting)" in make["files"](records)[name].decode()
    assert "Overfitting".lower() in make["files"](records)["ranking.tex"].decode()


def test_a_healthy_best_has_no_warning(make: Make) -> None:
    records = runs(make, "healthy", "overfitting")
    assert "checkpoint" not in " ".join(said(make, records))
    assert "Best settings as options:" in make["files"](records)["index.md"].decode()


def test_a_verdict_of_all_runs_is_said_once(make: Make) -> None:
    records = runs(make, "diverged", "diverged")
    assert heading(make, records).startswith("2 runs, all with verdict diverged: lowest")
    assert heading(make, records).count("diverged") == 1
    assert "2 ejecuciones, todas con «divergencia»:" in heading(make, records, "es")


def test_repeats_that_differ_in_verdict_are_counted(make: Make) -> None:
    verdicts = ("healthy", "overfitting", "healthy")
    records = [
        make["record"](
            at,
            {"lr": at // 3, "seed": at % 3},
            best=Best("val", "loss", 9, 9.0, 0.3 + at / 10),
            verdict=verdicts[at % 3],
        )
        for at in range(6)
    ]
    assert "3 runs; 2 healthy, 1 overfitting); next" in heading(make, records)
    assert "Its level is the mean over the best checkpoint of each run." in said(make, records)[0]


@pytest.mark.parametrize(
    ("suspicion", "sentence"),
    [
        (Suspicion(PERFECT), "validation loss is perfect, as if examples were in both sets"),
        (Suspicion(BELOW, 0.3), "validation loss ends 30% below training"),
    ],
)
def test_a_suspicious_best_is_not_offered_without_a_warning(
    make: Make, suspicion: Suspicion, sentence: str
) -> None:
    records = runs(make, "healthy", "healthy")
    records[0] = make["record"](
        0, {"lr": 0}, verdict="healthy", best=records[0].best, run="run0", suspicion=suspicion
    )
    assert "run0 (0.3; check for leaked examples)" in heading(make, records)
    assert sentence in said(make, records)[0]
    page = make["files"](records)["index.md"].decode()
    assert "Best settings as options (check for leaked examples)" in page


def test_one_run_is_described(make: Make) -> None:
    records = runs(make, "overfitting")
    assert heading(make, records) == "1 run, overfitting: validation loss 0.3 at its best (epoch 9)"
    assert heading(make, records, "es").startswith("1 ejecución, sobreajuste: pérdida de")
    assert said(make, records) == []


def test_runs_without_settings_still_have_a_best(make: Make) -> None:
    records = [
        make["record"](
            at,
            {},
            best=Best("val", "accuracy", 9, 9.0, 0.8 - at / 10),
            verdict="healthy",
            run=f"r{at}",
        )
        for at in range(3)
    ]
    assert heading(make, records) == (
        "3 runs: highest validation accuracy with r0 (0.8); next r1 (0.7)"
    )
    assert "No setting in the logs differs" in said(make, records)[0]


def test_runs_of_which_no_two_are_judged_alike_are_not_ranked(make: Make) -> None:
    metrics = ("loss", "accuracy", "f1", "mae")
    records = [
        make["record"](at, {"lr": at}, best=Best("val", metric, 9, 9.0, 0.3))
        for at, metric in enumerate(metrics)
    ]
    assert heading(make, records) == "4 runs, not ranked: no two share their metric, scale and loss"
    assert said(make, records) == []


def test_runs_that_cannot_be_judged_are_said_to_be_so(make: Make) -> None:
    records = [make["record"](at, {"lr": at}, best=None) for at in range(3)]
    assert heading(make, records) == "3 runs without a loss or a score that can be judged"
    assert "3 ejecuciones sin una pérdida ni" in heading(make, records, "es")
    assert said(make, records) == []
    assert heading(make, []) == "Training runs"


def test_levels_that_look_alike_get_more_digits(make: Make) -> None:
    records = [
        make["record"](at, {"lr": at}, best=Best("val", "loss", 9, 9.0, value), verdict="healthy")
        for at, value in enumerate((0.44561, 0.44619))
    ]
    assert "(0.4456); next" in heading(make, records)


def repeats(make: Make, count: int = 3, **settings: Any) -> list[Record]:
    return [
        make["record"](
            at, {"lr": 0.1, "seed": at, **settings}, best=Best("val", "loss", 9, 9.0, 0.3 + at / 10)
        )
        for at in range(count)
    ]


def test_repeats_of_one_setting_have_a_mean_and_no_best(make: Make) -> None:
    records = repeats(make)
    assert heading(make, records) == (
        "3 runs, repeats of one setting: validation loss 0.4 (SD 0.1)"
    )
    (line,) = said(make, records)
    assert line.startswith(
        "The runs differ only in their seed or fold, so the order among them is luck:"
    )
    assert "repeticiones de una misma configuración" in heading(make, records, "es")
    assert "azar" in said(make, records, "es")[0]


def test_runs_on_other_data_are_warned_of(make: Make) -> None:
    records = [*repeats(make, dataset="mnist"), *repeats(make, dataset="cifar10")]
    assert "The runs name different data (dataset: mnist, cifar10)" in " ".join(said(make, records))


def test_copies_alone_are_one_run(make: Make) -> None:
    first = repeats(make, 1)[0]
    records = [first, replace(first, run="copy", folder="ab/copy-0123456789")]
    assert heading(make, records) == "2 runs with the same points: validation loss 0.3"
    assert "2 ejecuciones con los mismos puntos" in heading(make, records, "es")
    assert "The same points: copy = " in " ".join(said(make, records))


def test_the_next_is_not_the_best_again(make: Make) -> None:
    records = runs(make, "healthy", "healthy", "healthy")
    again = replace(
        records[1], summary=replace(records[1].summary, prints=records[0].summary.prints)
    )
    assert "next run2" in heading(make, [records[0], again, records[2]])
    assert "next run1" in heading(make, records)


def test_the_next_is_said_to_have_diverged(make: Make) -> None:
    records = [
        make["record"](at, {"lr": at}, run=f"r{at}", verdict=verdict, best=best(value))
        for at, (verdict, value) in enumerate((("healthy", 0.3), ("diverged", 0.5)))
    ]
    assert "next r1 (0.5, diverged)" in heading(make, records)
    plain = [replace(record, summary=replace(record.summary, settings={})) for record in records]
    assert "next r1 (0.5, diverged)" in heading(make, plain)
    healthy = [records[0], replace(records[1], verdict="overfitting")]
    assert "next r1 (0.5)" in heading(make, healthy)


def best(value: float) -> Best:
    return Best("val", "loss", 9, 9.0, value)
