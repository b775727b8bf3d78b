"""Fingerprints of what a batch read and with which settings: results hold while they are equal."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass

from analyzer.batch.job import Task
from analyzer.batch.notes import Notes
from analyzer.batch.result import Batch, Options
from analyzer.batch.tree import Unit, content_of
from analyzer.config import Config
from analyzer.errors import ParseError
from analyzer.registry.third_party import installed
from analyzer.safe.names import printable
from analyzer.version import __version__


@dataclass(frozen=True)
class Prints:
    """The fingerprints of a result: by the stamps of its files, and by their content if known."""

    stamps: str
    content: str | None


def settings_print(task: Task) -> str:
    """Return what all results of a batch depend on beside their logs."""
    root = printable(task.url or task.root)  # a report names its log
    settings = [__version__, asdict(task.config), task.lang, root, *installed()]
    return _hash(json.dumps(settings, sort_keys=True, default=str))[:16]


def claims_print(config: Config) -> str:
    """Return what it depends on, beside a file, whether a parser reads it: parsers and settings."""
    settings = [__version__, config.metrics, config.text, *installed()]
    return _hash(json.dumps(settings, sort_keys=True, default=str))[:16]


def stamps_print(unit: Unit, settings: str) -> str:
    """Return the fingerprint of a unit by size, time and inode of its files."""
    return _unit_print(unit, settings, unit.stamps)


def prints_of(unit: Unit, settings: str, content: str | None) -> Prints:
    """Return both fingerprints; ``content`` is a hash of the files as they were read."""
    by_content = _unit_print(unit, settings, content) if content else None
    return Prints(stamps_print(unit, settings), by_content)


def wanted_print(unit: Unit, settings: str, *, rehash: bool) -> str:
    """Return the fingerprint that a result must have to hold, by content if ``rehash`` is asked."""
    if rehash:
        with suppress(OSError, ParseError):
            return _unit_print(unit, settings, content_of(unit))
    return stamps_print(unit, settings)


def pages_print(batch: Batch, results: str, options: Options, settings: str, notes: Notes) -> str:
    """Return what the pages are made of: while it is equal they need not be written again.

    ``results`` is a hash of the results of the batch.
    """
    unread = [unread.to_json() for unread in batch.unread]
    noted = [[run, own.notes, sorted(own.done)] for run, own in sorted(notes.items())]
    asked = [options.reports, options.found_only, options.points, options.group, options.shard]
    made_of = [settings, *asked, results, unread, noted]
    return _hash(json.dumps(made_of, default=str))[:32]


def _unit_print(unit: Unit, settings: str, files_are: object) -> str:
    """Return a hash of how the files are grouped and named, of the settings, and of the files."""
    groups = [
        [name, group.name.as_posix(), [file.relative.as_posix() for file in group.files]]
        for name, group in unit.groups
    ]
    logs = sorted((folder.as_posix(), min(count, 2)) for folder, count in unit.logs.items())
    return _hash(json.dumps([settings, groups, logs, files_are], ensure_ascii=True))[:32]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
