"""A ranking in words: the counts fit, names are cut after six, and both languages say the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer.comparing.contrast import NOT_COMPARED, UNCLEAR, WORSE
from analyzer.comparing.importance import Importance
from analyzer.comparing.sides import BASELINE, Side
from analyzer.comparing.sweep import Correlation
from analyzer.report.compared_ranking import (
    importance_rows,
    ranked_sentences,
    shown_chance,
    valleys,
    what_matters,
)
from analyzer.stats.bootstrap import Difference
from analyzer.text import words

EN = words("en")
TOGETHER = (
    "their intervals hold together with 95%, and the spread of each is steadied by the others."
)


def side(name: str, answer: str, values: tuple[float, ...] = (1.0, 1.2)) -> Side:
    """Return a side whose difference from the best has an interval."""
    difference = None if answer == BASELINE else Difference(0.1, -0.1, 0.3)
    return Side(
        values=values,
        seeds=(None,) * len(values),
        name=name,
        members=tuple(range(len(values))),
        verdicts=("healthy",) * len(values),
        settings={},
        answer=answer,
        difference=difference,
    )


def said(*answers: str, lang: str = "en") -> tuple[str, ...]:
    sides = [side("best", BASELINE), *(side(f"s{at}", answer) for at, answer in enumerate(answers))]
    return ranked_sentences(sides, "validation loss", lower_is_better=True, text=words(lang))


def test_the_counts_of_a_ranking_fit() -> None:
    assert said(UNCLEAR, WORSE, WORSE) == (
        "Best of 4: best, validation loss 1.1 (SD 0.141, 2 runs).",
        "One cannot be told from it: s0.",
        f"The other 2 are worse; {TOGETHER}",
    )
    assert said(UNCLEAR, WORSE)[2].startswith("One is worse;")
    assert said(WORSE, WORSE)[1].startswith("All others (2) are worse;")
    assert len(said(UNCLEAR, UNCLEAR)) == 2


def test_more_than_six_names_are_counted() -> None:
    assert said(*[UNCLEAR] * 9)[1] == (
        "9 cannot be told from it: s0; s1; s2; s3; s4; s5 and 3 more."
    )


@pytest.mark.parametrize("answers", [(UNCLEAR, WORSE), (WORSE,), (UNCLEAR,) * 9])
def test_both_languages_say_as_much(answers: tuple[str, ...]) -> None:
    assert len(said(*answers, lang="es")) == len(said(*answers))


def test_a_best_side_of_one_run_has_no_deviation() -> None:
    sides = [side("best", BASELINE, (1.0,)), side("s", WORSE)]
    first = ranked_sentences(sides, "validation loss", lower_is_better=True, text=EN)[0]
    assert first == "Best of 2: best, validation loss 1 (one run)."


def unsure(*counts: int, others: int = 3) -> str:
    """Return the sentence on sides of so many runs each, of which ``others`` can be compared."""
    sides = [side("best", BASELINE, (1.0,) * counts[0])]
    for at, count in enumerate(counts[1:]):
        difference = Difference(0.1, None, None) if at < others else None
        made = side(f"s{at}", UNCLEAR, (1.1,) * count)
        sides.append(replace(made, difference=difference))
    (sentence,) = ranked_sentences(sides, "validation loss", lower_is_better=True, text=EN)
    return sentence


def test_a_ranking_without_intervals_says_why() -> None:
    assert "Next: s0; s1. One run each cannot show" in unsure(1, 1, 1)
    assert "Next: s0; s1. Too few groups have repeats" in unsure(1, 2, 1)
    assert "Next: s0; s1. All repeats have the same values" in unsure(2, 2, 1)
    assert unsure(1, 1, others=0) == "Lowest of 2: best, validation loss 1."


def test_sides_that_were_not_compared_are_not_called_worse() -> None:
    odd = replace(side("odd", NOT_COMPARED), difference=None)
    sides = [side("best", BASELINE), side("s", WORSE), odd]
    worse = ranked_sentences(sides, "validation loss", lower_is_better=True, text=EN)[1]
    assert worse.startswith("All others that can be compared (1) are worse;")


def test_a_valley_is_said_and_a_small_chance_is_never_nothing() -> None:
    found = [Correlation("lr", 0.0, 1.0, 30, 0.001), Correlation("wd", 0.5, 0.01, 30)]
    assert valleys(found, EN) == [
        "lr is best inside its range, near 0.001: lower and higher values are worse."
    ]
    assert shown_chance(1e-9, EN) == "< 0.1%"


def test_a_setting_without_a_measured_share_does_not_matter_whatever_its_p_value() -> None:
    found = [
        Importance("lr", 0.69, 0.6, 0.8, 0.001, 40),
        Importance("width", 0.02, -0.02, 0.06, 0.4, 40),
        Importance("act", 0.0, -0.02, 0.02, 0.04, 40),
        Importance("decay", -0.01, -0.03, 0.01, 0.01, 40),
    ]
    assert what_matters(found, EN) == [
        "Settings that matter: lr (69%).",
        "No clear effect: width, act, decay.",
    ]
    assert what_matters(found, words("es"))[1] == "Sin efecto claro: width, act, decay."
    shares = [row[1] for row in importance_rows(found[2:], words("es"))]
    assert shares == ["sin efecto medido"] * 2
