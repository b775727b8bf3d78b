"""The trainer's command line: what it refuses and how, and what remains after Ctrl-C."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
import threading
import time
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

import analyzer
from analyzer.cli import main as cli
from analyzer.trainer.scenarios import SCENARIOS

pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer import command
from analyzer.trainer.command import main

QUICK = ["--epochs", "3", "--no-counterfactual", "--no-rich", "--device", "cpu"]


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return the single error line of a command that is refused."""
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    return printed.err


def test_an_unknown_scenario_gets_the_nearest_and_the_list(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    line = refused(capsys, "overfiting", "-o", str(tmp_path / "x"))
    assert 'unknown scenario "overfiting"; did you mean "overfitting"? Valid names:' in line
    assert all(name in line for name in SCENARIOS)


def test_a_name_like_no_other_gets_the_list(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert '"zzz"; valid names: fleet, remedies, steps, healthy' in refused(
        capsys, "zzz", "-o", str(tmp_path / "x")
    )


def test_a_command_like_a_scenario_is_suggested_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    line = refused(capsys, "remedie", "-o", str(tmp_path / "x"))
    assert 'did you mean "remedies"?' in line


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["healthy", "--format", "xml"], 'unknown format "xml"; valid formats: tensorboard,'),
        (["resumed", "--epochs", "2"], "needs at least 3"),
        (["red-wine"], "--data winequality-red.csv"),
        (["healthy", "--model", "dropout-batchnorm"], "only red-wine has a second model"),
        (["healthy", "--data", "x.csv"], "only red-wine takes --data"),
        (["red-wine", "--data", "x.csv"], "--data x.csv: no such file"),
        (["healthy", "--set", "dropout=1"], "must be a number from 0 to 0.99"),
        (["healthy", "--start-time", "nan"], 'since 1970, not "nan"'),
        (["healthy", "--start-time", "1e300"], 'since 1970, not "1e300"'),
        (["healthy", "--epochs", "0"], 'must be a whole number of at least 1, not "0"'),
        (["healthy", "--seed=-1"], 'from 0 to 2^32 - 1, not "-1"'),
        (["healthy", "--device", "tpu"], "--device"),
    ],
)
def test_a_command_that_makes_no_sense_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], line: str
) -> None:
    folder = tmp_path / "out"
    assert line in refused(capsys, *arguments, "-o", str(folder))
    assert not folder.exists()


def test_cuda_is_refused_without_a_cuda_device(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert "torch finds no CUDA device" in refused(
        capsys, "healthy", "-o", str(tmp_path / "x"), "--device", "cuda"
    )


def test_a_command_without_a_scenario_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "specify a scenario and -o DIR" in refused(capsys)


def test_a_folder_in_use_needs_force(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "run"
    assert main(["healthy", "-o", str(folder), *QUICK]) == 0
    capsys.readouterr()
    assert "is not empty; --force replaces an earlier run" in refused(
        capsys, "healthy", "-o", str(folder), *QUICK
    )
    assert main(["healthy", "-o", str(folder), *QUICK, "--force", "--format", "csv"]) == 0
    assert not list(folder.glob("events*"))


@pytest.mark.parametrize("framework", ["torch", "keras"])
def test_settings_can_be_changed_and_are_logged(tmp_path: Path, framework: str) -> None:
    settings = {
        "weight_decay": 0.02,
        "dropout": 0.25,
        "batch_size": 64,
        "learning_rate": 0.001,
        "optimizer": "momentum",
    }
    changes = [part for name, value in settings.items() for part in ("--set", f"{name}={value}")]
    options = ["--framework", framework, "--format", "tensorboard-split", *QUICK]
    command = [
        sys.executable,
        "-m",
        "analyzer.trainer",
        "overfitting",
        "-o",
        str(tmp_path / "run"),
        *changes,
        *options,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    (run,) = analyzer.load(tmp_path / "run")
    assert {name: run.config[name] for name in settings} == settings
    assert "wrong" not in tomllib.loads(
        (tmp_path / "run" / "truth.toml").read_text(encoding="utf-8")
    )


def test_a_disk_that_fills_up_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "metrics.csv")

    monkeypatch.setattr("analyzer.trainer.writers.csv_table._Table.add", full)
    line = refused(capsys, "healthy", "-o", str(tmp_path / "run"), *QUICK, "--format", "csv")
    assert "metrics.csv: No space left on device" in line


def test_a_shortened_run_does_not_claim_the_scenario_s_fault(tmp_path: Path) -> None:
    assert main(["diverging", "-o", str(tmp_path / "run"), *QUICK]) == 0
    assert "wrong" not in tomllib.loads(
        (tmp_path / "run" / "truth.toml").read_text(encoding="utf-8")
    )


def test_the_list_has_a_sentence_for_each_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert all(f"{scenario.name} {scenario.wrong}" in text for scenario in SCENARIOS.values())


def test_analyzer_train_passes_everything_on(tmp_path: Path) -> None:
    runner = CliRunner()
    assert "healthy" in runner.invoke(cli, ["train", "--list"]).output
    done = runner.invoke(cli, ["train", "healthy", "-o", str(tmp_path / "run"), *QUICK])
    assert done.exit_code == 0, done.output
    assert runner.invoke(cli, ["train", "nope", "-o", "x"]).exit_code == 2


def test_the_extra_is_named_if_torch_is_missing(tmp_path: Path) -> None:
    code = (
        "import sys\nsys.modules['torch'] = None\nfrom analyzer.cli import main\n"
        f"main(['train', 'healthy', '-o', {str(tmp_path / 'x')!r}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "comes with the extra: pip install '.[trainer]' in the checkout" in done.stderr


def test_the_trainer_runs_without_the_dependencies_of_the_analyzer(tmp_path: Path) -> None:
    hidden = (
        "click",
        "pandas",
        "rich",
        "babel",
        "jinja2",
        "yaml",
        "google_crc32c",
        "keras",
        "wandb",
        "scipy.stats",
    )
    code = (
        f"import sys\nsys.modules.update(dict.fromkeys({hidden!r}))\n"
        "from analyzer.trainer.command import main\n"
        f"sys.exit(main(['healthy', '-o', {str(tmp_path / 'x')!r}, *{QUICK!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for another process")
def test_ctrl_c_leaves_logs_that_the_analyzer_reads(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "analyzer.trainer",
        "overfitting",
        "--epochs",
        "100000",
        "--device",
        "cpu",
        "--format",
        "tensorboard",
        "--format",
        "csv",
        "-o",
        str(tmp_path / "run"),
    ]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    table = tmp_path / "run" / "csv" / "metrics.csv"
    for _ in range(600):
        if table.exists() and table.read_text(encoding="utf-8").count("\n") > 8:
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, printed = process.communicate(timeout=60)
    assert process.returncode == 130
    assert printed.count("\n") == 1
    assert "interrupted" in printed
    runs = analyzer.load(tmp_path / "run")
    assert {run.name for run in runs} <= {"csv", "tensorboard"}  # or one run in both
    assert all(
        len(run.curve("loss", "val")) >= 8 and {issue.severity for issue in run.issues} <= {"info"}
        for run in runs
    )
    assert "is_complete = false" in (tmp_path / "run" / "truth.toml").read_text(encoding="utf-8")


def test_a_writers_thread_that_cannot_write_shows_no_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[BaseException | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda failure: shown.append(failure.exc_value))

    def fail(error: Exception) -> None:
        raise error

    odd = ValueError("odd")
    with command._quiet_threads():
        for error in (OSError(errno.ENOSPC, "No space left on device"), odd):
            thread = threading.Thread(target=fail, args=(error,))
            thread.start()
            thread.join()
    assert shown == [odd]


def test_ends_with_what_it_wrote_and_the_next_command(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    output = tmp_path / "my run"
    assert main(["healthy", "-o", str(output), "--format", "csv", *QUICK]) == 0
    folder, wrote, following = capsys.readouterr().out.splitlines()
    assert folder == str(output)
    assert wrote.startswith("wrote: ")
    assert "truth.toml" in wrote
    assert following == f"next: analyzer report '{output}'"
