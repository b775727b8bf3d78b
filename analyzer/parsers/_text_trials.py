"""Cut what a search by Keras Tuner printed into its trials and their executions."""

from __future__ import annotations

import re

TRIAL = re.compile(rb"^Search: Running Trial #(\d+)", re.M)
_FIRST_EPOCH = re.compile(rb"^Epoch 1/\d+", re.M)


def trials_of(text: bytes) -> list[tuple[str, bytes]]:
    """Return the number and the text of each trial of a search, without the best score below it.

    The executions of one trial, each from its first epoch on, are numbered behind it.
    """
    marks = list(TRIAL.finditer(text))
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
