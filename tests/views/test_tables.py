"""Tables of W&B: found by their columns, and never outside the folder of the run."""

from __future__ import annotations

import json
from pathlib import Path

from analyzer.views._tables import read_inside, table_predictions
from analyzer.views.predictions import PredictionsView


def table_entry(path: str) -> dict[str, object]:
    return {"_type": "table-file", "path": path, "nrows": 3, "ncols": 3}


def put(run_path: str, name: str, document: object) -> None:
    path = Path(run_path).parent / "files" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")


def test_a_table_of_counts_is_a_confusion_matrix(write_wandb) -> None:
    run = write_wandb([{"confusion_table": table_entry("media/table/c.table.json")}] * 8)
    rows = [["cat", "cat", 8], ["cat", "dog", 2], ["dog", "dog", 10], ["dog", "cat", 0]]
    columns = ["Actual", "Predicted", "nPredictions"]
    put(run.paths[0], "media/table/c.table.json", {"columns": columns, "data": rows})
    content = PredictionsView().read(run)
    assert content is not None
    assert content.numbers["confusion"] == [[8, 2], [0, 10]]


def test_a_table_without_a_truth_is_no_predictions(write_wandb) -> None:
    run = write_wandb([{"samples": table_entry("media/table/s.table.json")}] * 8)
    put(run.paths[0], "media/table/s.table.json", {"columns": ["text"], "data": [["a"]]})
    assert table_predictions(run) == []


def test_a_path_of_the_log_never_leads_out_of_its_folder(write_wandb, tmp_path: Path) -> None:
    run = write_wandb([{"t": table_entry("../../secret.json")}] * 8)
    (tmp_path / "secret.json").write_text("{}", encoding="utf-8")
    files = Path(run.paths[0]).parent / "files"
    files.mkdir()
    (files / "link.json").symlink_to(tmp_path / "secret.json")
    (files / "own.json").write_text("{}", encoding="utf-8")
    for path in ("../../secret.json", str(tmp_path / "secret.json"), "link.json", "", None, "a\0b"):
        assert read_inside(run, path, 100) is None
    assert read_inside(run, "own.json", 100) == b"{}"
    assert read_inside(run, "own.json", 1) is None
