"""Settings in YAML that look like a history."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import AnalyzerError
from analyzer.parsers._yaml_evidence import is_history
from analyzer.reading.load import load

SETTINGS = {
    "weights": "epochs: 90\nlr: 0.2\nloss: [1.0, 0.4, 0.4, 0.2]\nmilestones: [20, 40, 60, 80]\n",
    "weights below": "batch_size: 8\nloss:\n- 1.0\n- 0.5\n- 0.25\n- 0.1\n",
    "unequal": "loss: [1.0, 0.5, 0.5, 0.3, 0.2]\nmetrics:\n  iou: [0.5, 0.6, 0.7, 0.8]\n",
    "thresholds": f"iou: {[round(0.5 + at / 20, 2) for at in range(10)]}\n",
    "equal weights": f"loss: {[1.0] * 12}\n",
    "stages": "stages:\n" + "".join(f"  - {{epoch: {at}0, loss: 0.{at}}}\n" for at in range(1, 4)),
    "a plan": "loss_schedule:\n"
    + "".join(f"- epoch: {at}0\n  loss: 0.{at}\n" for at in range(1, 6))
    + "lr: 0.1\n",
}
HISTORIES = {
    "short": "loss: [0.9, 0.5, 0.4, 0.3]\nval_loss: [1.0, 0.7, 0.6, 0.5]\n",
    "as many as planned": "epochs: 4\nlr: 0.1\nloss: [0.9, 0.5, 0.4, 0.3]\n",
    "with an axis": "lr: 0.1\nepoch: [1, 2, 3, 4]\nloss: [0.9, 0.5, 0.4, 0.3]\n",
    "long": f"lr: 0.1\nlayers: [64, 64, 64]\nloss: {[round(1 / at, 3) for at in range(1, 13)]}\n",
    "long stages": "stages:\n"
    + "".join(f"  - {{epoch: {at}, loss: {1 / at:.3f}}}\n" for at in range(1, 13)),
    "a flat loss with a NaN": f"loss: [{'1.0, ' * 11}.nan]\n",
    "not a number": f"loss: [{'.nan, ' * 11}.inf]\n",
}


@pytest.mark.parametrize("kind", SETTINGS)
def test_settings_are_no_history(kind: str, tmp_path: Path) -> None:
    assert not is_history(SETTINGS[kind])
    (tmp_path / "config.yaml").write_text(SETTINGS[kind], encoding="utf-8")
    with pytest.raises(AnalyzerError):
        load(tmp_path)


@pytest.mark.parametrize("kind", HISTORIES)
def test_a_history_is_one_beside_settings_too(kind: str) -> None:
    assert is_history(HISTORIES[kind])
