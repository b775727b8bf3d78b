"""History JSON: every shape that people save, other values in it, and files of something else."""

from __future__ import annotations

import json
import math
import pprint
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analyzer.errors import NothingReadable, ParseError
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.reading.load import load, scan

LOSS, VAL = [0.9, 0.5, 0.25], [1.0, 0.75, 0.8]
HISTORY = {"loss": LOSS, "val_loss": VAL}


def save(folder: Path, document: Any, name: str = "history.json") -> Path:
    path = folder / name
    path.write_text(
        document if isinstance(document, str) else json.dumps(document), encoding="utf-8"
    )
    return path


def only(path: Path) -> Run:
    (run,) = load(path)
    return run


def series(run: Run, tag: str) -> Series:
    (found,) = [series for series in run.series if series.tag == tag]
    return found


def keys(run: Run) -> list[str]:
    return [issue.key for issue in run.issues]


def curves(run: Run) -> dict[tuple[str, str], list[float]]:
    return {(series.split, series.metric): series.value.tolist() for series in run.series}


EXPECTED = {("train", "loss"): LOSS, ("val", "loss"): VAL}
SHAPES = {
    "a dict of lists": json.dumps(HISTORY),
    "indented": json.dumps(HISTORY, indent=4),
    "history, params and epoch": json.dumps(
        {"history": HISTORY, "params": {"epochs": 3}, "epoch": [0, 1, 2]}
    ),
    "a frame of pandas": pd.DataFrame(HISTORY).to_json(),
    "records of pandas": pd.DataFrame(HISTORY).to_json(orient="records"),
    "a string that holds a dict": json.dumps(json.dumps(HISTORY)),
    "each value in a list": json.dumps({"loss": [[0.9], 0.5, 0.25], "val_loss": VAL}),
    "numbers as strings": json.dumps({"loss": ["0.9", "0.5", "0.25"], "val_loss": VAL}),
    "Windows line ends": json.dumps(HISTORY, indent=1).replace("\n", "\r\n"),
    "blanks around": "\n \t" + json.dumps(HISTORY) + "\n\n",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_curves(shape: str, tmp_path: Path) -> None:
    run = only(save(tmp_path, SHAPES[shape]))
    assert curves(run) == EXPECTED
    assert all(series.step.tolist() == series.epoch.tolist() == [0, 1, 2] for series in run.series)
    assert run.issues == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-8"])
def test_a_byte_order_mark_says_the_encoding(encoding: str, tmp_path: Path) -> None:
    text = json.dumps({**HISTORY, "pérdida": [1, 2, 3]}, ensure_ascii=False)
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    (tmp_path / "history.json").write_bytes((mark + text).encode(encoding))
    assert [series.tag for series in only(tmp_path).series] == ["loss", "val_loss", "pérdida"]


def test_nan_and_infinity_are_points(tmp_path: Path) -> None:
    run = only(
        save(tmp_path, '{"loss": [0.5, NaN, Infinity, -Infinity], "val_loss": [1, 2, 3, "nan"]}')
    )
    assert np.array_equal(
        series(run, "loss").value, [0.5, math.nan, math.inf, -math.inf], equal_nan=True
    )
    assert math.isnan(series(run, "val_loss").value[3])


def test_null_is_no_point_and_the_others_stay_at_their_epochs(tmp_path: Path) -> None:
    run = only(save(tmp_path, {"loss": LOSS, "val_loss": [None, 0.75, None]}))
    assert series(run, "val_loss").step.tolist() == [1]
    assert series(run, "val_loss").value.tolist() == [0.75]
    assert run.issues == ()


def test_a_frame_of_pandas_in_any_order_of_its_rows_is_read_by_row(tmp_path: Path) -> None:
    run = only(save(tmp_path, {"loss": {"2": 0.25, "0": 0.9, "1": 0.5}}))
    assert series(run, "loss").value.tolist() == LOSS


def test_series_of_different_lengths_start_together_and_it_is_said(tmp_path: Path) -> None:
    run = only(save(tmp_path, {"loss": [4, 3, 2, 1], "val_loss": [5, 4, 3]}))
    assert series(run, "val_loss").step.tolist() == [0, 1, 2]
    (issue,) = run.issues
    assert str(issue) == (
        "history.json: the series differ in length, from 3 to 4 points; "
        "each is counted from the start."
    )


def test_a_series_of_batches_is_not_counted_in_epochs(tmp_path: Path) -> None:
    run = only(save(tmp_path, {**HISTORY, "batch_loss": list(range(30))}))
    batches = series(run, "batch_loss")
    assert batches.step.tolist() == list(range(30))
    assert np.isnan(batches.epoch).all()
    assert series(run, "loss").epoch.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    "long", [list(range(30)), ["a word"] * 30, [None] * 30], ids=["numbers", "words", "nulls"]
)
def test_a_long_list_of_something_else_does_not_cost_the_history(
    long: list[Any], tmp_path: Path
) -> None:
    run = only(save(tmp_path, {**HISTORY, "gradients": long}))
    assert {key: value for key, value in curves(run).items() if key[1] == "loss"} == EXPECTED


def test_values_beside_the_series_are_the_configuration(tmp_path: Path) -> None:
    document = {
        "model": "resnet",
        "lr": 0.1,
        "optimizer": {"name": "sgd", "momentum": 0.9},
        "amp": True,
        "seed": None,
    }
    run = only(save(tmp_path, {**document, **HISTORY, "classes": ["cat", "dog"]}))
    assert run.config == {**document, "classes": ["cat", "dog"]}
    assert curves(run) == EXPECTED


def test_what_stands_beside_a_history_is_kept(tmp_path: Path) -> None:
    document = {
        "history": HISTORY,
        "params": {"epochs": 3},
        "model": "resnet",
        "lr": [0.1, 0.1, 0.01],
    }
    run = only(save(tmp_path, document))
    assert run.config == {"model": "resnet", "epochs": 3, "lr": 0.1}
    assert series(run, "lr").value.tolist() == [0.1, 0.1, 0.01]


def test_epochs_are_those_of_the_file(tmp_path: Path) -> None:
    run = only(save(tmp_path, {"history": HISTORY, "epoch": [5, 6, 7]}))
    assert series(run, "loss").epoch.tolist() == [5, 6, 7]
    assert dict(run.meta.axes) == {"epoch": "epoch"}


def test_a_step_above_2_to_the_53_survives(tmp_path: Path) -> None:
    run = only(save(tmp_path, {"step": [2**53, 2**53 + 1, 2**60 + 1], "loss": LOSS}))
    assert series(run, "loss").step.tolist() == [2**53, 2**53 + 1, 2**60 + 1]


def test_an_epoch_that_64_bits_cannot_hold_leaves_the_steps_to_be_counted(tmp_path: Path) -> None:
    run = only(save(tmp_path, {"epoch": [0, 1, 2**63 + 1], "loss": LOSS}))
    assert series(run, "loss").step.tolist() == [0, 1, 2]
    assert series(run, "loss").epoch.tolist() == [0, 1, 2.0**63]


def test_a_bare_name_is_the_training_split(tmp_path: Path) -> None:
    assert curves(only(save(tmp_path, {"loss": LOSS}))) == {("train", "loss"): LOSS}


def test_records_on_different_rows_keep_their_steps(tmp_path: Path) -> None:
    records = [
        {"step": 10, "loss": 0.9},
        {"step": 10, "eval_loss": 1.0},
        {"step": 20, "loss": 0.5},
        {"step": 30},
    ]
    run = only(save(tmp_path, records))
    assert series(run, "loss").step.tolist() == [10, 20]
    assert series(run, "eval_loss").step.tolist() == [10]


def test_a_key_that_stands_twice_keeps_both_series(tmp_path: Path) -> None:
    run = only(save(tmp_path, '{"loss": [3, 2], "val_loss": [4, 4], "loss": [1, 0]}'))
    assert series(run, "loss").value.tolist() == [3, 2]
    assert series(run, "loss.1").value.tolist() == [1, 0]


def test_a_text_among_numbers_is_reported(tmp_path: Path) -> None:
    run = only(save(tmp_path, {"loss": [0.9, "broken", 0.25, 0.2], "val_loss": [1, 2, 3, 4]}))
    assert series(run, "loss").step.tolist() == [0, 2, 3]
    (issue,) = run.issues
    assert (issue.key, issue.kept, issue.lost) == ("text_cells", 3, 1)
    assert '"broken"' in str(issue)


@pytest.mark.parametrize("cell", [10**400, {"mean": 1}, [1, 2]], ids=["no float", "dict", "list"])
def test_a_cell_that_no_float_can_hold_is_reported(cell: Any, tmp_path: Path) -> None:
    run = only(save(tmp_path, {"loss": [0.9, cell, 0.25, 0.2]}))
    assert series(run, "loss").step.tolist() == [0, 2, 3]
    assert keys(run) == ["text_cells"]


REFUSED = {
    '{"loss": [0.1, 0.2}': ("not_json", "not valid JSON at line 1, column 19"),
    '{"loss": [0.1,\n 0.2] "val_loss": [1]}': (
        "not_json",
        "history.json:2: not valid JSON at line 2, column 7",
    ),
    '{"loss": ' + "[" * 100_000 + "]" * 100_000 + "}": ("json_too_deep", "nested too deep"),
    '{"loss": [' + "9" * 5000 + "]}": ("json_number_too_long", "a number with too many digits"),
}


@pytest.mark.parametrize("text", REFUSED, ids=[reason[0] for reason in REFUSED.values()])
def test_broken_json_is_refused_in_one_line(text: str, tmp_path: Path) -> None:
    path = save(tmp_path, text)
    key, message = REFUSED[text]
    with pytest.raises(NothingReadable) as nothing:
        load(path)
    assert message in str(nothing.value)
    assert "\n" not in str(nothing.value)
    with pytest.raises(ParseError) as refused:
        load(path, strict=True)
    assert refused.value.key == key


@pytest.mark.parametrize("depth", [30, 200, 400, 800])
def test_settings_nested_deep_do_not_stop_the_reading(depth: int, tmp_path: Path) -> None:
    text = '{"loss": [3, 2, 1], "setting": ' + '{"a": ' * depth + "1" + "}" * (depth + 1)
    run = only(save(tmp_path, text))
    assert json.dumps(run.config).count("{") < 30
    assert '"..."' in json.dumps(run.config)


def test_a_row_number_of_5000_digits_is_no_row(tmp_path: Path) -> None:
    run = only(save(tmp_path, '{"val_loss": {"' + "9" * 5000 + '": 1}, "loss": [1, 2]}'))
    assert [series.tag for series in run.series] == ["loss"]
    assert list(run.config) == ["val_loss"]


def test_half_a_character_in_a_name_is_replaced(tmp_path: Path) -> None:
    run = only(
        save(
            tmp_path, '{"loss\\ud800": [3, 2, 1], "note\\udfff": "a\\ud800b", "list": ["\\ud800"]}'
        )
    )
    assert run.series[0].tag == "loss?"
    assert run.config == {"note?": "a?b", "list": ["?"]}


NO_HISTORY = {
    "package.json": {
        "name": "app",
        "version": "1.0.0",
        "dependencies": {"x": "^1"},
        "sizes": [1, 2, 3],
    },
    "widths.json": {"hidden_sizes": [64, 128], "dropout": [0.1, 0.2], "lr": 0.1},
    "list.json": [1, 2, 3],
    "boxes.json": {"boxes": [[0, 0, 1, 1], [2, 2, 3, 3]]},
    "empty.json": {},
    "nulls.json": {"loss": [None, None]},
    "nothing.json": {"loss": []},
    "rows.json": {"loss": {}},
}


@pytest.mark.parametrize("name", NO_HISTORY)
def test_other_json_is_not_taken_for_a_log(name: str, tmp_path: Path) -> None:
    save(tmp_path, NO_HISTORY[name], name)
    save(tmp_path, HISTORY)
    found = load(tmp_path)
    assert [run.meta.files for run in found] == [("history.json",)]
    assert [file.source for file in found.skipped] == [name]
    assert found.issues == ()


def test_a_table_of_results_is_no_curve(tmp_path: Path) -> None:
    path = save(tmp_path, [{"model": "a", "accuracy": 0.9}, {"model": "b", "accuracy": 0.8}])
    with pytest.raises(NothingReadable, match="one row per result"):
        load(path)


def test_a_file_is_known_by_its_content_whatever_its_name(tmp_path: Path) -> None:
    assert curves(only(save(tmp_path, HISTORY, "trainHistoryDict"))) == EXPECTED


@pytest.mark.parametrize("name", ["history.txt", "history.json", "history.log", "history"])
@pytest.mark.parametrize("width", [80, 10**6])
def test_a_printed_history_is_read(name: str, width: int, tmp_path: Path) -> None:
    printed = pprint.pformat(HISTORY, width=min(width, 30) if width == 80 else width)
    assert curves(only(save(tmp_path, printed, name))) == EXPECTED


def test_numbers_of_numpy_in_a_printed_history_are_read(tmp_path: Path) -> None:
    printed = str({"loss": [np.float64(0.5), np.float64("nan")], "val_loss": [0.1, 0.2]})
    run = only(save(tmp_path, printed, "history.txt"))
    assert series(run, "loss").value.tolist()[0] == 0.5
    assert math.isnan(series(run, "loss").value[1])


def test_json_with_the_words_of_python_is_read(tmp_path: Path) -> None:
    text = '{"loss": [0.9, nan, None], "val_loss": [1.0, 0.75, 0.8]}'
    run = only(save(tmp_path, text))
    assert len(series(run, "loss")) == 2


@pytest.mark.parametrize(
    "text",
    [
        "{'lr': 0.1}\nEpoch 1 done\nEpoch 2 done\n",
        "[1, 2] are the numbers of this text\n",
        "[2024-01-01 10:00:00] started\n[2024-01-01 10:00:01] ended\n",
        "[0]\ttrain-logloss:0.69\n",
        "['a', 'b'] and more\n",
    ],
)
def test_a_text_that_begins_with_a_bracket_is_no_history(text: str, tmp_path: Path) -> None:
    with pytest.raises(NothingReadable, match=r"not recognised|text, but"):
        load(save(tmp_path, text, "notes.txt"))


@pytest.mark.parametrize(
    ("name", "curve"),
    [
        ("loss_curve.json", ("train", "loss")),
        ("train_losses.json", ("train", "loss")),
        ("val_acc_history.json", ("val", "accuracy")),
        ("losses.txt", ("train", "loss")),
    ],
)
def test_bare_numbers_are_what_their_file_is_named_for(
    name: str, curve: tuple[str, str], tmp_path: Path
) -> None:
    assert curves(only(save(tmp_path, str(LOSS), name))) == {curve: LOSS}


def test_bare_numbers_in_a_file_of_another_name_say_how_to_name_it(tmp_path: Path) -> None:
    with pytest.raises(NothingReadable, match=r"Name the file .*train_loss\.json"):
        load(save(tmp_path, LOSS, "numbers.json"))


def test_splits_alone_are_of_the_metric_that_the_file_is_named_for(tmp_path: Path) -> None:
    path = save(tmp_path, {"train": LOSS, "val": VAL}, "losses.json")
    assert curves(only(path)) == EXPECTED


def test_folds_are_runs_with_the_settings_that_they_share(tmp_path: Path) -> None:
    document = {"lr": 0.1, "folds": {"a": HISTORY, "b": HISTORY}}
    runs = load(save(tmp_path, document, "cv.json"))
    assert [run.name for run in runs] == ["folds/a", "folds/b"]
    assert [curves(run) for run in runs] == [EXPECTED, EXPECTED]


def test_histories_in_a_list_are_counted_behind_the_name_of_the_file(tmp_path: Path) -> None:
    runs = load(save(tmp_path, [HISTORY, HISTORY], "seeds.json"))
    assert [run.name for run in runs] == ["seeds #1", "seeds #2"]


def test_a_record_of_means_over_the_run_is_no_point(tmp_path: Path) -> None:
    records = [
        {"loss": 0.9, "learning_rate": 0.1, "epoch": 1.0, "step": 10},
        {"eval_loss": 1.0, "eval_runtime": 2.0, "epoch": 1.0, "step": 10},
        {"train_loss": 0.7, "train_runtime": 9.0, "epoch": 1.0, "step": 10},
    ]
    run = only(save(tmp_path, records))
    assert ("train", "loss") in curves(run)
    assert [series.tag for series in run.series if series.metric == "loss"] == ["loss", "eval_loss"]


def test_a_printed_history_that_was_cut_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(NothingReadable, match="line 1, column 1"):
        load(save(tmp_path, "{'loss': [0.9, 0.5", "history.txt"))


def test_lists_in_the_records_are_not_a_setting(tmp_path: Path) -> None:
    records = [{"epoch": at, "loss": 1 / at, "sizes": [32, 16]} for at in range(1, 9)]
    (tmp_path / "history.json").write_text(json.dumps(records))
    (run,) = load(tmp_path)
    assert run.config == {}
    assert [(item.name, item.key) for item in run.meta.passed_over] == [("sizes", "not_scalar")]


def test_entries_that_are_no_records_are_one_line(tmp_path: Path) -> None:
    records = [{"loss": loss, "val_loss": val} for loss, val in zip(LOSS, VAL, strict=True)]
    run = only(save(tmp_path, [records[0], None, *records[1:], 7]))
    assert curves(run) == EXPECTED
    (issue,) = run.issues
    assert (issue.key, issue.kept) == ("odd_entries", 6)
    assert issue.values == {"count": 2, "place": "[1]"}


@pytest.mark.parametrize(("before", "behind"), [(3, 0), (0, 4), (2, 5)])
def test_nuls_around_a_history_are_told(before: int, behind: int, tmp_path: Path) -> None:
    text = "\0" * before + json.dumps({"loss": [2.0, 1.0, 0.5]}) + "\0" * behind
    (tmp_path / "history.json").write_text(text, encoding="utf-8")
    (run,) = scan(tmp_path)
    assert run.series[0].value.tolist() == [2.0, 1.0, 0.5]
    (issue,) = (issue for issue in run.issues if issue.severity == "warning")
    assert (issue.key, issue.values["count"]) == ("nul_bytes", before + behind)
