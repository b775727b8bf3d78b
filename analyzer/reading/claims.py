"""Decide which parser reads which file, and which files make one run together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from analyzer import registry
from analyzer.errors import ParseError
from analyzer.model.run import Skipped
from analyzer.parsers._base import Group, LogFile, Parser, ReadOptions
from analyzer.reading.files import cannot_open

_PICKLE_NAMES = (".pkl", ".pickle", ".joblib", ".npy", ".npz", ".pt", ".pth", ".ckpt")
_ZIP, _GZIP, _NUMPY, _PICKLE = b"PK", b"\x1f\x8b", b"\x93NUMPY", b"\x80"  # first bytes


class ClaimedFile(NamedTuple):
    """A file and the name of the parser that reads it."""

    parser: str
    file: LogFile


class ClaimedGroup(NamedTuple):
    """The files of one run and the name of the parser that reads them."""

    parser: str
    group: Group


def parsers_for(options: ReadOptions) -> dict[str, Parser]:
    """Return the parsers by name, in the order in which they may claim a file."""
    kinds = registry.discover("analyzer.parsers", Parser)
    order = sorted(kinds, key=lambda name: (-kinds[name].specificity, name))
    return {name: kinds[name](options) for name in order}


def claim(item: LogFile | Skipped, parsers: Mapping[str, Parser]) -> ClaimedFile | Skipped:
    """Return a file with the first parser that claims it, or why no parser reads it."""
    if isinstance(item, Skipped):
        return item
    try:
        for name, parser in parsers.items():
            if parser.claims(item):
                return ClaimedFile(name, item)
    except ParseError as error:
        return Skipped(item.shown, error.key, error.values)
    except OSError as error:  # a read that fails after the file was opened
        return cannot_open(item.shown, error)
    return Skipped(item.shown, _why_unclaimed(item))


def groups_of(claimed: Iterable[ClaimedFile], parsers: Mapping[str, Parser]) -> list[ClaimedGroup]:
    """Return the claimed files by run, each group with its parser; opens no file."""
    files: dict[str, list[LogFile]] = {}
    for name, file in claimed:
        files.setdefault(name, []).append(file)
    groups = []
    for name, own in files.items():
        groups += [ClaimedGroup(name, group) for group in parsers[name].groups(own)]
    return groups


def _why_unclaimed(file: LogFile) -> str:
    """Return the key of the reason, recognising what people often have instead of a log."""
    head = file.head
    if file.size == 0:
        return "empty_file"
    if head.startswith(_PICKLE) or file.path.suffix in _PICKLE_NAMES:
        return "pickle"
    if head.startswith((_ZIP, _NUMPY, _GZIP)):
        return "archive"
    return "not_a_log"
