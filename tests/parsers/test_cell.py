"""Numbers are read however a spreadsheet, a framework or a locale writes them."""

from __future__ import annotations

import math

import pytest

from analyzer.parsers._cell import Marks, fitted, is_blank, is_torn, marks_of, read_number, rejoined

PLAIN = Marks(decimal_comma=False)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0.41", 0.41),
        ("85.3%", 85.3),
        ("85.3 %", 85.3),
        ("0.41 \u00b1 0.02", 0.41),
        ("1.#INF", math.inf),
        ("-1.#INF00", -math.inf),
        ("tensor(0.41)", 0.41),
        ("tensor(0.41, device='cuda:0')", 0.41),
        ("tensor([0.41], device='cuda:0', grad_fn=<NllLossBackward0>)", 0.41),
        ("torch.tensor(-1e-3)", -0.001),
        ("np.float32(0.41)", 0.41),
        ("numpy.float64(2.0)", 2.0),
        ("array(0.41, dtype=float32)", 0.41),
        ("Array(0.41, dtype=float32)", 0.41),
        ("<tf.Tensor: shape=(), dtype=float32, numpy=0.41>", 0.41),
        ("[0.41]", 0.41),
        ("(0.41,)", 0.41),
        ("tensor(nan)", float("nan")),
        ("1'234.5", 1234.5),
        ("1\u2019234\u2019567.5", 1234567.5),
        ("1 234.5", 1234.5),
        ("12\u202f345,5", 12345.5),
        ("1\u00a0234", 1234.0),
        ("12_345.5", 12345.5),
        ("-1.#IND", float("nan")),
        ("1.25k", 1250.0),
        ("3.5 M", 3.5e6),
        ("0.41 nats", 0.41),
        ("2.3474D-01", 0.23474),
        ("\u22120.65", -0.65),
        ("0.41 +/- 0.02", 0.41),
        ("0.41*", 0.41),
        ("**0.41**", 0.41),
        ("0.41 (best)", 0.41),
        ("~0.41", 0.41),
        ("\u2248 0.41", 0.41),
        ("0.41 <- best", 0.41),
        ("0.41 \u2193", 0.41),
    ],
)
def test_a_number_is_read_without_its_wrapping(cell: str, value: float) -> None:
    assert read_number(cell, PLAIN) == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize("cell", ["-1.#IND", "1.#QNAN0", "-nan(ind)", "nan(snan)"])
def test_what_c_on_windows_prints_is_a_nan(cell: str) -> None:
    for marks in (PLAIN, Marks(decimal_comma=True)):
        found = read_number(cell.replace(".", ",") if marks.decimal_comma else cell, marks)
        assert found is not None
        assert math.isnan(found)


@pytest.mark.parametrize(
    "cell",
    [
        *("", "loss", "[0.9, 0.1]", "2024_01", "1 23", "1'23", "5 epochs", "f(0.5)", "%"),
        *("x" * 300, "1.2m", "best", "nats", "12 bits of 3", "0.5 s", "D", "* * *"),
    ],
)
def test_other_text_is_no_number(cell: str) -> None:
    assert read_number(cell, PLAIN) is None


@pytest.mark.parametrize(
    ("cells", "separator", "marks"),
    [
        (["0.5", "1.25"], ",", Marks(decimal_comma=False)),
        (["0,5", "1,25"], ";", Marks(decimal_comma=True)),
        (["2,776.80", "888.75"], ",", Marks(decimal_comma=False, thousands=",")),
        (["1,000", "0.52"], ",", Marks(decimal_comma=False, thousands=",")),
        (["1,000", "9"], ",", Marks(decimal_comma=False, thousands=",")),
        (["1.234,50", "12,5"], ";", Marks(decimal_comma=True, thousands=".")),
        (["1.000", "0,853"], ";", Marks(decimal_comma=True, thousands=".")),
        (["1,234", "3,456"], ";", Marks(decimal_comma=True)),
        (["1,234,567", "3"], ";", Marks(decimal_comma=False, thousands=",")),
        (["0,5", "0.5"], ";", Marks(decimal_comma=True)),
        (["0,5", "0.5", "1.234"], ";", Marks(decimal_comma=True)),
        (["1.234", "2.345"], ",", Marks(decimal_comma=False)),
    ],
)
def test_the_cells_show_which_mark_is_which(cells: list[str], separator: str, marks: Marks) -> None:
    assert marks_of(cells, separator) == marks


def test_a_separator_inside_brackets_cuts_nothing() -> None:
    cells = ["3", "[0.9", " [1", " 2]]", "tensor(0.4", " device='cuda:0')", "x"]
    assert rejoined(cells, ",") == ["3", "[0.9, [1, 2]]", "tensor(0.4, device='cuda:0')", "x"]


def test_brackets_that_never_close_leave_the_row_as_it_is() -> None:
    assert rejoined(["1", "[2", "3"], ",") == ["1", "[2", "3"]


@pytest.mark.parametrize(
    ("cells", "fitting"),
    [
        (["3", "(0.9", " 1)"], ["3", "(0.9, 1)"]),
        (["3", "[0.9", " 1]"], ["3", "[0.9, 1]"]),
        (["3", "0.9", "1"], None),
        (["3", "(0.9", "1", "2)", "4"], None),
    ],
)
def test_a_row_with_a_cut_bracket_fits_its_header(
    cells: list[str], fitting: list[str] | None
) -> None:
    assert fitted(cells, ["epoch", "loss"], ",") == fitting


def test_only_blank_cells_at_the_end_may_be_too_many_or_too_few() -> None:
    assert fitted(["1", "2", "", " "], ["a", "b"], ",") == ["1", "2"]
    assert fitted(["1", "2"], ["a", "b", ""], ",") == ["1", "2", ""]
    assert fitted(["1", "2", "3"], ["a", "b"], ",") is None
    assert fitted(["1"], ["a", "b"], ",") is None


@pytest.mark.parametrize(
    ("cell", "torn"),
    [("0.", True), ("0.12", True), ("1e-", True), ("-", True), ("0.1234", False), ("7", True)],
)
def test_a_last_number_is_compared_with_those_above(cell: str, torn: bool) -> None:
    assert is_torn(cell, ["0.5000", "0.4000", "0.3123"]) is torn


def test_whole_numbers_show_nothing() -> None:
    assert not is_torn("1", ["10", "11", "12"])


@pytest.mark.parametrize("cell", ["0,", "12.", "1e-"])
def test_a_number_that_ends_at_its_mark_is_torn(cell: str) -> None:
    assert is_torn(cell, ["0,51", "0,49", "0,47", "0,46"])


def test_groups_of_two_digits_are_read_as_in_india() -> None:
    assert read_number("2,85,000.50", Marks(decimal_comma=False, thousands=",")) == 285000.5


@pytest.mark.parametrize("cell", ["0.123s", "2025-03-04 INFO", "12 epochs", "loss", "1.5 GiB"])
def test_a_number_with_a_word_behind_it_is_no_number(cell: str) -> None:
    assert read_number(cell, PLAIN) is None


@pytest.mark.parametrize(
    "cell", ["Infinity", "-inf", "NaN", "0.5 \u00b1 std", "tensor(0.5)", "[0.5]"]
)
def test_words_for_numbers_and_wrapped_ones_are_numbers(cell: str) -> None:
    assert read_number(cell, PLAIN) is not None


def test_nothing_and_words_for_it_are_blank() -> None:
    assert all(map(is_blank, ("", " ", "N/A", "none", "-", "<NA>", "null")))
    assert not any(map(is_blank, ("nan", "0", "broken", "--x")))
