"""Histories as YAML: lists by name, a list of records, records by epoch, a document a record.

``loss: [0.5, 0.4]``; ``- {epoch: 1, loss: 0.5}``; ``epoch_1:`` above its values; ``epoch: 1`` and
``loss: 0.5`` between lines of ``---``, or one record behind the other. What they hold is read as
the same in JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from analyzer.errors import NotThisFormat, ParseError
from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers._column import number
from analyzer.parsers._encoding import decode
from analyzer.parsers._gathered import with_issues
from analyzer.parsers._yaml import LARGEST, parse_yaml
from analyzer.parsers._yaml_evidence import KEY, NUMBER, is_history
from analyzer.parsers.keras_history import KerasHistory

_SUFFIXES = (".yaml", ".yml")
_NUMBER_LINE = re.compile(rf"(?:{NUMBER})[ \t]*", re.I)
_FLAT = re.compile(rf"{KEY} +(?P<value>[^\s\[\]{{}}&*!|>#][^\[\]{{}}&*!|>#\n]*)")
_NULLS = ("null", "Null", "NULL", "~")
_FEWEST = 3  # records


class YamlHistory(Parser):
    """A history that an own loop dumped as YAML."""

    title: ClassVar[str] = "history YAML"
    reads_text: ClassVar[bool] = True

    def claims(self, file: LogFile) -> bool:
        """Claim lists of losses or scores, or one that is repeated; no settings like them."""
        if file.suffix not in _SUFFIXES:
            return False
        return is_history(file.text.replace("\r\n", "\n"))

    def parse(self, group: Group) -> list[Run]:
        """Read the history; raises ParseError if a large one is anything but flat records."""
        (file,) = group.files
        with file.open() as handle:
            text = decode(handle.read()).replace("\r\n", "\n")
        whole = _without_last(text)
        found = KerasHistory(self.options).runs_of(_document(whole), group)
        runs = [replace(run, meta=replace(run.meta, format=self.title)) for run in found]
        if whole == text:
            return runs
        line = whole.count("\n") + 1
        kept = sum(run.points for run in runs)
        return with_issues(runs, [LogIssue("warning", file.shown, "line_unended", line, kept)])


def _without_last(text: str) -> str:
    """Return a text without a last line that has no end and may be half of one.

    A list or mapping in brackets ends by itself.
    """
    last = text.rstrip(" \t")
    if not last or last.endswith(("\n", "]", "}")):
        return text
    return text[: last.rfind("\n") + 1]


def _document(text: str) -> Any:
    """Return what a text holds; the records of several documents as a list."""
    parts = [
        part for part in re.split(r"(?m)^(?:---|\.\.\.)(?:[ \t].*)?$\n?", text) if part.strip()
    ]
    records = [record for part in parts for record in _flat_records(part)]
    if len(records) >= _FEWEST:
        return records
    if len(text) > LARGEST:
        raise ParseError("yaml_unread", error="more than 256 KiB")
    documents = [parse_yaml(part) for part in parts]
    if not documents:
        raise NotThisFormat("not_a_log")
    if len(documents) > 1:
        return [entry for entry in documents if isinstance(entry, Mapping)]
    return _by_text(documents[0])


def _flat_records(text: str) -> Iterator[dict[str, Any]]:
    """Yield the records of a text with a name and a plain value on each line, none of another text.

    A name that comes again begins the next record.
    """
    record: dict[str, Any] = {}
    records = [record]
    is_list = text.lstrip().startswith("- ")
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _FLAT.fullmatch(line.rstrip())
        if match is None or (line[0] == " " and not is_list):
            return
        begins = line.startswith("- ") if is_list else match["name"] in record
        if begins and record:
            record = {}
            records.append(record)
        record[match["name"]] = _value(match["value"])
    yield from records


def _value(text: str) -> Any:
    if text in _NULLS:
        return None
    if _NUMBER_LINE.fullmatch(text):
        found = number(re.sub(r"\.(?=[ni])", "", text.lower()))
        return text if found is None else found
    return text.strip("\"'")


def _by_text(document: Any) -> Any:
    """Return a document whose keys are text, as those of JSON are."""
    if isinstance(document, Mapping):
        return {str(key): _by_text(value) for key, value in document.items()}
    if isinstance(document, list):
        return [_by_text(entry) for entry in document]
    return document
