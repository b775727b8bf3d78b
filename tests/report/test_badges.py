"""What verdicts mean that are no detectors."""

from __future__ import annotations

import pytest

from analyzer.report.badges import badge_sentences, explained_badges
from analyzer.report.explain import explain
from analyzer.text import words


def test_every_verdict_is_explained_here_or_by_its_detector() -> None:
    assert explained_badges() == ("healthy", "diverged", "undertrained", "inconclusive")
    for lang in ("en", "es"):
        assert set(explained_badges()) <= set(words(lang).of("_badges"))


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("verdict", ["healthy", "diverged", "undertrained", "inconclusive"])
def test_a_badge_is_explained_in_its_own_words(verdict: str, lang: str) -> None:
    text = explain(verdict, lang)
    assert text.startswith(words(lang).verdict(verdict))
    assert all(len(line) <= 92 for line in text.splitlines())


def test_the_detectors_that_give_a_verdict_are_named() -> None:
    *_, last = badge_sentences("diverged", words("en"))
    assert "exploding_loss, non_finite" in last
    assert len(badge_sentences("healthy", words("en"))) == 2
