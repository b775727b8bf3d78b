"""Console output of libraries in the shapes that they print, with numbers of our own.

The shapes were taken from logs that were written with skorch 1.4, spaCy 3.8, fastai 2.8,
MMEngine 0.10, scikit-learn 1.9, Ultralytics 8.4 and Keras Tuner 1.4.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.reading.load import load

ROWS = 9
LOSS = [round(0.9 * 0.8**at + 0.05, 4) for at in range(ROWS)]
BLOCK = "\u2588"
SCORE = [round(0.5 + 0.05 * at, 4) for at in range(ROWS)]


def read(folder: Path, text: str, name: str = "train.out") -> Run:
    (folder / name).write_text(text, encoding="utf-8")
    (run,) = load(folder)
    return run


def curve(run: Run, split: str, metric: str) -> Series:
    (found,) = [series for series in run.series if (series.split, series.metric) == (split, metric)]
    return found


def test_the_table_of_spacy_is_read_like_its_json_lines(tmp_path: Path) -> None:
    head = "E    #       LOSS TEXTCAT  CATS_SCORE  SCORE \n"
    head += "---  ------  ------------  ----------  ------\n"
    rows = [
        f"{at:>3}  {10 * at:>6}  {LOSS[at]:>12.2f}  {100 * SCORE[at]:>10.2f}  {SCORE[at]:>6.2f}\n"
        for at in range(ROWS)
    ]
    run = read(tmp_path, f"\x1b[38;5;4mi Initial learn rate: 0.001\x1b[0m\n{head}{''.join(rows)}")
    loss = curve(run, "train", "loss")
    assert loss.step.tolist() == [10 * at for at in range(ROWS)]
    assert loss.value.tolist() == [round(value, 2) for value in LOSS]
    assert curve(run, "val", "score").value[-1] == 0.9
    assert curve(run, "val", "cats_score").epoch.tolist() == list(range(ROWS))
    assert [issue.key for issue in run.issues] == ["losses_are_sums"]


def test_two_losses_of_spacy_keep_their_names(tmp_path: Path) -> None:
    head = "E    #       LOSS TOK2VEC  LOSS NER  ENTS_F  SCORE \n"
    rows = [
        f"{at:>3}  {at * 200:>6}  {LOSS[at]:>12.2f}  {9 * LOSS[at]:>8.2f}  "
        f"{60 + at:.2f}  0.{60 + at}\n"
        for at in range(ROWS)
    ]
    run = read(tmp_path, head + "".join(rows))
    assert {series.metric for series in run.series if series.split == "train"} == {
        "losses/tok2vec",
        "losses/ner",
    }
    assert curve(run, "val", "ents_f").value[0] == 60


def test_the_bars_of_fastai_stand_between_its_rows(tmp_path: Path) -> None:
    text = "\u2588\repoch     train_loss  valid_loss  accuracy  time    \n\u2588\r"
    for at in range(ROWS):
        bars = [
            f"\rEpoch {at + 1}/{ROWS} : |{BLOCK * part}{'-' * (40 - part)}| {2.5 * part:.2f}% "
            f"[{part}/40 00:00<00:01... {LOSS[at] + 0.1:.4f}]"
            for part in range(41)
        ]
        text += "".join(bars) + f"\rEpoch {at + 1}/{ROWS} :{' ' * 60}\r"
        text += (
            f"{at}         {LOSS[at]:.6f}    {LOSS[at] + 0.1:.6f}    {SCORE[at]:.6f}  00:01     \n"
        )
    run = read(tmp_path, text)
    assert curve(run, "train", "loss").value.tolist() == LOSS
    assert np.allclose(curve(run, "val", "loss").value, np.array(LOSS) + 0.1)
    assert curve(run, "val", "accuracy").epoch.tolist() == list(range(ROWS))


def test_a_second_training_of_fastai_is_a_run_of_its_own(tmp_path: Path) -> None:
    def row(at: int, shift: float) -> str:
        bars = [
            f"\rEpoch {at + 1}/{ROWS} : |{BLOCK * part}{'-' * (4 - part)}| {25 * part:.2f}% "
            f"[{part}/4 00:00<00:01]"
            for part in range(5)
        ]
        values = f"{LOSS[at] - shift:.6f}    {LOSS[at] + 0.1:.6f}    {SCORE[at]:.6f}"
        return "".join(bars) + f"\r{at}         {values}  00:01     \n"

    header = "\u2588\repoch     train_loss  valid_loss  accuracy  time    \n\u2588\r"
    text = header + row(0, 0.0) + header + "".join(row(at, 0.01) for at in range(ROWS))
    text += header + "".join(row(at, 0.02) for at in range(ROWS))
    (tmp_path / "train.out").write_text(text, encoding="utf-8")
    runs = load(tmp_path)
    assert [run.name for run in runs] == ["train #1", "train #2"]
    for run in runs:
        assert curve(run, "val", "accuracy").value.tolist() == SCORE
    assert [len(curve(run, "train", "loss")) for run in runs] == [1 + ROWS, ROWS]


@pytest.mark.parametrize("date", ["01/31 08:03:48 - mmengine - INFO -", "[12/01 08:03:48 x.y]:"])
def test_a_date_without_a_year_is_no_count(tmp_path: Path, date: str) -> None:
    text = ""
    for at in range(ROWS):
        for batch in (5, 10, 15):
            text += (
                f"{date} Epoch(train)  [{at + 1}][{batch:>2}/15]  lr: 1.0000e-01  "
                f"eta: 0:00:06  time: 0.0379  loss: {LOSS[at]:.4f}  acc: 0.5000\n"
            )
        text += f"{date} Epoch(val) [{at + 1}][5/5]    accuracy/top1: {90 * SCORE[at]:.4f}\n"
    run = read(tmp_path, text)
    assert curve(run, "train", "loss").step.tolist() == list(range(5, 15 * ROWS + 1, 5))
    assert len(curve(run, "train", "accuracy")) == 3 * ROWS
    assert curve(run, "val", "accuracy/top1").step.tolist() == list(range(15, 15 * ROWS + 1, 15))


def test_an_epoch_count_before_a_clock_stays_a_count(tmp_path: Path) -> None:
    lines = [f"Epoch {at + 1:02}/12 00:01:{at:02} loss: {LOSS[at]}\n" for at in range(ROWS)]
    run = read(tmp_path, "".join(lines))
    assert curve(run, "train", "loss").epoch.tolist() == list(range(1, ROWS + 1))


def test_each_validation_of_mmengine_is_a_point(tmp_path: Path) -> None:
    text = ""
    for at in range(ROWS):
        for step in (20 * at + 10, 20 * at + 20):
            text += (
                f"2026/01/02 08:03:48 - mmengine - INFO - Iter(train) [{step:>3}/180]  "
                f"lr: 5.0000e-02  eta: 0:00:03  time: 0.0302  loss: {LOSS[at]:.4f}\n"
            )
        text += (
            "2026/01/02 08:03:51 - mmengine - INFO - Iter(val) [4/4]    "
            f"accuracy/top1: {100 * SCORE[at]:.4f}  data_time: 0.0015  time: 0.0019\n"
        )
    run = read(tmp_path, text)
    top = curve(run, "val", "accuracy/top1")
    assert top.step.tolist() == [20 * at + 20 for at in range(ROWS)]
    assert np.allclose(top.value, 100 * np.array(SCORE))
    assert len(curve(run, "train", "loss")) == 2 * ROWS


def test_the_validation_score_of_scikit_learn_is_kept(tmp_path: Path) -> None:
    text = "".join(
        f"Iteration {at + 1}, loss = {LOSS[at]:.8f}\nValidation score: {SCORE[at]:.6f}\n"
        for at in range(ROWS)
    )
    run = read(tmp_path, text)
    assert curve(run, "val", "accuracy").value.tolist() == SCORE
    assert curve(run, "val", "accuracy").epoch.tolist() == list(range(1, ROWS + 1))


def test_the_validation_score_of_a_regressor_is_r2(tmp_path: Path) -> None:
    text = "".join(
        f"Iteration {at + 1}, loss = {LOSS[at]:.8f}\nValidation score: {SCORE[at] - 0.9:.6f}\n"
        for at in range(ROWS)
    )
    assert len(curve(read(tmp_path, text), "val", "r2")) == ROWS


def test_marks_of_the_best_epoch_of_skorch_are_no_metrics(tmp_path: Path) -> None:
    records = [
        {
            "batches": [{"train_loss": 1.0, "train_batch_size": 4}],
            "epoch": at + 1,
            "train_batch_count": 3,
            "valid_batch_count": 1,
            "dur": 0.02 + at / 1000,
            "train_loss": LOSS[at],
            "train_loss_best": True,
            "valid_loss": LOSS[at] + 0.1,
            "valid_loss_best": True,
            "valid_acc": SCORE[at],
            "valid_acc_best": at % 2 == 0,
            "event_cp": True,
        }
        for at in range(ROWS)
    ]
    run = read(tmp_path, json.dumps(records), "history.json")
    assert {(series.split, series.metric) for series in run.series} == {
        ("train", "loss"),
        ("val", "loss"),
        ("val", "accuracy"),
    }
    assert not run.config
    assert not run.issues


def test_the_last_state_of_each_bar_of_ultralytics_counts(tmp_path: Path) -> None:
    text = ""
    for at in range(ROWS):
        text += "\n      Epoch    GPU_mem   box_loss   cls_loss  Instances       Size\n"
        for part, share in enumerate((0, 33, 100)):
            loss = LOSS[at] + 0.1 * (2 - part)
            text += (
                f"\r\x1b[K{f'{at + 1}/{ROWS}':>11}         0G     {loss:.4f}     {2 * loss:.4f}  "
                f"        2         64: {share}% \u2501\u2501\u2500 {part}/2 8.0it/s 0.2s"
            )
        text += "\n\r\x1b[K                 Class     Images  Instances      Box(P          R      "
        text += "mAP50  mAP50-95): 100% \u2501\u2501 1/1 8.6it/s 0.1s\n"
        text += f"                   all          4          4      {SCORE[at]:.3f}      0.25"
        text += f"      {SCORE[at] / 2:.3f}       0.1\n"
    run = read(tmp_path, text)
    assert curve(run, "train", "box_loss").value.tolist() == LOSS
    assert curve(run, "train", "box_loss").epoch.tolist() == list(range(1, ROWS + 1))
    assert np.allclose(curve(run, "val", "precision").value, SCORE, atol=6e-4)
    assert len(curve(run, "val", "recall")) == ROWS


def test_each_trial_of_keras_tuner_is_a_run(tmp_path: Path) -> None:
    text = ""
    for trial in range(1, 4):
        text += (
            f"\nSearch: Running Trial #{trial}\n\nValue             |Best Value So Far |Hyperpar"
        )
        text += f"ameter\n{4 * trial}                 |4                 |units\n\n"
        for at in range(ROWS):
            text += (
                f"Epoch {at + 1}/{ROWS}\n8/8 - 0s - 11ms/step - accuracy: {SCORE[at]:.4f} - loss: "
            )
            text += (
                f"{LOSS[at] / trial:.4f} - val_accuracy: 0.{60 + at} - val_loss: {LOSS[at]:.4f}\n"
            )
        text += (
            f"\nTrial {trial} Complete [00h 00m 01s]\nval_accuracy: 0.{59 + ROWS}00000166893005\n"
        )
        text += "\nBest val_accuracy So Far: 0.6800000166893005\nTotal elapsed time: 00h 00m 04s\n"
    (tmp_path / "search.log").write_text(text)
    runs = list(load(tmp_path))
    assert len({run.name for run in runs}) == 3
    for trial, run in enumerate(runs, 1):
        loss = curve(run, "train", "loss")
        assert np.allclose(loss.value, np.array(LOSS) / trial, atol=6e-5)
        assert len(curve(run, "train", "accuracy")) == ROWS
        assert len(curve(run, "val", "accuracy")) == ROWS
        assert not run.issues
