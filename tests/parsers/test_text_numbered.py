"""A number between a metric and its value is a label if it comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parsers.lines import curves, read

FIRST = [round(2.0 / (epoch + 1) + 0.3, 4) for epoch in range(12)]
SECOND = [round(3.0 / (epoch + 1) + 0.1, 4) for epoch in range(12)]


def log(lines: str, *, first: int = 1) -> str:
    """Return lines for each epoch, with two numbers in each."""
    text = ""
    for epoch, (a, b) in enumerate(zip(FIRST, SECOND, strict=True)):
        text += lines.format(e=epoch + first, s=100 * (epoch + first), a=a, b=b)
    return text


@pytest.mark.parametrize("labels", [(1, 5), (1, 2), (50, 100)])
@pytest.mark.parametrize("sign", [": ", " = "])
def test_a_score_at_a_rank_is_a_curve_of_its_own(
    tmp_path: Path, labels: tuple[int, int], sign: str
) -> None:
    low, high = labels
    scores = f"Precision {low}{sign}{{a}}\nPrecision {high}{sign}{{b}}\n"
    run = read(tmp_path, log("Epoch {e} loss 0.{e}5\n" + scores))
    found = {series.tag: series for series in run.series}
    assert found[f"Precision {low}"].value.tolist() == FIRST
    assert found[f"Precision {high}"].value.tolist() == SECOND
    for series in found.values():
        assert series.step.tolist() == list(range(1, 13))


@pytest.mark.parametrize("axis", ["Epoch {e}", "step {s}"])
def test_numbered_losses_on_lines_of_their_own_are_curves(tmp_path: Path, axis: str) -> None:
    found = curves(read(tmp_path, log(axis + "\nLoss 1: {a}\nLoss 2: {b}\nAccuracy: 0.5\n")))
    assert [values for (_, name), values in found.items() if "1" in name] == [FIRST]
    assert [values for (_, name), values in found.items() if "2" in name] == [SECOND]


def test_a_rank_that_never_changes_is_no_step(tmp_path: Path) -> None:
    run = read(tmp_path, log("Epoch {e} loss {a}\nAccuracy 5: {b}\n"))
    assert curves(run) == {("train", "loss"): FIRST, ("train", "accuracy"): SECOND}
    assert [series.step.tolist() for series in run.series] == [list(range(1, 13))] * 2
    text = log("Epoch {e} loss {a}\nAccuracy: {a}\nAccuracy 5: {b}\n")
    assert len(curves(read(tmp_path, text))["train", "accuracy"]) > len(FIRST)


def test_losses_at_the_steps_of_an_epoch_are_one_curve(tmp_path: Path) -> None:
    run = read(tmp_path, log("Epoch {e}\nTrain loss 100: {a}\nTrain loss 200: {b}\n"))
    (series,) = run.series
    assert len(series.value) == 24


def test_steps_that_rise_stay_steps_beside_epochs(tmp_path: Path) -> None:
    run = read(tmp_path, log("Epoch {e} loss {a}\nValidation loss {s}: {b}\n"))
    steps = {series.split: series.step.tolist() for series in run.series}
    assert steps["val"] == list(range(100, 1300, 100))


@pytest.mark.parametrize("head", ["scores", "Results", "stats", "Metrics"])
def test_the_rank_behind_scores_is_no_step(tmp_path: Path, head: str) -> None:
    steps = list(range(100, 1300, 100))
    line = "step {s} loss {a}\n" + head + "@1000 rouge: {b}\n"
    run = read(tmp_path, log(line))
    assert [series.step.tolist() for series in run.series] == [steps, steps]
    run = read(tmp_path, log(line + head + "@5000 rouge: 0.5\n"))
    assert {series.tag for series in run.series} == {"loss", "rouge@1000", "rouge@5000"}
    assert [series.step.tolist() for series in run.series] == [steps, steps, steps]


def test_the_steps_behind_results_count_more_than_those_above(tmp_path: Path) -> None:
    run = read(tmp_path, log("step {s} loss {a}\nresults@{s}7 rouge: {b}\n"))
    rouge = next(series for series in run.series if series.tag == "rouge")
    assert rouge.step.tolist() == list(range(1007, 13000, 1000))
