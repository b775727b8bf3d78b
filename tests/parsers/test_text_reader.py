"""What the reader of a line makes of the pieces that no name settles."""

from __future__ import annotations

from analyzer.parsers._text_plan import VALUE
from analyzer.parsers._text_reader import Reader


def values(line: str) -> dict[str, str]:
    reader = Reader(line)
    reader.read()
    found = [field for field in reader.settled() if field.role == VALUE]
    return {f"{field.split}:{field.name}": line[slice(*field.span)] for field in found}


def test_a_level_of_a_logger_is_part_of_no_name() -> None:
    assert values("INFO Train: epoch 3 loss 0.5") == {"train:loss": "0.5"}


def test_a_split_before_the_value_outweighs_one_behind_it() -> None:
    line = "epoch 3 [train] loss 0.5 [val] loss 0.6"
    assert values(line) == {"train:loss": "0.5", "val:loss": "0.6"}
    assert values("epoch 3 loss 0.5 (train)") == {"train:loss": "0.5"}


def test_the_losses_of_two_players_are_two_curves() -> None:
    line = "epoch 3 [D loss: 0.5] [G loss: 0.9]"
    assert values(line) == {":D loss": "0.5", ":G loss": "0.9"}
