"""Settings in the names of folders and files, such as lr0.01_wd0_s0: read by a pattern, if asked.

A pattern is the name with a field for each value: ``lr{lr}_wd{wd}_s{seed}``. None is used unless
the user switches it on, because a name may mean anything; ``suggested`` offers those that fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from analyzer.errors import ConfigError
from analyzer.model.run import Run
from analyzer.model.settings import is_setting
from analyzer.parsers._setting_texts import scalar

_FIELD = re.compile(r"\{([A-Za-z_][\w.]*)\}")
_LONGEST = 255  # characters of a name
_NUMBER = r"\d+(?:\.\d+)?(?:e[-+]?\d+)?"
_WITH_NUMBER = re.compile(
    rf"(?:^|(?<=[_\-,+ ]))([A-Za-z]+(?:_[A-Za-z]+)*)([-_]?)({_NUMBER})(?=$|[_\-,+ ])"
)
_ASSIGNED = re.compile(r"([A-Za-z][\w.\-]*)=([^=,; ]+?)(?=$|[,; _-]+[A-Za-z][\w.\-]*=|[,; ])")
_PAIR = re.compile(r"([A-Za-z]+)-([^-_]+)")
_SEED = {"s", "sd", "seed"}
_COUNTERS = {"run", "exp", "experiment", "trial", "version", "v", "job", "task", "id", "try"}
_PROGRESS = {"epoch", "epochs", "step", "steps", "iter", "ckpt", "checkpoint", "loss", "acc"}
_FEWEST = 2  # runs whose names must fit a pattern


def checked(patterns: Iterable[str]) -> tuple[str, ...]:
    """Return patterns. Raises ConfigError for one that cannot be used."""
    patterns = tuple(patterns)
    for pattern in patterns:
        pieces = _FIELD.split(pattern)
        rest = "".join(pieces[::2])
        if len(pieces) < 3 or "{" in rest or "}" in rest:
            raise ConfigError(
                f'folder_settings "{pattern}": must name each value in braces, e.g. '
                "lr{lr}_s{seed}"
            )
        if any(not between for between in pieces[2:-1:2]):
            raise ConfigError(
                f'folder_settings "{pattern}": needs a text between two fields, e.g. '
                "{model}_{seed}"
            )
    return patterns


def settings_from(patterns: Sequence[str], log: Path) -> tuple[str, dict[str, Any]]:
    """Return the name that fits a pattern, and its settings; the nearest to the log wins."""
    names = [*log.parts[:-1], log.stem]
    shown: list[str] = []
    found: dict[str, Any] = {}
    for pattern in patterns:
        wanted = pattern.split("/")
        for start in range(len(names) - len(wanted), -1, -1):
            part = names[start : start + len(wanted)]
            fields = _fields_of(wanted, part)
            if fields:
                shown.append("/".join(part))
                found = {**fields, **found}
                break
    return "/".join(shown), found


def suggested(runs: Sequence[Run]) -> list[str]:
    """Return the patterns that the names of runs without settings seem to follow."""
    values: dict[str, set[str]] = {}
    for run in runs:
        if run.config or not run.meta.files:
            continue
        path = Path(run.meta.path or "", run.meta.files[0])
        for name in dict.fromkeys([*path.parts[:-1], path.stem]):
            pattern = pattern_of(name)
            if pattern:
                values.setdefault(pattern, set()).add(name)
    return [pattern for pattern, names in values.items() if len(names) >= _FEWEST]


def pattern_of(name: str) -> str:
    """Return the pattern of a name that seems to hold settings, "" if it does not."""
    if len(name) > _LONGEST or set("{}") & set(name):
        return ""
    fields: dict[str, str] = {}
    pieces: list[str] = []
    done = 0
    for key, low, high in _values(name):
        field = key
        if key.lower() in _SEED:
            field = "seed"
        elif key.lower() in _COUNTERS:
            field = "run_id"
        if field in fields or low < done or field.lower() in _PROGRESS:
            continue
        fields[field] = key
        pieces += [name[done:low], f"{{{field}}}"]
        done = high
    is_known = any(is_setting(field) or f"{fields[field]}=" in name for field in fields)
    pattern = "".join([*pieces, name[done:]])
    return pattern if is_known and "}{" not in pattern else ""


def _values(name: str) -> Iterator[tuple[str, int, int]]:
    """Yield for each value in a name its key, and where the value begins and ends."""
    if "=" in name:
        for match in _ASSIGNED.finditer(name):
            yield _known_end(match[1]), match.start(2), match.end(2)
        return
    pairs = [_PAIR.fullmatch(piece) for piece in name.split("_")]
    if all(pairs):
        start = 0
        for pair in pairs:
            if pair is not None:
                yield pair[1], start + pair.start(2), start + pair.end(2)
                start += len(pair[0]) + 1
        return
    for match in _WITH_NUMBER.finditer(name):
        yield _known_end(match[1]), match.start(3), match.end(3)


def _known_end(key: str) -> str:
    """Return the end of a key that is a usual setting: "resnet_lr" ends in "lr"."""
    words = re.split(r"[_-]", key)
    for start in range(len(words)):
        end = "_".join(words[start:])
        if is_setting(end) or end.lower() in _SEED:
            return end
    return re.sub(r"\W", "_", key)


def _fields_of(wanted: Sequence[str], names: Sequence[str]) -> dict[str, Any]:
    """Return the fields of names that fit the parts of a pattern, empty if one does not."""
    found: dict[str, Any] = {}
    for pattern, name in zip(wanted, names, strict=True):
        fields = _matched(_FIELD.split(pattern), name)
        if fields is None:
            return {}
        found |= fields
    return found


def _matched(pieces: Sequence[str], name: str) -> dict[str, Any] | None:
    """Return the fields of one name, None if it does not fit.

    Each field ends where the text after it first stands, so that no name takes long.
    """
    if not name.startswith(pieces[0]) or len(name) > _LONGEST:
        return None
    place = len(pieces[0])
    found: dict[str, Any] = {}
    for index in range(1, len(pieces), 2):
        field, text = pieces[index], pieces[index + 1]
        is_last = index == len(pieces) - 2
        end = len(name) - len(text) if is_last else name.find(text, place + 1)
        if end <= place or not name.startswith(text, end):
            return None
        found[field] = scalar(name[place:end])
        place = end + len(text)
    return found if place == len(name) else None
