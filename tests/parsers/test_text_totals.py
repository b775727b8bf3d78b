"""The plan that console output prints behind its axis."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.engine import diagnose
from tests.parsers.lines import curves, read


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("Epoch {e}/100 loss: 0.{e}\n", {"epoch": 100}),
        ("Epoch [{e}/100] loss: 0.{e}\n", {"epoch": 100}),
        ("[{e}/100][10/50] loss: 0.{e}\n", {"epoch": 100}),
        ("Epoch {e} of 100, loss: 0.{e}\n", {"epoch": 100}),
        ("Época {e} de 100, pérdida: 0.{e}\n", {"epoch": 100}),
        ("Epoch {e}/100\n10/10 [====] - loss: 0.{e}\n", {"epoch": 100}),
        ("step {e}00/2000 loss: 0.{e}\n", {"step": 2000}),
        ("Epoch: [{e}][10/500] loss: 0.{e}\n", {}),
        ("Epoch {e} loss: 0.{e}\n", {}),
        ("Epoch {e} step 5/20 loss: 0.{e}\n", {}),  # of an epoch
        ("Epoch {e}/4 loss: 0.{e}\n", {}),  # exceeded
        ("Epoch {e}/100.5 loss: 0.{e}\n", {}),
    ],
)
def test_a_total_behind_the_axis_is_the_plan(
    tmp_path: Path, form: str, expected: dict[str, float]
) -> None:
    run = read(tmp_path, "".join(form.format(e=epoch) for epoch in range(1, 10)))
    assert run.meta.planned == expected


@pytest.mark.parametrize(
    ("last", "total", "planned", "tag"),
    [
        (24, 24, 25, "planned_epoch"),  # PyTorch's tutorial counts so
        (24, 25, 25, "planned_epoch"),
        (8, 24, 24, "cut_epoch"),
    ],
)
def test_epochs_that_count_from_0_may_end_at_their_total(
    tmp_path: Path, last: int, total: int, planned: float, tag: str
) -> None:
    text = "".join(f"Epoch {e}/{total} loss: {2 / (e + 1):.4f}\n" for e in range(last + 1))
    run = read(tmp_path, text)
    assert run.meta.planned == {"epoch": planned}
    ended = diagnose(run).facts["how_it_ended"]
    assert (ended["tags"], ended["done"]) == ((tag,), last + 1)


def test_the_rows_of_a_table_may_state_it(tmp_path: Path) -> None:
    text = "      Epoch    GPU_mem   box_loss   obj_loss   cls_loss  Instances       Size\n"
    for epoch in range(8):
        bar = f"640: 100%|##########| 10/10 [00:1{epoch}<00:00, 1.1it/s]"
        text += f"\r       {epoch}/49      3.4G    0.0{9 - epoch}     0.05    0.02   20   {bar}\n"
    run = read(tmp_path, text)
    assert run.meta.planned == {"epoch": 49}
    assert curves(run)["", "elapsed"] == [10.0 + epoch for epoch in range(8)]


def test_a_total_that_changes_or_is_rare_is_no_plan(tmp_path: Path) -> None:
    changing = "".join(f"Epoch {e}/{100 + e // 5} loss: 0.{e}\n" for e in range(1, 10))
    assert read(tmp_path, changing).meta.planned == {}
    rare = "".join(f"Epoch {e} loss: 0.{e}\n" for e in range(1, 10))
    assert read(tmp_path, "Epoch 1/100\n" + rare).meta.planned == {}
