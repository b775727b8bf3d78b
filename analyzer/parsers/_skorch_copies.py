"""Tell a history of skorch from the copies of it that the ``Checkpoint`` callback saves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analyzer.errors import ParseError
from analyzer.parsers._base import Group, LogFile
from analyzer.parsers._encoding import decode
from analyzer.parsers._json_cut import load_json_or_start

_BEGINS = b'[{"batches": [{"train_loss": '
_FIRST = 64  # bytes behind it: the losses of the first batches, which no other run shares
_LARGEST = 64 << 20  # bytes of a file that is compared


def grouped(files: Sequence[LogFile]) -> list[Group]:
    """Group the files that begin as the same training; the longest gives the group its name."""
    alike: dict[bytes, list[LogFile]] = {}
    groups = []
    for file in files:
        head = file.head[: len(_BEGINS) + _FIRST]
        if head.startswith(_BEGINS) and file.length <= _LARGEST:
            alike.setdefault(head, []).append(file)
        else:
            groups.append(_alone(file))
    for members in alike.values():
        members.sort(key=lambda file: (-file.length, len(file.relative.parts), file.relative))
        groups.append(Group(members[0].bare, tuple(members)))
    return groups


def parted_copies(group: Group) -> list[tuple[Group, list[str]]]:
    """Return the files of a group that are runs, each with the names of its copies."""
    runs: list[tuple[Group, list[str]]] = []
    records: list[list[Any]] = []
    for file in group.files:
        own = _records(file)
        for (_, copies), longer in zip(runs, records, strict=True):
            if own and longer[: len(own)] == own:
                copies.append(file.shown)
                break
        else:
            runs.append((_alone(file), []))
            records.append(own)
    return runs


def _alone(file: LogFile) -> Group:
    return Group(file.bare, (file,))


def _records(file: LogFile) -> list[Any]:
    """Return the whole epochs of a history, none if it is damaged or cannot be opened."""
    try:
        with file.open() as handle:
            document, is_cut = load_json_or_start(decode(handle.read()))
    except (ParseError, OSError):
        return []
    if not isinstance(document, list):
        return []
    return document[:-1] if is_cut else document
