"""Which run an event file belongs to: split folders, folders of add_scalars and of add_hparams.

torch's ``add_scalars("Loss", {"train": ...})`` writes the tag ``Loss`` to ``<run>/Loss_train/``,
tensorboardX to ``<run>/Loss/train/``. ``add_hparams`` of both writes a session to
``<run>/<time.time()>/``, or to a folder named by the caller.
"""

from __future__ import annotations

import io
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from analyzer import metrics
from analyzer.errors import ParseError
from analyzer.parsers._base import LogFile
from analyzer.parsers._event import decode_event
from analyzer.parsers._tfrecord import Damage, records

GUILD = ".guild"  # the folder in which Guild AI keeps the event file and the flags of a run
_SESSION_START = b"_hparams_/session_start_info"  # the tag under which a session begins
_EXPERIMENT = b"_hparams_/experiment"  # Keras: what the sub-folders are trials of
_LARGEST_SESSION = 64 << 10  # bytes; a session has settings and one value for each metric
_SESSION_TAGS = b"_hparams_/"
_PARTS_ABOVE = 2  # of the analysed path, which may be a folder inside a run
_WORDS = re.compile(r"[^A-Za-z]+")
_UNCLEAN = re.compile(r"[^-/\w.]")  # characters that tensorboardX and older torch replace by "_"
_MOST_PARTS = 4  # of a path below the run folder: a tag or a key with slashes


@dataclass(frozen=True)
class EventPlace:
    """What the folder of an event file says.

    ``folder`` is that of the run, relative to the analysed path. ``key`` is the name under which
    ``add_scalars`` logged the values of a tag, "" for any other file.
    """

    folder: Path
    split: str = ""
    key: str = ""
    is_session: bool = False
    is_of_run: bool = False  # the file lies in the folder of the run itself


class _KeyFolder(NamedTuple):
    """A folder of ``add_scalars``: how many parts of the path it takes, and its key."""

    parts: int
    key: str


class EventFolders:
    """Finds the place of each event file, listing each folder once."""

    def __init__(self) -> None:
        self._events: dict[Path, list[LogFile]] = {}
        self._sessions: dict[Path, bool] = {}
        self._roots: dict[Path, Path] = {}

    def place(self, file: LogFile) -> EventPlace:
        """Return the place of a file, from its path and its first 4 KiB."""
        place = EventPlace(file.relative.parent)
        if place.folder.name == GUILD:
            return EventPlace(place.folder.parent, is_of_run=True)
        folder = self._root(file) / file.relative.parent
        key_folder = self._key_folder(file, folder)
        if key_folder:
            split = metrics.folder_split(key_folder.key)
            key = "" if split else key_folder.key
            place = EventPlace(_above(place.folder, key_folder.parts), split, key)
            folder = folder.parents[key_folder.parts - 1]
        elif self._is_session(file):
            place = replace(place, is_session=True)
            if self._is_session_folder(folder):
                place = EventPlace(_above(place.folder, 1), is_session=True)
                folder = folder.parent
        split = metrics.folder_split(folder.name)
        if split:
            place = replace(place, folder=_above(place.folder, 1), split=place.split or split)
        elif not place.split:
            place = replace(place, split=self._suffix_split(file))
        is_of_run = not (key_folder or place.split or place.is_session)
        return replace(place, is_of_run=is_of_run)

    def _suffix_split(self, file: LogFile) -> str:
        """Return the split that a file name ends with, if files of its folder end with several.

        torch: ``SummaryWriter(folder, filename_suffix="_train")``. A single one may be a host.
        """
        own = _split_at_end(file.name)
        if not own:
            return ""
        names = [other.name for other in self._events_in(self._root(file) / file.relative.parent)]
        return own if {*map(_split_at_end, names)} - {own, ""} else ""

    def _root(self, file: LogFile) -> Path:
        """Return the analysed folder without links, by whose name a split may be known."""
        root = file.path.parents[len(file.relative.parts) - 1]
        if root not in self._roots:
            self._roots[root] = root.resolve()
        return self._roots[root]

    def _key_folder(self, file: LogFile, folder: Path) -> _KeyFolder | None:
        """Return what ``add_scalars`` made for a file, None if it made nothing."""
        above = min(len(file.relative.parts) - 1 + _PARTS_ABOVE, _MOST_PARTS)
        names = folder.parts[1:][-above:]
        tag = ""
        for count in range(1, len(names) + 1):
            run = folder.parents[count - 1]
            if not (self._events_in(run) or metrics.folder_split(_last_word(names[-1]))):
                continue
            tag = tag or _only_tag(file)
            if not tag:
                return None
            key = _key_of("/".join(names[-count:]), tag)
            if key and (self._events_in(run) or self._has_sibling(folder, key)):
                return _KeyFolder(count, key)
        return None

    def _has_sibling(self, folder: Path, key: str) -> bool:
        """Say whether a folder beside one is named like it but for the split that both name."""
        before = folder.name.removesuffix(key)
        if not metrics.folder_split(key) or before == folder.name:
            return False
        for other in _folders_in(folder.parent):
            is_named_alike = other != folder.name and other.startswith(before)
            if is_named_alike and metrics.folder_split(other[len(before) :]):
                return True
        return False

    def _is_session(self, file: LogFile) -> bool:
        """Say whether a file has hyperparameters and at most one value per metric."""
        if file.length > _LARGEST_SESSION:
            return False
        if file.path not in self._sessions:
            self._sessions[file.path] = _has_session_only(file)
        return self._sessions[file.path]

    def _is_session_folder(self, folder: Path) -> bool:
        """Say whether a folder has sessions alone, and the folder above event files.

        Keras writes the experiment to the folder above its trials, which are runs.
        """
        above = self._events_in(folder.parent)
        return (
            bool(above)
            and all(map(self._is_session, self._events_in(folder)))
            and not any(_EXPERIMENT in _head(file) for file in above)
        )

    def _events_in(self, folder: Path) -> list[LogFile]:
        """Return the event files that lie directly in a folder."""
        if folder not in self._events:
            self._events[folder] = list(_event_files(folder))
        return self._events[folder]


def _above(folder: Path, parts: int) -> Path:
    """Return the folder some parts above a relative one, at most the analysed path."""
    for _ in range(parts):
        folder = folder.parent
    return folder


def _key_of(path: str, tag: str) -> str:
    """Return the key that a path adds to a tag as torch or tensorboardX do, "" if it does not."""
    clean = _UNCLEAN.sub("_", tag)
    for start in (clean.replace("/", "_") + "_", clean + "/"):
        if _UNCLEAN.sub("_", path).startswith(start):
            return path[len(start) :]
    return ""


def _split_at_end(name: str) -> str:
    return metrics.folder_split(_WORDS.split(name)[-1])


def _last_word(name: str) -> str:
    return name.rpartition("_")[2]


def _only_tag(file: LogFile) -> str:
    """Return the tag of a file if its beginning has scalars of one tag and nothing else."""
    found = ""
    for tag in _tags(_head(file)):
        if found and tag != found:
            return ""
        found = tag
    return found


def _tags(data: bytes) -> Iterator[str]:
    """Yield the tag of each value in the whole records of some bytes, but not a session's own."""
    for record in records(io.BytesIO(data), len(data)):
        if isinstance(record, Damage):
            continue
        try:
            event = decode_event(record.payload).event
        except ValueError:
            continue
        for value in event.summary.value:
            if not value.tag.startswith(_SESSION_TAGS.decode()):
                yield value.tag


def _has_session_only(file: LogFile) -> bool:
    if _SESSION_TAGS not in _head(file):
        return False
    with file.open() as handle:
        content = handle.read(_LARGEST_SESSION)
    counts = Counter(_tags(content))
    return _SESSION_START in content and all(count == 1 for count in counts.values())


def _event_files(folder: Path) -> Iterator[LogFile]:
    """Yield the event files in a folder, none if it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if "tfevents" in entry.name and entry.is_file():
                    path, size = folder / entry.name, entry.stat().st_size
                    yield LogFile(path, Path(entry.name), entry.name, size)
    except OSError:
        return


def _folders_in(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir())
    except OSError:
        return []


def _head(file: LogFile) -> bytes:
    try:
        return file.head
    except (OSError, ParseError):
        return b""
