"""A run that stopped learning early is not to be kept as it is, though no check found a problem."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.comparing.comparison import compare
from analyzer.engine import diagnose
from analyzer.model.diagnosis import Diagnosis
from analyzer.report.comment import render_comment
from analyzer.report.compared import build_compared
from analyzer.report.content import build_report, in_every_language
from analyzer.report.early_end import BEST_EARLY, EARLY_ENDS, FLAT, early_end
from analyzer.report.html import page
from analyzer.report.mark import marked_verdict
from analyzer.report.markdown import render_markdown
from analyzer.report.run_table import run_table
from analyzer.report.terminal import check_line, render_terminal
from analyzer.text import words

KEEP = ("Keep this run", "Guarde esta ejecución")
NOTHING_WRONG = ("othing is wrong", "ningún fallo", "resultado está bien")


def settled(share: float, noise: float) -> Diagnosis:
    """Return a run whose losses fall over a share of its length and then stay where they are."""
    t = np.arange(200.0)
    jitter = np.random.default_rng(5)
    fall = 0.4 + 2 * np.clip(1 - t / (share * len(t)), 0, 1) ** 2
    curves = {
        ("train", "loss"): fall * 0.98 + jitter.normal(0, noise, len(t)),
        ("val", "loss"): fall + jitter.normal(0, noise, len(t)),
    }
    return diagnose(synthetic.of_curves("settled", curves))


def everything(diagnosis: Diagnosis) -> str:
    """Return what all forms of a report say of a run, in both languages."""
    parts = []
    for report in in_every_language(diagnosis, "en"):
        lang = report.lang
        parts += [page(diagnosis, lang), render_markdown(report)]
        parts += [render_terminal(diagnosis, lang), check_line(diagnosis, lang, "warning")]
        parts.append(render_comment([diagnosis], lang=lang))
    return "\n".join(parts)


def test_a_run_that_is_flat_for_most_of_its_length_is_not_to_be_kept() -> None:
    diagnosis = settled(0.05, noise=0.001)
    end = early_end(diagnosis)
    assert diagnosis.verdict == "healthy"
    assert end is not None
    assert end.key == FLAT
    said = everything(diagnosis)
    assert not [words for words in (*KEEP, *NOTHING_WRONG) if words in said]
    report = build_report(diagnosis)
    assert report.badge == report.verdict_name == "stopped learning early"
    assert report.verdict != "healthy"
    assert report.action.startswith("Stop the next run like this near epoch ")
    assert report.checklist[0].text.startswith("Stop such a run soon after the plateau begins")


def test_the_sentence_says_what_it_cost() -> None:
    diagnosis = settled(0.05, noise=0.001)
    end = early_end(diagnosis)
    assert end is not None
    passed = 199 - end.after
    assert f"the last {passed} of 200 epochs" in build_report(diagnosis).sentence
    assert f"{passed} de 200 épocas" in build_report(diagnosis, "es").sentence
    assert diagnosis.findings[0].values["steps"] == passed


def test_a_short_flat_end_is_still_a_baseline() -> None:
    diagnosis = settled(0.58, noise=0.001)
    assert [finding.detector for finding in diagnosis.findings] == ["plateau"]
    assert early_end(diagnosis) is None
    assert build_report(diagnosis).action.startswith("Keep this run as the baseline")


def test_a_best_value_in_the_first_half_is_the_one_to_keep() -> None:
    t = np.arange(40.0)
    val = 0.5 + 0.02 * (t - 8) ** 2 / 32**2 + 0.01 * np.cos(t)
    val[:4] += np.array([0.3, 0.2, 0.1, 0.05])
    curves = {("train", "loss"): 0.97 * np.minimum(val, 0.51), ("val", "loss"): val}
    diagnosis = diagnose(synthetic.of_curves("early", curves))
    end = early_end(diagnosis)
    assert end is not None
    assert end.key == BEST_EARLY
    report = build_report(diagnosis)
    assert report.action.startswith(f"Keep the checkpoint from epoch {end.after}:")
    assert "brought nothing better" in report.action
    assert not [words for words in KEEP if words in everything(diagnosis)]


@pytest.mark.parametrize("seed", range(3))
def test_a_run_that_learns_to_the_end_has_no_early_end(seed: int) -> None:
    assert early_end(diagnose(synthetic.healthy(seed).run)) is None


def agent(reward: np.ndarray) -> Diagnosis:
    """Return a run of an agent with a reward and the loss of its critic."""
    noise = np.random.default_rng(4).normal(0, 1, len(reward))
    loss = 1 + 0.1 * np.abs(noise)
    curves = {("", "rollout/ep_rew_mean"): reward + 5 * noise, ("", "train/value_loss"): loss}
    return diagnose(synthetic.of_curves("agent", curves))


@pytest.mark.parametrize(
    ("reward", "badge"),
    [
        (np.full(300, -50.0), "reward never rose"),
        (np.r_[np.linspace(0, 100, 200), np.linspace(100, 70, 100)], "reward falls at the end"),
    ],
    ids=["flat", "falling"],
)
def test_an_agent_that_does_not_get_better_is_not_to_be_kept(
    reward: np.ndarray, badge: str
) -> None:
    diagnosis = agent(reward)
    assert diagnosis.deciding_finding is None
    assert build_report(diagnosis).badge == badge
    assert not [words for words in KEEP if words in everything(diagnosis)]


def test_an_agent_that_gets_better_did_not_stop_early() -> None:
    diagnosis = agent(np.linspace(0, 100, 300))
    assert early_end(diagnosis) is None
    assert build_report(diagnosis).badge == "only 3 of 9 checks judged"


def test_tables_mark_its_verdict_with_the_words_of_its_badge() -> None:
    settled_early, learning = settled(0.05, noise=0.001), settled(0.9, noise=0.001)
    learning = replace(learning, run=replace(learning.run, name="learning"))
    _, first, second, *_ = run_table([learning, settled_early], "en", width=120).splitlines()
    assert first.startswith("settled   healthy, stopped learning early")
    assert second.startswith("learning  healthy  ")
    assert "sin problemas, dejó de aprender pronto" in run_table([settled_early], "es", width=120)
    for lang in ("en", "es"):
        for key in EARLY_ENDS:
            assert words(lang).ui(f"badge_{key}") in marked_verdict("healthy", key, words(lang))
    assert marked_verdict("healthy", None, words("en")) == "healthy"


def test_the_best_of_a_comparison_says_that_it_stopped_learning_early() -> None:
    runs = [settled(0.05, noise=0.001 + at / 9e4).run for at in range(9)]
    runs = [replace(run, name=f"r{at}", config={"lr": at}) for at, run in enumerate(runs)]
    warning = build_compared(compare(runs)).warnings[0]
    assert "healthy, stopped learning early. Its best checkpoint" in warning
    spanish = build_compared(compare(runs), "es").warnings[0]
    assert "sin problemas, dejó de aprender pronto. Su mejor checkpoint" in spanish
