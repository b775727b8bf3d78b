"""Real runs: their settings, remedies and results, and one that is trained."""

from __future__ import annotations

import importlib
import json
import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")
sys.path.append(str(Path(__file__).parent))
DATA, LOG, RESULTS, RUNS = (
    importlib.import_module(name) for name in ("real_data", "real_log", "real_results", "real_runs")
)
TASKS = list(DATA.TASKS)


def short(task: str, **changes: Any) -> Any:
    """Return the first settings of a task, made quick to train."""
    settings = RUNS.draw(TASKS.index(task))
    return replace(settings, epochs=8, examples=24, val_examples=16, batch=8, width=8, **changes)


@pytest.mark.parametrize("number", range(24))
def test_there_are_rows_for_twice_the_examples(number: int) -> None:
    settings = RUNS.draw(number)
    task = DATA.TASKS[settings.task]
    rows = task.test + settings.val_examples + 2 * settings.examples
    assert rows <= len(task.rows()[0])
    assert task.epochs[0] <= settings.epochs <= task.epochs[1]


def test_settings_depend_on_number_and_seed_only() -> None:
    assert RUNS.draw(3) == RUNS.draw(3)
    assert RUNS.draw(3) != RUNS.draw(3, seed=1)


@pytest.mark.parametrize("name", list(RUNS.REMEDIES))
def test_a_remedy_changes_one_setting(name: str) -> None:
    before = short("wine", schedule="constant", weight_decay=0.0, dropout=0.0)
    after = RUNS.remedied(before, name)
    fields = [key for key in vars(before) if getattr(before, key) != getattr(after, key)]
    assert len(fields) == 1


def test_a_remedy_that_changes_nothing_is_none() -> None:
    assert RUNS.remedied(short("diabetes"), "label_smoothing") is None
    assert RUNS.remedied(replace(short("wine"), schedule="cosine"), "cosine") is None
    assert RUNS.remedied(replace(short("wine"), dropout=0.3), "dropout") is None


def test_weight_decay_starts_small_and_grows_tenfold() -> None:
    off, on = (RUNS.remedied(short("wine", weight_decay=x), "weight_decay") for x in (0.0, 0.001))
    assert (off.weight_decay, on.weight_decay) == (1e-4, 0.01)


def test_a_larger_training_set_keeps_the_other_parts() -> None:
    small = RUNS.data_of(short("wine"))
    large = RUNS.data_of(replace(short("wine"), examples=48))
    assert torch.equal(small.test.x, large.test.x)
    assert torch.equal(small.val.x, large.val.x)
    assert torch.equal(small.train.x, large.train.x[:24])


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="the data have 178"):
        RUNS.data_of(replace(short("wine"), examples=500))


@pytest.mark.parametrize("task", TASKS)
def test_a_run_is_trained_logged_and_judged_twice_alike(task: str) -> None:
    settings = short(task)
    curves = RUNS.train(settings)
    assert len(curves.val) == len(curves.test) == settings.epochs
    again = RUNS.train(settings)
    assert curves.test == again.test
    log = LOG.logged(curves, classes=bool(DATA.TASKS[task].classes))
    run = LOG.judge(settings, log).run
    assert run.curve("loss", "val").value == pytest.approx(curves.val, rel=1e-5)
    assert "test" not in str(log)


@pytest.mark.parametrize("seed", [0, 6, 12])
def test_each_format_gives_curves_and_settings(seed: int) -> None:
    settings = short("digits", seed=seed)
    run = LOG.judge(settings, LOG.logged(RUNS.train(settings), classes=True)).run
    assert {series.metric for series in run.series} >= {"loss", "accuracy"}
    assert run.config["batch_size"] == settings.batch


def test_a_warm_up_rises_to_the_full_rate_and_a_cosine_falls_to_nothing() -> None:
    warm = list(RUNS._factors(short("wine", warmup=0.5, schedule="constant")))
    cosine = list(RUNS._factors(short("wine", schedule="cosine")))
    assert warm[0] == pytest.approx(1 / 12)
    assert warm[11:] == pytest.approx([1.0] * 13)
    assert cosine[0] == 1
    assert cosine[-1] < 0.01


def test_the_average_of_the_first_steps_is_their_mean() -> None:
    network = torch.nn.Linear(1, 1, bias=False)
    average = RUNS.Average(network, short("wine"))
    average.horizon = 4
    for value in (1.0, 2.0, 3.0):
        torch.nn.init.constant_(network.weight, value)
        average.update(network)
    assert average.network.weight.item() == pytest.approx(2.0)


def test_the_checkpoint_is_that_of_the_lowest_validation_loss() -> None:
    found = RESULTS.reached([3.0, 1.0, math.nan, 2.0], [5.0, 4.0, 1.0, 3.0], [0.5, 0.4, 0.3, 0.2])
    assert (found.selected, found.lowest, found.last) == (4.0, 1.0, 3.0)
    assert (found.selected_error, found.lowest_error, found.last_error) == (0.4, 0.2, 0.2)


def test_a_run_that_was_never_finite_has_no_loss() -> None:
    found = RESULTS.reached([math.nan], [math.inf], [math.nan])
    assert found == (None,) * 6


def test_results_go_on_after_a_line_that_was_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "real.jsonl"
    first = RESULTS.Results(path)
    first.go_on({"seed": 1})
    first.add({"run": 0, "remedy": "", "selected": 0.5})
    with path.open("a") as file:
        file.write('{"run": 0, "rem')
    again = RESULTS.Results(path)
    again.go_on({"seed": 1})
    again.add({"run": 0, "remedy": "wider"})
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line.get("remedy") for line in lines] == [None, "", "wider"]
    assert set(RESULTS.Results(path).runs) == {(0, ""), (0, "wider")}


def test_results_of_other_data_or_damaged_ones_end_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "real.jsonl"
    RESULTS.Results(path).go_on({"seed": 1})
    with pytest.raises(SystemExit, match="another seed"):
        RESULTS.Results(path).go_on({"seed": 2})
    path.write_text('{"seed": 1}\n{"run"\n')
    with pytest.raises(SystemExit, match=r"real.jsonl:2: not valid JSON"):
        RESULTS.Results(path)
