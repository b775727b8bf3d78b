"""Settings as options of a command: complete, quoted, and nothing that was not logged."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from analyzer.comparing.command import command_line
from analyzer.comparing.settings import settings_of


def test_settings_become_options_with_all_their_digits() -> None:
    settings = {"lr": 0.000123456789, "batch_size": 64, "optim.name": "adam w", "amp": True}
    line = command_line(settings, settings)
    assert line == "--lr 0.000123456789 --batch_size 64 --optim.name 'adam w' --amp true"


def test_only_the_settings_that_are_asked_for_are_named() -> None:
    assert command_line({"lr": 0.1, "width": 8}, ["lr", "depth"]) == "--lr 0.1"


@pytest.mark.parametrize("value", ["$(reboot)", "'; reboot; '", "a\\b", "`x`", "-x", "--lr=1", "é"])
def test_a_shell_gets_the_value_as_it_was_logged(value: str) -> None:
    words = shlex.split(command_line({"x": value}, ["x"]))
    assert words in (["--x", value], [f"--x={value}"])


@pytest.mark.parametrize(
    "value", [None, (1, 2), "a\nb", "\x1b[2J", "x" * 500, {"a": 1}, ["a", "0"], []]
)
def test_what_cannot_be_typed_is_left_out(value: Any) -> None:
    shown = value if isinstance(value, tuple) else settings_of({"x": value}).get("x")
    assert command_line({"x": shown}, ["x"]) == ""


def test_seeds_labels_and_secrets_are_left_out() -> None:
    settings = settings_of({"seed": 3, "run_name": "a", "api_key": "sk-123", "lr": 0.1})
    assert command_line(settings, settings) == "--lr 0.1"
