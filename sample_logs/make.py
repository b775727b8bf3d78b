"""Write the sample logs: real runs of the reference trainer, and what is true of them.

python sample_logs/make.py [--expected] [CASE...]

With ``--expected`` only expected.toml is written anew, out of truth.toml. Needs the extra
[trainer]. The same seed gives the same numbers on a CPU; a ``.wandb`` file also holds the clock.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
START = "1767225600"  # 2026-01-01, so that no clock is read
ROOM = 0.25  # a narrower network's train loss is this much above a wider one's: it lacks room

Edit = Callable[[Path], None]


@dataclass(frozen=True)
class Case:
    """A folder of sample_logs.

    ``takes`` are the files that are kept, ``edit`` changes them as a user's log is changed.

    ``misses`` and ``false_alarms`` say, by detector (or "verdict"), where the analyzer differs from
    the truth and why.
    """

    name: str
    scenario: str
    options: str
    takes: str
    edit: Edit | None = None
    issues: tuple[str, ...] = ()
    misses: tuple[tuple[str, str], ...] = ()
    false_alarms: tuple[tuple[str, str], ...] = ()


def cut(folder: Path) -> None:
    """Cut the last record of the event file, as a full disk does."""
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
        cells = [
            f"{float(row[name]) * (100 if 'accuracy' in name else 1):.5f}"
            for name in list(names)[1:]
        ]
        lines.append(";".join([row["epoch"], *(cell.replace(".", ",") for cell in cells)]))
    (folder / "registro.csv").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")


EVENTS = "**/events*"
CASES = (
    Case(
        "csv_decimal_comma_overfitting",
        "overfitting",
        "--format csv --seed 1",
        "metrics.csv",
        spreadsheet,
    ),
    Case(
        "csv_lr_too_low",
        "lr-too-low",
        "--format csv",
        "metrics.csv",
        misses=(
            (
                "verdict",
                "that the loss still falls is noted as likely, which is too little for a warning",
            ),
        ),
    ),
    Case("csv_no_zero_grad", "no-zero-grad", "--format csv", "metrics.csv"),
    Case(
        "csv_oscillating",
        "oscillating",
        "--format csv",
        "metrics.csv",
        misses=(
            (
                "overfitting",
                "the loss on fresh data ends 17 % above its lowest in a swing: a chance of one in three",
            ),
        ),
    ),
    Case(
        "csv_plateau",
        "plateau",
        "--format csvlogger",
        "training.csv",
        misses=(
            (
                "verdict",
                "the rate is too high until it drops; no detector says so, and the run ends well",
            ),
        ),
    ),
    Case("csv_small_validation_set", "small-validation-set", "--format csv", "metrics.csv"),
    Case(
        "csv_underfitting",
        "underfitting",
        "--format csv",
        "metrics.csv",
        misses=(
            ("verdict", "a linear model that has converged stands still; only that is seen"),
            (
                "underfitting",
                "the lowest loss that the data allow is not known, so a level that stays says nothing",
            ),
        ),
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
        cut,
        issues=("truncated_record",),
    ),
    Case("tensorboard_vanishing_gradient", "vanishing-gradient", "--format tensorboard", EVENTS),
    Case(
        "wandb_leakage",
        "leakage",
        "--format wandb",
        "**/*.wandb",
        misses=(
            (
                "overfitting",
                "nine validation rows in ten are training rows: the log shows the turn far too late",
            ),
        ),
    ),
    Case("wandb_lr_too_high", "lr-too-high", "--format wandb", "**/*.wandb"),
    Case("wandb_overfitting", "overfitting", "--format wandb --seed 2", "**/*.wandb"),
)


def main(wanted: Sequence[str]) -> None:
    names = set(wanted) - {"--expected"} or {case.name for case in CASES}
    for case in CASES:
        if case.name in names:
            (expect if "--expected" in wanted else make)(case)


def make(case: Case) -> None:
    with tempfile.TemporaryDirectory() as away:
        made = Path(away) / "run"
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
            str(made),
            "--device",
            "cpu",
            "--start-time",
            START,
            *options,
        ]
        one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}
        subprocess.run(command, check=True, cwd=HERE.parent, env=one_thread)  # noqa: S603 - our own command
        folder = HERE / case.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for path in sorted(made.glob(case.takes)):
            inside = path.relative_to(made) if "events" in case.takes else Path(path.name)
            target = folder / str(inside).replace(".trainer.", ".sample.")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        if case.edit:
            case.edit(folder)
        shutil.copyfile(made / "truth.toml", folder / "truth.toml")
    expect(case)


def expect(case: Case) -> None:
    """Write ``expected.toml`` out of ``truth.toml``."""
    folder = HERE / case.name
    text = expected(case, tomllib.loads((folder / "truth.toml").read_text(encoding="utf-8")))
    (folder / "expected.toml").write_text(text, encoding="utf-8")


DETECTORS = (
    "overfitting",
    "no_learning",
    "oscillation",
    "plateau",
)  # that have a label of their name


def expected(case: Case, truth: dict[str, Any]) -> str:
    """Return what today's detectors must find, with the range of its onset if there is one."""
    labels, built = truth["labels"], truth["constructed"]
    holds = {name for name, value in labels.items() if value.get("holds")}
    clear = [name for name in DETECTORS if not labels[name]["holds"] and not labels[name]["grey"]]
    lacks_room = "wider_network_train_loss" in built and (
        truth["measured"]["train_last"] > (1 + ROOM) * built["wider_network_train_loss"]
    )
    false, missed = dict(case.false_alarms), dict(case.misses)
    absent = [name for name in clear if name not in false]
    if holds == {"healthy"} and not labels["healthy"]["grey"] and "underfitting" not in false:
        absent.append("underfitting")
    if "diverged" not in holds:
        absent.append("non_finite")
    lines = [f'verdict = "{verdict(holds, lacks_room)}"', f"absent = {list_of(absent)}"]
    if case.issues:
        lines.append(f"issues = {list_of(case.issues)}")
    known = places(truth, holds, lacks_room)
    for name, place in known.items():
        if name not in missed:
            lines += ["", f"[found.{name}]", *place]
    for kind, marks in (("known_miss", missed), ("known_false_alarm", false)):
        for name, reason in marks.items():
            place = known.get(name, []) if kind == "known_miss" else []
            lines += ["", f"[{kind}.{name}]", *place, f'reason = "{reason}"']
    pending = [
        name for name in ("learning_rate_too_high", "learning_rate_too_low") if name in holds
    ]
    pending += ["leakage"] if built.get("leaked_share", 0) > 0.5 else []
    for name in pending:
        lines += ["", f"[pending.{name}]"]
    return "\n".join(lines) + "\n"


def verdict(holds: set[str], lacks_room: bool) -> str:
    """Return the one word for the labels: what makes a result useless first.

    Weights that jump before what they hit.
    """
    for name, word in (
        ("diverged", "diverged"),
        ("no_learning", "no_learning"),
        ("oscillation", "oscillation"),
        ("overfitting", "overfitting"),
        ("learning_rate_too_high", "oscillation"),
        ("undertrained", "undertrained"),
        ("learning_rate_too_low", "undertrained"),
    ):
        if name in holds:
            return word
    if lacks_room:
        return "underfitting"
    return "plateau" if "plateau" in holds else "healthy"


def places(truth: dict[str, Any], holds: set[str], lacks_room: bool) -> dict[str, list[str]]:
    """Return what the detectors of today must find, each with the stretch of its onset where there is one.

    An onset may lie a tenth of the run beside the measured stretch: a few hundred validation rows tell no better.
    """
    labels, slack = truth["labels"], truth["epochs"] // 10
    shift = truth["first_epoch_in_log"] - 1
    found: dict[str, list[str]] = {}
    if "overfitting" in holds:
        low, high = labels["overfitting"]["stretch"]
        found["overfitting"] = [f"epoch = [{max(1, low - slack) + shift}, {high + slack + shift}]"]
    if "diverged" in holds:
        at = truth["constructed"]["non_finite_epoch"] + shift
        found["non_finite"] = [f"epoch = [{at}, {at}]"]
    if (
        "plateau" in holds
        and not lacks_room
        and not holds & {"overfitting", "no_learning", "oscillation"}
    ):
        at = labels["plateau"]["onset"]
        found["plateau"] = [f"epoch = [{max(1, at - slack) + shift}, {at + slack + shift}]"]
    found |= {name: [] for name in ("no_learning", "oscillation") if name in holds}
    return {**found, "underfitting": []} if lacks_room or "undertrained" in holds else found


def list_of(names: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


if __name__ == "__main__":
    main(sys.argv[1:])
