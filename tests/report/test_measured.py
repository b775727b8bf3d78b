"""How often a remedy helped and what was wrong, as sentences of both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer.model.advice import Cause, Effect, Step
from analyzer.report.measured import brief_sentence, causes_sentence, helped_sentence
from analyzer.text import words

EFFECT = Effect(
    finding="overfitting",
    context="small_set",
    remedy="dropout",
    runs=412,
    families=12,
    gain=0.1,
    share=0.71,
    low=0.6,
    high=0.8,
    median=-0.12,
    worse=0.1,
)
STEP = Step(3, "dropout", EFFECT)
CAUSE = Cause("plateau", "rate_too_high", 412, 12, 0.61, 0.5, 0.7)
EN, ES = words("en"), words("es")


def test_a_measured_remedy_says_how_often_and_how_much_it_helped() -> None:
    assert helped_sentence(STEP, EN) == (
        "A dropout of 0.3 helped in 71% of 412 runs that looked like this one"
        " (median change in loss −12%; small networks)."
    )
    assert helped_sentence(STEP, ES) == (
        "Un dropout de 0,3 ayudó en el 71\N{NO-BREAK SPACE}% de 412 ejecuciones parecidas a esta"
        " (cambio mediano de la pérdida −12\N{NO-BREAK SPACE}%; redes pequeñas)."
    )


def test_all_runs_with_a_finding_need_not_look_like_this_one() -> None:
    general = replace(STEP, effect=replace(EFFECT, context=""))
    assert "412 runs with this finding" in helped_sentence(general, EN)
    assert "412 ejecuciones con este hallazgo" in helped_sentence(general, ES)


def test_a_remedy_that_was_not_measured_says_nothing() -> None:
    assert helped_sentence(Step(3, "dropout"), EN) == ""
    assert helped_sentence(Step(0), ES) == ""


def test_a_terminal_gets_fewer_words() -> None:
    assert brief_sentence(STEP, EN) == "A dropout of 0.3 helped in 71% of 412 runs."
    assert "ayudó pocas veces" in brief_sentence(replace(STEP, rarely_helped=True), ES)
    assert brief_sentence(Step(0), EN) == ""


def test_a_terminal_too_says_what_makes_the_number_harmless() -> None:
    effect = replace(EFFECT, worse=0.3)
    step = replace(STEP, effect=effect, chance=replace(EFFECT, remedy="again", share=0.75))
    assert brief_sentence(step, EN).endswith(
        " of 412 runs. In 30% the loss got worse. Other initial weights alone: 75%."
    )
    assert brief_sentence(step, ES).endswith(
        "Solo con otros pesos iniciales: 75\N{NO-BREAK SPACE}%."
    )
    rare = replace(STEP, rarely_helped=True, effect=effect)
    assert brief_sentence(rare, EN).endswith("In 30% the loss got worse.")


def test_rare_help_is_said() -> None:
    rare = replace(STEP, rarely_helped=True, effect=replace(EFFECT, share=0.18))
    assert helped_sentence(rare, EN) == (
        "A dropout of 0.3 rarely helped: in 18% of 412 runs that looked like this one"
        " (small networks)."
    )
    assert "ayudó pocas veces: en el 18" in helped_sentence(rare, ES)


def test_a_repair_helped_where_its_fault_was() -> None:
    step = Step(5, "scale_inputs", replace(EFFECT, remedy="scale_inputs", worse=0.5))
    assert helped_sentence(step, EN) == (
        "Where that was the fault, scaling the inputs helped in 71% of 412 runs"
        " (median change in loss −12%; small networks)."
    )
    assert brief_sentence(step, EN).endswith("it helped in 71% of 412 runs.")
    assert helped_sentence(step, ES).startswith("Donde ese era el fallo, escalar las entradas")


@pytest.mark.parametrize(("worse", "shown"), [(0.19, False), (0.2, True)])
def test_a_remedy_that_often_made_it_worse_says_so(worse: float, shown: bool) -> None:
    sentence = helped_sentence(replace(STEP, effect=replace(EFFECT, worse=worse)), EN)
    assert ("In 20% the loss got worse." in sentence) is shown


@pytest.mark.parametrize(("share", "shown"), [(0.75, "75%"), (0.35, "35%")])
def test_chance_is_named_beside_what_helped(share: float, shown: str) -> None:
    again = replace(EFFECT, remedy="again", share=share)
    expected = f"Training again without it, from other initial weights, helped in {shown}."
    assert helped_sentence(replace(STEP, chance=again), EN).endswith(expected)
    rare = replace(STEP, chance=again, rarely_helped=True)
    assert helped_sentence(rare, EN).endswith(expected)


def test_chance_in_all_runs_with_a_finding_says_so() -> None:
    again = replace(EFFECT, remedy="again", share=0.35, context="")
    assert helped_sentence(replace(STEP, chance=again), EN).endswith(
        "helped in 35% of all runs with this finding."
    )
    assert brief_sentence(replace(STEP, chance=again), ES).endswith(
        ": 35\N{NO-BREAK SPACE}% de todas las ejecuciones con este hallazgo."
    )


def test_a_remedy_that_is_on_is_raised() -> None:
    step = Step(4, "weight_decay", replace(EFFECT, remedy="weight_decay"), is_on=True)
    assert helped_sentence(step, EN).startswith("Ten times the weight decay helped in 71%")
    assert helped_sentence(step, ES).startswith("Un weight decay diez veces mayor ayudó")


def test_causes_are_shares_with_their_intervals() -> None:
    other = replace(CAUSE, cause="set_too_small", share=0.24, low=0.1, high=0.4)
    assert causes_sentence((CAUSE, other), EN) == (
        "In such runs (small networks), the learning rate was too high in 6 of 10 (50% to 70%), "
        "the training set was too small or the updates too few in 2 of 10 (10% to 40%)."
    )
    assert causes_sentence((CAUSE,), ES) == (
        "En ejecuciones así (redes pequeñas), el learning rate era demasiado alto en 6 de cada 10 "
        "(del 50\N{NO-BREAK SPACE}% al 70\N{NO-BREAK SPACE}%)."
    )


def test_at_most_three_causes_are_named_and_none_says_nothing() -> None:
    assert causes_sentence((CAUSE,) * 5, EN).count(" of 10") == 3
    assert causes_sentence((), EN) == ""
