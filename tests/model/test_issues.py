"""Log issues and skipped files: the line a user sees, and the keys of the JSON."""

from __future__ import annotations

import pytest

from analyzer.model.issues import UNREADABLE, LogIssue, Skipped, files_without_run
from analyzer.registry.words import reason


@pytest.mark.parametrize(
    ("position", "line"),
    [
        (
            91234,
            "run/log:91234: the last record is cut off; 120 points kept, 37 bytes left over.",
        ),
        (None, "run/log: the last record is cut off; 120 points kept, 37 bytes left over."),
    ],
)
def test_an_issue_is_the_line_a_user_sees(position: int | None, line: str) -> None:
    issue = LogIssue("warning", "run/log", "truncated_record", position, kept=120, lost=1, bytes=37)
    assert str(issue).startswith(line)
    assert issue.line("{kept} of it", place="{source}@{position}").endswith(": 120 of it")


def test_an_issue_has_the_keys_of_the_contract() -> None:
    issue = LogIssue("info", "log", "restart", 7, 3, None, 0, {"step": 4})
    assert issue.to_dict() == {
        "severity": "info",
        "source": "log",
        "position": 7,
        "kept": 3,
        "lost": None,
        "bytes": 0,
        "key": "restart",
    }


def test_a_sentence_without_all_its_values_falls_back_to_key_and_values() -> None:
    issue = LogIssue("warning", "log", "no_such_key", 7, values={"name": "x{y}"})
    assert str(issue).startswith("log:7: no_such_key")
    assert "x{y}" in str(issue)


def test_a_damaged_log_is_listed_once_beside_the_files_that_cannot_be_opened() -> None:
    refused = [
        LogIssue("info", "fine.csv", "empty_file"),
        LogIssue("error", "b.json", "not_json", 3, values={"line": 3, "column": 1, "error": "x"}),
        LogIssue("warning", "b.json", "no_line_end", 4),
        LogIssue("warning", "c.pkl", "no_line_end", 4),
    ]
    listed = files_without_run([Skipped("c.pkl", "pickle")], refused, "es")
    assert [(file["source"], file["key"]) for file in listed] == [
        ("b.json", "not_json"),
        ("c.pkl", "pickle"),
    ]
    assert "JSON" in listed[0]["reason"]
    assert "b.json" not in listed[0]["reason"]


@pytest.mark.parametrize("key", sorted(UNREADABLE))
def test_a_file_that_cannot_be_opened_counts_as_unread_and_has_a_sentence(key: str) -> None:
    assert Skipped("x", key, {"error": "y"}).is_unreadable
    assert " " in reason(key, {"error": "y"})
    assert not Skipped("x", "not_a_log").is_unreadable
