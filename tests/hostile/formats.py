"""A small log of every parser, written into a folder: the file of it that is damaged."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.hostile.small import (
    COUNT,
    LOGS,
    LOSS,
    START,
    VAL,
    saved,
    vdl_records,
)
from tests.parsers import (
    test_clearml_offline,
    test_comet_offline,
    test_dvclive,
    test_mlflow_database,
    test_mlflow_files,
    test_trackio,
    test_trainer_state,
    test_wandb_chart,
)

CURVES = {"loss": LOSS, "val_loss": VAL}


def catboost_info(folder: Path) -> Path:
    for name, values in (("learn", LOSS), ("test", VAL)):
        lines = [f"{step}\t{value}" for step, value in enumerate(values)]
        (folder / f"{name}_error.tsv").write_text("iter\tLogloss\n" + "\n".join(lines) + "\n")
    return folder / "learn_error.tsv"


def catboost_json(folder: Path) -> Path:
    names = [{"best_value": "Min", "name": "Logloss"}]
    meta = {"test_sets": ["test"], "learn_sets": ["learn"], "iteration_count": COUNT}
    meta |= {"test_metrics": names, "learn_metrics": names}
    iterations = [
        {"learn": [LOSS[at]], "test": [VAL[at]], "iteration": at, "passed_time": 0.1}
        for at in range(COUNT)
    ]
    path = folder / "catboost_training.json"
    path.write_text(json.dumps({"meta": meta, "iterations": iterations}))
    return path


def clearml_offline(folder: Path) -> Path:
    return test_clearml_offline.session(folder, test_clearml_offline.curves()) / "metrics.jsonl"


def clearml_zip(folder: Path) -> Path:
    import shutil

    place = test_clearml_offline.session(folder, test_clearml_offline.curves())
    path = test_clearml_offline.zip_of(place)
    shutil.rmtree(place)
    return path


def comet_offline(folder: Path) -> Path:
    return test_comet_offline.experiment(folder, test_comet_offline.messages())


def comet_folder(folder: Path) -> Path:
    path = comet_offline(folder)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder / "unpacked")
    path.unlink()
    return folder / "unpacked" / "messages.json"


def dvclive(folder: Path) -> Path:
    place = test_dvclive.save(folder / "dvclive")
    return next(iter(sorted(place.rglob("loss.tsv"))))


def keras_history(folder: Path) -> Path:
    path = folder / "history.json"
    path.write_text(json.dumps({**CURVES, "lr": [0.1] * COUNT, "notes": ["a"] * COUNT}))
    return path


def python_history(folder: Path) -> Path:
    path = folder / "history.txt"
    path.write_text(repr(CURVES))
    return path


def mlflow_database(folder: Path) -> Path:
    path, connection = test_mlflow_database.store(folder)
    curves = [*test_mlflow_database.curve(), *test_mlflow_database.curve("val_loss", COUNT, 3.0)]
    test_mlflow_database.add_run(connection, "aa", curves, params={"lr": "0.1"})
    connection.commit()
    connection.close()
    return path


def mlflow_files(folder: Path) -> Path:
    place = test_mlflow_files.run_folder(folder, params={"lr": "0.1"})
    return place / "metrics" / "loss"


def neptune_parquet(folder: Path) -> Path:
    pytest.importorskip("pyarrow")
    from tests.parsers import test_neptune_parquet

    points = test_neptune_parquet.points("train/loss", list(range(COUNT)))
    return test_neptune_parquet.part(folder, [*test_neptune_parquet.SETTINGS, *points])


def numpy_arrays(folder: Path) -> Path:
    path = folder / "losses.npz"
    np.savez(path, train_loss=np.array(LOSS), val_loss=np.array(VAL), lr=0.1)
    return path


def optuna_journal(folder: Path) -> Path:
    from tests.parsers import test_optuna_journal as written

    trials = [*written.reports(0, LOSS), *written.reports(1, VAL)]
    return written.journal(folder, written.study(), *trials)


def optuna_study(folder: Path) -> Path:
    from tests.parsers import test_optuna_study

    return test_optuna_study.study(folder, LOSS, VAL, metric="loss")


def epoch_files(folder: Path) -> Path:
    from tests.parsers import test_epoch_files

    return test_epoch_files.write(folder, "metrics_epoch_{}.json")


def sacred(folder: Path) -> Path:
    from tests.parsers import test_sacred

    return test_sacred.run_folder(folder, test_sacred.CURVES) / "metrics.json"


def latex_table(folder: Path) -> Path:
    lines = [f"{at} & {loss} \\\\" for at, loss in enumerate(LOSS)]
    path = folder / "table.tex"
    rows = "\n".join(lines)
    head = "\\begin{tabular}{rr}\nEpoch & Train loss \\\\\n\\midrule\n"
    path.write_text(f"{head}{rows}\n\\end{{tabular}}\n")
    return path


def notebook(folder: Path) -> Path:
    output = {"output_type": "stream", "text": LOGS["console"].data.decode().splitlines(True)}
    path = folder / "train.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "outputs": [output]}]}))
    return path


def tensorboard_download(folder: Path) -> Path:
    lines = [f"{START + at},{at},{value}" for at, value in enumerate(LOSS)]
    path = folder / "run-a-tag-train_loss.csv"
    path.write_text("\n".join(["Wall time,Step,Value", *lines]) + "\n")
    return path


def tensorboard_json(folder: Path) -> Path:
    path = folder / "run-a-tag-train_loss.json"
    path.write_text(json.dumps([[START + at, at, value] for at, value in enumerate(LOSS)]))
    return path


def trackio(folder: Path) -> Path:
    return test_trackio.project(folder, {"a": test_trackio.rows(COUNT)})


def trainer_state(folder: Path) -> Path:
    return test_trainer_state.save(folder / "checkpoint", test_trainer_state.history(200))


def visualdl(folder: Path) -> Path:
    path = folder / "vdlrecords.1795918303.log"
    path.write_bytes(b"".join(vdl_records()))
    return path


def wandb_chart(folder: Path) -> Path:
    columns = {"a - val/loss": [str(value) for value in VAL]}
    return test_wandb_chart.export(folder, "Step", columns)


def yaml_documents(folder: Path) -> Path:
    path = folder / "history.yaml"
    rows = zip(range(COUNT), LOSS, VAL, strict=True)
    path.write_text("---\n".join(f"epoch: {e}\nloss: {a}\nval_loss: {b}\n" for e, a, b in rows))
    return path


def yaml_lists(folder: Path) -> Path:
    path = folder / "history.yaml"
    lists = [f"{name}:\n" + "".join(f"- {value}\n" for value in CURVES[name]) for name in CURVES]
    path.write_text("".join(lists))
    return path


def of(name: str) -> Callable[[Path], Path]:
    """Return a function that writes one of the logs of small.py."""
    return lambda folder: saved(folder, LOGS[name]) / LOGS[name].name


# By parser, the logs to damage; the name of a function is that of the parser, or says which.
FORMATS: dict[str, tuple[Callable[[Path], Path], ...]] = {
    "catboost_info": (catboost_info, catboost_json),
    "clearml_offline": (clearml_offline, clearml_zip),
    "comet_offline": (comet_offline, comet_folder),
    "csv_table": tuple(map(of, ("csv", "csv quoted", "tsv", "semicolons", "blanks"))),
    "dvclive": (dvclive,),
    "epoch_files": (epoch_files,),
    "json_lines": (of("jsonl"),),
    "keras_history": (keras_history, python_history),
    "latex_table": (latex_table,),
    "markdown_table": (of("card"),),
    "mlflow_database": (mlflow_database,),
    "mlflow_files": (mlflow_files,),
    "neptune_parquet": (neptune_parquet,),
    "notebook": (notebook,),
    "numpy_arrays": (numpy_arrays,),
    "optuna_journal": (optuna_journal,),
    "optuna_study": (optuna_study,),
    "sacred": (sacred,),
    "tensorboard": (of("events"),),
    "tensorboard_download": (tensorboard_download, tensorboard_json),
    "text_log": (of("console"),),
    "trackio": (trackio,),
    "trainer_state": (trainer_state,),
    "visualdl": (visualdl,),
    "wandb_chart": (wandb_chart,),
    "wandb_run": (of("wandb"),),
    "yaml_history": (yaml_documents, yaml_lists),
}
