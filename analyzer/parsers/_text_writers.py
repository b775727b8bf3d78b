"""What is particular to the console output of boosters, of scikit-learn and of agents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from analyzer import metrics
from analyzer.parsers._text_plan import EPOCH, ROUND, STEP, VALUE, Key
from analyzer.parsers._text_rows import SCORE, Column

_CATBOOST = {"learn": "train", "test": "val"}
_LOSS, _SCORE = "loss", "score"
_PLAYER = re.compile(r"[GD](?:_\w+)?|(?:cycle|idt)_\w+")
_PLAYERS_OF_RL = r"(actor|critic|policy|value|vf|pi|q)"
_AGENT = re.compile(rf"(?:.*[\W_])?{_PLAYERS_OF_RL}[\W_]loss|loss[\W_]+{_PLAYERS_OF_RL}\W?", re.I)
_AGENTS = ({"actor", "critic"}, {"policy", "value"}, {"pi", "vf"}, {"pi", "q"}, {"policy", "q"})


def agent_scores(keys: Iterable[Key]) -> set[str]:
    """Return the names that are the reward of an agent, though they say no more than "score"."""
    keys = list(keys)
    named = [key.name for key in keys if key.role == VALUE]
    return set(metrics.agent_scores(named, [key.name for key in keys if key.role in (STEP, EPOCH)]))


def players(keys: Iterable[Key]) -> set[str]:
    """Return the losses of two players in a log without another loss or score, or none.

    pix2pix and CycleGAN call theirs only "G_GAN" and "D_real"; the losses of an actor and a critic
    are curves, though neither is judged.
    """
    named = {key.name for key in keys if key.role == VALUE}
    if any(metrics.is_judged(name) for name in named):
        return set()
    found = {name for name in named if _PLAYER.fullmatch(name)}
    if {"G", "D"} <= {name[0] for name in found}:
        return found
    agents = {
        name: (match[1] or match[2]).lower() for name in named if (match := _AGENT.fullmatch(name))
    }
    return set(agents) if any(pair <= set(agents.values()) for pair in _AGENTS) else set()


def catboost_kind(columns: Sequence[Column], step_names: Sequence[str]) -> str:
    """Return what CatBoost's "learn" and "test" are, "" if the columns are not CatBoost's.

    The line does not name the metric: it is a score if it lies between 0 and 1 and rises.
    """
    logged = {column.key.name: column.values for column in columns}
    values = logged.get("learn", logged.get("test"))
    if values is None or tuple(step_names) != (ROUND,):
        return ""
    values = values[np.isfinite(values)]
    if len(values) and values[-1] > values[0] and values.min() >= 0 and values.max() <= 1:
        return _SCORE
    return _LOSS


def catboost_split(name: str) -> str:
    """Return the split of "learn", "test" or "test1", "" for any other name."""
    return _CATBOOST.get(name.rstrip("0123456789"), "")


def with_rounds(columns: Sequence[Column], step_names: Sequence[str]) -> list[Column]:
    """Return the columns of boosters and scikit-learn with their rounds as epochs, too.

    LightGBM counts rounds from 1; its steps count from 0 as those of the other boosters do.
    """
    from_one = any("'s " in column.key.name for column in columns)
    names = {column.key.name for column in columns}
    is_round = step_names == (ROUND,)
    is_sklearn = step_names == ("Iteration",) and names <= {"loss", SCORE}
    if not is_round and not is_sklearn:
        return list(columns)
    if any(np.isfinite(column.epoch).any() for column in columns):
        return list(columns)
    shift = 1.0 if is_round and from_one else 0.0
    return [column._replace(epoch=column.step, step=column.step - shift) for column in columns]
