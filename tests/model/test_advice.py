"""The nouns of measured advice: what of them stands in diagnosis.json."""

from __future__ import annotations

from analyzer.model.advice import Advice, Cause, Effect, Step

EFFECT = Effect("plateau", "sgd", "cosine", 80, 5, 0.1, 0.7, 0.6, 0.8, -0.1, 0.2)


def test_an_effect_stands_under_its_step() -> None:
    step = Step(2, "cosine", EFFECT).to_dict()
    assert step["helped"] == EFFECT.to_dict()
    assert not {"finding", "remedy"} & step["helped"].keys()  # the finding and the step have them
    assert (step["rarely_helped"], step["no_better_than_chance"]) == (False, False)


def test_rare_help_and_help_by_chance_are_no_better_than_chance() -> None:
    for step in (Step(2, "cosine", EFFECT, True), Step(2, "cosine", EFFECT, chance=EFFECT)):
        assert step.to_dict()["no_better_than_chance"]


def test_a_step_without_a_measurement_has_none() -> None:
    assert Step(0).to_dict()["helped"] is None


def test_a_cause_has_its_interval() -> None:
    cause = Cause("plateau", "too_short", 80, 5, 0.3, 0.2, 0.4).to_dict()
    assert (cause["cause"], cause["low"], cause["share"], cause["high"]) == (
        "too_short",
        0.2,
        0.3,
        0.4,
    )


def test_no_advice_is_empty() -> None:
    assert (Advice().steps, Advice().causes) == ((), ())
