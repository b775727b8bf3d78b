"""Tell the checkpoints of runs that were read from files that may be the only record of a run.

A checkpoint beside a log holds weights. One without a log near it may be all that is left of a
run, and stays among the files that could not be opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from analyzer.model.issues import Skipped

BESIDE_LOG = "checkpoint_beside_log"
_NEAR = 3  # folders above a checkpoint in which its log may lie: run/checkpoints/epoch_3/x.pt
_BELOW = 2  # folders below a checkpoint in which its log may lie: run/logs/version_0/metrics.csv
_MAY_BE_WEIGHTS = frozenset(
    ("pickle", "archive", "half_archive", "single_array", "numpy_objects", "numpy_damaged")
)
# A pickle may be a history; these words in its name say that it is none.
_STATES = {
    *("model", "models", "ckpt", "checkpoint", "weights", "optimizer", "optim", "scheduler"),
    *("scaler", "params", "state", "states", "rng", "encoder", "decoder", "vocab", "vocabulary"),
    *("tokenizer", "vectors", "lookups", "row", "best", "last", "estimator", "pipeline"),
    "classifier",
}


def with_checkpoints(skipped: Sequence[Skipped], logs: Iterable[str]) -> list[Skipped]:
    """Return skipped files of which the checkpoints beside a log have a reason of their own.

    ``logs`` are the files that gave a run, named as ``source`` names the skipped ones.
    """
    weights = {at for at, file in enumerate(skipped) if _is_checkpoint(file)}
    if not weights:
        return list(skipped)
    folders = {PurePosixPath(log).parent for log in logs}
    above: set[PurePosixPath] = set()
    for folder in folders:
        above.update((folder, *folder.parents)[: _BELOW + 1])
    return [
        replace(file, key=BESIDE_LOG, values={})
        if at in weights and _is_near(PurePosixPath(file.source).parent, folders, above)
        else file
        for at, file in enumerate(skipped)
    ]


def _is_checkpoint(file: Skipped) -> bool:
    """Say whether a file that was not opened is a checkpoint, by its content or its name."""
    if file.key == "torch_checkpoint":
        return True
    if file.key not in _MAY_BE_WEIGHTS:
        return False
    stem = PurePosixPath(file.source).stem.lower()
    return not _STATES.isdisjoint(re.split(r"[\W_\d]+", stem))


def _is_near(place: PurePosixPath, folders: set[PurePosixPath], above: set[PurePosixPath]) -> bool:
    """Say whether a log lies in a folder, a little above it or a little below it."""
    return place in above or not folders.isdisjoint((place, *place.parents)[: _NEAR + 1])
