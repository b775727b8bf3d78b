"""CatBoost's folder: tables, the JSON with its sets, a JSON that was cut, event files beside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analyzer.model.run import Run
from analyzer.reading.load import load

LEARN, TEST = [0.61, 0.42, 0.3, 0.2], [0.66, 0.55, 0.52, 0.6]


def tables(folder: Path, *, test: bool = True) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, values in (("learn", LEARN), ("test", TEST)):
        lines = [f"{step}\t{value}" for step, value in enumerate(values)]
        if name == "learn" or test:
            (folder / f"{name}_error.tsv").write_text("iter\tLogloss\n" + "\n".join(lines) + "\n")
    (folder / "time_left.tsv").write_text("iter\tPassed\tRemaining\n0\t5\t9\n1\t6\t8\n")


def document(metric: str = "Logloss", sets: tuple[str, ...] = ("test",)) -> dict[str, Any]:
    iterations = [
        {"learn": [LEARN[step]], "iteration": step, "passed_time": 0.1, "remaining_time": 1.0}
        | {name: [TEST[step] + number] for number, name in enumerate(sets)}
        for step in range(4)
    ]
    names = [{"best_value": "Min", "name": metric}]
    meta = {"test_sets": list(sets), "learn_sets": ["learn"], "iteration_count": 500}
    return {
        "meta": {**meta, "test_metrics": names, "learn_metrics": names},
        "iterations": iterations,
    }


def only(path: Path) -> Run:
    (run,) = load(path)
    return run


def curves(run: Run) -> dict[tuple[str, str], list[float]]:
    return {(series.split, series.metric): series.value.tolist() for series in run.series}


EXPECTED = {("train", "logloss"): LEARN, ("val", "logloss"): TEST}


def test_the_tables_are_one_run(tmp_path: Path) -> None:
    tables(tmp_path / "catboost_info")
    run = only(tmp_path)
    assert run.name == "catboost_info"
    assert curves(run) == EXPECTED
    assert run.series[0].step.tolist() == [0, 1, 2, 3]


def test_the_json_alone_has_the_same_and_the_planned_iterations(tmp_path: Path) -> None:
    path = tmp_path / "catboost_training.json"
    path.write_text(json.dumps(document()))
    run = only(path)
    assert curves(run) == EXPECTED
    assert run.config == {"iterations": 500}


def test_the_json_beside_the_tables_adds_what_they_lack(tmp_path: Path) -> None:
    tables(tmp_path, test=False)
    (tmp_path / "catboost_training.json").write_text(json.dumps(document()))
    assert curves(only(tmp_path)) == EXPECTED


def test_a_json_that_was_cut_costs_nothing_that_the_tables_have(tmp_path: Path) -> None:
    tables(tmp_path)
    (tmp_path / "catboost_training.json").write_text(json.dumps(document())[:-60])
    run = only(tmp_path)
    assert curves(run) == EXPECTED
    assert [issue.key for issue in run.issues] == ["not_json"]


def test_a_second_test_set_keeps_its_own_curve(tmp_path: Path) -> None:
    path = tmp_path / "catboost_training.json"
    path.write_text(json.dumps(document("MultiClass", ("test0", "test1"))))
    run = only(path)
    assert curves(run) == {
        ("train", "logloss"): LEARN,
        ("val", "logloss"): TEST,
        ("val", "logloss_1"): [value + 1 for value in TEST],
    }
    assert [series.tag for series in run.series] == ["MultiClass", "MultiClass", "MultiClass:1"]


def test_one_table_is_a_log_on_its_own(tmp_path: Path) -> None:
    tables(tmp_path)
    assert curves(only(tmp_path / "test_error.tsv")) == {("val", "logloss"): TEST}


def test_event_files_beside_the_tables_are_copies(tmp_path: Path) -> None:
    tables(tmp_path)
    for name in ("learn", "test"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "events.out.tfevents").write_bytes(b"\x18" + b"\0" * 40)
    run = only(tmp_path)
    assert [entry.key for entry in run.meta.passed_over].count("same_log") == 2


def test_a_table_of_the_same_name_by_another_writer_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "test_error.tsv"
    path.write_text("epoch\tloss\n0\t0.5\n1\t0.4\n2\t0.3\n")
    assert only(path).meta.format.startswith("CSV")


def test_an_iteration_that_is_no_object_is_told(tmp_path: Path) -> None:
    found = document()
    found["iterations"].insert(2, None)
    path = tmp_path / "catboost_training.json"
    path.write_text(json.dumps(found))
    run = only(path)
    assert curves(run) == EXPECTED
    (issue,) = run.issues
    assert (issue.key, issue.values["place"], issue.kept) == ("odd_entries", "iterations[2]", 8)


def test_values_of_a_set_that_are_no_list_are_told(tmp_path: Path) -> None:
    changed = document()
    changed["iterations"][1]["test"] = 0.5
    changed["iterations"][2]["test"] = {"Logloss": 0.5}
    (tmp_path / "catboost_training.json").write_text(json.dumps(changed))
    run = only(tmp_path)
    assert len(curves(run)["val", "logloss"]) == 2
    (issue,) = run.issues
    assert (issue.key, issue.values) == (
        "odd_entries",
        {"count": 2, "place": 'iterations[1]["test"]'},
    )
