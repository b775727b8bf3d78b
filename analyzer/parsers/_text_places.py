"""Settle the split of the numbers of a line by what stands around them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from analyzer import metrics
from analyzer.parsers import _text_names as names
from analyzer.parsers._text_plan import COUNT, EPOCH, STEP, TOTAL, VALUE, Field, Span
from analyzer.parsers._text_tokens import Token

_NOWHERE = Span(0, 0)  # of the axis that the title of a bar names
_MOST_WORDS = 5  # of a name
_OF_A_COUNT = frozenset(("of", "von", "de", "di", "sur", "su"))  # "Epoch 3 of 40"
_SPLIT_PAIR = re.compile(r"[(\[]?\b([A-Za-z]+) ?/ ?([A-Za-z]+)\b[)\]]?")


def split_pair(name: str, span: Span, over: Span | None, header: str) -> list[Field]:
    """Return the values of two splits in one: "loss (train/val): 0.52/0.61", or nothing."""
    match = _SPLIT_PAIR.search(name)
    if match is None or over is None:
        return []
    splits = [match[1].lower(), match[2].lower()]
    if not metrics.SPLITS.keys() >= set(splits) or len(set(splits)) < 2:
        return []
    metric = " ".join(_SPLIT_PAIR.sub(" ", name).split())
    places = zip(splits, (span, over), strict=True)
    return [Field(VALUE, f"{split} {metric}", place, header) for split, place in places]


def named_apart(fields: list[Field], whole: Mapping[Span, str]) -> list[Field]:
    """Return fields in which metrics of one name have all their words: "a loss: 1, b loss: 2".

    ``whole`` are the words before each number.
    """
    meanings = [
        (found.split, metrics.read(found.name)) if found.role == VALUE else None for found in fields
    ]
    named = []
    for found, meaning in zip(fields, meanings, strict=True):
        words = whole.get(found.span, "")
        is_shared = meaning is not None and meanings.count(meaning) > 1
        is_longer = words != found.name and 0 < len(words.split()) <= _MOST_WORDS
        named.append(found._replace(name=words) if is_shared and is_longer else found)
    return named


def with_bar_axis(fields: list[Field], titles: list[Field]) -> list[Field]:
    """Return the fields of a bar titled "Epochs" with its count as that axis."""
    axes = [title for title in titles if title.role != VALUE and title.span == _NOWHERE]
    if not axes or any(found.role == axes[0].role for found in fields):
        return fields
    counts = [found for found in fields if found.role == COUNT]
    if not counts:
        return fields
    rest = [found for found in fields if found.role not in (COUNT, TOTAL)]
    return [counts[0]._replace(role=axes[0].role, name=axes[0].name, rank=axes[0].rank), *rest]


def opened(said: Sequence[str], token: Token, header: str, *, has_sign: bool) -> list[Field]:
    """Return what a number behind one word may be if its line has a metric: "eps 0.9", else [].

    Behind a sign it may be an axis: "iterations: 57", but not "epochs: 40".
    """
    if len(said) != 1:
        return []
    (word,) = said
    span = Span(token.start, token.end)
    if has_sign:
        role, rank = names.bar_axis((word,))
        is_axis = role == STEP or (role == EPOCH and "." in token.text)
        return [Field(role, word, span, rank=rank)] if is_axis else []
    is_name = word.lower() not in _OF_A_COUNT and names.metric_name((word,), True) != ""
    is_value = token.unit != "%" and not token.text.isalpha()  # "skipped nan batches"
    return [Field(VALUE, word, span, header)] if is_name and is_value else []


def with_plural_axis(fields: list[Field], opened: list[Field]) -> list[Field]:
    """Return the fields of a line whose only axis is a plural: "iterations: 57, loss: 0.5".

    Without a loss or a score beside it, "iterations: 57" is a setting.
    """
    plural = [found for found in opened if found.role != VALUE and found.span != _NOWHERE]
    is_placed = any(found.role in (EPOCH, STEP) for found in fields)
    is_log = any(found.role == VALUE and metrics.is_judged(found.name) for found in fields)
    return [*plural[:1], *fields] if is_log and not is_placed else fields


def with_bare_splits(fields: list[Field], shares: Collection[Span] = ()) -> list[Field]:
    """Return fields in which a split alone has a metric: that of its line ("loss=0.5 val=0.6").

    The line has one other metric, which names no split. A training value beside a loss is a score,
    and numbers of several splits in percent (``shares``) are accuracies: "loss: 1.2, train: 0.9,
    val: 0.7", "train: 90%, val: 70%". Two held-out values beside a loss are not understood.
    """
    bare = {found.span: split for found in fields if (split := _bare_split(found))}
    if len(set(bare.values())) > 1:
        return _with_scores(fields, bare, shares)
    values = [found for found in fields if found.role == VALUE and names.is_known(found.name)]
    readings = [metrics.read(found.name) for found in values]
    judged = {reading for reading in readings if metrics.kind(reading.metric) is not None}
    if len(judged) != 1 or any(reading.split for reading in judged):
        return fields
    (reading,) = judged
    settled = []
    for found in fields:
        if bare.get(found.span) in ("val", "test"):
            found = found._replace(name=f"{found.name} {reading.metric}")
        settled.append(found)
    return settled


def _split_inside(name: str) -> str:
    """Return the split behind the name of a model: "teacher val loss"."""
    words = re.split(r"[ _]", name)
    for at in range(1, len(words) - 1):
        split = names.split_of([words[at]])
        if split and names.is_known(" ".join(words[at + 1 :])):
            return split
    return ""


def _bare_split(found: Field) -> str:
    """Return the split that a value is called and nothing else, or ""."""
    is_word = found.role == VALUE and len(found.name.split()) == 1
    return names.split_of([found.name]) if is_word else ""


def _with_scores(
    fields: list[Field], bare: Mapping[Span, str], shares: Collection[Span]
) -> list[Field]:
    """Return fields in which the values that are called by their split alone are scores, if so."""
    metric = "accuracy" if bare.keys() <= set(shares) else ""
    if not metric and "train" in bare.values():
        others = [found.name for found in fields if found.span not in bare]
        has_loss = any(metrics.kind(metrics.read(name).metric) == "loss" for name in others)
        metric = "score" if has_loss else ""
    if not metric:
        return fields
    return [
        found._replace(name=f"{found.name} {metric}") if found.span in bare else found
        for found in fields
    ]


def split_by_place(fields: list[Field]) -> list[Field]:
    """Return fields in which a name without a split has that of the names before it.

    "train Loss: 0.5 Acc: 0.8" and "Train loss: .., acc: .., Val loss: .., acc: .." say the split
    once for several metrics; in "loss: .. - val_loss: .." a bare name is the training metric.
    """
    values = [found for found in fields if found.role == VALUE]
    readings = [metrics.read(found.name) for found in values]
    bare = [reading.metric for reading in readings if not reading.split]
    said = {reading.metric for reading in readings if reading.split}
    splits = {reading.split for reading in readings if reading.split}
    named = {(reading.split, reading.metric) for reading in readings}
    settled = []
    current = ""
    inherits = bool(splits) and not said & set(bare)
    seen: set[tuple[str, str]] = set()
    for found, reading in zip(values, readings, strict=True):
        split = reading.split or _split_inside(found.name) or found.split
        current = reading.split or current
        repeated = bare.count(reading.metric) > 1
        if not split and inherits and (len(splits) == 1 or repeated):
            split = current if metrics.kind(reading.metric) else ""
        elif not split and ("", found.name) in seen and (current, reading.metric) not in named:
            split = current  # "loss: .., acc: .. | val loss: .., acc: .."
        if (split, found.name) in seen:
            continue
        seen.add((split, found.name))
        settled.append(found._replace(split="" if reading.split else split))
    return [found for found in fields if found.role != VALUE] + settled
