"""The training results of a model card are read; other tables of a README are not."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

import analyzer
from analyzer.errors import NothingReadable
from analyzer.reading.load import scan

CARD = """---
license: mit
---
# a model

| Model | Accuracy |
|---|---|
| base | 0.71 |

### Training hyperparameters

- learning_rate: 2e-05
- seed: 7
- optimizer: adamw with betas=(0.9,0.999)

### Training results

| Training Loss | Epoch | Step | Validation Loss | Accuracy |
|:-------------:|:-----:|:----:|:---------------:|:--------:|
| No log        | 1.0   | 50   | 0.71            | 0.61     |
| 0.62          | 2.0   | 100  | 0.55            | 0.72     |
| 0.62          | 3.0   | 150  | 0.52            | 0.75     |
| 0.31          | 4.0   | 200  | 0.58            | 0.74     |

### Framework versions
- a 1.0
"""


def test_a_card_has_curves_and_settings(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(CARD)
    (run,) = analyzer.load(tmp_path)
    found = {(series.split, series.metric): series for series in run.series}
    assert found["val", "loss"].value.tolist() == [0.71, 0.55, 0.52, 0.58]
    assert found["val", "loss"].step.tolist() == [50, 100, 150, 200]
    assert found["train", "loss"].epoch.tolist() == [2.0, 3.0, 4.0]
    assert run.config == {
        "learning_rate": 2e-05,
        "seed": 7,
        "optimizer": "adamw with betas=(0.9,0.999)",
    }
    assert run.issues == ()


@pytest.mark.parametrize(
    "rows",
    [
        "| Epochs | Accuracy |\n|---|---|\n| 100 | 76 |\n| 200 | 77 |\n| 300 | 78 |\n",
        "| Model | Loss |\n|---|---|\n| a | 1 |\n| b | 2 |\n| c | 3 |\n",
        "| Epoch | Loss |\n|---|---|\n| 90 | 1 |\n| 300 | 2 |\n| 100 | 3 |\n",
        "| Epoch | Loss |\n| 1 | 1 |\n| 2 | 2 |\n| 3 | 3 |\n",
        "| Epoch | Loss |\n|---|---|\n| 1 | 1 |\n| 2 | 2 |\n",
        "Run `python train.py --epochs 3`; the loss falls from 2 to 1.\n",
    ],
    ids=["schedules", "models", "no order", "no rule", "two rows", "prose"],
)
def test_another_table_is_left_alone(rows: str, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# a project\n\n" + rows)
    with pytest.raises(NothingReadable):
        analyzer.load(tmp_path)


def rows(*values: str, header: str = "| epoch | loss | val_loss |") -> str:
    rule = "|---" * (header.count("|") - 1) + "|"
    return "\n".join([header, rule, *values]) + "\n"


def points(folder: Path, text: str) -> tuple[dict[str, list[float]], list[str]]:
    """Return the values of each tag, and the keys of the issues without notes."""
    (folder / "README.md").write_text(text, encoding="utf-8")
    (run,) = analyzer.load(folder)
    lost = [issue.key for issue in run.issues if issue.severity != "info"]
    return {series.tag: series.value.tolist() for series in run.series}, lost


FULL = [f"| {epoch} | 0.{9 - epoch} | 0.{8 - epoch} |" for epoch in range(5)]


def test_a_short_row_has_empty_cells_at_its_end(tmp_path: Path) -> None:
    text = rows(*FULL[:2], "| 2 | 0.7 |", *FULL[3:])
    found, lost = points(tmp_path, text)
    assert found == {"loss": [0.9, 0.8, 0.7, 0.6, 0.5], "val_loss": [0.8, 0.7, 0.5, 0.4]}
    assert lost == []


def test_a_row_without_a_bar_at_its_end_may_be_half_a_row_and_is_told(tmp_path: Path) -> None:
    found, lost = points(tmp_path, rows(*FULL[:2], "| 2 | 0.", *FULL[3:]))
    assert found["loss"] == [0.9, 0.8, 0.6, 0.5]
    assert lost == ["ragged_rows"]


@pytest.mark.parametrize("mark", ["**", "__", "*", "_", "`", "***"])
def test_a_marked_number_is_a_number(mark: str, tmp_path: Path) -> None:
    text = rows(*FULL[:4], f"| 4 | {mark}0.5{mark} | {mark}4e-1{mark} |")
    found, lost = points(tmp_path, text)
    assert found == {"loss": [0.9, 0.8, 0.7, 0.6, 0.5], "val_loss": [0.8, 0.7, 0.6, 0.5, 0.4]}
    assert lost == []


def test_a_second_table_of_results_is_told_and_a_copy_is_not(tmp_path: Path) -> None:
    first, second = rows(*FULL), rows(*FULL[:4])
    assert points(tmp_path, f"{first}\n{first}")[1] == []
    found, lost = points(tmp_path, f"{second}\n{first}")
    assert len(found["loss"]) == 5
    assert lost == ["other_tables"]


def test_a_short_row_that_sums_up_is_told_and_is_not_a_point(tmp_path: Path) -> None:
    found, lost = points(tmp_path, rows(*FULL, "| Test | 0.21 |"))
    assert found["loss"] == [0.9, 0.8, 0.7, 0.6, 0.5]
    assert lost == ["ragged_rows"]


@pytest.mark.parametrize("name", ["README.md.gz", "results.MD.GZ"])
def test_a_packed_card_is_read_as_if_it_were_not(tmp_path: Path, name: str) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "README.md").write_text(CARD)
    (tmp_path / "packed").mkdir()
    (tmp_path / "packed" / name).write_bytes(gzip.compress(CARD.encode()))
    (plain,), (packed,) = analyzer.load(tmp_path / "plain"), analyzer.load(tmp_path / "packed")
    assert packed.meta.format == plain.meta.format
    assert packed.meta.files == (name,)
    assert packed.config == plain.config
    assert packed.frame.drop(columns="run").equals(plain.frame.drop(columns="run"))


def test_a_packed_card_that_is_cut_off_is_told(tmp_path: Path) -> None:
    packed = gzip.compress(CARD.encode() + b"\n\n" + bytes(range(256)).hex().encode() * 40)
    (tmp_path / "README.md.gz").write_bytes(packed[: len(packed) * 3 // 4])
    found = scan(tmp_path)
    told = [issue.key for run in found for issue in run.issues]
    told += [issue.key for issue in found.issues]
    assert told or found.unreadable
