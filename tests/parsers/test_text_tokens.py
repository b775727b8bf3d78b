"""Pieces of a line: dates and clocks are one piece each, numbers keep their unit."""

from __future__ import annotations

import pytest

from analyzer.parsers._text_tokens import decoded, tokens_of
from tests.parsers.lines import said


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


@pytest.mark.parametrize(
    "place", ["train.py:88", "solver.cpp:330", "__main__:fit:88 -", "(trainer:338) INFO"]
)
def test_the_place_of_a_logger_is_no_number(place: str) -> None:
    assert "number" not in kinds(f"{place} ] epoch")


@pytest.mark.parametrize(
    "date", ["Mar  5 10:11:12", "5. M\xe4rz 2024 10:11", "05-ene-2024", "Mar 5, 2024 10:11:12"]
)
def test_a_month_by_its_name_makes_a_date(date: str) -> None:
    assert "number" not in kinds(date.encode().decode("latin-1"))


def test_a_number_of_a_model_is_no_place() -> None:
    assert kinds("loss:train:0.5")[-1] == "number"


def test_a_verb_may_stand_behind_the_axis() -> None:
    assert said("The loss at epoch 3 was 0.52") == {"epoch": "3", ":loss": "0.52"}
    assert said("Validation loss after epoch 12 is 0.4") == {
        "epoch": "12",
        ":Validation loss": "0.4",
    }


def test_a_unit_behind_a_blank_is_no_part_of_the_next_name() -> None:
    assert said("Step: 7 Time Elapsed: 114.8 s Mean Reward: 0.4.") == {
        "step": "7",
        ":Mean Reward": "0.4",
    }
    assert said("step 7 took 3 seconds, loss 0.5") == {"step": "7", ":loss": "0.5"}
    assert said("step 7 lr 0.1 ms 12 loss 0.5")[":lr"] == "0.1"
