"""Labels on lines of console output: "[student] loss 0.5", "netG: loss 0.7", "(actor) loss 0.4"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analyzer import metrics
from analyzer.parsers import _text_names as names
from analyzer.parsers._text_plan import VALUE, Field, Path, Span
from analyzer.parsers._text_tokens import Token

_LABEL = re.compile(
    r"(?!(?:best|last|final|current|results?|avg|average|mean|min|max|total|overall|info|summary"
    r"|done|finished|complete|completed|end|ended|stats|status|metrics)\b)"
    r"(?:[A-Za-z][\w-]{1,30}(?: [\w-]{1,30})?|[GD])",
    re.I,
)
_LOOPS = {"trainer": "train", "evaluator": "val", "validator": "val", "tester": "test"}
_SEPARATORS = ("|", "-")  # "student | loss 0.5"


@dataclass
class Labels:
    """The labels that a line has shown so far, and those of each of its numbers."""

    path: Path = ()
    is_used: bool = False  # a label behind a number begins anew
    numbers: dict[Span, Path] = field(default_factory=dict)

    def box(self, inner: str) -> str:
        """Take the words in a bracket that stands before a name; return the split that they say."""
        label = label_of(" ".join(inner.split()))
        if label:
            self._add(label)
        return names.split_of(inner.split())

    def head(self, words: Sequence[Token], *, has_sign: bool) -> None:
        """Take words before a colon, if so: what is no label ends those of numbers before it."""
        if not has_sign:
            return
        label = group_of(words)
        if label:
            self._add(label)
        elif self.is_used:
            self.path, self.is_used = (), False

    def separate(self, mark: str, words: Sequence[Token]) -> None:
        """Take the words before a bar or a dash."""
        if mark in _SEPARATORS and words and group_of(words):
            self._add(group_of(words))

    def take(self, span: Span) -> None:
        """Give a number the labels before it."""
        self.numbers[span] = self.path
        self.is_used = True

    def _add(self, label: str) -> None:
        self.path = (label,) if self.is_used else (*self.path, label)
        self.is_used = False


def label_of(text: str) -> str:
    """Return a text if it may be the label of a model, "" for a split, a metric or an axis."""
    if not _LABEL.fullmatch(text) or names.split_of(text.split()) or names.is_known(text):
        return ""
    if text.lower() in names.LEVELS or names.axis_of(tuple(text.split()))[0]:
        return ""
    return text


def group_of(words: Sequence[Token]) -> str:
    """Return the model that words before a colon name: "student:", "val (teacher):"; "" if none."""
    plain = [word.text for word in words if word.kind == "word"]
    inner = [word.text[1:-1] for word in words if word.kind == "paren"]
    return label_of(" ".join(inner if inner and names.split_of(plain) else plain))


def distinct_labels(paths: Sequence[Path]) -> list[str]:
    """Return what tells each path from the others: "student", "teacher" of "[run] [student]"."""
    shared = set.intersection(*map(set, paths)) if paths else set()
    return [" ".join(label for label in path if label not in shared) for path in paths]


def grouped_apart(fields: list[Field], numbers: Mapping[Span, Path]) -> list[Field]:
    """Return fields in which metrics of one name are named for their labels.

    "student: loss 1 acc 2 | teacher: loss 3 acc 4" has two of each, one in each group. The other
    values keep their labels: another line may have those of another model.
    """
    shared: dict[tuple[str, str], list[Field]] = {}
    for found in fields:
        if found.role == VALUE:
            shared.setdefault((found.split, found.name), []).append(found)
    named = {}
    for same in shared.values():
        own = distinct_labels([numbers.get(found.span, ()) for found in same])
        if len(same) > 1 and all(own) and len(set(own)) == len(own):
            for found, label in zip(same, own, strict=True):
                named[found.span] = found._replace(name=f"{label} {found.name}")
    return [
        named.get(found.span, found._replace(path=numbers.get(found.span, found.path)))
        for found in fields
    ]


def labelled(name: str, split: str, label: str) -> tuple[str, str]:
    """Return the name and split of a value that has a label: "val_loss" of "student"."""
    reading = metrics.read(name)
    if label.lower() in _LOOPS:
        return name, "" if reading.split else split or _LOOPS[label.lower()]
    if label and reading.split:
        return f"{label} {reading.metric}", reading.split
    return f"{label} {name}".lstrip(), split
