"""Names from a log: shown, never obeyed, and harmless as file names and cells."""

from __future__ import annotations

import pytest

from analyzer.safe.names import (
    harmless,
    numbered,
    printable,
    slug,
    visible,
    visible_xml,
    without_end,
    without_middle,
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
    ],
)
def test_control_characters_are_shown(name: str, shown: str) -> None:
    assert visible(name) == shown


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
