"""Find the checkpoints beside a log by the names of files and folders; no file is opened."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

MOST_FOLDERS, MOST_NAMES = 60, 5000  # looked through beside one log
_SUFFIXES = (
    *(".pt", ".pth", ".ckpt", ".keras", ".h5", ".hdf5", ".safetensors", ".bin", ".index"),
    *(".pdparams", ".msgpack", ".npz", ".tar", ".weights"),
)
_RECORDS = (".json", ".jsonl", ".txt", ".log", ".csv", ".md", ".yaml", ".yml", "training_args.bin")
_CERTAIN = (".ckpt", ".keras")  # nothing but a model ends so
_BELOW = re.compile(
    r"(?:.*[-_])?(?:checkpoints?|ckpts?|models?|weights?|snapshots?|saved[-_]?models?|save|states?)",
    re.IGNORECASE,
)
_FOLDER = re.compile(
    r"(?P<word>checkpoint|ckpt|global_?step|step|epoch|iter(?:ation)?)s?"
    r"(?:[-_](?P<unit>epoch|step|iter))?[-_=]?(?P<number>\d+)",
    re.IGNORECASE,
)
_WORD = r"(?:^|[^a-z])(?:{})[-_=. ]?(?P<number>\d+)(?![\d]*\.\d)"
_EPOCH = re.compile(_WORD.format("epochs?|ep|e"), re.IGNORECASE)
_STEP = re.compile(
    _WORD.format("global_?steps?|steps?|iter(?:ation)?s?|it|updates?"), re.IGNORECASE
)
_PAIR = re.compile(r"checkpoint[-_](?P<epoch>\d+)[-_](?P<step>\d+)$", re.IGNORECASE)
_PLAIN = re.compile(r"(?:(?<=[-_.= ])|(?<=ckpt)|(?<=checkpoint)|^)(?P<number>\d+)(?=$|[-_])", re.I)
_SHARD = re.compile(r"\d+-of-\d+")
_MODEL = re.compile(
    r"ckpt|checkpoint|model|weight|epoch|(?<![a-z])(?:ep|step|iter|net|state)", re.I
)
_BEST = re.compile(r"(?<![a-z])best(?![a-z])", re.IGNORECASE)
_LAST = re.compile(r"(?<![a-z])(?:last|latest|final)(?![a-z])", re.IGNORECASE)


class Named(NamedTuple):
    """What the name of a checkpoint says: a step, an epoch, a number without a unit, a role."""

    name: str
    step: int | None = None
    epoch: int | None = None
    number: int | None = None
    role: str = ""  # "best" or "last" if it has no number


def checkpoints_beside(paths: Sequence[str], *, alone: bool) -> list[Named]:
    """Return the checkpoints beside the files of a run and in the usual folders below.

    ``alone`` says that no other run lies there; else only folders that no other log shares count.
    """
    found: dict[str, Named] = {}
    for folder in _folders(paths, alone=alone):
        named = [item for item in map(_named, _entries(folder)) if item is not None]
        for item in _in_series(named):
            found.setdefault(item.name, item)
    return list(found.values())


def _folders(paths: Sequence[str], *, alone: bool) -> Iterator[Path]:
    """Yield the folders in which the checkpoints of a run lie, each once."""
    seen: set[Path] = set()
    left = MOST_FOLDERS
    for path in paths[:MOST_FOLDERS]:
        home = Path(path).parent
        if _FOLDER.fullmatch(home.name):
            home = home.parent  # the state of the Trainer lies in each checkpoint
        if home in seen or not (alone or _is_own(home, paths)):
            continue
        seen.add(home)
        for folder in [home, *_below(home)][:left]:
            left -= 1
            yield folder


def _is_own(folder: Path, paths: Sequence[str]) -> bool:
    """Say whether no other log seems to lie in a folder: no file of the same kind as ours."""
    own = {Path(path).name for path in paths if Path(path).parent == folder}
    kinds = {Path(path).suffix for path in paths if Path(path).parent == folder}
    return not any(
        entry.name not in own and Path(entry.name).suffix in kinds for entry in _entries(folder)
    )


def _below(home: Path) -> list[Path]:
    """Return the folders of checkpoints below a folder, down to the second level."""
    found = []
    for entry in _entries(home):
        if entry.is_dir(follow_symlinks=False) and _BELOW.fullmatch(entry.name):
            found.append(Path(entry.path))
            found += [
                Path(inner.path)
                for inner in _entries(Path(entry.path))
                if inner.is_dir(follow_symlinks=False) and _BELOW.fullmatch(inner.name)
            ]
    return found


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """Return what a folder holds, by name, the first of very many; nothing if it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            first = [entry for entry, _ in zip(entries, range(MOST_NAMES), strict=False)]
    except OSError:
        return []
    return sorted(first, key=lambda entry: entry.name)


def _named(entry: os.DirEntry[str]) -> Named | None:
    """Return what the name of a file or folder says, None if it is not that of a checkpoint."""
    name = entry.name
    if entry.is_dir(follow_symlinks=False):
        return _of_folder(entry)
    suffix = next((end for end in _SUFFIXES if name.lower().endswith(end)), None)
    if suffix is None or _SHARD.search(name):
        return None
    stem = name[: -len(suffix)].removesuffix(".weights").removesuffix(".pth").removesuffix(".pt")
    return of_name(name, stem, certain=suffix in _CERTAIN)


def _of_folder(entry: os.DirEntry[str]) -> Named | None:
    found = _FOLDER.fullmatch(entry.name)
    if found is None:
        return None
    word, unit, number = found["word"].lower(), found["unit"], int(found["number"][:18])
    inside = _entries(Path(entry.path))
    if inside and all(item.name.lower().endswith(_RECORDS) for item in inside):
        return None  # what the Trainer wrote beside weights that are gone
    if word.startswith(("check", "ckpt")):
        if unit is not None:
            is_epoch = unit.lower() == "epoch"
            return Named(entry.name, None if is_epoch else number, number if is_epoch else None)
        return Named(entry.name, number=number)
    if not any(item.name.lower().endswith(_SUFFIXES) for item in inside):
        return None  # a folder of pictures, as likely as not
    return Named(entry.name, epoch=number) if word == "epoch" else Named(entry.name, step=number)


def of_name(name: str, stem: str, *, certain: bool = False) -> Named | None:
    """Return what the name of a file says; ``certain`` if its suffix alone tells a model."""
    pair = _PAIR.search(stem)
    if pair:
        return Named(name, int(pair["step"][:18]), int(pair["epoch"][:18]))
    epoch, step = _number(_EPOCH, stem), _number(_STEP, stem)
    if epoch is not None or step is not None:
        return Named(name, step, epoch)
    is_model = certain or _MODEL.search(stem) is not None
    number = _number(_PLAIN, stem)
    if number is not None and is_model:
        return Named(name, number=number)
    for role, words in (("best", _BEST), ("last", _LAST)):
        if words.search(stem):
            return Named(name, role=role)
    return None


def _number(pattern: re.Pattern[str], stem: str) -> int | None:
    found = pattern.search(stem)
    return int(found["number"][:18]) if found else None


def _in_series(named: Iterable[Named]) -> list[Named]:
    """Return the checkpoints without those whose number no other of the same kind has.

    A single ``resnet-50.pth`` is a pretrained network, not the fiftieth of a series.
    """
    listed = list(named)
    kinds = Counter(_kind(item.name) for item in listed if item.number is not None)
    return [item for item in listed if item.number is None or kinds[_kind(item.name)] > 1]


def _kind(name: str) -> str:
    return re.sub(r"\d+(?:\.\d+)?", "#", name)
