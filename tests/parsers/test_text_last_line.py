"""The last line of console output: passed on if it is whole, held back and told if it is half."""

from __future__ import annotations

import pytest

from analyzer.parsers._text_last_line import WholeLines
from analyzer.parsers._text_scan import scan_text

LINES = [f"epoch {at}: loss {2 - at / 8:.3f} acc {at / 9:.2f}" for at in range(6)]
TEXT = "\n".join(LINES)


def count(text: bytes) -> int:
    return sum(len(cells.rows) for cells in scan_text([text]).values())


def passed(text: str, parts: int = 1) -> tuple[str, str]:
    """Return what is passed on of a text that comes in chunks, and the key of the issue."""
    data = text.encode()
    size = max(1, -(-len(data) // parts))
    cuts = [data[at : at + size] for at in range(0, len(data), size)]
    lines = WholeLines(cuts, count)
    return b"".join(lines).decode(), lines.lost


@pytest.mark.parametrize(
    "last",
    [
        "",
        "\n",
        "\nDone.",
        "\nfinished in 12",
        "\nBest accuracy: 90 %",
        "\n\x01",
        "\n   ",
    ],
)
def test_an_end_that_is_no_half_line_is_passed_on(last: str) -> None:
    assert passed(TEXT + last) == (TEXT + last, "")


@pytest.mark.parametrize("cut", range(1, len(LINES[-1]) - 14))
def test_a_half_line_is_held_back_and_told(cut: int) -> None:
    kept, lost = passed(TEXT[:-cut])
    assert kept == "\n".join(LINES[:-1]) + "\n"
    assert lost in ("cut_line", "line_unended")


@pytest.mark.parametrize("parts", [2, 3, 7])
def test_the_lines_above_may_be_in_other_chunks(parts: int) -> None:
    assert passed(TEXT[:-2], parts)[1] == "line_unended"


def test_a_line_that_ends_in_a_bracket_like_those_above_is_whole() -> None:
    text = "\n".join(f"step {at} [loss={2 - at / 7:.5f}]" for at in range(6))
    assert passed(text) == (text, "")
    assert passed(text[:-1])[1] == "cut_line"


def test_numbers_of_changing_length_are_in_doubt() -> None:
    text = "\n".join(f"step {at} loss {number}" for at, number in enumerate((2, 1.5, 1.25, 1.1)))
    assert passed(text) == ("\n".join(text.split("\n")[:-1]) + "\n", "line_unended")


def test_half_a_line_without_a_number_of_the_log_is_not_told() -> None:
    text = "loading shard 1 of 9\nloading shard 2 of 9\nloading shard 3"
    assert passed(text) == (text, "")


def test_a_text_of_nothing_is_passed_on() -> None:
    assert passed("") == ("", "")
