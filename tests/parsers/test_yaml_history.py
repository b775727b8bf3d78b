"""Histories as YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import AnalyzerError
from analyzer.model.run import Run
from analyzer.reading.load import load

EPOCHS = range(12)
LOSS = [round(2 / (epoch + 1), 4) for epoch in EPOCHS]
HELD_OUT = [round(2 / (epoch + 1) + 0.1, 4) for epoch in EPOCHS]
ROWS = list(zip(EPOCHS, LOSS, HELD_OUT, strict=True))

TEXTS = {
    "documents": "---\n".join(f"epoch: {e}\nloss: {a}\nval_loss: {b}\n" for e, a, b in ROWS),
    "records behind each other": "".join(
        f"epoch: {e}\nloss: {a}\nval_loss: {b}\n" for e, a, b in ROWS
    ),
    "list of mappings": "".join(
        f"- epoch: {e}\n  loss: {a}\n  val_loss: {b}\n" for e, a, b in ROWS
    ),
    "in braces": "".join(f"- {{epoch: {e}, loss: {a}, val_loss: {b}}}\n" for e, a, b in ROWS),
    "lists": "".join(
        [
            "loss:\n",
            *(f"- {a}\n" for a in LOSS),
            "val_loss:\n",
            *(f"  - {b}\n" for b in HELD_OUT),
        ]
    ),
    "lists on a line": f"loss: {LOSS}\nval_loss: {HELD_OUT}\n",
    "below counts": "".join(
        f"epoch_{e}:\n  train_loss: {a}\n  val_loss: {b}\n" for e, a, b in ROWS
    ),
    "below numbers": "".join(f"{e}:\n  train_loss: {a}\n  val_loss: {b}\n" for e, a, b in ROWS),
    "sets": f"train:\n  loss: {LOSS}\nval:\n  loss: {HELD_OUT}\n",
}


def read(folder: Path, text: str, name: str = "history.yaml") -> Run:
    (folder / name).write_text(text, encoding="utf-8", newline="")
    (run,) = load(folder)
    return run


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("name", ["history.yaml", "log.yml"])
def test_every_shape_is_read(kind: str, name: str, tmp_path: Path) -> None:
    run = read(tmp_path, TEXTS[kind], name)
    found = {(series.split, series.metric): series for series in run.series}
    assert found["train", "loss"].value.tolist() == LOSS
    assert found["val", "loss"].value.tolist() == HELD_OUT
    assert found["val", "loss"].step.tolist() == list(EPOCHS)
    assert not run.issues


def test_line_ends_of_windows_and_numbers_of_yaml(tmp_path: Path) -> None:
    text = "".join(
        f"epoch: {e}\r\nloss: {a}\r\n" for e, a in enumerate(["1e-3", ".NaN", "2.5e+01"])
    )
    run = read(tmp_path, text + "epoch: 3\r\nloss: -.inf\r\n")
    assert str(run.series[0].value.tolist()) == "[0.001, nan, 25.0, -inf]"


def test_a_last_line_without_end_is_not_read_as_a_number(tmp_path: Path) -> None:
    run = read(tmp_path, TEXTS["documents"] + "---\nepoch: 12\nloss: 0.1")
    assert [issue.key for issue in run.issues] == ["line_unended"]
    (loss,) = [series for series in run.series if series.split == "train"]
    assert loss.value.tolist() == LOSS


@pytest.mark.parametrize(
    "text",
    [
        "lr: 0.1\nloss: mse\nlayers: [64, 64, 64, 64]\n",
        "loss_weights: [1.0, 0.5, 0.5, 0.1]\n",
        "".join(f"- name: model{at}\n  accuracy: 0.{at}\n" for at in range(1, 9)),
    ],
)
def test_settings_and_results_are_no_history(text: str, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(AnalyzerError):
        load(tmp_path)


def test_a_large_file_of_another_shape_is_refused_with_its_reason(tmp_path: Path) -> None:
    long = "\n".join(f"- {value}" for value in LOSS * 5000)
    (tmp_path / "history.yaml").write_text(f"loss:\n{long}\n", encoding="utf-8")
    with pytest.raises(AnalyzerError, match="256 KiB"):
        load(tmp_path)


@pytest.mark.parametrize("null", ["null", "~", "NULL", "N/A"])
def test_what_is_null_is_blank(null: str, tmp_path: Path) -> None:
    rows = (f"epoch: {e}\nloss: {a}\nval_loss: {b if e < 8 else null}\n" for e, a, b in ROWS)
    run = read(tmp_path, "---\n".join(rows))
    assert not run.issues
    assert [len(series) for series in run.series] == [12, 8]
