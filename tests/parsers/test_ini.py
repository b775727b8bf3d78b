"""INI files: sections are tables, references are followed, anything else is read as lines."""

from __future__ import annotations

from analyzer.parsers._ini import ini_settings

SPACY = """\
[system]
seed = 7

[training]
seed = ${system.seed}
max_steps = 400
dropout = 0.1
patience = null

[training.optimizer]
@optimizers = "Adam.v1"
learn_rate = 0.002
"""


def test_a_section_with_a_dot_lies_within_another() -> None:
    found = ini_settings(SPACY)
    assert found["training"]["optimizer"] == {"@optimizers": "Adam.v1", "learn_rate": 0.002}
    assert found["training"]["max_steps"] == 400
    assert found["training"]["patience"] is None


def test_a_reference_is_the_value_it_names() -> None:
    assert ini_settings(SPACY)["training"]["seed"] == 7
    assert ini_settings("[a]\nlr = ${nowhere.lr}\n") == {"a": {"lr": "${nowhere.lr}"}}


def test_names_keep_their_case_and_repeated_keys_the_last_value() -> None:
    assert ini_settings("[Train]\nLR: 0.1\nLR: 0.2\n") == {"Train": {"LR": 0.2}}


def test_a_section_with_the_name_of_a_key_keeps_its_settings() -> None:
    assert ini_settings("[a]\nb = 1\n[a.b]\nc = 2\n") == {"a": {"b": 1}, "a.b": {"c": 2}}


def test_lines_without_sections_are_read_as_lines() -> None:
    assert ini_settings("lr = 0.1\nseed = 3\n") == {"lr": 0.1, "seed": 3}
