"""Numbers in both languages: digits, ticks, percentages, counts."""

from __future__ import annotations

import math

import pytest

from analyzer.numbers import Numbers, _written, column_step

EN, ES = Numbers("en"), Numbers("es")


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [
        (0.4213, "0.421", "0,421"),
        (0.42, "0.42", "0,42"),
        (0.012345, "0.0123", "0,0123"),
        (12.345, "12.3", "12,3"),
        (123.4, "123", "123"),
        (1234.4, "1,234", "1.234"),
        (0.9996, "1", "1"),
        (0, "0", "0"),
        (-0.0, "0", "0"),
        (-5.25, "−5.25", "−5,25"),
        (1e-4, "0.0001", "0,0001"),
        (9.999e-5, "0.0001", "0,0001"),
        (9.99e-5, "9.99e−5", "9,99e−5"),
        (1e-5, "1e−5", "1e−5"),
        (-2.514e-7, "−2.51e−7", "−2,51e−7"),
        (5e-324, "5e−324", "5e−324"),
        (1e6, "1e6", "1e6"),
        (-1.2345e7, "−1.23e7", "−1,23e7"),
        (9.999e7, "1e8", "1e8"),
        (math.nan, "NaN", "NaN"),
        (math.inf, "∞", "∞"),
        (-math.inf, "−∞", "−∞"),
        (None, "unknown", "se desconoce"),
    ],
)
def test_a_number_has_three_digits_in_the_way_of_its_language(
    value: float | None, english: str, spanish: str
) -> None:
    assert (EN.number(value), ES.number(value)) == (english, spanish)


@pytest.mark.parametrize(
    ("share", "english", "spanish"),
    [
        (0.3149, "31%", "31 %"),
        (0.0123, "1.2%", "1,2 %"),
        (0.0996, "10%", "10 %"),
        (12.34, "1,234%", "1.234 %"),
        (0, "0%", "0 %"),
        (-0.0001, "0%", "0 %"),
        (-0.0123, "−1.2%", "−1,2 %"),
        (math.nan, "NaN", "NaN"),
        (math.inf, "∞", "∞"),
        (None, "unknown", "se desconoce"),
        (0.00012, "<0.1%", "<0,1 %"),
        (0.0005, "0.1%", "0,1 %"),
    ],
)
def test_a_share_is_a_percentage(share: float | None, english: str, spanish: str) -> None:
    assert EN.percent(share) == english
    assert ES.percent(share).replace("\N{NO-BREAK SPACE}", " ") == spanish


@pytest.mark.parametrize(
    ("share", "text"), [(0.31, "+31%"), (-0.31, "−31%"), (0.0, "0%"), (-0.0001, "0%")]
)
def test_a_signed_share_shows_its_sign(share: float, text: str) -> None:
    assert EN.percent(share, signed=True) == text


@pytest.mark.parametrize(
    ("value", "step", "english", "spanish"),
    [
        (0.4, 0.2, "0.4", "0,4"),
        (0.0, 0.25, "0.00", "0,00"),
        (0.5, 0.25, "0.50", "0,50"),
        (20.0, 10.0, "20", "20"),
        (12000.0, 2000.0, "12,000", "12.000"),
        (-1.0, 0.5, "−1.0", "−1,0"),
        (0.00062, 2e-5, "6.2e−4", "6,2e−4"),
        (0.0, 2e-5, "0", "0"),
        (2_002_000.0, 2000.0, "2.002e6", "2,002e6"),
        (1.25e6, 2.5e5, "1.25e6", "1,25e6"),
        (23_710_000.0, 10_000.0, "2.371e7", "2,371e7"),
        (1e38, 1e38, "1e38", "1e38"),
    ],
)
def test_the_ticks_of_an_axis_have_equally_many_decimals(
    value: float, step: float, english: str, spanish: str
) -> None:
    assert (EN.tick(value, step), ES.tick(value, step)) == (english, spanish)


def test_a_whole_number_has_the_separators_of_its_language() -> None:
    assert (EN.integer(23000), ES.integer(23000), EN.integer(-5)) == ("23,000", "23.000", "−5")


def test_a_tick_beside_a_vertical_axis_is_short() -> None:
    assert (EN.tick(150_000.0, 50_000.0), EN.tick(150_000.0, 50_000.0, narrow=True)) == (
        "150,000",
        "1.5e5",
    )


@pytest.mark.parametrize(
    ("value", "other", "text"),
    [(0.5, 0.25, "0.5"), (0.50001, 0.5, "0.50001"), (1234.4, 1234.41, "1,234.4"), (2.0, 2.0, "2")],
)
def test_two_values_get_the_digits_that_tell_them_apart(
    value: float, other: float, text: str
) -> None:
    assert EN.apart(value, other) == text


@pytest.mark.parametrize(
    ("seconds", "english", "spanish"),
    [
        (0.04, "40 ms", "40 ms"),
        (12.34, "12 s", "12 s"),
        (600, "10 min", "10 min"),
        (11_500, "3.2 h", "3,2 h"),
        (400_000, "4.6 days", "4,6 días"),
        (None, "unknown", "se desconoce"),
    ],
)
def test_a_duration_is_in_its_usual_unit(seconds: float | None, english: str, spanish: str) -> None:
    written = [Numbers(lang).duration(seconds) for lang in ("en", "es")]
    shown = [text.replace("\N{NO-BREAK SPACE}", " ") for text in written]
    assert shown == [english, spanish]


@pytest.mark.parametrize(("first", "second"), [(0.0, -0.0), (1, 1.0), (-0.0, 0)])
def test_what_is_remembered_of_a_number_changes_no_other(first: float, second: float) -> None:
    english = Numbers("en")
    _written.cache_clear()
    fresh = english.tick(second, 1.0)
    _written.cache_clear()
    english.tick(first, 1.0)
    assert english.tick(second, 1.0) == fresh


def test_a_change_that_more_than_doubles_is_a_factor() -> None:
    english, spanish = Numbers("en"), Numbers("es")
    assert [english.change(share) for share in (0.5, 1.0, 1.7, -0.9)] == [
        "+50%",
        "+100%",
        "2.7×",
        "−90%",
    ]
    assert spanish.change(1.7) == "2,7×"
    assert english.change(30.4) == "31×"
    assert english.change(None) == english.unknown


@pytest.mark.parametrize(
    ("values", "step"),
    [
        ((0.219, 0.27, 1.5), 0.001),
        ((4.0, 12.5, None, math.nan), 0.01),
        ((1500.0, 2000.0), 1.0),
        ((-0.5, 0.0), 0.001),
        ((0.5, 2.6e34), None),
        ((0.005, 0.01), None),
        ((), None),
        ((1.468, 1.469, 1.471, 1.472, 1.6), 0.001),
        ((1.47, 1.47, 1.47, 1.6), 0.01),  # equal, not alike
        ((0.98123, 0.98124, 0.98125), 0.0001),
    ],
)
def test_a_column_has_the_decimals_that_its_smallest_value_needs(
    values: tuple[float | None, ...], step: float | None
) -> None:
    assert column_step(values) == step
