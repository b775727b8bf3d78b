"""Which of the paths that a user named are meant as sides, and which as repeats of one setting."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from analyzer.model.run import Run

_WORD = re.compile(r"[^\W\d_]+|\d+")
_PART = re.compile(r"[^\W_]+")
_ID = 6  # letters and digits: shorter parts such as 3c3d are names
_LETTER_AFTER_DIGIT = re.compile(r"\d[^\W\d_]")  # in an identifier, but not in resnet18
# Words before a number that counts repeats: s0, seed_1, run-2, version_3. In v2 or resnet50 the
# number says what the run is.
_COUNTING = {"s", "seed", "f", "fold", "r", "run", "rep", "repeat", "rerun", "trial", "version"}


def sides_by_path(runs: Sequence[Run], paths: Sequence[Path]) -> list[str]:
    """Return of each run which side the path that it was read from would be: a text.

    A shell turns ``runs/*`` into many paths, so paths that differ only in a number that counts
    repeats, in the seed of the run or in an identifier are one side.
    """
    if len(paths) < 2:
        return [""] * len(runs)
    roots = {os.path.realpath(path): path.as_posix() for path in paths}
    places = [_root(run.paths, roots) for run in runs]
    seeds: dict[str, set[str]] = {}
    for run, place in zip(runs, places, strict=True):
        seeds.setdefault(place, set()).update(_seeds(run.config))
    return [_shape(roots.get(place, ""), seeds[place]) for place in places]


def _root(logs: Iterable[str], roots: Mapping[str, str]) -> str:
    """Return the path, among those that were named, that a run was read from, "" if unknown."""
    from pathlib import Path

    for name in logs:
        log = Path(os.path.realpath(name))
        for above in (log, *log.parents):
            if str(above) in roots:
                return str(above)
    return ""


def _seeds(config: Mapping[str, object]) -> set[str]:
    """Return the seeds and folds of a run as texts."""
    from analyzer.comparing.roles import is_seed
    from analyzer.comparing.settings import settings_of

    return {str(value) for key, value in settings_of(config).items() if is_seed(key)}


def _shape(path: str, seeds: set[str]) -> str:
    """Return a path without the numbers and identifiers that tell repeats apart."""
    *above, last = _PART.sub(_without_id, path.lower()).split("/")
    parts = [*((part, set()) for part in above), (last, seeds)]
    return "/".join(" ".join(_uncounted(_WORD.findall(part), own)) for part, own in parts)


def _uncounted(words: Sequence[str], seeds: set[str]) -> Iterator[str]:
    """Yield the words of a part of a path, "#" for a number that counts repeats."""
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        counts = not at or before.isdigit() or before in _COUNTING or word in seeds
        yield "#" if word.isdigit() and counts else word


def _without_id(part: re.Match[str]) -> str:
    is_id = len(part[0]) >= _ID and _LETTER_AFTER_DIGIT.search(part[0])
    return "0" if is_id else part[0]
