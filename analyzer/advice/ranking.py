"""Order the checklist of a finding by how much each remedy gained in the measured runs.

Method
    First what stands before the first remedy that needs a new training: steps about this run, such
    as which checkpoint to use, and checks of the code, which cost a minute. Then the remedies that
    gained, the largest mean fall of the log loss first; then what is not measured well enough and
    the repairs of faults, in the order of the words; then what gained nothing, or helped no more
    often than training again from other initial weights; last what rarely helped. Remedies that the
    settings have on are left out, unless a larger amount helped, and so are those that rarely
    helped and made most runs worse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzer.advice.context import contexts
from analyzer.advice.effects import causes, find
from analyzer.advice.remedies import AGAIN, OF_THE_SAME_RUN, REPAIRS
from analyzer.advice.settings import switched_on
from analyzer.model.advice import Advice, Effect, Step
from analyzer.model.diagnosis import Finding
from analyzer.model.run import Run
from analyzer.registry.words import Action, detector_words

# A change that does nothing but draw the noise of training anew moves the loss down as often as up.
# If it moves half of the runs by more than 1 %, one in four gets better by chance.
CHANCE = 0.25
MOST = 0.5  # of the runs: what rarely helps does not reach it, at the upper end of its interval


def advise(finding: Finding, run: Run) -> Advice:
    """Return what to do about a finding of a run, in order, and what was wrong in runs like it."""
    items = detector_words(finding.detector, "en").checklist
    found = tuple(rank(items, finding, run))
    return Advice(found, causes(finding.detector))


def rank(items: Sequence[Action], finding: Finding, run: Run) -> list[Step]:
    """Return the items of a checklist that fit a finding, in the order of the module's Method."""
    on, known = switched_on(run), contexts(finding, run)
    fitting = [at for at, item in enumerate(items) if item.when in ("", *finding.tags)]
    first = next((at for at in fitting if set(items[at].remedies) - set(REPAIRS)), len(items))
    steps: dict[tuple[str, ...] | int, Step] = {}  # the first item of the same remedies counts
    for at in fitting:
        step = _step(at, items[at], finding.detector, known, on)
        if step is not None:
            steps.setdefault(items[at].remedies or at, step)
    leading = [step for step in steps.values() if step.item < first]
    return leading + sorted((step for step in steps.values() if step.item >= first), key=_place)


def _step(
    at: int, item: Action, detector: str, known: tuple[str, ...], on: Mapping[str, float | None]
) -> Step | None:
    """Return an item as a step, None if it is left out.

    Of its remedies, the one that gained most is taken; without a measured one, the first.
    """
    if not item.remedies:
        return Step(at)
    possible = [remedy for remedy in item.remedies if remedy not in on]
    is_on = not possible
    measured = [find(detector, known, remedy) for remedy in possible or item.remedies]
    effects = [effect for effect in measured if effect is not None]
    effect = max(effects, key=lambda effect: effect.gain, default=None)
    if is_on and not (item.raised and effect and _amount(item, on)):
        return None
    if effect is None:
        return Step(at, possible[0])
    if effect.remedy in REPAIRS:
        return Step(at, effect.remedy, effect)
    rarely = rarely_helped(effect)
    if rarely and (is_on or effect.worse > MOST):
        return None
    again = None if effect.remedy == OF_THE_SAME_RUN else find(detector, (effect.context,), AGAIN)
    return Step(
        item=at,
        remedy=effect.remedy,
        effect=effect,
        rarely_helped=rarely,
        chance=again,
        is_on=is_on,
        setting=_amount(item, on) if is_on else None,
    )


def _amount(item: Action, on: Mapping[str, float | None]) -> float | None:
    """Return the amount of a remedy that is on, None if the settings give none."""
    return next((on[remedy] for remedy in item.remedies if on.get(remedy)), None)


def rarely_helped(effect: Effect) -> bool:
    """Say whether a remedy helped no more often than chance, and surely less than half the time."""
    return effect.share <= CHANCE and effect.median >= 0 and effect.high < MOST


def _place(step: Step) -> tuple[int, float, int]:
    """Return where a step stands after those about the run itself."""
    effect = step.effect
    if effect is None or effect.remedy in REPAIRS:
        return 1, 0.0, step.item  # in the order of the words
    if step.rarely_helped:
        return 3, -effect.gain, step.item
    gained = effect.gain > 0 and not step.no_better_than_chance
    return (0 if gained else 2), -effect.gain, step.item
