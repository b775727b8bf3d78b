"""Know the columns whose cells name runs: an id, a seed, a model."""

from __future__ import annotations

import re

from analyzer import metrics
from analyzer.parsers._fold_names import COLUMNS

RUN_COLUMNS = (
    "run",
    "run_name",
    "run_id",
    "experiment",
    "experiment_name",
    "experiment_id",
    "exp",
    "exp_name",
    "exp_id",
    "trial",
    "trial_id",
    "dir_name",
    *COLUMNS,
)
SEEDS = ("seed", "random_seed", "rng_seed", "repeat", "repetition", "replicate")
# what may also change within one run: they separate runs that share a step or epoch
WEAK_RUN_COLUMNS = (
    *("model", "model_name", "arch", "architecture", "network"),
    *("method", "algorithm", "algo", "agent", "backbone", "variant", "optimizer"),
    *SEEDS,
)
_IDENTIFIES = re.compile(r"(?:.*_)?(?:id|uid|uuid|name|seed|hash|version)")


def may_name_runs(name: str) -> bool:
    """Say whether a column of this name may tell runs apart: model, seed."""
    return metrics.normal(name) in (*RUN_COLUMNS, *WEAK_RUN_COLUMNS)


def is_name(name: str, cell: str) -> bool:
    """Say whether "1_001" is a name and no number, as under ``run`` or ``seed_id``."""
    if "_" not in cell:
        return False
    return may_name_runs(name) or _IDENTIFIES.fullmatch(metrics.normal(name)) is not None
