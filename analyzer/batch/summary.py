"""What a batch says in a terminal when it is done: a few lines, whatever its size."""

from __future__ import annotations

from collections import Counter

from analyzer.batch.index_cost import cost_line
from analyzer.batch.index_verdicts import kind_names
from analyzer.batch.result import Batch
from analyzer.remote.places import Source
from analyzer.safe.names import visible
from analyzer.text import Words, words

_LINES = 20  # of failures: the index has them all


def batch_summary(batch: Batch, site: Source, lang: str) -> str:
    """Return the counts of the verdicts, the units that failed, and where the site is."""
    text = words(lang)
    sentences = text.of("_index")
    count = Counter(run.kind for run in batch.runs)
    lines = [
        f"{name}: {text.integer(count[kind])}"
        for kind, name in kind_names(text).items()
        if count[kind]
    ]
    if cost := cost_line(batch.cost, text):
        lines.append(cost)
    failed = [unread for unread in batch.unread if unread.failed]
    for unread in failed[:_LINES]:
        reason = text.fill(sentences["failed"][unread.key], unread.values)
        lines.append(f"{unread.source}: {reason}")
    if len(failed) > _LINES:
        lines.append(text.ui("more", count=text.integer(len(failed) - _LINES)))
    counts = {"runs": len(batch.runs), "units": batch.units}
    written = {**counts, "fresh": text.integer(batch.fresh), "path": str(site / "index.html")}
    lines.append(text.fill(sentences["written"], written))
    if batch.shard is not None:
        lines.append(text.fill(sentences["part"], batch.shard._asdict()))
    lines += _adopted(batch, text)
    lines += [text.fill(sentences["left"], {"folder": folder}) for folder in batch.left[:_LINES]]
    if batch.interrupted:
        lines.append(sentences["interrupted"])
    return "\n".join(map(visible, lines))


def _adopted(batch: Batch, text: Words) -> list[str]:
    """Return how much was taken over from other sites, and why nothing was although it lacked."""
    if batch.adopted is None:
        return []
    sentences, counts = text.of("_index"), {"adopted": batch.adopted, "units": batch.units}
    line = text.fill(sentences["adopted"], counts)
    return [line if batch.adopted or not batch.fresh else f"{line} {sentences['adopted_none']}"]
