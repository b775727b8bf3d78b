"""Commas inside the numbers of console output: decimal signs or marks between thousands."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import NothingReadable
from analyzer.model.run import Run
from analyzer.parsers._text_commas import Commas, commas_of, pointed
from analyzer.reading.load import load

EPOCHS = 9
LOSS = [round(2.4 / (epoch + 1), 3) for epoch in range(EPOCHS)]
VAL = [round(2.6 / (epoch + 1) + 0.05, 3) for epoch in range(EPOCHS)]
SCORE = [round(0.4 + 0.05 * epoch, 3) for epoch in range(EPOCHS)]


def comma(value: float) -> str:
    return f"{value:.3f}".replace(".", ",")


def read(folder: Path, template: str) -> Run:
    """Read a log with a line for each epoch."""
    rows = zip(range(1, EPOCHS + 1), LOSS, VAL, SCORE, strict=True)
    text = "".join(
        template.format(e=epoch, loss=comma(loss), val=comma(val), acc=comma(score))
        for epoch, loss, val, score in rows
    )
    (folder / "train.log").write_text(text, encoding="utf-8")
    (run,) = load(folder)
    return run


@pytest.mark.parametrize(
    "template",
    [
        "epoca {e}, perdida {loss}, exactitud {acc}, perdida_val {val}\n",
        "Época {e}/9 - pérdida: {loss} - exactitud: {acc} - pérdida de validación: {val}\n",
        "Epoche {e}: Verlust={loss}, Genauigkeit={acc}, val_Verlust={val}\n",
        "[époque {e}] perte: {loss}; précision: {acc}; perte_val: {val}\n",
        "época {e} | perda {loss} | acurácia {acc} | perda_val {val}\n",
        "2031-02-03 10:00:0{e},125 INFO epoch {e} loss: {loss} acc: {acc} val_loss: {val}\n",
        "epoch {e},loss: {loss},acc: {acc},val_loss: {val}\n",
        "epoch {e} lr 0.001 loss: {loss} acc: {acc} val_loss: {val} (1.5s)\n",
    ],
)
def test_a_decimal_comma_is_read(tmp_path: Path, template: str) -> None:
    run = read(tmp_path, template)
    assert run.curve("loss", "train").value.tolist() == LOSS
    assert run.curve("loss", "val").value.tolist() == VAL
    assert run.curve("accuracy", "train").value.tolist() == SCORE
    assert run.curve("loss", "train").epoch.tolist() == list(range(1, EPOCHS + 1))
    assert run.issues == ()


def test_a_table_below_a_header_is_read(tmp_path: Path) -> None:
    rows = [f"{epoch:5d}   {comma(LOSS[epoch])}   {comma(VAL[epoch])}" for epoch in range(EPOCHS)]
    text = "starting\nmodel: small\nepoch    loss   val_loss\n" + "\n".join(rows) + "\ndone\n"
    (tmp_path / "train.log").write_text(text)
    (run,) = load(tmp_path)
    assert run.curve("loss", "train").value.tolist() == LOSS


@pytest.mark.parametrize("mark", [",", "."])
def test_a_step_beside_a_decimal_comma_is_whole(tmp_path: Path, mark: str) -> None:
    steps = [f"{step:,}".replace(",", mark) for step in range(400, 4000, 400)]
    rows = [
        f"Schritt {step}: Verlust {comma(loss)}" for step, loss in zip(steps, LOSS, strict=True)
    ]
    (tmp_path / "train.log").write_text("\n".join(rows) + "\n")
    (run,) = load(tmp_path)
    assert run.curve("loss", "train").step.tolist() == list(range(400, 4000, 400))
    assert run.curve("loss", "train").value.tolist() == LOSS


def test_grouped_steps_beside_decimal_points_are_whole(tmp_path: Path) -> None:
    steps = range(500, 5000, 500)
    rows = [f"step {step:,}/5,000, loss {loss}" for step, loss in zip(steps, LOSS, strict=True)]
    (tmp_path / "train.log").write_text("\n".join(rows) + "\n")
    (run,) = load(tmp_path)
    assert run.curve("loss", "train").step.tolist() == list(steps)
    assert run.curve("loss", "train").value.tolist() == LOSS


def test_grouped_values_beside_smaller_ones_are_whole(tmp_path: Path) -> None:
    rewards = [310, 640, 985, 1240, 2105, 3480, 12050]
    rows = [f"step {step}: loss 0.5, reward {value:,}" for step, value in enumerate(rewards, 1)]
    (tmp_path / "train.log").write_text("\n".join(rows) + "\n")
    (run,) = load(tmp_path)
    values = {series.tag: series.value.tolist() for series in run.series}
    assert values["reward"] == rewards
    assert run.issues == ()


def test_a_comma_that_could_be_either_is_reported(tmp_path: Path) -> None:
    values = [9.812, 7.455, 5.121, 3.904, 2.713, 2.301]
    rows = [f"epoch {epoch} loss: {comma(value)}" for epoch, value in enumerate(values)]
    (tmp_path / "train.log").write_text("\n".join(rows) + "\n")
    (run,) = load(tmp_path)
    assert run.curve("loss", "train").value.tolist() == values
    assert [issue.key for issue in run.issues] == ["comma_unsure"]


@pytest.mark.parametrize(
    "line",
    [
        "epoch 3: train/val loss 0, 412\n",
        "[3,2000] loss: 0.512\n",
        "epoch 3 loss 0.5 shape (3,224,224)\n",
        "epoch 3, loss 1, 2, 3\n",
        "10:00:01,123 loss: 0.5\n",
        "loss on gpus 0,1,2,3: 0.5\n",
    ],
)
def test_commas_that_separate_stay(line: str) -> None:
    text = (line * 8).encode()
    assert commas_of(text) is Commas.NONE
    assert pointed(text, Commas.NONE) == text


def test_times_and_lists_stay_beside_decimal_commas() -> None:
    line = b"10:00:01,123 gpus 0,1,2 epoch 3 loss: 0,412, acc: 1.234,5\n"
    assert commas_of(line) is Commas.DECIMAL
    expected = b"10:00:01,123 gpus 0,1,2 epoch 3 loss: 0.412, acc: 1234.5\n"
    assert pointed(line, Commas.DECIMAL) == expected


def test_prose_with_decimal_commas_is_not_a_log(tmp_path: Path) -> None:
    text = "La perdida fue de 0,41 en la primera epoca 1 y de 0,35 al final.\n" * 3
    (tmp_path / "notas.txt").write_text(text)
    with pytest.raises(NothingReadable):
        load(tmp_path)
