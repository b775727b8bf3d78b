"""The trainer's command line in Spanish: each option, argument and scenario has a text."""

from __future__ import annotations

import argparse
import re

import pytest

from analyzer.resources import terminal
from analyzer.trainer.command import main, parsers
from analyzer.trainer.options import Parser
from analyzer.trainer.scenarios import SCENARIOS
from analyzer.trainer.worded import Voice, name_of, worded

WORDS = terminal("trainer", "es")
SPANISH = Voice("es")
COMMANDS = dict(zip(("train", "fleet", "remedies", "steps"), parsers("train", "en"), strict=True))
# What a reader types, and numbers: the same in both languages.
EXACT = re.compile(r"(?<!\w)--?[a-z][\w-]*|\d[\w.]*|\.[a-z]+\b|\w+_\w+|\w+\.\w{3,}|red-wine")
each_command = pytest.mark.parametrize("command", COMMANDS)


def actions_of(command: str) -> dict[str, argparse.Action]:
    actions = COMMANDS[command]._actions
    return {name_of(action): action for action in actions if action.dest != "help"}


@each_command
def test_each_option_has_a_text_that_names_the_same_things(command: str) -> None:
    texts = {**WORDS["options"], **WORDS["commands"][command]}
    for name, action in actions_of(command).items():
        english = str(action.help)
        if name != "--format":  # which lists the formats
            assert sorted(EXACT.findall(english)) == sorted(EXACT.findall(texts[name])), name


@each_command
def test_no_text_is_dead(command: str) -> None:
    own = set(WORDS["commands"][command]) - {"about", "others"}
    assert own <= set(actions_of(command))
    assert set(WORDS["options"]) <= set.union(*(set(actions_of(name)) for name in COMMANDS))


def test_each_placeholder_has_a_word_and_none_is_dead() -> None:
    metavars = {action.metavar for name in COMMANDS for action in actions_of(name).values()}
    assert set(WORDS["placeholders"]) == metavars - {None}


def test_each_scenario_has_a_sentence_and_none_is_dead() -> None:
    assert list(WORDS["scenarios"]) == list(SCENARIOS)
    for name, scenario in SCENARIOS.items():
        assert scenario.wrong.startswith("Nothing") == WORDS["scenarios"][name].startswith("Nada")


@pytest.mark.parametrize("arguments", [["--help"], ["fleet", "-h"], ["remedies", "-h"]])
def test_help_is_spanish_and_leaves_no_english(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(arguments, prog="train", voice=SPANISH)
    shown = capsys.readouterr().out
    assert shown.startswith("uso: train")
    for word in ("usage", "options", "arguments", "default", "show this", "DIR", "scenarios"):
        assert not re.search(rf"\b{word}\b", shown), word
    assert "{formats}" not in shown
    assert "{prog}" not in shown


def test_english_help_is_left_as_it_is() -> None:
    parser = Parser(prog="x", description="what it does")
    assert worded(parser, "train", "en") is parser
    assert parser.description == "what it does"


def test_the_list_and_the_exercise_are_spanish(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"], voice=SPANISH) == 0
    assert "learning rate crece" in capsys.readouterr().out
    assert main(["steps"], voice=SPANISH) == 0
    assert "40 pasos" in capsys.readouterr().out
    assert main(["steps", "--lang", "en"], voice=SPANISH) == 0
    assert "40 steps" in capsys.readouterr().out


def test_an_error_is_said_by_the_voice(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], prog="train", voice=Voice("es", str.upper)) == 2
    assert capsys.readouterr().err.startswith("SPECIFY A SCENARIO")
