"""Names, labels and cells that say a fold."""

from __future__ import annotations

import pytest

from analyzer.parsers._fold_names import (
    fold_label,
    fold_of_label,
    fold_of_name,
    is_fold_column,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fold1_train_loss", (1, "train_loss")),
        ("train_fold_12_loss", (12, "train_loss")),
        ("val/loss/fold-3-of-5", (3, "val/loss")),
        ("val_loss (fold 0)", (0, "val_loss")),
    ],
)
def test_a_fold_is_cut_out_of_a_name(name: str, expected: tuple[int, str]) -> None:
    assert fold_of_name(name) == expected


@pytest.mark.parametrize("name", ["fold1", "tenfold_1_loss", "fold_loss", "fold1x_loss", "loss_1"])
def test_other_names_have_no_fold(name: str) -> None:
    assert fold_of_name(name) is None


def test_a_label_names_its_fold() -> None:
    assert [fold_of_label(text) for text in ("fold_2", "cv/fold 3", "/fold_4")] == [2, 3, 4]
    assert fold_of_label("fold_2/loss") is None


def test_a_cell_becomes_a_label() -> None:
    assert [fold_label(cell) for cell in ("3", " fold3 ")] == ["fold_3", "fold3"]
    assert is_fold_column("Fold")
    assert not is_fold_column("folds")
