"""Read the evaluations of an agent that Stable-Baselines3 saves in ``evaluations.npz``.

``EvalCallback`` keeps the steps at which it evaluated (``timesteps``) and, in a row for each, the
reward of every episode (``results``), its length and, if known, whether it was a success.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analyzer.parsers._column import Column

_STEPS = "timesteps"
EVALUATIONS = {  # the names that the callback logs for the means of a row
    "results": "eval/mean_reward",
    "ep_lengths": "eval/mean_ep_length",
    "successes": "eval/success_rate",
}


def evaluation_columns(
    columns: Sequence[Column], tables: Mapping[str, np.ndarray[Any, Any]]
) -> list[Column]:
    """Return the means of the evaluations; none if the arrays are something else."""
    steps = next((column for column in columns if column.name == _STEPS), None)
    if steps is None or "results" not in tables:
        return []
    found = []
    for name, tag in EVALUATIONS.items():
        table = tables.get(name)
        if table is not None and len(table) == len(steps) and table.shape[1]:
            found.append(Column(tag, table.mean(axis=1), np.ones(len(table), dtype=bool)))
    return found
