"""Cut console output into the runs that it has: trials of Keras Tuner, folds of a validation."""

from __future__ import annotations

import re
from itertools import pairwise

_TRIAL = re.compile(rb"^Search: Running Trial #(\d+)", re.M)
_FIRST_EPOCH = re.compile(rb"^Epoch 1/\d+", re.M)
_FOLD = re.compile(
    rb"(?<![A-Za-z])(?:k-?)?(?:fold|pliegue|dobra|falte)[ \t#:=_-]{0,3}"
    rb"(?:n(?:o|\xc2\xba)\.? ?)?(\d{1,3})(?![\w.,]?\d|\w)",
    re.IGNORECASE,
)
# a heading of a training that is repeated: "Run 2", "=== Seed 3 ==="
_REPEAT = re.compile(
    rb"^[^\w\n]*(?:run|seed|trial|repeat|repetition|experiment|experimento|replica)"
    rb"[ \t#:=_-]{1,3}(\d{1,6})(?![\w.,]?\d|\w)(?=[^\n]{0,60}$)",
    re.IGNORECASE | re.MULTILINE,
)


def may_have_parts(head: bytes) -> bool:
    """Say whether the beginning of a text shows that it has several runs."""
    return any(mark.search(head) for mark in (_TRIAL, _FOLD, _REPEAT))


def parts_of(text: bytes) -> list[tuple[str, bytes]]:
    """Return the label and the text of each run of a text, [] if it has only one."""
    if _TRIAL.search(text):
        return [(f"#{number}", trial) for number, trial in trials_of(text)]
    if folds := folds_of(text):
        return [(f"/fold_{number}", part) for number, part in folds]
    return [(f"#{number}", part) for number, part in folds_of(text, _REPEAT)]


def folds_of(text: bytes, mark: re.Pattern[bytes] = _FOLD) -> list[tuple[int, bytes]]:
    """Return the number and the text of each fold or repeat, [] if the text has fewer than two.

    A fold is named above its epochs ("Fold 2/5") or on each line. What comes later about a fold
    that was over (a table of results) is not of its training.
    """
    marks = [(match.start(), int(match[1])) for match in mark.finditer(text)]
    numbers = [number for _, number in marks]
    if len(set(numbers)) < 2:
        return []
    starts = [text.rfind(b"\n", 0, place) + 1 for place, _ in marks]
    ends = [*starts[1:], len(text)]
    is_interleaved = _turns(numbers) > 2 * len(set(numbers))
    parts: dict[int, list[bytes]] = {}
    last = None
    for number, start, end in zip(numbers, starts, ends, strict=True):
        if is_interleaved or number not in parts or number == last:
            parts.setdefault(number, []).append(text[start:end])
            last = number
        else:
            last = None
    return [(number, b"".join(found)) for number, found in sorted(parts.items())]


def _turns(numbers: list[int]) -> int:
    """Count how often the number of the fold changes."""
    return 1 + sum(before != after for before, after in pairwise(numbers))


def trials_of(text: bytes) -> list[tuple[str, bytes]]:
    """Return the number and the text of each trial of a search, without the best score below it.

    The executions of one trial, each from its first epoch on, are numbered behind it.
    """
    marks = list(_TRIAL.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    trials = []
    for mark, end in zip(marks, ends, strict=True):
        complete = text.find(b"\nTrial %b Complete" % mark[1], mark.end(), end)
        trial = text[mark.end() : end if complete < 0 else complete + 1]
        number = str(int(mark[1][:9]))
        begins = [first.start() for first in _FIRST_EPOCH.finditer(trial)]
        if len(begins) < 2:
            trials.append((number, trial))
            continue
        executions = zip(begins, [*begins[1:], len(trial)], strict=True)
        for count, (begin, until) in enumerate(executions, 1):
            trials.append((f"{number}.{count}", trial[begin:until]))
    return trials
