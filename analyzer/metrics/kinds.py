"""Tell what kind of metric a name means: a loss, a score, an axis, or none of these.

The words that decide are data, in ``kinds.toml`` beside this file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from functools import cache, lru_cache
from pathlib import Path

from analyzer.metrics.words import NO_CONTEXT, REMEMBERED, WORD, Context, english, fold, lower_words

_BETWEEN = re.compile(r"[^\w]+|_+")
_HITS = re.compile(r"(?:^|_)hits_\d+$")  # "average HITS@10"
_BOUNDS = ("__MIN", "__MAX")  # of the points behind one pixel of a W&B chart

STEP_AXES = (
    "step",
    "steps",
    "global_step",
    "_step",
    "trainer_global_step",
    "total_timesteps",
    "time_total_timesteps",
    "training_iteration",
    "iteration",
    "iterations",
    "iter",
    "iters",
    "time_iterations",
    "n_iter",
    "batch",
    "timesteps_total",
    "timesteps",
    "num_timesteps",
    "env_steps",
    "num_env_steps_sampled",
    "totalenvinteracts",
    "timestepssofar",
    "timesteps_so_far",
    "total_env_steps",
    "environment_steps",
    "train_step",
    "training_step",
)
# columns of other tables have these names, too: an axis only beside a loss or a score
WEAK_STEP_AXES = (
    "episode",
    "episodes",
    "episode_number",
    "episode_num",
    "round",
    "rounds",
    "boosting_round",
    "number_of_trees",
    "server_round",
    "communication_round",
    "generation",
    "generations",
    "gen",
    "total_steps",
)
# the same beside a loss: "ep" counts episodes beside what an agent earned
SHORT_AXES = {"ep": "epoch", "it": "step", "itr": "step"}
EPOCH_AXES = (
    "epoch",
    "epochs",
    "epoch_number",
    "epoch_num",
    "epoch_no",
    "epoch_idx",
    "epoch_index",
    "n_epoch",
)
# Lightning's suffix where validation or test has several sets; the first is the main one
DATALOADER = re.compile(r"(?:/dataloader_idx_0|(/dataloader_idx_\d+))$")
_PLAYERS = ("generator", "discriminator")
_AXES = frozenset((*STEP_AXES, *EPOCH_AXES))
WALL_TIME_AXES = ("wall_time", "walltime", "_timestamp", "timestamp", "unix_time")


def normal(name: str, context: Context = NO_CONTEXT) -> str:
    """Return a name in English and lower case, one underscore for each run of other characters."""
    return _normal(name, context)


@lru_cache(maxsize=REMEMBERED)  # below a function that fills in the default: one key for each name
def _normal(name: str, context: Context) -> str:
    name = fold(english(name, context))
    lead = "_" if name.startswith("_") else ""
    if name.isascii() and name.isidentifier() and "__" not in name:  # nothing to replace
        return lead + name.lower().strip("_")
    return lead + _BETWEEN.sub("_", name.strip().lower()).strip("_")


def is_reinforcement_loss(metric: str) -> bool:
    """Say whether a name is a loss of reinforcement learning, which need not fall: "value_loss"."""
    return _is_reinforcement_loss(_words(metric.rpartition("/")[2]))


def _is_reinforcement_loss(words: Collection[str]) -> bool:
    named = _words_of("reinforcement") | _words_of("reinforcement_losses")
    return not named.isdisjoint(words) and not {"loss", "losses"}.isdisjoint(words)


@lru_cache(maxsize=REMEMBERED)
def kind(metric: str) -> str | None:
    """Return "loss" (lower is better), "score" (higher is better) or None (cannot be judged)."""
    if metric.endswith(_BOUNDS):
        return None
    if normal(metric) in _words_of("score_names") or _HITS.search(normal(metric)):
        return "score"
    if _is_about_a_metric(metric):
        return None
    words = _words(metric)
    if {"cross", "entropy"} <= words or normal(metric) in _words_of("loss_names"):
        return "loss"
    if words & _words_of("reinforcement") or _is_reinforcement_loss(words):
        return None
    member = metric.rpartition("/")[2]  # "Loss/acc" is an accuracy
    for candidates in (words,) if member == metric else (_words(member), words):
        if candidates & _words_of("loss"):
            return "loss"
        if candidates & _words_of("score") or _is_rate(candidates):
            return "score"
    return "score" if is_reward(metric) else None


@lru_cache(maxsize=REMEMBERED)
def is_reward(metric: str) -> bool:
    """Say whether a metric is what an agent earned: any number, more is better."""
    words = _words(metric)
    if words & _words_of("no_reward") or _is_about_a_metric(metric):
        return False
    if words & _words_of("reward") or normal(metric) == "return":
        return True
    return bool(words & _words_of("return") and words & _words_of("of_episodes"))


def successes(names: Collection[str]) -> list[str]:
    """Return the rates of success among the names of a log if it is an agent's, else none."""
    if not any(_words(name) & _words_of("agent") for name in names):
        return []
    return [name for name in names if kind(name) == "score" and _words(name) & _words_of("success")]


def agent_scores(names: Collection[str], axes: Collection[str]) -> list[str]:
    """Return the scores among the names of a log if it is an agent's, else none.

    ``axes`` are the logged names of its axes. A log is an agent's if it counts episodes or says how
    often the agent acts at random.
    """
    signs = {normal(name) for name in names} & _words_of("exploration")
    signs |= {normal(axis) for axis in axes} & _words_of("episode_axes")
    if not signs:
        return []
    scores = [name for name in names if normal(name) in _words_of("agent_scores")]
    if scores or any(kind(name) == "score" for name in names):
        return scores
    return [name for name in names if normal(name) in _words_of("agent_means")]


def more_is_better(metric: str) -> bool:
    """Say whether the highest value is the best: of a score, and of what loops call an average."""
    means = _words_of("agent_scores") | _words_of("agent_means")
    return kind(metric) == "score" or normal(metric) in means


def adversarial(names: Collection[str]) -> list[str]:
    """Return the losses of a generator and its discriminator, none unless both were logged."""
    sides = [[name for name in names if _player(name, side)] for side in _PLAYERS]
    return [name for side in sides for name in side] if all(sides) else []


def _player(name: str, side: str) -> bool:
    """Say whether a name is that of a loss of one side of a game."""
    words = _words(name)
    return bool(words & _words_of(side) and words & {"loss", "losses"})


def summaries(names: Collection[str]) -> list[str]:
    """Return the names without the least and the highest values, if any name is left."""
    kept = [name for name in names if _words(name).isdisjoint(_words_of("extreme"))]
    return kept or list(names)


def is_bounded(metric: str) -> bool:
    """Say whether a score has a best value within reach: a reward and a BLEU have none."""
    return not (is_reward(metric) or _words(metric) & _words_of("unbounded"))


@lru_cache(maxsize=REMEMBERED)
def share_family(metric: str) -> str | None:
    """Return the name of the scores that have the same scale as a metric, 0 to 1 or 0 to 100.

    None for a metric that does not have these two scales: BLEU, ROUGE, R2 and MCC are not shares.
    A script logs all of its accuracies on one scale; an F1 beside them may be on the other.
    """
    words = _words(metric)
    if metric == "accuracy" or "top" in {word.rstrip("0123456789") for word in words}:
        return "accuracy"
    if kind(metric) == "score" and words & _words_of("share"):
        return metric
    return None


def rises_by_learning(metric: str) -> bool:
    """Say whether the same answer to every example does not raise a score: an AUC, a Dice."""
    return kind(metric) == "score" and bool(_words(metric) & _words_of("ranks"))


def tells_errors(metric: str) -> bool:
    """Say whether a metric counts what is right or wrong: a score, or a rate of errors."""
    return kind(metric) == "score" or bool(_words(metric) & _words_of("error_rates"))


def is_axis(name: str) -> bool:
    """Say whether a column of this name counts steps or epochs."""
    return normal(name) in _AXES


def _is_about_a_metric(name: str) -> bool:
    """Say whether a name is a weight, a time or a spread and not a metric itself."""
    words = [word.casefold() for word in lower_words(name) if not word.isdigit()]
    if "norm" in words and ("grad" in words or "gradient" in words):
        return True
    member = WORD.search(name.rpartition("/")[2])
    if member and member[0].casefold() in _words_of("spread"):
        return True
    if DATALOADER.search(name):
        return _is_about_a_metric(DATALOADER.sub("", name))
    if words[-2:-1] and words[-2] in _words_of("coefficients"):
        return words[-1] in _words_of("about_a_metric") - _words_of("called_coefficients")
    return bool(words) and words[-1] in _words_of("about_a_metric")


def _is_rate(words: Collection[str]) -> bool:
    """Say whether words name a share of successes."""
    return "rate" in words and not _words_of("rates").isdisjoint(words)


def _words(name: str) -> set[str]:
    return {*lower_words(name), *normal(name).split("_")}


@cache
def _words_of(kind: str) -> frozenset[str]:
    """Return the words of a list in ``kinds.toml``."""
    return frozenset(_lists()[kind])


@cache
def _lists() -> Mapping[str, Collection[str]]:
    text = Path(__file__).with_name("kinds.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
