"""Files without a run: grouped by reason with their names, what is worst first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analyzer.batch.index import build_index
from analyzer.batch.index_unread import UnreadGroup, unread_groups, unread_rows
from analyzer.batch.result import Options, Unread
from analyzer.model.issues import LogIssue

Make = dict[str, Callable[..., Any]]


def groups(make: Make, *unread: Unread) -> list[UnreadGroup]:
    return unread_groups(build_index(make["batch"]([], unread), Options(), missing=0))


def test_files_with_the_same_reason_are_one_group(make: Make) -> None:
    issue = LogIssue("error", "e.csv", "cannot_open", position=7, values={"error": "y"})
    found = groups(
        make,
        Unread("a.md", "not_a_log", {}),
        Unread("b.md", "not_a_log", {}),
        Unread("c.csv", "cannot_open", {"error": "x"}),
        Unread("d.csv", "took_too_long", {"seconds": 2.0}, failed=True),
        Unread("e.csv", "cannot_open", {}, issue=issue),
    )
    names = [group.names for group in found]
    assert names == [("d.csv",), ("c.csv",), ("e.csv:7",), ("a.md", "b.md")]
    assert "2 s" in found[0].reason
    assert not any(name in group.reason for group in found for name in group.names)
    assert all(group.is_open for group in found)


def test_of_many_files_the_first_names_are_listed_and_the_others_counted(make: Make) -> None:
    unread = [Unread(f"{at:03d}.txt", "not_a_log", {}) for at in range(1203)]
    (group,) = groups(make, *unread)
    assert (len(group.names), group.more, group.shown) == (200, "… and 1,003 more", "1,203")
    index = build_index(make["batch"]([], tuple(unread)), Options(lang="es"), missing=0)
    ((files, _, count),) = unread_rows(index)
    assert files.endswith("007.txt, … y 1.195 más")
    assert count == "1.203"


def test_a_long_list_is_folded_where_there_are_many_reasons(make: Make) -> None:
    unread = [Unread(f"{at}.csv", "cannot_open", {"error": str(at)}) for at in range(4)]
    unread += [Unread(f"{at}.md", "not_a_log", {}) for at in range(9)]  # 13 in all
    assert [group.is_open for group in groups(make, *unread)] == [True] * 4 + [False]
