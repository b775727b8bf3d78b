"""The files of a site from its records: escaped, the same every time."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from analyzer.batch.result import Unread
from analyzer.model.issues import LogIssue

Make = dict[str, Callable[..., Any]]

HOSTILE = '"><script>alert(1)</script>=cmd|@x'


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_names_from_logs_are_text_in_every_file(lang: str, make: Make) -> None:
    record = make["record"]
    made = make["files"]
    hostile = [
        record(0, {HOSTILE: HOSTILE, "lr": 1}, run=HOSTILE, source=HOSTILE),
        record(1, {HOSTILE: 1}, run=HOSTILE),
    ]
    issue = LogIssue("error", HOSTILE, "cannot_open", values={"error": HOSTILE})
    failure = {"type": "E", "message": HOSTILE}
    unread = (
        Unread(HOSTILE, "cannot_open", {}, issue=issue),
        Unread(HOSTILE, "worker_error", failure, failed=True),
    )
    found = made(hostile, unread, lang=lang)
    other = {"en": "index.es.html", "es": "index.en.html"}[lang]
    for page in ("index.html", other):
        html = Tags(found[page].decode())
        assert html.tags.count("script") == 2  # the data and ours
        assert not [name for name, _ in html.attributes if name.startswith("on")]
    assert "<script" not in found["index.md"].decode().replace("\\<script", "")
    for row in csv.reader(found["runs.csv"].decode().splitlines()):
        assert not any(cell.startswith(("=", "@", "+")) for cell in row)
    lines = found["findings.jsonl"].decode().splitlines()
    assert [json.loads(line)["run"] for line in lines] == [HOSTILE, HOSTILE]


def test_the_same_records_give_the_same_bytes(make: Make) -> None:
    record = make["record"]
    made = make["files"]
    records = [record(index) for index in range(50)]
    assert made(records) == made(records)


def test_only_settings_that_vary_are_columns(make: Make) -> None:
    record = make["record"]
    made = make["files"]
    records = [record(index) for index in range(30)]
    head = next(csv.reader(made(records)["runs.csv"].decode().splitlines()))
    assert head[-2:] == ["config.seed", "config.lr"]


def test_a_run_without_a_best_value_has_empty_cells(make: Make) -> None:
    record = make["record"]
    made = make["files"]
    found = made([record(0, best=None, after_best=None, sparks=())])
    assert found["index.html"].decode().count("<td></td>") >= 3
    (row,) = csv.DictReader(found["runs.csv"].decode().splitlines())
    assert (row["metric"], row["best"], row["after_best"]) == ("", "", "")
