"""JSON of logs: errors have a line and a column, values of W&B are read as they are written."""

from __future__ import annotations

import math

import pytest

from analyzer.errors import NotThisFormat, ParseError
from analyzer.parsers._json import (
    Unreadable,
    cell_or_nan,
    load_json,
    number_of,
    number_or_nan,
    read_value,
)


def test_an_error_names_its_line_and_column() -> None:
    with pytest.raises(ParseError) as error:
        load_json('{"loss": [1,\n  2,,]}')
    assert error.value.key == "not_json"
    assert (error.value.values["line"], error.value.values["column"]) == (2, 5)


@pytest.mark.parametrize(
    ("token", "shown"),
    [("nan", "nan"), ("-nan", "nan"), ("-nan(ind)", "nan"), ("inf", "inf"), ("-inf", "-inf")],
)
def test_numbers_that_are_not_finite_are_read_as_other_languages_write_them(
    token: str, shown: str
) -> None:
    found = load_json(f'{{"loss": {token}, "all": [1, {token}], "note": "nan"}}')
    assert (str(found["loss"]), str(found["all"][1]), found["note"]) == (shown, shown, "nan")


def test_an_error_beside_such_a_number_is_that_of_the_document() -> None:
    with pytest.raises(ParseError) as error:
        load_json('{"loss": [nan,\n  2,,]}')
    assert (error.value.values["line"], error.value.values["column"]) == (1, 11)


@pytest.mark.parametrize(
    ("text", "key"),
    [("[" * 100_000, "json_too_deep"), ("[" + "1" * 5000 + "]", "json_number_too_long")],
)
def test_a_document_too_deep_or_a_number_too_long_is_refused(text: str, key: str) -> None:
    with pytest.raises(ParseError) as error:
        load_json(text)
    assert error.value.key == key


def test_numbers_that_are_not_finite_are_read_as_c_prints_them() -> None:
    found = load_json('{"a": nan, "b": [-inf, 1.#INF, +Inf, -nan(ind), -1.#IND00], "c": ": nan"}')
    assert math.isnan(found["a"])
    assert all(map(math.isnan, found["b"][3:]))
    assert found["b"][:3] == [-math.inf, math.inf, math.inf]
    assert found["c"] == ": nan"


@pytest.mark.parametrize("text", ['{"a": nan', '{"a": nano}', '{"a": nan, "b": }'])
def test_a_document_with_a_nan_may_be_damaged_elsewhere(text: str) -> None:
    with pytest.raises(ParseError) as error:
        load_json(text)
    assert error.value.key == "not_json"


def test_several_documents_are_json_lines() -> None:
    with pytest.raises(NotThisFormat) as error:
        load_json('{"a": 1}\n{"a": 2}\n')
    assert error.value.key == "json_lines"


def test_a_string_of_json_is_opened_and_a_repeated_key_keeps_both_values() -> None:
    assert load_json('"{\\"a\\": 1}"') == {"a": 1}
    assert load_json('\ufeff{"a": 1, "a": 2}') == {"a": 1, "a.1": 2}
    assert load_json('"plain"') == "plain"


@pytest.mark.parametrize(
    ("text", "value"),
    [(" 1.5 ", 1.5), ('"Infinity"', math.inf), ('"{1}"', "{1}"), ('{"a": [1]}', {"a": [1]})],
)
def test_a_value_is_read(text: str, value: object) -> None:
    assert read_value(text) == value


@pytest.mark.parametrize("text", ["", "nope", "1 2", "[" * 100_000, "1" * 5000])
def test_a_value_that_cannot_be_read_is_marked(text: str) -> None:
    assert read_value(text) is Unreadable


@pytest.mark.parametrize("value", [None, "0.5", [1], {}, 10**400])
def test_anything_but_a_number_that_fits_is_none(value: object) -> None:
    assert number_of(value) is None
    assert math.isnan(number_or_nan(value))


def test_a_number_may_be_written_as_text_if_it_is_not_finite() -> None:
    assert (number_of(3), number_of(0.5), number_of("-Infinity")) == (3.0, 0.5, -math.inf)
    assert math.isnan(number_of("NaN") or 0.0)


def test_the_cell_of_a_table_is_a_number_if_its_text_is() -> None:
    assert [cell_or_nan(cell) for cell in (3, "0.5", " 7 ")] == [3.0, 0.5, 7.0]
    assert all(math.isnan(cell_or_nan(cell)) for cell in ("many", "", None, [1]))
