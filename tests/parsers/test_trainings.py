"""Words that change where a curve begins again name trainings; where it goes on, phases."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from analyzer.parsers._column import Column
from analyzer.parsers._trainings import trainings_of
from analyzer.reading.load import load

AGAIN = [2.3, 1.4, 0.9, 0.7]
ON = [0.65, 0.6, 0.58, 0.57]


def words(name: str, cells: Sequence[str]) -> Column:
    rows = len(cells)
    nothing = np.zeros(rows, dtype=bool)
    return Column(name, np.full(rows, np.nan), nothing, dict(enumerate(cells)))


def numbers(name: str, values: Sequence[float]) -> Column:
    return Column(name, np.array(values, dtype=float), np.ones(len(values), dtype=bool))


def table(loss: Sequence[float], **cells: Sequence[str]) -> list[Column]:
    """Return a table whose epochs begin again after four rows."""
    epochs = [row % 4 for row in range(len(loss))]
    named = [words(name, own) for name, own in cells.items()]
    return [*named, numbers("epoch", epochs), numbers("train_loss", loss)]


def test_a_curve_that_begins_again_is_another_training() -> None:
    dataset = ["mnist"] * 4 + ["svhn"] * 4
    assert trainings_of(table(AGAIN * 2, dataset=dataset)) == dataset


def test_a_curve_that_goes_on_is_a_phase() -> None:
    assert trainings_of(table(AGAIN + ON, part_of=["a"] * 4 + ["b"] * 4)) is None


def test_a_column_of_phases_names_no_training() -> None:
    cells = ["a"] * 4 + ["b"] * 4
    assert trainings_of(table(AGAIN * 2, phase=cells)) is None
    assert trainings_of(table(AGAIN * 2, setup=["warmup"] * 4 + ["full"] * 4)) is None


@pytest.mark.parametrize(
    "word", ["warmup", "WarmUp", "stage1", "fine-tuning", "finetune", "headOnly", "2_unfrozen"]
)
def test_words_of_phases_name_no_training(word: str) -> None:
    assert trainings_of(table(AGAIN * 2, setup=[word] * 4 + ["full"] * 4)) is None


@pytest.mark.parametrize("column", ["dataset", "setup"])
@pytest.mark.parametrize("word", ["fineweb", "headlines", "backstage", "swarm", "multistage"])
def test_a_name_with_the_letters_of_a_phase_names_a_training(column: str, word: str) -> None:
    cells = [word] * 4 + ["c4"] * 4
    assert trainings_of(table(AGAIN * 2, **{column: cells})) == cells


def test_data_and_models_are_no_phases() -> None:
    for column, word in (("dataset", "coco-stage"), ("backbone", "two_head"), ("model", "stage")):
        cells = [word] * 4 + ["b"] * 4
        assert trainings_of(table(AGAIN * 2, **{column: cells})) == cells


def test_words_of_several_columns_name_a_training_together() -> None:
    dataset = ["mnist"] * 8 + ["svhn"] * 8
    model = (["cnn"] * 4 + ["mlp"] * 4) * 2
    found = trainings_of(table(AGAIN * 4, dataset=dataset, kind=model))
    assert found is not None
    assert list(dict.fromkeys(found)) == ["mnist cnn", "mnist mlp", "svhn cnn", "svhn mlp"]


def test_one_column_that_names_them_all_is_enough() -> None:
    dataset = ["mnist"] * 8 + ["svhn"] * 8
    config = [f"c{row // 4}" for row in range(16)]
    found = trainings_of(table(AGAIN * 4, dataset=dataset, config=config))
    assert found == config


def test_other_words_name_nothing() -> None:
    assert trainings_of(table(AGAIN * 2, best=["yes", "no"] * 4)) is None
    assert trainings_of(table(AGAIN * 2, device=["cpu"] * 8)) is None
    assert trainings_of(table(AGAIN * 2)) is None


def test_each_training_of_a_table_is_a_run(tmp_path: Path) -> None:
    rows = ["backbone,epoch,train_loss,val_loss"]
    for name, level in (("head_r18", 0.2), ("vit", 0.4)):
        rows += [f"{name},{at},{level + 2 / (1 + at)},{level + 2.2 / (1 + at)}" for at in range(9)]
    log = tmp_path / "log.csv"
    log.write_text("\n".join(rows) + "\n")
    runs = load(log)
    assert [run.name for run in runs] == ["head_r18", "vit"]
    assert {len(series) for run in runs for series in run.series} == {9}
    assert not any(issue.key == "phases" for run in runs for issue in run.issues)


def test_each_training_of_json_lines_is_a_run(tmp_path: Path) -> None:
    lines = []
    for name, level in (("resnet", 0.2), ("vit", 0.4)):
        for at in range(9):
            losses = {"train_loss": level + 2 / (1 + at), "val_loss": level + 2.2 / (1 + at)}
            lines.append(json.dumps({"backbone": name, "epoch": at, **losses}))
    log = tmp_path / "log.jsonl"
    log.write_text("\n".join(lines) + "\n")
    runs = load(log)
    assert [run.name for run in runs] == ["resnet", "vit"]
    assert {len(series) for run in runs for series in run.series} == {9}


def test_a_number_that_names_a_run_is_no_metric(tmp_path: Path) -> None:
    rows = ["run,epoch,loss"]
    rows += [f"{run},{at},{run + 2 / (1 + at)}" for run in (1, 2) for at in range(9)]
    log = tmp_path / "log.csv"
    log.write_text("\n".join(rows) + "\n")
    assert [[series.tag for series in run.series] for run in load(log)] == [["loss"]] * 2
