"""CSV files: separators, encodings, restarts, torn rows, axis names, tables of something else."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import NothingReadable, ParseError
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.parsers._base import LogFile
from analyzer.parsers._column import unique
from analyzer.parsers._delimited import read_sheet
from analyzer.parsers.csv_table import CsvTable
from analyzer.reading.load import load

HEADER = ["epoch", "loss", "val_loss"]
ROWS = [[0, 0.9, 1.0], [1, 0.5, 0.75], [2, 0.25, 0.8]]


def text_of(rows: Iterable[Sequence[Any]], header: Sequence[str] = HEADER, **dialect: Any) -> str:
    out = io.StringIO()
    writer = csv.writer(out, **{"lineterminator": "\n", **dialect})
    writer.writerows([header, *rows])
    return out.getvalue()


def save(folder: Path, text: str | bytes, name: str = "training.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
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


EXPECTED = {("train", "loss"): [0.9, 0.5, 0.25], ("val", "loss"): [1.0, 0.75, 0.8]}
SHAPES: dict[str, str | bytes] = {
    "comma": text_of(ROWS),
    "semicolon": text_of(ROWS, delimiter=";"),
    "semicolon and decimal comma": text_of(ROWS, delimiter=";").replace(".", ","),
    "tab": text_of(ROWS, delimiter="\t"),
    "tab and decimal comma": text_of(ROWS, delimiter="\t").replace(".", ","),
    "pipe": text_of(ROWS, delimiter="|"),
    "Windows line ends": text_of(ROWS, lineterminator="\r\n"),
    "old Mac line ends": text_of(ROWS, lineterminator="\r"),
    "every cell quoted": text_of(ROWS, quoting=csv.QUOTE_ALL),
    "UTF-8 with a mark": text_of(ROWS).encode("utf-8-sig"),
    "UTF-16 with a mark": text_of(ROWS).encode("utf-16"),
    "UTF-16 the other way": b"\xfe\xff" + text_of(ROWS).encode("utf-16-be"),
    "blanks around cells": text_of(ROWS).replace(",", " , "),
    "blank lines between": text_of(ROWS).replace("\n", "\n\n"),
    "a comment above": "# written by a loop\n" + text_of(ROWS),
    "a comment between": text_of(ROWS).replace("\n1,", "\n# resumed\n1,"),
    "exponents": text_of([[f"{value:.3e}" for value in row] for row in ROWS]),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_curves(shape: str, tmp_path: Path) -> None:
    run = only(save(tmp_path, SHAPES[shape]))
    assert curves(run) == EXPECTED
    assert all(series.step.tolist() == series.epoch.tolist() == [0, 1, 2] for series in run.series)
    assert run.issues == ()


def test_what_pandas_writes_is_read_with_its_index_as_the_epoch(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"loss": [0.9, 0.5, math.nan], "val_loss": [1.0, 0.75, 0.8]}, index=[5, 6, 7]
    )
    frame.to_csv(tmp_path / "log.csv")
    run = only(tmp_path)
    assert curves(run) == {("train", "loss"): [0.9, 0.5], ("val", "loss"): [1.0, 0.75, 0.8]}
    assert series(run, "val_loss").step.tolist() == [5, 6, 7]
    assert dict(run.meta.axes) == {"epoch": ""}


@given(
    st.lists(st.tuples(st.floats(), st.floats()), min_size=1, max_size=20), st.sampled_from(",;\t|")
)
def test_every_float_survives_as_it_was_written(
    rows: list[tuple[float, float]], separator: str
) -> None:
    text = text_of([(at, *row) for at, row in enumerate(rows)], delimiter=separator)
    columns = {column.name: column for column in read_sheet(text, "x").columns}
    assert np.array_equal(columns["loss"].value, [row[0] for row in rows], equal_nan=True)
    assert np.array_equal(columns["val_loss"].value, [row[1] for row in rows], equal_nan=True)


def test_blanks_and_words_for_nothing_are_no_points(tmp_path: Path) -> None:
    words = ["", " ", "None", "null", "NA", "N/A", "n/a", "-", "<NA>"]
    run = only(
        save(tmp_path, text_of([[at, word, 1] for at, word in enumerate(words)] + [[9, 0.5, 1]]))
    )
    assert series(run, "loss").step.tolist() == [9]
    assert [issue.key for issue in run.issues] == ["constant_metric"]


def test_values_that_are_not_finite_are_points(tmp_path: Path) -> None:
    words = ["nan", "NaN", "inf", "-inf", "Infinity"]
    run = only(save(tmp_path, text_of([[at, word, 1] for at, word in enumerate(words)])))
    expected = [math.nan, math.nan, math.inf, -math.inf, math.inf]
    assert np.array_equal(series(run, "loss").value, expected, equal_nan=True)


def test_a_text_in_a_column_of_numbers_is_reported_with_its_line(tmp_path: Path) -> None:
    run = only(save(tmp_path, text_of([*ROWS, [3, "oops", 0.7], [4, "2024_01", 0.7]])))
    assert series(run, "loss").step.tolist() == [0, 1, 2]
    assert series(run, "val_loss").step.tolist() == [0, 1, 2, 3, 4]
    (issue,) = run.issues
    assert (issue.severity, issue.key, issue.position, issue.kept, issue.lost) == (
        "warning",
        "text_cells",
        5,
        3,
        2,
    )
    assert str(issue).startswith(
        'training.csv:5: the column "loss" has cells that are no usable numbers, first "oops"'
    )


def test_a_column_of_text_is_passed_over_and_counted(tmp_path: Path) -> None:
    rows = [[*row, note, ""] for row, note in zip(ROWS, ["warm-up", "", "decay"], strict=True)]
    run = only(save(tmp_path, text_of(rows, [*HEADER, "note", "empty"])))
    assert curves(run) == EXPECTED
    assert list(run.meta.passed_over) == [
        ("note", "text_column", {"count": 2}),
        ("empty", "empty_column", {"count": 0}),
    ]


def test_without_an_axis_the_rows_count_from_zero(tmp_path: Path) -> None:
    run = only(save(tmp_path, text_of([row[1:] for row in ROWS], HEADER[1:])))
    assert series(run, "loss").step.tolist() == series(run, "loss").epoch.tolist() == [0, 1, 2]
    assert dict(run.meta.axes) == {}


@pytest.mark.parametrize(
    "axis", ["Step", "global_step", "_step", "trainer/global_step", "iteration", "total_timesteps"]
)
def test_the_step_is_known_by_its_names(axis: str, tmp_path: Path) -> None:
    run = only(
        save(tmp_path, text_of([[10 * row[0] - 5, *row[1:]] for row in ROWS], [axis, *HEADER[1:]]))
    )
    assert series(run, "loss").step.tolist() == [-5, 5, 15]
    assert np.isnan(series(run, "loss").epoch).all()


def test_step_and_epoch_stand_beside_each_other(tmp_path: Path) -> None:
    run = only(
        save(tmp_path, text_of([[100, 0.5, 0.9], [200, 1.0, 0.5]], ["step", "epoch", "loss"]))
    )
    assert series(run, "loss").step.tolist() == [100, 200]
    assert series(run, "loss").epoch.tolist() == [0.5, 1.0]


def test_a_step_above_2_to_the_53_survives(tmp_path: Path) -> None:
    steps = [2**53, 2**53 + 1, 2**60 + 1]
    run = only(save(tmp_path, text_of([[step, 1.0] for step in steps], ["step", "loss"])))
    assert series(run, "loss").step.tolist() == steps


@pytest.mark.parametrize("steps", [[0.5, 1.0, 1.5], [0, 1, 2.0**70], [0, 1, math.inf]], ids=str)
def test_a_column_that_cannot_be_the_step_is_kept_as_a_series(
    steps: list[float], tmp_path: Path
) -> None:
    run = only(save(tmp_path, text_of([[step, 1.0] for step in steps], ["step", "loss"])))
    assert np.array_equal(series(run, "step").value, steps, equal_nan=True)
    assert series(run, "loss").step.tolist() == [0, 1, 2]
    assert dict(run.meta.axes) == {}


def test_blanks_in_an_axis_carry_on_and_it_is_said(tmp_path: Path) -> None:
    run = only(
        save(tmp_path, text_of([["", 1.0], [10, 0.9], ["", 0.8], [20, 0.7]], ["step", "loss"]))
    )
    assert series(run, "loss").step.tolist() == [10, 10, 10, 20]
    (issue,) = run.issues
    assert (issue.key, issue.values["count"]) == ("axis_filled", 2)


def test_a_step_that_counts_within_the_epoch_is_not_the_step_of_the_run(tmp_path: Path) -> None:
    rows = [
        [epoch, batch, 1 / (1 + 30 * epoch + batch)] for epoch in range(4) for batch in range(30)
    ]
    run = only(save(tmp_path, text_of(rows, ["epoch", "batch", "loss"])))
    loss = series(run, "loss")
    assert not loss.superseded.any()
    assert loss.epoch.tolist() == [row[0] for row in rows]
    assert run.issues == ()


def test_dates_become_the_clock(tmp_path: Path) -> None:
    dates = ["2026-01-01T00:00:00", "2026-01-01 00:01:00+00:00", "2026-01-01T01:02:00+01:00"]
    rows = [[date, *row[1:]] for date, row in zip(dates, ROWS, strict=True)]
    run = only(save(tmp_path, text_of(rows, ["when", *HEADER[1:]])))
    assert series(run, "loss").wall_time.tolist() == [1767225600.0, 1767225660.0, 1767225720.0]
    assert (run.meta.start, run.meta.end) == (1767225600.0, 1767225720.0)


def test_a_history_of_a_tracker_has_step_and_clock(tmp_path: Path) -> None:
    header = ["", "train/loss", "_timestamp", "_runtime", "_step", "val/loss"]
    rows = [
        [0, 0.9, 1.7e9, 1.5, 10, ""],
        [1, "", 1.7e9 + 1, 2.5, 10, 1.0],
        [2, 0.5, 1.7e9 + 2, 3.5, 20, ""],
    ]
    run = only(save(tmp_path, text_of(rows, header)))
    assert series(run, "train/loss").step.tolist() == [10, 20]
    assert series(run, "train/loss").wall_time.tolist() == [1.7e9, 1.7e9 + 2]
    assert series(run, "val/loss").step.tolist() == [10]
    assert dict(run.meta.axes) == {"step": "_step", "wall_time": "_timestamp"}


@pytest.mark.parametrize(
    "clock", [["nan", "nan", "nan"], [0.5, 1.5, 2.5], [1.7e9, "inf", 1.7e9]], ids=str
)
def test_a_column_that_is_no_clock_is_kept_as_a_series(clock: list[Any], tmp_path: Path) -> None:
    rows = [[*row, time] for row, time in zip(ROWS, clock, strict=True)]
    run = only(save(tmp_path, text_of(rows, [*HEADER, "timestamp"])))
    assert np.isnan(series(run, "loss").wall_time).all()
    assert np.array_equal(
        series(run, "timestamp").value, [float(value) for value in clock], equal_nan=True
    )


def test_a_header_that_stands_again_is_a_restart(tmp_path: Path) -> None:
    text = text_of(ROWS) + text_of([[1, 0.4, 0.7], [2, 0.2, 0.6], [3, 0.1, 0.5]])
    run = only(save(tmp_path, text))
    loss = series(run, "loss")
    assert loss.value.tolist() == [0.9, 0.5, 0.25, 0.4, 0.2, 0.1]
    assert loss.superseded.tolist() == [False, True, True, False, False, False]
    assert keys(run) == ["restart"]
    assert run.issues[0].values == {"step": 1, "superseded": 4}


OTHER_HEADERS = [
    ["epoch", "loss", "val_loss", "lr"],
    ["epoch", "val_loss", "accuracy", "lr"],
    ["epoch", "train_acc", "val_acc"],
    ["loss", "epoch"],
]


@pytest.mark.parametrize("header", OTHER_HEADERS, ids=" ".join)
def test_a_header_with_other_columns_is_followed(header: list[str], tmp_path: Path) -> None:
    old = [[at, 0.5, 0.75] for at in range(8)]
    new = [[10 + at if name == "epoch" else at for name in header] for at in range(3)]
    run = only(save(tmp_path, text_of(old) + text_of(new, header)))
    for name in set(header) - {"epoch"}:
        before = [row[HEADER.index(name)] for row in old] if name in HEADER else []
        assert series(run, name).value.tolist() == [*before, 0, 1, 2]
        assert series(run, name).step.tolist()[-3:] == [10, 11, 12]
    assert run.issues == ()


def test_half_a_last_line_is_passed_over_and_it_is_said(tmp_path: Path) -> None:
    run = only(save(tmp_path, text_of(ROWS) + "3,0.1"))
    assert curves(run) == EXPECTED
    (issue,) = run.issues
    assert (issue.severity, issue.key, issue.position, issue.kept) == ("warning", "cut_line", 5, 6)


def test_a_last_number_that_may_be_half_of_one_costs_its_row(tmp_path: Path) -> None:
    run = only(save(tmp_path, text_of(ROWS)[:-1]))
    assert series(run, "val_loss").value.tolist() == [1.0, 0.75]
    (issue,) = run.issues
    assert (issue.severity, issue.key, issue.position) == ("warning", "line_unended", 4)


def test_a_file_of_one_half_row_is_called_that(tmp_path: Path) -> None:
    with pytest.raises(NothingReadable, match=r"training\.csv:2: the last line does not end"):
        only(save(tmp_path, text_of(ROWS[:1])[:-1]))


@pytest.mark.parametrize("cell", ["0.", "0.8", "0.85", "8.5e-0", "-"])
def test_a_last_number_that_is_cut_short_costs_its_row(cell: str, tmp_path: Path) -> None:
    rows = [[row, f"{1 / (row + 1.3):.4f}", f"{2 / (row + 1.7):.4f}"] for row in range(8)]
    run = only(save(tmp_path, text_of(rows) + f"8,0.1075,{cell}"))
    assert series(run, "val_loss").value.tolist() == [float(row[2]) for row in rows]
    assert keys(run) == ["cut_line"]


def test_a_last_number_as_long_as_the_others_is_kept(tmp_path: Path) -> None:
    rows = [[row, f"{1 / (row + 1.3):.4f}", f"{2 / (row + 1.7):.4f}"] for row in range(8)]
    run = only(save(tmp_path, text_of(rows).rstrip()))
    assert len(series(run, "val_loss").value) == 8
    assert keys(run) == ["no_line_end"]


def test_a_last_cell_that_is_quoted_is_whole(tmp_path: Path) -> None:
    run = only(save(tmp_path, text_of(ROWS, quoting=csv.QUOTE_ALL).rstrip()))
    assert curves(run) == EXPECTED
    assert run.issues == ()


def test_a_file_cut_anywhere_changes_no_number_in_silence(tmp_path: Path) -> None:
    text = text_of([[at, round(1 / (at + 1.7), 6), round(2 / (at + 2.3), 6)] for at in range(6)])
    whole = only(save(tmp_path, text)).frame
    points = set(zip(whole["tag"], whole["step"], whole["value"], strict=True))
    for length in range(text.index("\n") + 20, len(text)):
        lines = text[:length].count("\n") - 1
        if not lines:  # the first row may be half of one
            continue
        run = only(save(tmp_path, text[:length]))
        found = set(zip(run.frame["tag"], run.frame["step"], run.frame["value"], strict=True))
        assert len(found) >= 2 * lines
        assert found <= points
        assert run.issues or text[length - 1] == "\n"


@pytest.mark.parametrize("row", ["7,0.5", "7,0.5,0.6,0.7"])
def test_a_ragged_row_costs_that_row(row: str, tmp_path: Path) -> None:
    lines = text_of(ROWS).split("\n")
    run = only(save(tmp_path, "\n".join([*lines[:2], row, *lines[2:]])))
    assert curves(run) == EXPECTED
    (issue,) = run.issues
    assert (issue.severity, issue.key, issue.position, issue.values["count"]) == (
        "warning",
        "ragged_rows",
        3,
        1,
    )
    assert str(issue).startswith("training.csv:3: ")


def test_a_quote_that_is_never_closed_costs_no_row(tmp_path: Path) -> None:
    run = only(save(tmp_path, text_of(ROWS) + '3,"0.2,0.7\n4,0.1,0.7\n5,0.1,0.7\n'))
    assert series(run, "loss").value.tolist() == [0.9, 0.5, 0.25, 0.2, 0.1, 0.1]
    (issue,) = run.issues
    assert (issue.key, issue.position, issue.values["count"]) == ("unclosed_quote", 5, 1)


def test_a_quote_that_closes_at_the_next_one_costs_no_row(tmp_path: Path) -> None:
    notes = ["ok", '"resumed', "ok", "ok", 'saw "nan" here', "ok"]
    lines = [f"{row},{1 / (row + 1)},{2 / (row + 1)},{note}" for row, note in enumerate(notes)]
    run = only(save(tmp_path, "\n".join(["epoch,loss,val_loss,note", *lines, ""])))
    assert series(run, "loss").step.tolist() == [0, 1, 2, 3, 4, 5]
    assert keys(run) == ["unclosed_quote"]


def test_a_line_break_inside_quotes_belongs_to_its_cell(tmp_path: Path) -> None:
    rows = [[*row, "two\nlines, and a comma"] for row in ROWS]
    run = only(save(tmp_path, text_of([*rows, [3, "x", 0.7, "note"]], [*HEADER, "note"])))
    assert series(run, "val_loss").value.tolist() == [1.0, 0.75, 0.8, 0.7]
    assert [(issue.key, issue.position) for issue in run.issues] == [("text_cells", 8)]


def test_a_block_of_nul_bytes_costs_the_row_it_tore(tmp_path: Path) -> None:
    run = only(save(tmp_path, text_of(ROWS) + "3,0.1" + "\0" * 100 + "7,0.6\n4,0.1,0.5\n"))
    assert series(run, "loss").step.tolist() == [0, 1, 2, 4]
    (issue,) = run.issues
    assert (issue.severity, issue.key, dict(issue.values)) == (
        "warning",
        "nul_bytes",
        {"count": 100, "rows": 1},
    )


def test_a_row_behind_nul_bytes_is_whole(tmp_path: Path) -> None:
    run = only(save(tmp_path, text_of(ROWS) + "\0" * 100 + "3,0.1,0.7\n"))
    assert series(run, "loss").step.tolist() == [0, 1, 2, 3]
    assert dict(run.issues[0].values) == {"count": 100, "rows": 0}


def test_names_that_stand_twice_are_numbered(tmp_path: Path) -> None:
    run = only(
        save(tmp_path, text_of([[0, 1, 2, 3], [1, 4, 5, 6]], ["epoch", "loss", "loss", "loss.1"]))
    )
    assert {series.tag: series.value.tolist() for series in run.series} == {
        "loss": [1, 4],
        "loss.1": [2, 5],
        "loss.1.1": [3, 6],
    }


@given(st.lists(st.sampled_from(["a", "b", "a.1", "a.1.1", ""]), max_size=12))
def test_numbered_names_are_all_different(names: list[str]) -> None:
    assert len(set(unique(names))) == len(names)


def test_a_file_that_is_no_utf8_is_read_as_latin_1(tmp_path: Path) -> None:
    run = only(save(tmp_path, text_of([[0, 1.5], [1, 0.5]], ["época", "loss"]).encode("latin-1")))
    assert series(run, "loss").step.tolist() == [0, 1]
    assert dict(run.meta.axes) == {"epoch": "época"}


def test_a_wide_table_is_read(tmp_path: Path) -> None:
    names = ["epoch", *(f"loss_{at}" for at in range(3000))]
    run = only(save(tmp_path, text_of([[at] * 3001 for at in range(3)], names)))
    assert len(run.series) == 3000


def test_a_cell_of_more_than_16_mib_costs_its_row_in_one_line(tmp_path: Path) -> None:
    path = save(tmp_path, text_of(ROWS) + '"' + "x" * (1 << 24) + "xx")
    (run,) = load(path)
    (issue,) = run.issues
    assert run.points == 6
    assert str(issue).startswith("training.csv:5: 1 row contains a cell larger than 16 MiB")
    with pytest.raises(ParseError, match=r"^training\.csv:5: 1 row contains a cell larger"):
        load(path, strict=True)


def test_a_runs_table_of_wandb_is_refused_with_the_sentence(tmp_path: Path) -> None:
    header = ["Name", "State", "Created", "Runtime", "val_loss"]
    path = save(tmp_path, text_of([["a", "finished", "2026-01-01", 10, 0.5]] * 3, header))
    with pytest.raises(NothingReadable, match="is a W&B runs table: one row per run, no curves"):
        load(path)
    with pytest.raises(ParseError):
        load(path, strict=True)


WINE = [
    "fixed acidity",
    "volatile acidity",
    "citric acid",
    "residual sugar",
    "density",
    "pH",
    "alcohol",
    "quality",
]
NO_LOGS = {
    "results": (
        text_of([["svm", 0.9], ["forest", 0.8]], ["model", "accuracy"]),
        "one row per result",
    ),
    "wine": (
        text_of([[7.4, 0.7, 0, 1.9, 0.99, 3.5, 9.4, 5]] * 20, WINE, delimiter=";"),
        "no recognised loss or score",
    ),
    "prose": (
        "Dear all, this is a letter.\nIt has, of course, commas.\n",
        "not recognised as a training log",
    ),
    "no header": ("1,2,3\n4,5,6\n", "not recognised as a training log"),
    "no rows": ("epoch,loss,val_loss\n", "not recognised as a training log"),
    "one newline": ("\n", "not recognised as a training log"),
    "nothing": ("", "empty file: 0 bytes"),
    "zeros": ("\0" * 5000, "contains only zero bytes"),
}


@pytest.mark.parametrize("case", NO_LOGS)
def test_a_table_that_is_no_log_is_passed_over_with_the_reason(case: str, tmp_path: Path) -> None:
    text, reason = NO_LOGS[case]
    path = save(tmp_path, text)
    with pytest.raises(NothingReadable) as nothing:
        load(path)
    assert str(nothing.value).startswith("training.csv: ")
    assert reason in str(nothing.value)


@pytest.mark.parametrize("suffix", [".py", ".md", ".yaml", ".ipynb", ".html"])
def test_a_table_inside_other_text_is_left_alone(suffix: str, tmp_path: Path) -> None:
    save(tmp_path, text_of(ROWS), f"page{suffix}")
    with pytest.raises(NothingReadable):
        load(tmp_path)


def test_a_formula_in_a_cell_is_a_text_and_nothing_more(tmp_path: Path) -> None:
    run = only(save(tmp_path, text_of([*ROWS, [3, "=HYPERLINK(1)", 0.7]])))
    assert json.dumps(run.issues[0].values["cell"]) == '"=HYPERLINK(1)"'


def test_a_text_that_every_row_repeats_is_a_setting(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    rows = "".join(f"{epoch},{1 / epoch},adam,true,host-7\n" for epoch in range(1, 6))
    path.write_text(f"epoch,train_loss,optimizer,amp,hostname\n{rows}", encoding="utf-8")
    (run,) = load(path)
    assert run.config == {"optimizer": "adam", "amp": True}
    assert {(item.name, item.key) for item in run.meta.passed_over} == {
        ("optimizer", "setting_column"),
        ("amp", "setting_column"),
        ("hostname", "text_column"),
    }


def test_rows_of_a_callback_belong_to_the_epoch_that_they_open(tmp_path: Path) -> None:
    """Lightning's CSVLogger with a LearningRateMonitor."""
    rows = ["epoch,lr-Adam,step,train_loss,val_loss"]
    for epoch in range(4):
        rows += [f",{0.1 / 2**epoch},{3 * epoch},,", f"{epoch},,{3 * epoch},0.5,"]
        rows.append(f"{epoch},,{3 * epoch + 2},,0.7")
    path = tmp_path / "metrics.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    (run,) = load(path)
    (lr,) = [series for series in run.series if series.metric == "lr"]
    assert lr.epoch.tolist() == [0, 1, 2, 3]
    assert lr.step.tolist() == [0, 3, 6, 9]
    assert [issue.key for issue in run.issues] == ["epoch_filled"]


@pytest.mark.parametrize(
    ("content", "is_table"),
    [
        ("epoch,loss\n1,nan\n2,nan\n3,inf\n", True),
        ("epoch,loss\n", False),
        ("a, b\nand some words, too\n", False),
        ("epoch,loss\n1,0.5\n2,0.4\n3,\x010.3\n4,0.2\n", True),  # damage below the first rows
        ("\x89PNG\r\n\x1a\n1,2\n3,4\n", False),
        ("epoch,lo\x02ss\n1,0.5\n2,0.4\n", False),
    ],
)
def test_a_table_has_numbers_and_begins_as_text(
    content: str, is_table: bool, tmp_path: Path
) -> None:
    path = tmp_path / "table.dat"
    path.write_bytes(content.encode("latin-1"))
    file = LogFile(path, Path(path.name), path.name, path.stat().st_size)
    assert CsvTable().claims(file) == is_table


def test_blank_epochs_below_a_heading_belong_to_it(tmp_path: Path) -> None:
    path = tmp_path / "merged.csv"
    path.write_text("epoch,step,loss\n0,0,9\n,1,8\n1,2,7\n,3,6\n", encoding="utf-8")
    (run,) = load(path)
    assert run.series[0].epoch.tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("axis", ["trainer/global_step", "train/global_step", "iter"])
def test_a_history_export_has_the_step_of_training_and_not_the_calls(
    axis: str, tmp_path: Path
) -> None:
    rows = [f"_step,{axis},train/loss,val/loss"]
    for at in range(10):
        rows += [f"{2 * at},{at * 64},{1 / (at + 1)},", f"{2 * at + 1},{at * 64},,{2 / (at + 1)}"]
    path = tmp_path / "history.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    (run,) = load(path)
    for series in run.series:
        assert set(series.step.tolist()) == set(range(0, 640, 64))
    assert run.meta.axes["step"] == axis


def test_a_column_of_losses_is_a_run(tmp_path: Path) -> None:
    values = [2 / (row + 1.5) for row in range(30)]
    log = tmp_path / "train_loss_history.csv"
    log.write_text("train_loss\n" + "".join(f"{value!r}\n" for value in values))
    [run] = load(log)
    [curve] = run.series
    assert (curve.split, curve.metric) == ("train", "loss")
    assert curve.value.tolist() == values
    assert curve.step.tolist() == list(range(30))


def test_the_names_that_numpy_saved_count_before_that_of_the_file(tmp_path: Path) -> None:
    rows = [f"{row:.18e} {2 / (row + 1):.18e} {3 / (row + 1):.18e}" for row in range(12)]
    log = tmp_path / "val_loss.txt"
    log.write_text("\n".join(["# epoch loss val_loss", *rows]) + "\n")
    [run] = load(log)
    assert [(curve.split, curve.metric, len(curve)) for curve in run.series] == [
        ("train", "loss", 12),
        ("val", "loss", 12),
    ]
    assert run.series[0].epoch.tolist() == list(range(12))
