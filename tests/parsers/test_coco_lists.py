"""The numbers of COCO's evaluation have names of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer import load

EPOCHS = 12


def stats(epoch: int) -> list[float]:
    """Return the twelve numbers after an epoch; there are no small objects."""
    ap = 0.4 * epoch / EPOCHS
    return [ap, 1.5 * ap, 0.9 * ap, -1, 0.7 * ap, 1.1 * ap, 0.2, 0.3, 0.35, -1.0, 0.3, 0.4]


def save(folder: Path, name: str, cell: object) -> Path:
    rows = [
        {"epoch": at, "train_loss": 9 - at / 2, "test_loss": 9 - at / 3, name: cell or stats(at)}
        for at in range(EPOCHS)
    ]
    path = folder / "log.txt"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize("kind", ["bbox", "masks"])
def test_each_number_has_its_name(tmp_path: Path, kind: str) -> None:
    (run,) = load(save(tmp_path, f"test_coco_eval_{kind}", None))
    found = {series.metric: series for series in run.series if series.split == "test"}
    assert {f"{kind}/AP", f"{kind}/AP50", f"{kind}/APl", f"{kind}/AR100"} <= found.keys()
    assert found[f"{kind}/AP50"].value.tolist() == [stats(at)[1] for at in range(EPOCHS)]
    assert f"{kind}/APs" not in found
    assert not run.meta.passed_over


@pytest.mark.parametrize(
    ("name", "cell"), [("test_coco_eval_bbox", [0.1, 0.2]), ("test_stats", list(range(12)))]
)
def test_other_lists_are_left_out(tmp_path: Path, name: str, cell: list[float]) -> None:
    (run,) = load(save(tmp_path, name, cell))
    assert {series.metric for series in run.series} == {"loss"}
    assert [left.name for left in run.meta.passed_over] == [name]
