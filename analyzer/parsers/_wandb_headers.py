"""Tell the header of a W&B chart whose bounds were deleted from that of any other table."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer import metrics

_LINK = " - "
_X_AXES = ("Step", "Relative Time (Process)", "Relative Time (Wall)", "Wall Time")
# what is part of one run: "Class 1 - IoU", "student - loss"
_PARTS = re.compile(
    r"(?:class|label|head|task|fold|clase)\b.*"
    r"|student|teacher|generator|discriminator|net[gd]|[gd]|actor|critic|policy"
    r"|encoder|decoder|backbone|neck",
    re.I,
)
_KNOWN = ("lr", "grad_norm", "_step", "_runtime", "_timestamp")
_GROUPED = re.compile(r"[^\W\d]/[^\W\d]")  # "train/loss", not "Epoch 0/39"
_NUMBERED = re.compile(r"\d")  # "fluffy-cloud-12", "lr=0.1"
_INDEX = ("", "Unnamed: 0")  # the number of the row, of a table that pandas saved again


def is_bare_chart(names: Sequence[str], header: str) -> bool:
    """Say whether a header is an axis beside "<run> - <metric>" in all other columns.

    ``header`` is its line as written: W&B writes each name in quotes, calls its axes by names of
    its own and groups metrics by "/". Quotes alone are no proof, since other writers set them, too:
    each run must then have a number in its name. Where none of these is so, or what stands before
    the metric is a split or a class, the columns are not runs.
    """
    named = [name.strip() for name in names if name.strip() not in _INDEX]
    axis, *columns = named or [""]
    is_named = bool(columns) and not axis[:1].isdigit()  # a line of a logger begins with a date
    if not is_named or _LINK in axis or any(_LINK not in name for name in columns):
        return False
    parts = [name.rpartition(_LINK) for name in columns]
    if any(not _is_metric(metric) or not _is_run(label) for label, _, metric in parts):
        return False
    if axis in _X_AXES or all(_GROUPED.search(metric) for _, _, metric in parts):
        return True
    is_quoted = header.count('"') >= 2 * len(names)
    return is_quoted and all(_NUMBERED.search(label) for label, _, _ in parts)


def _is_metric(name: str) -> bool:
    metric = metrics.read(name).metric
    return bool(_GROUPED.search(name)) or metric in _KNOWN or metrics.kind(metric) is not None


def _is_run(label: str) -> bool:
    """Say whether a label may be the name of a run: many are made of names of metrics ("r2")."""
    return label != "" and not (metrics.cell_split(label) or _PARTS.fullmatch(label))
