"""What the commands of the trainer share: whole numbers, seeds, and errors in one line."""

from __future__ import annotations

import argparse

import pytest

from analyzer.errors import AnalyzerError
from analyzer.trainer.options import Help, Parser, add_shared_options, count, seed


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "", "٣", "x"])
def test_a_count_is_a_whole_number_of_at_least_one(text: str) -> None:
    assert count("12") == 12
    with pytest.raises(argparse.ArgumentTypeError, match="at least 1"):
        count(text)


@pytest.mark.parametrize("text", ["-1", str(2**32), "1e3"])
def test_a_seed_has_32_bits(text: str) -> None:
    assert seed("0") == 0
    with pytest.raises(argparse.ArgumentTypeError, match=r"2\^32"):
        seed(text)


def test_a_usage_error_is_one_line_that_says_where_help_is() -> None:
    parser = Parser(prog="train x", formatter_class=Help)
    add_shared_options(parser)
    assert parser.parse_args([]).device == "auto"
    with pytest.raises(AnalyzerError, match="see 'train x --help'"):
        parser.parse_args(["--device", "tpu"])
