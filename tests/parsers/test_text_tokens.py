"""Pieces of a line: dates and clocks are one piece each, numbers keep their unit."""

from __future__ import annotations

import pytest

from analyzer.parsers._text_tokens import decoded, tokens_of


def kinds(line: str) -> list[str]:
    return [token.kind for token in tokens_of(line)]


@pytest.mark.parametrize(
    "date", ["11/29 08:52:51", "2026-11-29 08:52:51,104", "11/29/2026 08:52:51", "08:52:51"]
)
def test_a_date_or_a_clock_is_no_number(date: str) -> None:
    assert "number" not in kinds(f"{date} begin")
    assert kinds(f"{date} loss 0.5").count("number") == 1


def test_a_count_of_a_total_is_no_date() -> None:
    assert kinds("Epoch 11/29 loss 0.5").count("number") == 3


def test_a_name_in_its_own_encoding_comes_back() -> None:
    assert decoded("pérdida".encode().decode("latin-1")) == "pérdida"
    assert decoded("p\xe9rdida") == "p\xe9rdida"
