"""Separators and decimal commas are recognised from the first lines."""

from __future__ import annotations

import pytest

from analyzer.parsers._dialect import BLANKS, Dialect, is_number, opened, sniff


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_that_gives_most_columns_is_taken(separator: str) -> None:
    lines = ["epoch,loss,acc", "0,1.5,0.2", "1,1.2,0.3"]
    text = "\n".join(line.replace(",", separator) for line in lines)
    assert sniff(text) == Dialect(separator, decimal_comma=False)


def test_a_decimal_comma_needs_another_separator() -> None:
    dialect = sniff("epoch;loss\n0;1,5\n1;1,25\n")
    assert dialect == Dialect(";", decimal_comma=True)
    assert dialect.number("1,5") == 1.5
    assert dialect.number("1.5") == 1.5


@pytest.mark.parametrize(
    "text",
    ["", "epoch\n1\n2\n", "0,1\n2,3\n", "a,b\nc,d\n", "a,b\n1\n2\n3,4\n", "# epoch,loss\n"],
    ids=["empty", "one column", "no header", "no number", "ragged", "a comment"],
)
def test_other_text_has_no_dialect(text: str) -> None:
    assert sniff(text) is None


def test_a_last_line_that_may_be_cut_does_not_count() -> None:
    text = "epoch,loss\n0,1\n1,2\n2"
    assert sniff(text, cut=True) == Dialect(",", decimal_comma=False)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("sep=;\nepoch;loss\n1;2\n", 1),
        ('"sep=,"\r\nepoch,loss\r\n1,2\r\n', 1),
        ("Run 3\n\nepoch,loss\n1,2\n", 2),
        ("# run 3\n# epoch loss\n1 2\n", 1),
        ("run,abc\ndate,2024\n\nepoch,loss\n1,2\n", 3),
        ("model;resnet\n;\nepoch;loss\n1;2\n", 2),
        ("# epoch,loss\n1,2\n", 0),
    ],
)
def test_a_table_begins_at_its_header(text: str, lines: int) -> None:
    found = opened(text)
    assert found.lines == lines
    assert found.text.startswith(("epoch,loss", "epoch;loss", "epoch loss"))


@pytest.mark.parametrize(
    "text",
    [
        *("epoch,loss\n1,2\n", "a, b\nepoch,loss\n", "# note\nx,y\n1,2\n"),
        *("a,b,c\n\nepoch,loss\n1,2\n", "a,1\n\nb,2\n", "epoch,loss\n\nepoch,loss\n1,2\n"),
    ],
)
def test_other_text_begins_where_it_begins(text: str) -> None:
    assert opened(text) == (text, 0)


def test_blanks_separate_only_numbers_below_known_names() -> None:
    rows = "1 0.5\n2 0.4\n3 0.3\n"
    assert sniff("epoch loss\n" + rows) == Dialect(BLANKS, decimal_comma=False)
    assert sniff("city rain\n" + rows) is None
    assert sniff("the loss\n" + rows + "is low\n") is None


def test_either_decimal_mark_makes_a_number() -> None:
    assert is_number("1,5")
    assert is_number("1.5")
    assert is_number("7")
    assert is_number("9" * 40)
    assert not is_number("\u00b2")  # a digit to Python, no number
    assert not is_number("loss")


def test_a_frame_that_pandas_printed_has_an_index_without_a_name() -> None:
    text = "    loss  val_loss\n0  0.912     1.012\n1  0.712     0.912\n2  0.612     0.842\n"
    assert opened(text).text.startswith("index ")
    assert opened(text.replace("\n1 ", "\n7 ")).text == text.replace("\n1 ", "\n7 ")
    assert opened("    a  b\n0  0.9  1.0\n1  0.7  0.9\n2  0.6  0.8\n").text.startswith(" ")


@pytest.mark.parametrize(
    ("text", "decimal_comma"),
    [
        ("loss\n2.5\n1.5\n1.25\n", False),
        ('"Train Loss"\n2,5\n1,5\n1,25\n', True),
        ("val_accuracy\n1\nnan\n1e-3\n", False),
    ],
)
def test_one_loss_or_score_is_a_table(text: str, decimal_comma: bool) -> None:
    assert sniff(text) == Dialect(";", decimal_comma=decimal_comma)


@pytest.mark.parametrize("text", ["price\n2.5\n1.5\n1.25\n", "loss\n2.5\n", "loss\n1\na\n2\n3\n"])
def test_one_column_of_something_else_is_none(text: str) -> None:
    assert sniff(text) is None
