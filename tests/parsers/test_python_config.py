"""Configurations in Python: literals are read, computed values are left out, nothing is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.parsers._python_config import python_settings

SOURCE = """
_base_ = ['../default.py']
lr = 1e-3
name, size = 'a', 3
model = dict(type='ResNet', depth=50, heads=[dict(classes=10), dict(classes=2)])
optimizer = {'type': 'SGD', 'nesterov': True}
total = lr * 2
path = open('/etc/passwd').read()
import os
"""


def test_literals_are_settings_and_computed_values_are_left_out() -> None:
    assert python_settings(SOURCE) == {
        "lr": 1e-3,
        "model": {
            "type": "ResNet",
            "depth": 50,
            "heads": [{"classes": 10}, {"classes": 2}],
        },
        "optimizer": {"type": "SGD", "nesterov": True},
    }


def test_nothing_is_run(tmp_path: Path) -> None:
    target = tmp_path / "made"
    assert python_settings(f"a = 1\nb = open({str(target)!r}, 'w')") == {"a": 1}
    assert not target.exists()


@pytest.mark.parametrize(
    "source",
    ["lr = ", "a = " + "[" * 5000, "x" * (1 << 21), "a = \0", "a = " + "-" * 100_000 + "1"],
    ids=["cut", "deep", "long", "NUL", "many signs"],
)
def test_what_is_no_python_or_too_much_gives_nothing(source: str) -> None:
    assert python_settings(source) == {}


def test_a_set_is_a_list_even_where_python_would_refuse_it() -> None:
    found = python_settings("a = {1, 2}\nb = {[1], 2}\nc = 3")
    assert found == {"a": [1, 2], "b": [[1], 2], "c": 3}


def test_an_unusual_escape_prints_no_warning(recwarn: pytest.WarningsRecorder) -> None:
    source = "keys = '.*\\.bias'\nlr = 0.1"
    assert python_settings(source) == {"keys": ".*\\.bias", "lr": 0.1}
    assert not recwarn.list
