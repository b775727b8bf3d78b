"""Shared options: an empty path is an error, and commands agree on their spelling."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from analyzer.cli import main
from analyzer.cli._language import chosen_language
from analyzer.cli._options import PATH, lang_option, map_option, path_argument

Call = Callable[..., Result]


@pytest.mark.parametrize("command", ["report", "check", "comment", "inspect", "export", "batch"])
def test_an_empty_path_is_one_line_that_names_the_likely_cause(command: str) -> None:
    more = {"export": ["-o", "x.csv"], "batch": ["-o", "site"]}.get(command, [])
    result = CliRunner().invoke(main, [command, "", *more])
    assert result.exit_code == 2
    assert "the path is empty; is a variable not set?" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_empty_path_behind_an_option_is_an_error_too(call: Call, healthy: Path) -> None:
    result = call("check", healthy, "--config", "")
    assert result.exit_code == 2
    assert "the path is empty" in result.stderr


def test_a_path_is_given_to_a_command_as_a_path() -> None:
    assert PATH.convert("runs/a", None, None) == Path("runs/a")


def test_an_option_that_can_be_repeated_keeps_its_order() -> None:
    @click.command()
    @path_argument
    @map_option
    @lang_option
    def sample(path: Path, maps: tuple[str, ...], lang: str) -> None:
        click.echo(f"{path} {','.join(maps)} {lang}")

    result = CliRunner().invoke(sample, ["log", "--map", "b=val/loss", "--map", "a=train/loss"])
    assert result.output == "log b=val/loss,a=train/loss en\n"
    wrong = CliRunner().invoke(sample, ["log", "--lang", "fr"])
    assert wrong.exit_code == 2


def options_of(name: str) -> dict[str, click.Option]:
    """Return the options of a command by their long spelling."""
    command = main.get_command(click.Context(main), name)
    assert command is not None
    found = {}
    for option in command.params:
        if isinstance(option, click.Option):
            found[option.opts[-1]] = option
    return found


@pytest.mark.parametrize("command", ["report", "check", "compare", "comment", "plot", "batch"])
def test_commands_take_the_same_languages_and_any_number_of_names(command: str) -> None:
    options = options_of(command)
    assert list(options["--lang"].type.to_info_dict()["choices"]) == ["en", "es"]
    assert options["--lang"].callback is chosen_language
    assert options["--map"].multiple


@pytest.mark.parametrize(("given", "status"), [("critical", 0), ("never", 0), ("always", 2)])
def test_a_limit_is_one_of_three(call: Call, healthy: Path, given: str, status: int) -> None:
    assert call("check", healthy, "--fail-on", given).exit_code == status
