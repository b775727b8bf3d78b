"""Console output to which runs were appended, as ``nohup`` and ``tee -a`` do."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.model.run import Run
from analyzer.reading.load import load


def value(number: int, epoch: int) -> float:
    return round(number + 2 / (epoch + 2), 4)


ONE_LINE = "Epoch {e}/30 train_loss {train} val_loss {val}\n"
KERAS = "Epoch {e}/30\n5/5 - 0s - loss: {train} - val_loss: {val}\n"
ABOVE = "Epoch {e}/30\n-----\ntrain Loss: {train}\nval Loss: {val}\n\n"
BELOW = "train loss: {train}\nval loss: {val}\nFinished epoch {e}\n"
DICT = "{{'epoch': {e}, 'train_loss': {train}, 'val_loss': {val}}}\n"
BAR_BEFORE = (
    "50%|##   | 5/10 [00:01<00:01, loss={train}]\r100%|#####| 10/10 [00:02<00:00, loss={train}]\n"
    "epoch {e} train_loss {train} val_loss {val}\n"
)
BAR = (
    "Epoch {e}: 50%|##   | 5/10 [00:01<00:01]\rEpoch {e}: 100%|#####| 10/10 [00:02<00:00]\n"
    "Epoch {e} train_loss={train} val_loss={val}\n"
)


def text_of(template: str, lengths: list[int], banner: str = "") -> str:
    text = ""
    for number, length in enumerate(lengths):
        text += banner
        for epoch in range(length):
            train, val = value(number, epoch), value(number + 10, epoch)
            text += template.format(e=epoch + 1, train=train, val=val)
    return text


def read(folder: Path, text: str, name: str = "nohup.out") -> list[Run]:
    (folder / name).write_text(text, encoding="utf-8")
    return list(load(folder / name))


@pytest.mark.parametrize("template", [ONE_LINE, KERAS, ABOVE, BELOW, DICT, BAR, BAR_BEFORE])
@pytest.mark.parametrize("banner", ["", "nohup: ignoring input\nbatch size: 32, lr: 0.1\n"])
@pytest.mark.parametrize("lengths", [[12, 7], [7, 12], [9, 5, 8], [6] * 6])
def test_each_run_has_its_own_epochs(
    template: str, banner: str, lengths: list[int], tmp_path: Path
) -> None:
    runs = read(tmp_path, text_of(template, lengths, banner))
    assert [run.name for run in runs] == [f"nohup #{at + 1}" for at in range(len(lengths))]
    for number, (run, length) in enumerate(zip(runs, lengths, strict=True)):
        for split, level in (("train", number), ("val", number + 10)):
            curve = run.curve("loss", split)
            assert curve.value.tolist() == [value(level, epoch) for epoch in range(length)]
    assert [issue.key for issue in runs[0].issues] == ["runs_appended"]


@pytest.mark.parametrize("digits", [4, 3])
def test_a_table_of_the_training_behind_it_is_no_run(digits: int, tmp_path: Path) -> None:
    table = "".join(
        ONE_LINE.format(
            e=at + 1, train=round(value(0, at), digits), val=round(value(10, at), digits)
        )
        for at in range(12)
    )
    (run,) = read(tmp_path, text_of(ONE_LINE, [12]) + "History\n" + table)
    assert len(run.curve("loss", "val")) == 12


def test_a_run_of_a_few_epochs_is_no_run_of_its_own(tmp_path: Path) -> None:
    (run,) = read(tmp_path, text_of(ONE_LINE, [3, 9]))
    assert run.curve("loss", "train").value.tolist() == [value(1, epoch) for epoch in range(9)]


def test_steps_that_count_within_the_epoch_begin_no_run(tmp_path: Path) -> None:
    text = "".join(
        f"Epoch {epoch} step {step}/40 loss {1 / (1 + epoch + step / 50):.4f}\n"
        for epoch in range(1, 5)
        for step in (10, 20, 30, 40)
    )
    assert [run.points for run in read(tmp_path, text)] == [16]
    again = text.replace("loss 0", "loss 1")
    assert [run.points for run in read(tmp_path, text + again)] == [16, 16]


def test_two_boosters_in_one_output_are_two_runs(tmp_path: Path) -> None:
    text = "".join(
        f"[{at}]\ttrain-rmse:{value(number, at)}\teval-rmse:{value(number + 3, at)}\n"
        for number, rounds in enumerate((20, 12))
        for at in range(rounds)
    )
    runs = read(tmp_path, text)
    assert [len(run.curve("rmse", "train")) for run in runs] == [20, 12]


def test_a_resumed_run_stays_one(tmp_path: Path) -> None:
    again = "".join(
        ONE_LINE.format(e=at, train=value(3, at), val=value(13, at)) for at in (8, 9, 10)
    )
    (run,) = read(tmp_path, text_of(ONE_LINE, [20]) + again)
    assert len(run.curve("loss", "train")) == 10
    assert [issue.key for issue in run.issues] == ["restart_abandoned"]
