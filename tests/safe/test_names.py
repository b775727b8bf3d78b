"""Names from a log: shown, never obeyed, and harmless as file names and cells."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from analyzer.safe.names import (
    ascii_json,
    harmless,
    numbered,
    plain_json,
    printable,
    slug,
    visible,
    visible_xml,
    without_command,
    without_end,
    without_middle,
    without_middle_parts,
)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("loss", "loss"),
        ("a\nb\x1b[2J", "a␊b␛[2J"),
        ("\u202eevil", "<U+202E>evil"),
        ("a\x7f", "a␡"),
        ("\udce8", "\ufffd"),
        ("日本 é", "日本 é"),
        ("a\u200bb\u2060c\ufeff", "a<U+200B>b<U+2060>c<U+FEFF>"),
        ("x\U000e0041\U000e0100\xad", "x<U+E0041><U+E0100><U+00AD>"),
        ("run\ufe0f ❤\ufe0f", "run<U+FE0F> ❤\ufe0f"),
    ],
)
def test_control_characters_are_shown(name: str, shown: str) -> None:
    assert visible(name) == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("::error::x", "<U+003A>:error::x"),
        ("a\n  ::set-output name=x::y", "a\n  <U+003A>:set-output name=x::y"),
        ("x ##[error]y", "x <U+0023>#[error]y"),
        ("##vso[task]", "<U+0023>#vso[task]"),
        ("##teamcity[x]", "<U+0023>#teamcity[x]"),
        ("std::vector", "std::vector"),
        ("## heading [1]", "## heading [1]"),
    ],
)
def test_no_line_is_a_command_to_a_ci_system(line: str, shown: str) -> None:
    assert without_command(line) == shown
    assert without_command(shown) == shown


@pytest.mark.parametrize("clean", [printable, visible])
def test_names_of_files_are_utf_8_whatever_the_locale_is(clean: Callable[[str], str]) -> None:
    name = "señal_日本_\u202e\x1b"
    as_ascii = name.encode().decode("ascii", "surrogateescape")
    assert clean(as_ascii) == clean(name)
    assert clean("caf\udce9 \udcc3") == "caf\ufffd \ufffd"


def test_json_in_ascii_means_the_same() -> None:
    document = '{"é😀": "x", "y": 1}'
    found = ascii_json(document)
    assert found.isascii()
    assert json.loads(found) == json.loads(document)


def test_json_with_escapes_means_the_same() -> None:
    data = {"a\u200b": "##[error]", "b": "\U000e0041 # ##x", "c": "\\##["}
    shown = plain_json(json.dumps(data, ensure_ascii=False))
    assert json.loads(shown) == data
    assert "##[" not in shown
    assert "\u200b" not in shown
    assert "\U000e0041" not in shown


def test_a_printable_name_is_one_line() -> None:
    assert printable("a\n\u2028\udce8b") == "a\ufffd\ufffd\ufffdb"
    assert printable("a b") == "a b"


@pytest.mark.parametrize("cell", ["=1+1", "+SUM(A1)", "-cmd", "@x", "\tx", "\rx"])
def test_a_formula_gets_a_quote(cell: str) -> None:
    assert harmless(cell) == f"'{visible(cell)}"


@pytest.mark.parametrize("cell", ["-1.5", "+3", "loss", "1=1", ""])
def test_numbers_and_other_texts_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell


def test_xml_gets_no_character_that_it_forbids() -> None:
    assert visible_xml("a\x00\ufffe\tb") == "a␀\ufffd␉b"


def test_long_names_are_shortened_to_the_length_asked_for() -> None:
    name = "abcdefghij"
    assert without_end(name, 10) == without_middle(name, 10, head=4) == name
    assert without_end(name, 5) == "abcd…"
    assert without_middle(name, 6, head=2) == "ab…hij"


def test_a_long_name_is_cut_between_its_parts() -> None:
    name = "experiment_with_a_long_name_transformer_base_run7_final"
    assert without_middle_parts(name, 60, head=12) == name
    assert without_middle_parts(name, 40, head=14) == "experiment_…_base_run7_final"
    assert without_middle_parts("a" * 20, 10, head=4) == "aaaa…aaaaa"


@pytest.mark.parametrize(
    ("name", "plain", "collapsed"),
    [
        ("val/Loss", "val-loss", "val-loss"),
        ("--a  b--", "--a--b--", "a-b"),
        ("größe", "gr--e", "gre"),
        ("日本", "--", ""),
        ("x" * 50, "x" * 40, "x" * 40),
    ],
)
def test_a_slug_has_plain_letters_digits_and_hyphens(name: str, plain: str, collapsed: str) -> None:
    assert (slug(name), slug(name, collapse=True)) == (plain, collapsed)


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert numbered("a", []) == "a"
    assert numbered("a", ["a"]) == "a-2"
    assert numbered("a", ["a", "a-2"]) == "a-3"
