"""Write the sample logs: real runs of the reference trainer with the truth about them.

    python sample_logs/make.py [--expected] [CASE...]

With ``--expected`` only expected.toml is rewritten, from truth.toml. Needs the extra [trainer]. The
same seed gives the same numbers on a CPU; a ``.wandb`` file also contains the time.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
START = "1767225600"  # 2026-01-01 instead of the clock
CAPACITY = 0.25  # a network whose train loss is this much above a wider one's lacks capacity

Edit = Callable[[Path], None]


@dataclass(frozen=True)
class Case:
    """A folder of sample_logs.

    ``keep`` is a pattern for the files to keep; ``edit`` then changes them as a user's log might
    be changed. ``misses`` and ``false_alarms`` list, by detector (or "verdict"), where the analyzer
    differs from the truth, and why.
    """

    name: str
    scenario: str
    options: str
    keep: str
    edit: Edit | None = None
    issues: tuple[str, ...] = ()
    misses: Mapping[str, str] = field(default_factory=dict)
    false_alarms: Mapping[str, str] = field(default_factory=dict)


def cut(folder: Path) -> None:
    """Cut off the last record of the event file, as a full disk does."""
    (path,) = folder.glob("events*")
    path.write_bytes(path.read_bytes()[:-9])


def spreadsheet(folder: Path) -> None:
    """Save the table as a Spanish spreadsheet does.

    Byte order mark, semicolons, decimal commas, percent.
    """
    (path,) = folder.glob("*.csv")
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    path.unlink()
    names = {
        "epoch": "época",
        "train_loss": "train_loss",
        "val_loss": "val_loss",
        "train_accuracy": "train_acc",
        "val_accuracy": "val_acc",
    }
    lines = [";".join(names.values())]
    for row in rows:
        cells = [row["epoch"]]
        for name in list(names)[1:]:
            factor = 100 if "accuracy" in name else 1
            cells.append(f"{float(row[name]) * factor:.5f}".replace(".", ","))
        lines.append(";".join(cells))
    (folder / "registro.csv").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")


EVENTS = "**/events*"
CASES = (
    Case(
        "csv_decimal_comma_overfitting",
        "overfitting",
        "--format csv --seed 1",
        "metrics.csv",
        edit=spreadsheet,
    ),
    Case("csv_lr_too_low", "lr-too-low", "--format csv", "metrics.csv"),
    Case("csv_no_zero_grad", "no-zero-grad", "--format csv", "metrics.csv"),
    Case(
        "csv_oscillating",
        "oscillating",
        "--format csv",
        "metrics.csv",
        misses={
            "overfitting": "the run ends in an upswing, 17 % above the lowest loss on fresh data"
        },
    ),
    Case(
        "csv_oscillation_until_lr_drop",
        "plateau",
        "--format csvlogger",
        "training.csv",
        misses={"verdict": "no detector reports a rate that is too high until it drops"},
    ),
    Case("csv_small_validation_set", "small-validation-set", "--format csv", "metrics.csv"),
    Case(
        "csv_underfitting",
        "underfitting",
        "--format csv",
        "metrics.csv",
        misses={
            "verdict": "a converged linear model shows only a flat loss",
            "underfitting": "the lowest possible loss is unknown, so a flat loss proves nothing",
        },
    ),
    Case("keras_early_stopped", "early-stopped", "--format keras-history", "history.json"),
    Case("keras_overfitting", "overfitting", "--format keras-history", "history.json"),
    Case(
        "keras_tensorboard_healthy",
        "healthy",
        "--framework keras --format tensorboard-split",
        EVENTS,
    ),
    Case("tensorboard_dead_relu", "dead-relu", "--format tensorboard-tensors", EVENTS),
    Case("tensorboard_diverging", "diverging", "--format tensorboard", EVENTS),
    Case(
        "tensorboard_dropout_batchnorm", "dropout-batchnorm", "--format tensorboard-split", EVENTS
    ),
    Case("tensorboard_label_noise_rich", "label-noise", "--format tensorboard --rich", EVENTS),
    Case("tensorboard_resumed", "resumed", "--format tensorboard", EVENTS, issues=("restart",)),
    Case(
        "tensorboard_steps_cut",
        "healthy",
        "--format tensorboard --per-step --seed 1",
        EVENTS,
        edit=cut,
        issues=("truncated_record",),
    ),
    Case("tensorboard_vanishing_gradient", "vanishing-gradient", "--format tensorboard", EVENTS),
    Case(
        "wandb_leakage",
        "leakage",
        "--format wandb",
        "**/*.wandb",
        misses={
            "overfitting": "nine in ten validation rows are training rows: the turn shows too late"
        },
    ),
    Case("wandb_lr_too_high", "lr-too-high", "--format wandb", "**/*.wandb"),
    Case("wandb_overfitting", "overfitting", "--format wandb --seed 2", "**/*.wandb"),
)


def main(arguments: Sequence[str]) -> None:
    names = set(arguments) - {"--expected"}
    write = expect if "--expected" in arguments else make
    for case in CASES:
        if not names or case.name in names:
            write(case)


def make(case: Case) -> None:
    """Train a case and write its folder."""
    with tempfile.TemporaryDirectory() as scratch:
        run = Path(scratch) / "run"
        options = case.options.split()
        if "--rich" in options:
            options.remove("--rich")
        else:
            options.append("--no-rich")
        if "--per-step" not in options:
            options.append("--no-per-step")
        command = [
            sys.executable,
            "-m",
            "analyzer.trainer",
            case.scenario,
            "-o",
            str(run),
            "--device",
            "cpu",
            "--start-time",
            START,
            *options,
        ]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        subprocess.run(command, check=True, cwd=HERE.parent, env=environment)  # noqa: S603 - ours
        folder = HERE / case.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for path in sorted(run.glob(case.keep)):
            inside = path.relative_to(run) if "events" in case.keep else Path(path.name)
            target = folder / str(inside).replace(".trainer.", ".sample.")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        if case.edit:
            case.edit(folder)
        shutil.copyfile(run / "truth.toml", folder / "truth.toml")
    expect(case)


def expect(case: Case) -> None:
    """Write ``expected.toml`` from ``truth.toml``."""
    folder = HERE / case.name
    text = expected(case, tomllib.loads((folder / "truth.toml").read_text(encoding="utf-8")))
    (folder / "expected.toml").write_text(text, encoding="utf-8")


# The detectors that have a label of the same name.
DETECTORS = ("overfitting", "no_learning", "oscillation", "plateau")
# The verdict for each label, the most important first: a failed run, then an unstable one.
VERDICTS = {
    "diverged": "diverged",
    "no_learning": "no_learning",
    "oscillation": "oscillation",
    "overfitting": "overfitting",
    "learning_rate_too_high": "oscillation",
    "undertrained": "undertrained",
    "learning_rate_too_low": "undertrained",
}


def expected(case: Case, truth: dict[str, Any]) -> str:
    """Return expected.toml: what the analyzer must find according to the labels, and when."""
    labels, built = truth["labels"], truth["constructed"]
    holds = {name for name, judged in labels.items() if judged.get("holds")}
    clear = [name for name in DETECTORS if not labels[name]["holds"] and not labels[name]["grey"]]
    lacks_capacity = "wider_network_train_loss" in built and (
        truth["measured"]["train_last"] > (1 + CAPACITY) * built["wider_network_train_loss"]
    )
    absent = [name for name in clear if name not in case.false_alarms]
    is_healthy = holds == {"healthy"} and not labels["healthy"]["grey"]
    if is_healthy and "underfitting" not in case.false_alarms:
        absent.append("underfitting")
    if "diverged" not in holds:
        absent.append("non_finite")
    lines = [f'verdict = "{verdict(holds, lacks_capacity)}"', f"absent = {list_of(absent)}"]
    if case.issues:
        lines.append(f"issues = {list_of(case.issues)}")
    findings = expected_findings(truth, holds, lacks_capacity)
    for name, onset in findings.items():
        if name not in case.misses:
            lines += ["", f"[found.{name}]", *onset]
    for name, reason in case.misses.items():
        lines += ["", f"[known_miss.{name}]", *findings.get(name, []), f'reason = "{reason}"']
    for name, reason in case.false_alarms.items():
        lines += ["", f"[known_false_alarm.{name}]", f'reason = "{reason}"']
    pending = [
        name for name in ("learning_rate_too_high", "learning_rate_too_low") if name in holds
    ]
    if built.get("leaked_share", 0) > 0.5:
        pending.append("leakage")
    for name in pending:
        lines += ["", f"[pending.{name}]"]
    return "\n".join(lines) + "\n"


def verdict(holds: set[str], lacks_capacity: bool) -> str:
    """Return the verdict for the labels that hold."""
    for label, word in VERDICTS.items():
        if label in holds:
            return word
    if lacks_capacity:
        return "underfitting"
    return "plateau" if "plateau" in holds else "healthy"


def expected_findings(
    truth: dict[str, Any], holds: set[str], lacks_capacity: bool
) -> dict[str, list[str]]:
    """Return, by detector, what must be found: a line with the range of its onset, or no line.

    An onset may lie a tenth of the run outside the measured range: a few hundred validation rows
    do not locate it better.
    """
    labels, slack = truth["labels"], truth["epochs"] // 10
    shift = truth["first_epoch_in_log"] - 1
    findings: dict[str, list[str]] = {}

    def onset(low: int, high: int) -> list[str]:
        return [f"epoch = [{low + shift}, {high + shift}]"]

    if "overfitting" in holds:
        low, high = labels["overfitting"]["stretch"]
        findings["overfitting"] = onset(max(1, low - slack), high + slack)
    if "diverged" in holds:
        epoch = truth["constructed"]["non_finite_epoch"]
        findings["non_finite"] = onset(epoch, epoch)
    hides_plateau = lacks_capacity or holds & {"overfitting", "no_learning", "oscillation"}
    if "plateau" in holds and not hides_plateau:
        epoch = labels["plateau"]["onset"]
        findings["plateau"] = onset(max(1, epoch - slack), epoch + slack)
    for name in ("no_learning", "oscillation"):
        if name in holds:
            findings[name] = []
    if lacks_capacity or "undertrained" in holds:
        findings["underfitting"] = []
    return findings


def list_of(names: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


if __name__ == "__main__":
    main(sys.argv[1:])
