from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import Result

from analyzer.agents import server
from analyzer.agents.budget import LEAST
from analyzer.agents.skill import read_skill
from analyzer.agents.tools import TOOLS, Desk
from analyzer.cli import main

Call = Callable[..., Result]
OnlyError = Callable[[Result, int], str]


def test_the_folder_the_budget_and_the_language_reach_the_server(
    call: Call, healthy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[Desk] = []
    monkeypatch.setattr(server, "serve", served.append)
    result = call("mcp", healthy, "--budget", "800", "--lang", "es")
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert (served[0].budget, served[0].lang) == (800, "es")
    assert served[0].store.folder == healthy.resolve()


def test_the_budget_has_the_bounds_of_the_answers() -> None:
    (budget,) = [option for option in main.commands["mcp"].params if option.name == "budget"]
    assert isinstance(budget.type, click.IntRange)
    assert (budget.type.min, budget.default) == (LEAST, 4096)


def test_a_folder_is_needed(call: Call, only_error: OnlyError) -> None:
    assert "Missing argument 'FOLDER'" in only_error(call("mcp"), 2)


def test_a_file_or_a_missing_folder_is_one_line(
    call: Call, only_error: OnlyError, healthy: Path
) -> None:
    assert "not a folder" in only_error(call("mcp", healthy / "history.json"), 2)
    assert "not a folder" in only_error(call("mcp", healthy / "missing"), 2)


def test_without_the_extra_one_line_names_it(
    call: Call, only_error: OnlyError, healthy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "find_spec", lambda name: None)
    assert "pip install '.[mcp]' in the checkout" in only_error(call("mcp", healthy), 2)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_guide_names_every_tool_and_no_command_that_is_not_there(call: Call, lang: str) -> None:
    result = call("mcp", "--skill", "--lang", lang)
    assert result.exit_code == 0
    assert result.stdout == read_skill(lang)
    assert all(f"`{name}`" in result.stdout for name in TOOLS)
    for line in result.stdout.split("`analyzer ")[1:]:
        assert line.split()[0].strip("`") in main.commands
    assert len(result.stdout) < 4096


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_guide_names_keys_that_the_json_has(lang: str, overfitted: Path, call: Call) -> None:
    import json

    printed = json.loads(call("check", overfitted, "--json", "--fail-on", "never").stdout)
    (run,) = printed["runs"]
    guide = read_skill(lang)
    for key in ("runs", "unreadable", *run, *run["checks"][0]):
        assert key == "schema" or f"`{key}`" in guide, key
