"""Folds of a cross-validation that stand beside each other are runs of their own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from analyzer.model.run import Run
from analyzer.reading.load import load

EPOCHS = np.arange(12)
FOLDS = range(4)
TRAIN = [np.round(2 * np.exp(-EPOCHS / (4 + fold)) + 0.1, 4) for fold in FOLDS]
VAL = [np.round(2 * np.exp(-EPOCHS / (4 + fold)) + 0.3, 4) for fold in FOLDS]


def both(train: str, val: str) -> dict[str, Sequence[float]]:
    """Return the losses of all folds under names with the number of the fold."""
    columns = {}
    for fold in FOLDS:
        columns[train.format(fold)] = TRAIN[fold].tolist()
        columns[val.format(fold)] = VAL[fold].tolist()
    return columns


def table(columns: Mapping[str, Sequence[float]]) -> str:
    rows = [",".join(["epoch", *columns])]
    rows += [f"{at}," + ",".join(str(cells[at]) for cells in columns.values()) for at in EPOCHS]
    return "\n".join(rows) + "\n"


def read(folder: Path, text: str, name: str = "log.csv") -> list[Run]:
    (folder / name).write_text(text, encoding="utf-8")
    return list(load(folder))


def expect_folds(runs: Sequence[Run]) -> None:
    """Check that each run has the losses of its fold."""
    assert [run.name.rpartition("/")[2] for run in runs] == [f"fold_{fold}" for fold in FOLDS]
    for fold, run in enumerate(runs):
        assert run.config["fold"] == fold
        assert run.curve("loss", "train").value.tolist() == TRAIN[fold].tolist()
        assert run.curve("loss", "val").value.tolist() == VAL[fold].tolist()


NAMES = [
    ("fold{}_train_loss", "fold{}_val_loss"),
    ("fold_{}/train_loss", "fold_{}/val_loss"),
    ("train_loss_fold{}", "val_loss_fold{}"),
    ("train_fold{}_loss", "val_fold{}_loss"),
    ("Fold {} - train loss", "Fold {} - val loss"),
    ("train_loss (fold {})", "val_loss (fold {})"),
    ("train_loss[fold={}]", "val_loss[fold={}]"),
    ("loss_fold{}", "val_loss_fold{}"),
    ("perdida_pliegue_{}", "perdida_val_pliegue_{}"),
    ("cv{}/train/loss", "cv{}/val/loss"),
    ("split{}_train_loss", "split{}_val_loss"),
    ("train_loss_{}", "val_loss_{}"),
    ("{}/train_loss", "{}/val_loss"),
    ("loss_f{}", "val_loss_f{}"),
    ("k{}_train_loss", "k{}_val_loss"),
    ("kfold_{}/loss", "kfold_{}/val_loss"),
]


@pytest.mark.parametrize(("train", "val"), NAMES)
def test_columns_named_for_folds_are_runs(tmp_path: Path, train: str, val: str) -> None:
    expect_folds(read(tmp_path, table(both(train, val))))


def test_lists_named_for_folds_are_runs(tmp_path: Path) -> None:
    document = json.dumps(both("fold{}_loss", "fold{}_val_loss"))
    expect_folds(read(tmp_path, document, "history.json"))


def test_records_named_for_folds_are_runs(tmp_path: Path) -> None:
    columns = both("fold{}/train_loss", "fold{}/val_loss")
    rows = [
        {"epoch": at, **{name: cells[at] for name, cells in columns.items()}}
        for at in EPOCHS.tolist()
    ]
    expect_folds(read(tmp_path, "\n".join(map(json.dumps, rows)) + "\n", "log.jsonl"))


@pytest.mark.parametrize(("first", "label"), [("fold", ""), ("", ""), ("", "fold_")])
def test_two_header_rows_of_folds_are_runs(tmp_path: Path, first: str, label: str) -> None:
    upper = ",".join(f"{label}{fold},{label}{fold}" for fold in FOLDS)
    lower = ",".join(["train_loss,val_loss"] * len(FOLDS))
    body = table(both("a{}", "b{}")).split("\n", 1)[1]
    text = f"{first},{upper}\n{'metric' if first else ''},{lower}\nepoch{',' * 8}\n{body}"
    expect_folds(read(tmp_path, text))


@pytest.mark.parametrize(
    "above",
    [
        "fold,0,0,1,1,2,2,3,3\nsplit,{splits}\nmetric,{losses}\nepoch,,,,,,,,\n",
        ",fold_0,,fold_1,,fold_2,,fold_3,\n,{splits}\nepoch,{losses}\n",
        ";fold_0;;fold_1;;fold_2;;fold_3;\n;{splits}\nepoch;{losses}\n",
    ],
    ids=["pandas", "spreadsheet", "semicolons"],
)
def test_three_header_rows_of_folds_splits_and_losses_are_runs(tmp_path: Path, above: str) -> None:
    head = above.format(splits="train,val," * 3 + "train,val", losses="loss," * 7 + "loss")
    text = head + table(both("a{}", "b{}")).split("\n", 1)[1]
    expect_folds(read(tmp_path, text.replace(",", ";") if ";" in above else text))


def test_blank_splits_repeat_the_one_before_them_in_three_header_rows(tmp_path: Path) -> None:
    rows = [f"{at},{TRAIN[0][at]},{VAL[0][at]},{TRAIN[1][at]},{VAL[1][at]}" for at in EPOCHS]
    head = ",fold1,,fold2,\n,val,,val,\nepoch,loss,mae,loss,mae\n"
    runs = read(tmp_path, head + "\n".join(rows) + "\n")
    assert [run.curve("loss", "val").value.tolist() for run in runs] == [
        TRAIN[0].tolist(),
        TRAIN[1].tolist(),
    ]


@pytest.mark.parametrize("by_epoch", [True, False])
def test_a_column_of_folds_parts_a_table(tmp_path: Path, by_epoch: bool) -> None:
    cells = [(fold, at) for fold in FOLDS for at in EPOCHS.tolist()]
    if by_epoch:
        cells.sort(key=lambda cell: cell[1])
    rows = [f"{fold},{at},{TRAIN[fold][at]},{VAL[fold][at]}" for fold, at in cells]
    text = "fold,epoch,train_loss,val_loss\n" + "\n".join(rows) + "\n"
    expect_folds(read(tmp_path, text))


def test_a_key_of_folds_parts_records(tmp_path: Path) -> None:
    rows = []
    for fold in FOLDS:
        for at in EPOCHS.tolist():
            losses = {"train_loss": TRAIN[fold][at], "val_loss": VAL[fold][at]}
            rows.append(json.dumps({"fold": fold, "epoch": at, **losses}))
    expect_folds(read(tmp_path, "\n".join(rows) + "\n", "log.jsonl"))


@pytest.mark.parametrize(
    ("above", "before"), [("Fold {}/4\n", ""), ("", "[fold {}] "), ("===== FOLD: {} =====\n", "")]
)
def test_folds_of_a_text_log_are_runs(tmp_path: Path, above: str, before: str) -> None:
    text = ""
    for fold in FOLDS:
        text += above.format(fold)
        for at in EPOCHS:
            losses = f"train loss {TRAIN[fold][at]}, val loss {VAL[fold][at]}"
            text += f"{before.format(fold)}Epoch {at}: {losses}\n"
    text += "".join(f"Fold {fold} val loss 0.5\n" for fold in FOLDS)
    expect_folds(read(tmp_path, text, "train.log"))


def test_a_mean_over_folds_is_listed_and_a_rate_shared(tmp_path: Path) -> None:
    columns = both("fold{}_train_loss", "fold{}_val_loss")
    columns["lr"] = np.linspace(0.1, 0.01, len(EPOCHS)).tolist()
    columns["mean_val_loss"] = np.mean(VAL, axis=0).tolist()
    runs = read(tmp_path, table(columns))
    expect_folds(runs)
    assert all("lr" in {series.tag for series in run.series} for run in runs)
    assert [(left.name, left.key) for left in runs[0].meta.passed_over] == [
        ("mean_val_loss", "over_folds")
    ]


HEADS = {"loss_1": TRAIN[0], "loss_2": TRAIN[1], "val_loss_1": VAL[0], "val_loss_2": VAL[1]}
TOTAL = {"train_loss": TRAIN[3], "train_loss_0": TRAIN[0], "train_loss_1": TRAIN[1]}
UNLIKE = {"val_loss_0": VAL[0], "val_loss_1": 10 * VAL[1], "val_loss_2": 0.1 * VAL[2]}
CLASSES = {"f1_0": 1 - VAL[0] / 3, "f1_1": 1 - VAL[1] / 3, "f1_2": 1 - VAL[2] / 3}
SCORES = {"top_1_accuracy": 1 - VAL[0] / 3, "top_5_accuracy": 1 - VAL[1] / 4}
GAP = {"val_loss_0": VAL[0], "val_loss_2": VAL[1], "val_loss_3": VAL[2]}


@pytest.mark.parametrize(
    "columns",
    [HEADS, {**TOTAL, "train_loss_2": TRAIN[2]}, UNLIKE, CLASSES, SCORES, GAP, {"fold": EPOCHS}],
    ids=["two heads", "total", "unlike", "classes", "top", "gap", "results"],
)
def test_other_numbers_in_names_are_not_folds(
    tmp_path: Path, columns: Mapping[str, np.ndarray]
) -> None:
    values = {name: cells.tolist() for name, cells in columns.items()}
    if "fold" in columns or "f1_0" in columns or "top_5_accuracy" in columns:
        values |= {"train_loss": TRAIN[0].tolist(), "val_loss": VAL[0].tolist()}
    (run,) = read(tmp_path, table(values))
    assert set(columns) <= {series.tag for series in run.series}
    assert "fold" not in run.config


def keys(runs: Sequence[Run]) -> list[str]:
    return [issue.key for run in runs for issue in run.issues]


def test_an_issue_says_that_numbers_alone_were_read_as_folds(tmp_path: Path) -> None:
    runs = read(tmp_path, table(both("train_loss_{}", "val_loss_{}")))
    assert keys(runs) == ["numbers_are_folds"]
    assert keys(read(tmp_path, table(both("fold{}_train_loss", "fold{}_val_loss")))) == []


def of_three(*, shared: bool) -> dict[str, Sequence[float]]:
    """Return the losses of three heads, which jump together, or of three folds."""
    noise = np.random.default_rng(1)
    columns = {}
    for name, level in (("loss", 0.1), ("val_loss", 0.3)):
        together = noise.normal(size=len(EPOCHS))
        for number in range(1, 4):
            jumps = together if shared else noise.normal(size=len(EPOCHS))
            fall = 2 * np.exp(-EPOCHS / (4 + number)) + level
            columns[f"{name}_{number}"] = (fall * np.exp(0.03 * jumps)).tolist()
    return columns


def test_three_losses_that_jump_together_are_the_heads_of_one_model(tmp_path: Path) -> None:
    (run,) = read(tmp_path, table(of_three(shared=True)))
    assert {series.tag for series in run.series} == set(of_three(shared=True))
    assert keys([run]) == ["numbers_are_heads"]


def test_three_losses_with_jumps_of_their_own_are_folds(tmp_path: Path) -> None:
    runs = read(tmp_path, table(of_three(shared=False)))
    assert [run.config["fold"] for run in runs] == [1, 2, 3]


def test_losses_that_end_at_different_epochs_are_folds(tmp_path: Path) -> None:
    columns = of_three(shared=True)
    for name in ("loss_2", "val_loss_2"):
        columns[name] = columns[name][:9]
    runs = read(tmp_path, json.dumps(columns), "history.json")
    assert [len(run.curve("loss", "val").value) for run in runs] == [12, 9, 12]


def test_a_mapped_name_keeps_the_run_whole(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(table(both("fold{}_train_loss", "fold{}_val_loss")))
    (run,) = load(tmp_path, names={"fold0_val_loss": "val/loss"})
    assert run.curve("loss", "val").value.tolist() == VAL[0].tolist()
