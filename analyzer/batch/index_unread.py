"""The files that gave no run, by the reason: failures and damage first, then the most frequent."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from analyzer.batch.result import Unread
from analyzer.model.issues import UNREADABLE
from analyzer.safe.names import visible, without_middle
from analyzer.text import Words

if TYPE_CHECKING:
    from analyzer.batch.index import Index

_LONGEST, _HEAD = 120, 40  # characters of a name, and those kept of its beginning
_MOST_NAMES = 200  # of files with the same reason
_IN_TABLE = 8  # names of files in a table of text
_FEW, _FEW_IN_ALL = 3, 12  # names that need no folding: of one reason, and of all


class UnreadGroup(NamedTuple):
    """Files with the same reason: the first names, what is left out, and how many they are.

    ``shown`` is ``files`` as a text.
    """

    reason: str
    names: tuple[str, ...]
    more: str
    shown: str
    files: int
    is_open: bool


def unread_groups(index: Index) -> list[UnreadGroup]:
    """Return what gave no run, grouped by reason.

    Failures come first, then damaged and unopened files, then files that are no logs; of each kind
    the reason with most files.
    """
    text = index.text
    groups: dict[tuple[int, str], list[str]] = {}
    for unread in index.batch.unread:
        key = (_rank(unread), visible(_reason(unread, text)))
        groups.setdefault(key, []).append(
            without_middle(visible(_place(unread)), _LONGEST, head=_HEAD)
        )
    found = []
    for (_, reason), names in sorted(groups.items(), key=lambda item: (item[0][0], -len(item[1]))):
        left = len(names) - _MOST_NAMES
        more = text.fill(text.of("_index")["more_files"], {"count": left}) if left > 0 else ""
        found.append(
            UnreadGroup(
                reason=reason,
                names=tuple(names[:_MOST_NAMES]),
                more=more,
                shown=text.integer(len(names)),
                files=len(names),
                is_open=len(names) <= _FEW or len(index.batch.unread) <= _FEW_IN_ALL,
            )
        )
    return found


def _rank(unread: Unread) -> int:
    if unread.failed:
        return 0
    return 1 if unread.issue is not None or unread.key in UNREADABLE else 2


def _reason(unread: Unread, text: Words) -> str:
    if unread.failed:
        return text.fill(text.of("_index")["failed"][unread.key], unread.values)
    if unread.issue is not None:
        return text.issue_words(unread.issue)
    return text.reason(unread.key, unread.values)


def _place(unread: Unread) -> str:
    """Return the file, with the place in it if the log says one."""
    issue = unread.issue
    if issue is None or issue.position is None:
        return unread.source
    return f"{issue.source}:{issue.position}"


def unread_rows(index: Index) -> list[tuple[str, str, str]]:
    """Return (files, reason, count) of each group for a table, with the first names alone."""
    text = index.text
    rows = []
    for group in unread_groups(index):
        names = ", ".join(group.names[:_IN_TABLE])
        left = group.files - _IN_TABLE
        if left > 0:
            names = f"{names}, {text.fill(text.of('_index')['more_files'], {'count': left})}"
        rows.append((names, group.reason, text.integer(group.files)))
    return rows
