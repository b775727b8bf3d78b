"""The training results of a model card are read; other tables of a README are not."""

from __future__ import annotations

from pathlib import Path

import pytest

import analyzer
from analyzer.errors import NothingReadable

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
