"""Tables of results are refused: one row for each model, fold, seed or setting."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import AnalyzerError
from analyzer.reading.load import load

RESULTS = {
    "folds": ["fold,MAE,R2", "1,5.1,0.77", "2,5.3,0.75", "3,4.9,0.79"],
    "seeds": ["seed,test_acc,best_epoch", "0,0.91,42", "1,0.92,38", "2,0.90,50"],
    "best epochs of folds": ["fold,epoch,val_loss", "1,17,0.41", "2,23,0.44", "3,28,0.43"],
    "batch sizes": ["batch_size,train_loss,val_loss", "8,0.31,0.44", "16,0.3,0.43", "32,0.3,0.42"],
    "neighbours": ["k,train_accuracy,test_accuracy", "1,1.0,0.9", "2,0.98,0.92", "3,0.95,0.91"],
    "thresholds": ["threshold,precision,recall", "0.1,0.5,0.9", "0.2,0.6,0.8", "0.3,0.7,0.7"],
    "sizes of the data": [
        "train_size,train_acc,val_acc",
        "100,0.9,0.5",
        "200,0.9,0.6",
        "400,0.8,0.7",
    ],
    "hidden units": ["hidden_units,train_loss", "16,0.5", "32,0.4", "64,0.3"],
    "models and their epochs": ["model,epochs,top1", "r18,90,69.7", "r34,90,73.3", "r50,120,76.1"],
    "one model": ["model,epochs,map50", "yolo,25,0.66"],
    "a grid": ["dropout,epochs,val_loss"]
    + [
        f"{dropout},{epochs},0.{epochs}{at}"
        for epochs in (10, 20)
        for at, dropout in enumerate((0.2, 0.5))
    ],
}


RESULTS |= {
    "neighbours that fall": ["k,f1", "9,0.7", "5,0.8", "1,0.6"],
    "shares of the data": ["fraction,accuracy", "0.1,0.6", "0.5,0.8", "1.0,0.9"],
    "samples in any order": ["n_samples,accuracy", "500,0.8", "100,0.6", "1000,0.9"],
    "seeds and their best epochs": ["seed,epoch,val_loss", "0,23,0.41", "1,17,0.44", "2,28,0.4"],
    "models with a batch size each": [
        "modelo;batch;mejor_val_loss",
        *(f"{name};{size};0,5" for name, size in (("a", 32), ("b", 32), ("c", 64), ("a", 128))),
    ],
    "runs and their epochs in Spanish": [
        "nombre,\u00e9pocas,p\u00e9rdida final",
        *("uno,20,0.42", "dos,20,0.40", "tres,40,0.33"),
    ],
    "a grid without an axis": [
        "hidden,lr,val_loss",
        *(f"{hidden},{lr},0.{hidden}" for lr in (0.1, 0.01) for hidden in (32, 64, 96)),
    ],
    "trials of Optuna": [
        "number,value,params_lr,state",
        *(f"{at},0.{9 - at},{0.1**at},COMPLETE" for at in range(4)),
    ],
    "settings of one length": ["dropout,epochs,val_loss", *(f"0.{at},9,0.5" for at in range(4))],
}


def save(tmp_path: Path, rows: list[str]) -> Path:
    path = tmp_path / "results.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


@pytest.mark.parametrize("rows", RESULTS.values(), ids=RESULTS)
def test_a_row_for_each_result_is_no_log(tmp_path: Path, rows: list[str]) -> None:
    with pytest.raises(AnalyzerError, match="one row per result"):
        load(save(tmp_path, rows))


LOGS = {
    "a constant batch size": ["batch_size,train_loss", *(f"32,{2 / at}" for at in range(1, 9))],
    "a learning rate that falls": ["lr,loss", *(f"{0.1**at},{2 / at}" for at in range(1, 9))],
    "a buffer that fills": ["buffer_size,reward", *(f"{100 * at},{at}" for at in range(1, 9))],
    "a setting behind the losses": ["loss,batch_size", *(f"{2 / at},{at}" for at in range(1, 9))],
    "epochs that count": [
        "checkpoint,epochs,loss",
        *(f"c{at},{at},{2 / at}" for at in range(1, 9)),
    ],
    "a batch size beside a step": [
        "batch_size,step,loss",
        *(f"{8 * at},{at},{2 / at}" for at in range(1, 9)),
    ],
}
STEPS = [(at, 2 / at) for at in range(1, 9)]
LOGS |= {
    "samples of each epoch": [
        "epoch,samples,loss",
        *(f"{1 + at // 5},{1000 * (1 + at % 4)},{loss}" for at, loss in STEPS),
    ],
    "thresholds of each epoch": [
        "epoch,threshold,f1",
        *(f"{(1 + at) // 2},{(0.5, 0.3)[at % 2]},{1 - loss / 4}" for at, loss in STEPS),
    ],
    "thresholds of each of the epochs": [
        "epochs,threshold,f1",
        *(f"{5 * (1 + at) // 10},{(0.5, 0.3)[at % 2]},{1 - loss / 4}" for at, loss in STEPS),
    ],
    "samples alone": ["samples,loss", *(f"{1000 * at},{loss}" for at, loss in STEPS)],
    "samples and a score": ["train_samples,f1", *(f"{64 * at},0.{at}" for at in range(1, 9))],
    "samples of a step": ["samples,loss", *(f"{900 + at * at % 7},{loss}" for at, loss in STEPS)],
    "k that counts on": ["k,loss", *(f"{at},{loss}" for at, loss in STEPS)],
    "a share that is done": ["percentage,train_loss", *(f"{5 * at},{loss}" for at, loss in STEPS)],
    "a share and a rate": ["fraction,lr,f1", *(f"0.{at},{2**-at},0.5" for at in range(1, 9))],
    "checkpoints of some epochs": [
        "checkpoint,epochs,loss",
        *(f"c{at},{at * at + 1},{loss}" for at, loss in STEPS),
    ],
    "rows with a text in two epochs": [
        "note,epochs,loss",
        *(f"n{at},{1 + at // 5},{loss}" for at, loss in STEPS),
    ],
    "batches that double": ["batch,loss", *(f"{2**at},{loss}" for at, loss in STEPS)],
    "a layer and a rate that fall": [
        "layers,lr,loss",
        *(f"{2 - at // 5},{0.1**at},{loss}" for at, loss in STEPS),
    ],
    "a seed for each step": ["seed,step,loss", *(f"{at},{at * at},{loss}" for at, loss in STEPS)],
}


@pytest.mark.parametrize("rows", LOGS.values(), ids=LOGS)
def test_a_log_with_a_setting_is_read(tmp_path: Path, rows: list[str]) -> None:
    [run] = load(save(tmp_path, rows))
    assert max(len(series) for series in run.series) == 8
