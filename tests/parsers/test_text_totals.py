"""The plan that console output prints behind its axis."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parsers.lines import read


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


def test_a_total_that_changes_or_is_rare_is_no_plan(tmp_path: Path) -> None:
    changing = "".join(f"Epoch {e}/{100 + e // 5} loss: 0.{e}\n" for e in range(1, 10))
    assert read(tmp_path, changing).meta.planned == {}
    rare = "".join(f"Epoch {e} loss: 0.{e}\n" for e in range(1, 10))
    assert read(tmp_path, "Epoch 1/100\n" + rare).meta.planned == {}
