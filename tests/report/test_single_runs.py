"""Single runs in words: what is certain is never called chance, in sentences and in the table."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.comparing.comparison import compare
from analyzer.comparing.far_apart import DIVERGED, FAR
from analyzer.comparing.gate import NOT_JUDGED, UNKNOWN, outcomes
from analyzer.engine import diagnose
from analyzer.model.run import Run
from analyzer.report.comment import render_comment
from analyzer.report.compared import build_compared
from analyzer.report.compared_pages import render_compared_terminal
from analyzer.report.single_runs import order_sentences
from analyzer.text import words

EN = words("en")
CHANCE = {"en": ("chance", "luck"), "es": ("azar",)}


def of(name: str, level: float, *, nan_from: int | None = None, **config: float) -> Run:
    """Return a run that falls to a level, with NaN from some epoch on."""
    noise = 1 + 0.003 * np.random.default_rng(len(name)).standard_normal(40)
    fall = level + (2.3 - level) * np.exp(-np.arange(40) / 5) * noise
    if nan_from is not None:
        fall[nan_from:] = np.nan
    curves = {("train", "loss"): fall * 0.98, ("val", "loss"): fall}
    return synthetic.of_curves(name, curves, config=config)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_an_enormous_difference_is_not_called_chance(lang: str) -> None:
    found = compare([of("a", 0.2, lr=1), of("b", 1.6, lr=2)])
    said = build_compared(found, lang).sentences[0]
    assert not any(word in said for word in CHANCE[lang])
    assert "1.6" in said.replace(",", ".")
    row = build_compared(found, lang).rows[1]
    assert (
        row[1]
        == {"en": "far worse, one run each", "es": "mucho peor, una ejecución de cada uno"}[lang]
    )
    turned = build_compared(compare([of("b", 1.6), of("a", 0.2)]), lang).rows[1][1]
    assert turned.startswith({"en": "far better", "es": "mucho mejor"}[lang])


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_run_that_diverged_is_named_and_not_called_chance(lang: str) -> None:
    healthy, broken = of("a", 0.4, lr=1), of("b", 0.5, nan_from=25, lr=2)
    for runs in ([healthy, broken], [broken, healthy]):
        said = build_compared(compare(runs), lang).sentences[0]
        assert said.startswith({"en": "b diverged and a did not", "es": "b divergió y a no"}[lang])
        assert not any(word in said for word in CHANCE[lang])


def test_a_run_without_a_finite_loss_is_not_said_to_have_logged_none() -> None:
    found = compare([of("a", 0.4), of("b", 0.5, nan_from=0)])
    text = render_compared_terminal(found, "en")
    assert text.startswith("b diverged without a value of validation loss to compare")
    assert "was not logged" not in text


def test_only_what_lies_close_is_said_to_be_luck() -> None:
    levels = {"a": 0.4, "bb": 0.41, "ccc": 1.8, "dddd": 1.9}
    runs = [of(name, level, lr=level) for name, level in levels.items()]
    said = build_compared(compare([*runs, of("eeeee", 0.5, nan_from=30, lr=9)])).sentences[0]
    assert "Far behind a: ccc, dddd." in said
    assert "Diverged: eeeee." in said
    assert "The order of the other 2 may be luck" in said


def test_a_ranking_of_single_runs_weighs_too() -> None:
    runs = [of("a", 0.3, lr=0), *(of(f"b{at}", 1.7 + at / 100, lr=1 + at) for at in range(9))]
    said = " ".join(build_compared(compare(runs)).sentences)
    assert "Far behind a: b0, b1, b2, b3, b4, b5 and 3 more." in said
    assert "luck" not in said


def test_the_order_of_all_may_be_luck_if_none_is_far() -> None:
    (said,) = order_sentences("a", [("b", None)], EN)
    assert said.startswith("One run each cannot show")
    everything = order_sentences("a", [("b", FAR), ("c", DIVERGED)], EN)
    assert not any("luck" in line for line in everything)


def test_a_gate_says_what_is_certain_of_one_baseline_run() -> None:
    good, bad = diagnose(of("a", 0.2)), diagnose(of("b", 1.6))
    broken, nothing = diagnose(of("c", 0.4, nan_from=25)), diagnose(of("d", 0.4, nan_from=0))
    told = {
        (run.run.name, base.run.name): outcomes(run, baseline=[base])[0]
        for run, base in ((bad, good), (broken, good), (good, broken), (good, nothing))
    }
    keys = {pair: (found.status, found.key) for pair, found in told.items()}
    assert keys == {
        ("b", "a"): (NOT_JUDGED, "one_run_far"),
        ("c", "a"): (NOT_JUDGED, "one_run_diverged"),
        ("a", "c"): (NOT_JUDGED, "one_run_baseline_diverged"),
        ("a", "d"): (UNKNOWN, "one_run_baseline_diverged"),
    }


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_comment_says_what_is_certain(lang: str) -> None:
    good, bad, broken = (
        diagnose(made) for made in (of("a", 0.2), of("b", 1.6), of("c", 0.4, nan_from=25))
    )
    title = render_comment([bad], [good], lang=lang).splitlines()[1]
    assert {"en": "far worse than the baseline", "es": "mucho peor que la referencia"}[
        lang
    ] in title
    better = render_comment([good], [bad], lang=lang)
    assert {"en": "Repeat this run with another seed; if", "es": "si lo confirma"}[lang] in better
    for these, base in ((broken, good), (good, broken)):
        body = render_comment([these], [base], lang=lang)
        assert (
            {"en": "c diverged and", "es": "c divergió y"}[lang] in body
            or "diverged and" in body
            or "divergió y" in body
        )
        assert {"en": "unlike the baseline", "es": "a diferencia de la"}[lang] in body.splitlines()[
            1
        ]
