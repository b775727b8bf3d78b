"""Histories in nests: which part of a document is a curve, a run, a setting or none of these."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.parsers._histories import BARE, History, histories_of

LOSS, VAL = [0.9, 0.5, 0.25, 0.2, 0.1, 0.05], [1.0, 0.75, 0.8, 0.9, 1.1, 1.3]
HISTORY = {"loss": LOSS, "val_loss": VAL}


def found(document: Any) -> list[History]:
    return histories_of(document, {})


def labels(document: Any) -> list[str]:
    return [history.label for history in found(document)]


def curves(history: History) -> dict[str, list[float]]:
    return {column.name: column.value[column.present].tolist() for column in history.columns}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"fold_1": HISTORY, "fold_2": HISTORY}, ["fold_1", "fold_2"]),
        ([HISTORY, HISTORY, HISTORY], ["#1", "#2", "#3"]),
        ({"cv": [{"fold": 3, **HISTORY}, {"fold": 4, **HISTORY}]}, ["cv/fold 3", "cv/fold 4"]),
        (
            [{"name": "small", "history": HISTORY}, {"name": "big", "history": HISTORY}],
            ["small", "big"],
        ),
        (
            {"adam": {"history": HISTORY, "params": {"epochs": 6}}, "sgd": {"history": HISTORY}},
            ["adam", "sgd"],
        ),
        ({"0": HISTORY, "42": HISTORY}, ["0", "42"]),
        ({"results": {"run": HISTORY}}, [""]),
        ({"loss": [LOSS, LOSS], "val_loss": [VAL, VAL]}, ["#1", "#2"]),
    ],
    ids=["folds", "a list", "a list below a key", "names", "models", "numbers", "one", "lists"],
)
def test_several_histories_are_several_runs(document: Any, expected: list[str]) -> None:
    assert labels(document) == expected


ROWS = [{"train_loss": loss, "val_loss": val} for loss, val in zip(LOSS, VAL, strict=True)]
NESTED = [
    {"train": {"loss": loss}, "val": {"loss": val}} for loss, val in zip(LOSS, VAL, strict=True)
]


@pytest.mark.parametrize(
    ("document", "names", "first"),
    [
        ({str(n): row for n, row in enumerate(ROWS, 1)}, ("train_loss", "val_loss"), 1),
        ({f"epoch_{n}": row for n, row in enumerate(NESTED)}, ("train/loss", "val/loss"), 0),
        ({"10": ROWS[1], "9": ROWS[0], "11": ROWS[2]}, ("train_loss", "val_loss"), 9),
        (
            {"config": {"lr": 1}, "epochs": [{"epoch": 4, **row} for row in ROWS]},
            ("train_loss", "val_loss"),
            4,
        ),
    ],
    ids=["numbers", "names of epochs", "out of order", "a list below a key"],
)
def test_records_are_the_rows_of_one_history(
    document: Any, names: tuple[str, str], first: int
) -> None:
    (history,) = found(document)
    held = curves(history)
    assert held["epoch"][0] == first
    assert held[names[0]] == LOSS[: len(held["epoch"])]
    assert held[names[1]] == VAL[: len(held["epoch"])]


def test_records_by_step_count_steps() -> None:
    (history,) = found({f"step_{100 * n}": row for n, row in enumerate(ROWS)})
    assert curves(history)["step"] == [0, 100, 200, 300, 400, 500]


def test_a_set_above_its_metrics_is_a_split_and_what_stands_beside_a_setting() -> None:
    (history,) = found({"train": {"loss": LOSS}, "val": {"loss": VAL}, "args": {"lr": 0.1}})
    assert curves(history) == {"train/loss": LOSS, "val/loss": VAL}
    assert history.config == {"args": {"lr": 0.1}}


def test_pairs_are_steps_and_values() -> None:
    (history,) = found({"train_loss": [[0, 0.9], [10, 0.5]], "val_loss": [[10, 0.8], [20, 0.7]]})
    held = curves(history)
    assert held["step"] == [0, 10, 10, 20]
    assert held["val_loss"] == [0.8, 0.7]


def test_the_batches_of_each_epoch_are_one_series() -> None:
    (history,) = found({"train_loss": [[0.9, 0.8], [0.7, 0.6], [0.5, 0.4]], "val_loss": VAL[:3]})
    assert curves(history)["train_loss"] == [0.9, 0.8, 0.7, 0.6, 0.5, 0.4]


@pytest.mark.parametrize(
    "document",
    [
        [["epoch", "loss"], [0, 0.9], [1, 0.5]],
        {"columns": ["epoch", "loss"], "index": [0, 1], "data": [[0, 0.9], [1, 0.5]]},
    ],
)
def test_a_table_has_a_header(document: Any) -> None:
    (history,) = found(document)
    assert curves(history) == {"epoch": [0, 1], "loss": [0.9, 0.5]}


def test_numbers_alone_have_no_name() -> None:
    (history,) = found(LOSS)
    assert curves(history) == {BARE: LOSS}
    assert labels([LOSS, VAL]) == ["#1", "#2"]


def test_a_download_of_tensorboard_has_times_and_steps() -> None:
    (history,) = found([[1.7e9, 5, 0.9], [1.7e9 + 1, 10, 0.5]])
    assert curves(history) == {"wall_time": [1.7e9, 1.7e9 + 1], "step": [5, 10], BARE: [0.9, 0.5]}


def test_a_trial_of_keras_tuner_has_its_settings_and_the_mean_of_its_executions() -> None:
    observations = [{"value": [0.5, 0.7], "step": 0}, {"value": [0.3, 0.5], "step": 1}]
    (history,) = found(
        {
            "trial_id": "07",
            "hyperparameters": {"space": [], "values": {"units": 32}},
            "metrics": {"metrics": {"val_loss": {"observations": observations}}},
        }
    )
    assert curves(history) == {"epoch": [0, 1], "val_loss": [0.6, 0.4]}
    assert history.config == {"units": 32}


@pytest.mark.parametrize(
    "document",
    [
        {"name": "a package", "dependencies": {"loss-functions": "1.0"}},
        {"mnli": {"accuracy": 0.8}, "qqp": {"accuracy": 0.9}},
        [{"image_id": 1, "bbox": [1, 2, 3, 4], "score": 0.4}, {"image_id": 2, "bbox": [1, 2]}],
        {"0": {"precision": 0.5}, "1": {"precision": 0.4}, "accuracy": 0.5},
        {"model": {"vocab": {"loss": 1, "val_loss": 2}}},
        {"train": {"loss": 0.4}, "val": {"loss": 0.5}},
        {"history": {"history": {"history": {"history": {"history": {"history": {"a": 1}}}}}}},
        [[[[1, 2], [3, 4]]]],
        "text",
        3,
    ],
)
def test_other_documents_have_no_history(document: Any) -> None:
    assert found(document) == []


def test_a_name_of_the_user_makes_a_history() -> None:
    document = {"run": {"my_value": LOSS}}
    assert found(document) == []
    (history,) = histories_of(document, {"my_value": None})
    assert curves(history) == {"my_value": LOSS}


def test_a_long_list_without_a_history_is_given_up() -> None:
    parts: list[Any] = [{"text": str(number)} for number in range(5000)]
    assert found([*parts, {"history": HISTORY}]) == []


@pytest.mark.parametrize(
    ("document", "count", "place"),
    [
        ([*ROWS[:2], None, 7, *ROWS[2:]], 2, "[2]"),
        ({"log": [*ROWS, "text"]}, 1, "log[6]"),
        ({**{str(n): row for n, row in enumerate(ROWS)}, "6": None}, 1, "[6]"),
        ([HISTORY, None, HISTORY], 1, "[1]"),
        ({"train": [*ROWS[:3], None, *ROWS[3:]], "config": 1}, 1, "train[3]"),
        ({"columns": ["loss"], "data": [[0.5], [0.4, 0.3], [0.3]]}, 1, "data[1]"),
        ([["epoch", "loss"], [1, 0.5], None, [2, 0.4]], 1, "[1]"),
    ],
    ids=["records", "below a key", "counted", "histories", "a set", "a table", "with a header"],
)
def test_entries_that_are_no_records_are_told(document: Any, count: int, place: str) -> None:
    odd = [entries for history in found(document) for entries in history.odd]
    assert [(entries.count, entries.place) for entries in odd] == [(count, place)]


def test_a_record_with_records_of_its_own_is_a_fold() -> None:
    rows = [{"epoch": epoch, "loss": loss} for epoch, loss in enumerate(LOSS)]
    folds = [{"fold": fold, "best_val_acc": 0.9, "history": rows} for fold in range(3)]
    assert labels({"folds": folds, "mean": 0.9}) == [f"folds/fold {at}/history" for at in range(3)]
    assert curves(found({"folds": folds})[0])["loss"] == LOSS
    folds = [{"fold": fold, "epochs": rows} for fold in range(3)]
    assert labels(folds) == [f"fold {at}/epochs" for at in range(3)]


@pytest.mark.parametrize(
    ("name", "value"), [("name", "value"), ("key", "value"), ("metricName", "metricValue")]
)
def test_records_may_name_their_metric(name: str, value: str) -> None:
    records = [
        {name: metric, value: number, "step": step}
        for metric, numbers in HISTORY.items()
        for step, number in enumerate(numbers)
    ]
    [history] = found(records)
    assert curves(history)["loss"] == LOSS
    assert curves(history)["val_loss"] == VAL
    assert curves(history)["step"] == [*range(6), *range(6)]


def test_an_epoch_with_records_of_its_batches_is_no_fold() -> None:
    batches = [{"train_loss": loss} for loss in LOSS]
    epochs = [{"epoch": epoch, "batches": batches, "loss": loss} for epoch, loss in enumerate(LOSS)]
    [history] = found(epochs)
    assert curves(history)["loss"] == LOSS
