"""A table with a metric in each row is turned on its side."""

from __future__ import annotations

import pytest

from analyzer.parsers._transposed import is_transposed, transposed

BODY = "loss,0.9,0.7,0.6,0.5\nval_loss,1.0,0.9,,0.8\n"


@pytest.mark.parametrize(
    ("top", "axis"),
    [
        ("metric,1,2,3,4\n", "epoch"),
        (",0,1,2,3\n", "epoch"),
        ("step,10,20,30,40\n", "step"),
        ("name,epoch_1,epoch_2,epoch_3,epoch_4\n", "epoch"),
    ],
)
def test_the_first_row_counts(top: str, axis: str) -> None:
    rows = transposed(top + BODY)
    assert rows[0] == [axis, "loss", "val_loss"]
    assert rows[-1][1:] == ["0.5", "0.8"]
    assert len(rows) == 5


def test_a_table_without_a_row_that_counts_has_only_metrics() -> None:
    assert transposed(BODY)[:2] == [["loss", "val_loss"], ["0.9", "1.0"]]


@pytest.mark.parametrize(
    "text",
    [
        "epoch,loss,val_loss,acc,lr\n0,1,2,3,4\n1,1,2,3,4\n",
        "model,resnet,vit,deit\naccuracy,0.7,0.8,0.9\n",
        "lr,0.3,0.1,0.03,0.01\naccuracy,0.61,0.74,0.78,0.7\nloss,0.9,0.6,0.5,0.8\n",
        "city,1,2,3,4\nrain,5,6,7,8\n",
        "1,2,3,4\n5,6,7,8\n",
        "loss,0.9,0.7,0.6\nnote,a,b,c\n",
        "",
        "loss" + ",1" * 10 + "\n" + "loss,1,2\n",
        "\n".join(f"loss,{row},1,2,3" for row in range(500)),
    ],
)
def test_other_tables_stay_as_they_are(text: str) -> None:
    assert not is_transposed(text)


def test_a_cell_that_is_too_long_is_no_table() -> None:
    assert transposed('loss,1,2,3,"' + "x" * 200_000) == []
