"""Numbers without a header are a curve if the name of the file says of what."""

from __future__ import annotations

import pytest

from analyzer.parsers._bare import is_bare, metric_of, read_bare

VALUES = [2.0 / (row + 1.5) for row in range(9)]
LIST = "".join(f"{value:.18e}\n" for value in VALUES)


@pytest.mark.parametrize(
    ("stem", "suffix", "metric"),
    [
        ("loss_curve", ".txt", "loss"),
        ("train_losses", ".csv", "train_losses"),
        ("val_acc", "", "val_acc"),
        ("loss", ".py", ""),
        ("numbers", ".txt", ""),
        ("train", ".txt", ""),
    ],
)
def test_the_file_names_the_metric(stem: str, suffix: str, metric: str) -> None:
    assert metric_of(stem, suffix) == metric


def test_one_number_on_each_line_is_a_curve() -> None:
    bare = read_bare("# saved by hand\n" + LIST, "loss", "here")
    assert bare is not None
    (column,) = bare.columns
    assert column.name == "loss"
    assert column.value.tolist() == VALUES
    assert bare.lines == list(range(2, 11))


def test_a_count_beside_the_numbers_is_the_index() -> None:
    text = "".join(f"{row} {value!r}\n" for row, value in enumerate(VALUES, 1))
    bare = read_bare(text, "loss", "here")
    assert bare is not None
    assert [column.name for column in bare.columns] == ["", "loss"]


def test_a_last_number_that_is_cut_is_dropped_and_told() -> None:
    bare = read_bare(LIST[:-9], "loss", "here")
    assert bare is not None
    assert bare.columns[0].value.tolist() == VALUES[:-1]
    assert [issue.key for issue in bare.issues] == ["cut_line"]


@pytest.mark.parametrize("text", ["", "1\n2\n", "loss\n" + LIST, "1 2 3\n" * 9, "3 1\n" * 9])
def test_other_text_is_no_curve(text: str) -> None:
    assert read_bare(text, "loss", "here") is None


def test_only_rows_of_as_many_numbers_have_no_header() -> None:
    assert is_bare("1 2 3\n" * 9, cut=False)
    assert is_bare(LIST[:-9], cut=True)
    assert not is_bare("epoch loss\n" + "1 2\n" * 9, cut=False)
    assert not is_bare("1 2\n1\n" * 9, cut=False)


@pytest.mark.parametrize("name", ["0", "value", '"Values"'])
def test_a_series_of_pandas_without_a_name_has_none(name: str) -> None:
    bare = read_bare(f"{name}\n{LIST}", "loss", "here")
    assert bare is not None
    assert bare.columns[0].value.tolist() == VALUES
    assert bare.lines == list(range(2, 11))


def test_a_zero_among_whole_numbers_is_a_number() -> None:
    bare = read_bare("0\n1\n2\n3\n4\n5\n", "accuracy", "here")
    assert bare is not None
    assert len(bare.columns[0]) == 6


def test_a_time_may_stand_between_the_step_and_the_number() -> None:
    text = "".join(f"{10 * row}.0,{1.7e12 + row},{value!r}\n" for row, value in enumerate(VALUES))
    bare = read_bare(text, "loss", "here")
    assert bare is not None
    assert [column.name for column in bare.columns] == ["step", "timestamp", "loss"]
    assert bare.columns[0].value.tolist() == list(range(0, 90, 10))
    assert read_bare(text.replace("17000", "9"), "loss", "here") is None
