"""Help in Spanish: each command and option has a text, and it shows what the English one shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.shell_completion import CompletionItem, ZshComplete
from click.testing import Result

from analyzer.cli import main
from analyzer.cli._help import longest_name
from analyzer.resources import terminal

Call = Callable[..., Result]
WORDS = terminal("help", "es")
NAMES = ("about", "brief")  # of a command itself
COMMANDS: list[click.Command] = [main, *main.commands.values()]
# What a reader types: options, examples, numbers, endings of files, variables, addresses.
EXACT = re.compile(
    r"(?<!\w)--?[a-z][\w-]*|'[^' ]+'|\d[\w.]*|\.[a-z]+\b|[A-Z]+_[A-Z_]+|\w+\.\w{3,}|\[[\w.]+\]|\w+://\S+"
)
each_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)


@pytest.fixture(autouse=True)
def _no_language(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "ANALYZER_LANG"):
        monkeypatch.delenv(name, raising=False)


def options_of(command: click.Command) -> dict[str, click.Option]:
    context = click.Context(command)
    options = [param for param in command.get_params(context) if isinstance(param, click.Option)]
    return {longest_name(option): option for option in options}


def spanish_of(command: click.Command) -> dict[str, str]:
    own = WORDS["commands"][command.name]
    return {name: {**WORDS["options"], **own}[name] for name in options_of(command)}


def exact(text: str) -> set[str]:
    """Return what stands in a text to the letter."""
    return {found.rstrip(".:") for found in EXACT.findall(text.replace("e.g.", ""))}


@each_command
def test_each_option_has_a_text_that_names_the_same_things(command: click.Command) -> None:
    spanish = spanish_of(command)
    for name, option in options_of(command).items():
        assert option.help
        assert spanish[name].strip().endswith((".", ")")), name
        assert exact(option.help) <= exact(spanish[name]), name


@each_command
def test_each_command_has_a_text_that_names_the_same_things(command: click.Command) -> None:
    about = WORDS["commands"][command.name]["about"]
    assert exact(command.help or "") == exact(about)
    brief = WORDS["commands"][command.name].get("brief", about.strip().splitlines()[0])
    assert len(brief) <= 66 or command in (main, main.commands["export"])


def test_no_text_is_dead() -> None:
    assert set(WORDS["commands"]) == {command.name for command in COMMANDS}
    shared: set[str] = set()
    for command in COMMANDS:
        own = {name for name in WORDS["commands"][command.name] if name not in NAMES}
        assert own <= set(options_of(command)), command.name
        shared |= set(options_of(command)) - own
    assert set(WORDS["options"]) == shared


def placeholders_of(text: str) -> set[str]:
    return set(re.findall(r"\b[A-Z]{2,}(?: RANGE)?\b", text))


def test_every_placeholder_is_known_and_none_is_dead(call: Call) -> None:
    found: set[str] = set()
    for command in COMMANDS:
        context = click.Context(command)
        pieces = command.collect_usage_pieces(context)
        for param in command.get_params(context):
            record = param.get_help_record(context)
            if isinstance(param, click.Option) and record is not None:
                pieces.append(record[0])
        found |= placeholders_of(" ".join(pieces))
    known = set(WORDS["placeholders"])
    assert found - known <= {"MM"}
    assert known <= found


def written(call: Call, *arguments: str) -> str:
    result = call(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


@each_command
def test_nothing_of_click_is_left_in_english(
    call: Call, command: click.Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    if command.name == "train":  # which has a command line of its own
        return
    monkeypatch.setenv("ANALYZER_LANG", "es")
    shown = written(call, *([] if command is main else [str(command.name)]), "--help")
    assert shown.startswith("Uso: ")
    for word in ("Usage", "Options", "Commands", "default", "required", "PATH", "RANGE", "Show"):
        assert word not in shown, word
    for option in options_of(command).values():
        assert all(name in shown for name in option.opts)
        if option.show_default and option.default is not None:
            flat = re.sub(r"\s+", " ", shown)
            assert f"[por defecto: {option.default}" in flat


def test_the_language_of_help_is_that_of_reports(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begins(*options: str) -> str:
        return written(call, "report", *options, "--help").partition(" ")[0]

    assert begins() == "Usage:"
    assert begins("--lang", "es") == begins("--lang=es") == "Uso:"
    monkeypatch.setenv("LANG", "es_CO.UTF-8")
    assert begins() == "Uso:"
    assert begins("--lang", "en") == "Usage:"
    Path("analyzer.toml").write_text('lang = "en"\n', encoding="utf-8")
    assert begins() == "Usage:"
    (tmp_path / "own.toml").write_text('lang = "es"\n', encoding="utf-8")
    assert begins("--config", str(tmp_path / "own.toml")) == "Uso:"
    monkeypatch.setenv("ANALYZER_LANG", "en")
    assert begins("--config", str(tmp_path / "own.toml")) == "Usage:"


@pytest.mark.parametrize("settings", ["lang = [\n", 'lang = "fr"\n', "\xff"])
def test_settings_that_cannot_be_read_do_not_stop_help(call: Call, settings: str) -> None:
    Path("analyzer.toml").write_text(settings, encoding="latin-1")
    assert written(call, "report", "--help").startswith("Usage:")


def test_a_command_is_found_in_the_settings_of_a_parent(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("pyproject.toml").write_text('[tool.analyzer]\nlang = "es"\n', encoding="utf-8")
    Path("below").mkdir()
    monkeypatch.chdir("below")
    assert written(call, "--help").startswith("Uso:")


def test_a_shell_shows_the_texts_of_completions_in_spanish(monkeypatch: pytest.MonkeyPatch) -> None:
    def completed(*words: str) -> dict[str, Any]:
        shell = ZshComplete(main, {}, "analyzer", "_C")
        items: list[CompletionItem] = shell.get_completions(list(words[:-1]), words[-1])
        return {item.value: item.help for item in items}

    assert completed("report", "--st")["--strict"].startswith("Exit with")
    monkeypatch.setenv("ANALYZER_LANG", "es")
    assert completed("report", "--st")["--strict"] == WORDS["options"]["--strict"]
    assert completed("report", "--he")["--help"] == WORDS["options"]["--help"]
    assert completed("--ver")["--version"] == WORDS["options"]["--version"]
    assert completed("rep")["report"] == WORDS["commands"]["report"]["brief"]
