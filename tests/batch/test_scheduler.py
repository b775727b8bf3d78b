"""Which scheduler is meant: an address, a file, this machine; anything else is one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.batch.scheduler import address_of
from analyzer.errors import AnalyzerError


@pytest.mark.parametrize(
    ("named", "address"),
    [
        ("local", "local"),
        ("tcp://node:8786", "tcp://node:8786"),
        ("tls://node:8786", "tls://node:8786"),
        ("node-1.cluster:8786", "tcp://node-1.cluster:8786"),
    ],
)
def test_an_address_is_taken_as_it_is(named: str, address: str) -> None:
    assert address_of(named) == address


def test_a_scheduler_file_has_the_address(tmp_path: Path) -> None:
    path = tmp_path / "scheduler.json"
    path.write_text(json.dumps({"address": "tcp://node:8786"}), encoding="utf-8")
    assert address_of(str(path)) == "tcp://node:8786"


@pytest.mark.parametrize("content", ["", "{", "[1]", "{}", '{"address": 3}', '{"address": "x"}'])
def test_another_file_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "scheduler.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(AnalyzerError, match=r"scheduler\.json: not a scheduler file of Dask; use"):
        address_of(str(path))


@pytest.mark.parametrize("named", ["scheduler.json", "", "node", "node:port"])
def test_what_is_neither_is_refused_with_the_choices(named: str) -> None:
    with pytest.raises(AnalyzerError, match="no such file; use tcp://host:8786, the path"):
        address_of(named)
