"""How often a collapse of the reward is found on made rewards with known truth, and falsely found.

python tests/benchmarks/rewards.py

Even seeds calibrate the confidence (``calibrate.py`` writes slope and intercept), odd seeds test. A
run has collapsed if its reward without the noise lost more than half of its gain in every point of
the last tenth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from calibration import fit_logistic

from analyzer import synthetic
from analyzer.detectors._base import FARTHEST
from analyzer.detectors.reward_collapse import RewardCollapse
from analyzer.errors import NotApplicable
from analyzer.facts.reward_trend import RewardTrend
from analyzer.model.diagnosis import Finding
from analyzer.stats.arrays import Floats

EACH = 200  # runs of a kind
LENGTHS = (30, 60, 200, 1_000, 3_000)  # points; a kind goes through them in turn
WINDOW = 100  # episodes of which trainers log the mean


@dataclass(frozen=True)
class Reward:
    """A logged reward, and the reward without its noise."""

    logged: Floats
    latent: Floats


def moving_mean(values: Floats, width: int) -> Floats:
    total = np.concatenate([[0.0], np.cumsum(values)])
    end = np.arange(1, len(values) + 1)
    first = np.maximum(end - width, 0)
    mean: Floats = (total[end] - total[first]) / (end - first)
    return mean


def noisy(latent: Floats, rng: np.random.Generator) -> Reward:
    """Add noise of 3 to 50 % of the range: white, with heavy tails, or averaged over episodes."""
    points = len(latent)
    size = (np.ptp(latent) or 1.0) * rng.choice([0.03, 0.1, 0.25, 0.5])
    kind = rng.integers(3)
    if kind == 0:
        noise = rng.standard_normal(points)
    elif kind == 1:
        noise = rng.standard_t(3, points)
    else:
        width = min(WINDOW, max(2, points // 10))
        noise = moving_mean(rng.standard_normal(points), width) * np.sqrt(width)
    low, high = ((0, 500), (-1200, -200), (-20, 20), (0, 1))[rng.integers(4)]
    scale = (high - low) / (np.ptp(latent) or 1.0)
    return Reward(low + scale * (latent + size * noise), low + scale * latent)


def time_of(points: int) -> Floats:
    return np.arange(points) / points


def saturating(points: int, rng: np.random.Generator) -> Floats:
    rise: Floats = 1 - np.exp(-time_of(points) / rng.uniform(0.03, 0.5))
    return rise


def sudden(points: int, rng: np.random.Generator) -> Floats:
    rise: Floats = 1 / (1 + np.exp((rng.uniform(0.2, 0.7) - time_of(points)) * 30))
    return rise


def rising(points: int, rng: np.random.Generator) -> Reward:
    return noisy(saturating(points, rng), rng)


def late_rise(points: int, rng: np.random.Generator) -> Reward:
    return noisy(sudden(points, rng), rng)


def collapsed(points: int, rng: np.random.Generator) -> Reward:
    """Lose 55 to 120 % of the gain, suddenly or over a tenth of the run."""
    time, width = time_of(points), rng.choice([0.003, 0.02, 0.05])
    turn = rng.uniform(0.3, 0.8)
    share = 1 - np.exp(-time / rng.uniform(0.03, 0.2))
    kept = 1 - rng.uniform(0.55, 1.2) / (1 + np.exp((turn - time) / width))
    return noisy(share * kept, rng)


def slow_decline(points: int, rng: np.random.Generator) -> Reward:
    """Rise, then fall in a straight line to between 0 and 40 % of the gain."""
    time, turn = time_of(points), rng.uniform(0.3, 0.6)
    end = rng.uniform(0.0, 0.4)
    rise = np.minimum(time / turn, 1.0)
    return noisy(rise - (1 - end) * np.clip((time - turn) / (0.88 - turn), 0, 1), rng)


def partly_lost(points: int, rng: np.random.Generator) -> Reward:
    """Lose 10 to 40 % of the gain: not a collapse."""
    time, turn = time_of(points), rng.uniform(0.3, 0.8)
    lost = rng.uniform(0.1, 0.4) / (1 + np.exp((turn - time) / 0.02))
    return noisy((1 - np.exp(-time / rng.uniform(0.03, 0.2))) * (1 - lost), rng)


def recovered_dip(points: int, rng: np.random.Generator) -> Reward:
    time, turn = time_of(points), rng.uniform(0.3, 0.7)
    dip = np.exp(-(((time - turn) / rng.uniform(0.02, 0.07)) ** 2))
    return noisy(saturating(points, rng) * (1 - dip), rng)


def flat(points: int, rng: np.random.Generator) -> Reward:
    return noisy(np.zeros(points), rng)


def flat_mean(points: int, rng: np.random.Generator) -> Reward:
    """Log the mean of the last hundred episodes of an agent that never learns."""
    noise = moving_mean(rng.standard_normal(points), min(WINDOW, points // 3))
    return Reward(20 + 5 * noise, np.full(points, 20.0))


def random_walk(points: int, rng: np.random.Generator) -> Reward:
    """Wander without direction, the hardest reward to tell from a collapse; no collapse here."""
    return Reward(np.cumsum(rng.standard_normal(points)), np.zeros(points))


def sparse(points: int, rng: np.random.Generator) -> Reward:
    """Succeed in 3 % of the episodes, from the start to the end."""
    return Reward((rng.random(points) < 0.03).astype(float), np.full(points, 0.03))


def success(points: int, rng: np.random.Generator) -> Reward:
    """Log 0 or 1 for each episode of an agent that learns."""
    chance = 0.9 * sudden(points, rng)
    return Reward((rng.random(points) < chance).astype(float), chance)


def success_lost(points: int, rng: np.random.Generator) -> Reward:
    """Log 0 or 1 for each episode of an agent that learns and forgets."""
    time = time_of(points)
    forgets = 1 / (1 + np.exp((rng.uniform(0.6, 0.8) - time) * 60))
    chance = 0.9 / (1 + np.exp((0.3 - time) * 30)) * (1 - 0.9 * forgets)
    return Reward((rng.random(points) < chance).astype(float), chance)


KINDS: Mapping[str, Callable[[int, np.random.Generator], Reward]] = {
    function.__name__: function
    for function in (
        rising,
        late_rise,
        partly_lost,
        recovered_dip,
        flat,
        flat_mean,
        random_walk,
        sparse,
        success,
        collapsed,
        slow_decline,
        success_lost,
    )
}


def has_collapsed(latent: Floats) -> bool:
    gain = latent.max() - latent[0]
    last = latent[-max(2, len(latent) // 10) :]
    return bool(gain > 0 and (latent.max() - last > 0.5 * gain).all())


@dataclass(frozen=True)
class Outcome:
    """What was found on one made reward."""

    kind: str
    seed: int
    points: int
    truth: bool
    finding: Finding | None
    trend: str

    @property
    def warns(self) -> bool:
        return self.finding is not None and self.finding.severity == "warning"


def outcome(kind: str, seed: int) -> Outcome:
    points = LENGTHS[seed // 2 % len(LENGTHS)]
    rng = np.random.default_rng([list(KINDS).index(kind), seed])
    reward = KINDS[kind](points, rng)
    run = synthetic.of_curves(kind, {("", "episode_reward"): reward.logged})
    try:
        found = list(RewardCollapse().detect(run))
    except NotApplicable:
        found = []
    trend = RewardTrend().compute(run, None)
    assert trend is not None
    return Outcome(
        kind, seed, points, has_collapsed(reward.latent), found[0] if found else None, trend.trend
    )


def fit() -> tuple[float, float]:
    """Return slope and intercept of the confidence, from the runs with even seeds."""
    made = [outcome(kind, seed) for kind in KINDS for seed in range(0, EACH, 2)]
    margins = [run.finding.values["margin"] for run in made if run.finding]
    truths = np.array([run.truth for run in made if run.finding])
    return fit_logistic(np.minimum(np.array(margins), FARTHEST), truths)


def main() -> None:
    slope, intercept = fit()
    print(f"slope {slope:.4g}, intercept {intercept:.4g}")
    tested = [outcome(kind, seed) for kind in KINDS for seed in range(1, EACH, 2)]
    print(f"{'kind':>14}{'collapsed':>11}{'found':>8}{'warned':>8}  trends")
    for kind in KINDS:
        show(kind, [made for made in tested if made.kind == kind])
    for points in LENGTHS:
        show(f"{points} points", [made for made in tested if made.points == points])
    show_confidence(tested)


def show(name: str, made: list[Outcome]) -> None:
    trends = Counter(run.trend for run in made)
    shown = ", ".join(f"{trend} {count}" for trend, count in sorted(trends.items()))
    true = [run for run in made if run.truth]
    false = [run for run in made if not run.truth]
    for label, group in (("yes", true), ("no", false)):
        if group:
            found = np.mean([run.finding is not None for run in group])
            warned = np.mean([run.warns for run in group])
            print(f"{name:>14}{label:>7}{len(group):>4}{found:8.3f}{warned:8.3f}  {shown}")


def show_confidence(tested: list[Outcome]) -> None:
    found = [(made.finding.confidence, made.truth) for made in tested if made.finding]
    confidence = np.array([share or 0.0 for share, _ in found])
    truth = np.array([true for _, true in found])
    for low, high in ((0, 0.5), (0.5, 0.8), (0.8, 0.9), (0.9, 0.97), (0.97, 1)):
        chosen = (confidence >= low) & (confidence < high)
        if chosen.any():
            print(
                f"confidence {low} to {high}: mean {confidence[chosen].mean():.2f}, "
                f"true {truth[chosen].mean():.2f} of {chosen.sum()}"
            )
    warns = [made for made in tested if made.warns]
    right = np.mean([made.truth for made in warns])
    print(f"warnings: {len(warns)}, true {right:.3f}")


if __name__ == "__main__":
    main()
