"""The checkpoint to keep among those that lie beside the log."""

from __future__ import annotations

from pathlib import Path

import analyzer
from analyzer.model.diagnosis import Diagnosis
from analyzer.report.content import build_report

VAL = (0.92, 0.71, 0.55, 0.48, 0.46, 0.51, 0.58, 0.66, 0.75, 0.85)


def diagnosed(folder: Path, names: list[str], *, first: int = 1, val=VAL) -> Diagnosis:
    """Judge a log of one validation loss per epoch, with checkpoints beside it."""
    rows = [f"{first + index},{0.9 - 0.05 * index},{value}" for index, value in enumerate(val)]
    folder.mkdir(exist_ok=True)
    (folder / "log.csv").write_text("\n".join(["epoch,loss,val_loss", *rows]) + "\n")
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    (run,) = analyzer.load(folder)
    return analyzer.diagnose(run)


def fact_of(folder: Path, names: list[str], *, first: int = 1, val=VAL):
    return diagnosed(folder, names, first=first, val=val).facts.get("checkpoint_to_keep")


def test_a_run_without_checkpoints_has_no_such_fact(tmp_path: Path) -> None:
    assert fact_of(tmp_path, []) is None


def test_the_best_evaluation_was_saved(tmp_path: Path) -> None:
    fact = fact_of(tmp_path, [f"epoch_{number}.pt" for number in range(1, 11)])
    assert (fact["keep_name"], fact["keep_epoch"], fact["keep_value"]) == ("epoch_5.pt", 5, 0.46)
    assert fact["tags"][0] == "best_saved"
    assert fact["delete_count"] == 8  # all but it and the last


def test_the_best_evaluation_was_never_saved(tmp_path: Path) -> None:
    fact = fact_of(tmp_path, ["epoch_3.pt", "epoch_6.pt", "epoch_9.pt"])
    assert fact["tags"][:2] == ("keep", "never_saved")
    assert fact["keep_name"] == "epoch_6.pt"
    assert [row["loss"] for row in fact["rows"]] == [0.55 - 0.46, 0.51 - 0.46, 0.75 - 0.46]


def test_a_file_called_best_is_told_but_not_placed(tmp_path: Path) -> None:
    fact = fact_of(tmp_path, ["best.pt", "last.pt"])
    assert fact["tags"] == ("named_best",)
    beside = fact_of(tmp_path, ["best.pt", "epoch_3.pt", "epoch_9.pt"])
    assert "never_saved" not in beside["tags"]
    assert "also_named_best" in beside["tags"]


def test_names_that_count_from_one_fit_a_log_that_counts_from_zero(tmp_path: Path) -> None:
    names = [f"model.{number:02d}-{value:.2f}.keras" for number, value in enumerate(VAL, 1)]
    fact = fact_of(tmp_path, names, first=0)
    assert fact["keep_name"] == "model.05-0.46.keras"
    assert fact["keep_epoch"] == 4


def test_the_last_checkpoint_within_the_noise_of_the_best(tmp_path: Path) -> None:
    noisy = (0.9, 0.6, 0.5, 0.46, 0.49, 0.45, 0.48, 0.46, 0.49, 0.455)
    fact = fact_of(tmp_path, ["epoch_6.pt", "epoch_10.pt"], val=noisy)
    assert "last_within_noise" in fact["tags"]
    clear = fact_of(tmp_path / "clear", ["epoch_5.pt", "epoch_10.pt"])
    assert "last_worse" in clear["tags"]


def test_the_last_checkpoint_with_the_same_value(tmp_path: Path) -> None:
    equal = (0.9, 0.6, 0.5, 0.46, 0.49, 0.45, 0.48, 0.46, 0.49, 0.45)
    fact = fact_of(tmp_path, ["epoch_6.pt", "epoch_10.pt"], val=equal)
    assert fact["last_loss"] == 0
    assert "last_same" in fact["tags"]
    assert "last_within_noise" not in fact["tags"]


def test_a_checkpoint_within_the_noise_of_a_best_that_was_not_saved(tmp_path: Path) -> None:
    noisy = (0.9, 0.6, 0.5, 0.46, 0.49, 0.45, 0.48, 0.46, 0.49, 0.455)
    near = fact_of(tmp_path, ["epoch_3.pt", "epoch_10.pt"], val=noisy)
    assert near["tags"][:2] == ("keep", "near_best")
    far = fact_of(tmp_path / "far", ["epoch_3.pt", "epoch_8.pt"])
    assert far["tags"][:2] == ("keep", "never_saved")


def test_checkpoints_outside_the_log_are_not_placed(tmp_path: Path) -> None:
    fact = fact_of(tmp_path, ["epoch_40.pt", "epoch_50.pt"])
    assert fact["tags"] == ("unplaced",)


def test_the_checklist_names_the_checkpoint_first_and_nothing_is_deleted(tmp_path: Path) -> None:
    names = [f"epoch_{number}.pt" for number in range(1, 11)]
    before = diagnosed(tmp_path, names)
    report = build_report(before)
    assert "epoch_5.pt" in report.checklist[0].text
    assert sorted(path.name for path in tmp_path.glob("*.pt")) == sorted(names)
    assert "epoch_5.pt" in build_report(before, "es").checklist[0].text
