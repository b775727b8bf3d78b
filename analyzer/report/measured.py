"""In words: how often a remedy helped in the measured runs, and what was wrong in them."""

from __future__ import annotations

from analyzer.advice.remedies import REPAIRS
from analyzer.model.advice import Cause, Effect, Step
from analyzer.text import Words

_OFTEN_WORSE = 0.2  # of the runs: from one in five on, the sentence says so
_MOST_CAUSES = 3  # in a line
_FILE = "_advice"


def helped_sentence(step: Step, text: Words) -> str:
    """Return how often the remedy of a step helped, "" if it was not measured well enough."""
    effect = step.effect
    if effect is None:
        return ""
    key = "rarely" if step.rarely_helped else "helped"
    key = key if effect.context else f"{key}_general"
    return _with_caveats(step, effect, (key, "repaired", "chance"), text)


def brief_sentence(step: Step, text: Words) -> str:
    """Return the same for a terminal: without the median, in fewer words."""
    effect = step.effect
    if effect is None:
        return ""
    key = "brief_rarely" if step.rarely_helped else "brief"
    return _with_caveats(step, effect, (key, "brief_repaired", "brief_chance"), text)


def _with_caveats(step: Step, effect: Effect, keys: tuple[str, str, str], text: Words) -> str:
    """Return how often a remedy helped, and what qualifies that number.

    ``keys`` are those of the sentences on its help, on the repair of a fault, and on chance.
    """
    helped, repaired, chance = keys
    if effect.remedy in REPAIRS:
        return _filled(step, effect, repaired, text)
    own = text.of(_FILE)
    parts = [_filled(step, effect, helped, text)]
    if effect.worse >= _OFTEN_WORSE:
        parts.append(text.fill(own["made_worse"], effect.to_dict()))
    if step.chance is not None:
        same = step.chance.context == effect.context
        key = chance if same else f"{chance}_general"
        parts.append(text.fill(own[key], step.chance.to_dict()))
    return " ".join(parts)


def _filled(step: Step, effect: Effect, key: str, text: Words) -> str:
    values = {**effect.to_dict(), "what": _phrase(step, effect, text)}
    return text.fill(text.of(_FILE)[key], values)


def remedy_phrase(remedy: str, text: Words) -> str:
    """Return what a remedy changed in the measured runs, as it stands inside a sentence."""
    return str(text.of(_FILE)["remedies"][remedy])


def _phrase(step: Step, effect: Effect, text: Words) -> str:
    raised = text.of(_FILE)["raised"]
    if step.is_on and effect.remedy in raised:
        return str(raised[effect.remedy])
    return remedy_phrase(effect.remedy, text)


def causes_sentence(causes: tuple[Cause, ...], text: Words) -> str:
    """Return in how many of ten such runs something was wrong, the most frequent first."""
    if not causes:
        return ""
    own = text.of(_FILE)
    parts = []
    for cause in causes[:_MOST_CAUSES]:
        values = {"what": cause_phrase(cause.cause, text), "tenths": round(10 * cause.share)}
        parts.append(text.fill(own["cause"], {**cause.to_dict(), **values}))
    return text.fill(own["causes_line"], {"causes": ", ".join(parts)})


def cause_phrase(cause: str, text: Words) -> str:
    """Return what was wrong, as it stands inside a sentence."""
    return str(text.of(_FILE)["causes"][cause])
