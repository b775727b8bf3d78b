"""The trainer's command line: what it refuses and how, and what it leaves after Ctrl-C."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

import analyzer
from analyzer.cli import main as cli
from analyzer.trainer.scenarios import SCENARIOS

torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.trainer import data  # noqa: E402 - behind the skip
from analyzer.trainer.choices import changed  # noqa: E402
from analyzer.trainer.command import main  # noqa: E402
from analyzer.trainer.loop import Trainee  # noqa: E402

QUICK = ["--epochs", "3", "--no-counterfactual", "--no-rich", "--device", "cpu"]


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return the one line that a command is refused with."""
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


def test_an_unknown_scenario_gets_the_nearest_and_the_list(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    line = refused(capsys, "overfiting", "-o", str(tmp_path / "x"))
    assert 'unknown scenario "overfiting"; did you mean "overfitting"? There are:' in line
    assert all(name in line for name in SCENARIOS)


def test_a_name_like_no_other_gets_the_list(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert '"zzz"; there are: fleet, healthy' in refused(capsys, "zzz", "-o", str(tmp_path / "x"))


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["healthy", "--format", "xml"], 'unknown format "xml"; there are: tensorboard,'),
        (
            ["healthy", "--framework", "torch", "--format", "csvlogger"],
            "--format csvlogger: a run in torch",
        ),
        (["healthy", "--format", "csvlogger", "--format", "csv"], "--format csv: a run in keras"),
        (["no-zero-grad", "--framework", "keras"], "no-zero-grad: is made with torch only"),
        (["resumed", "--format", "wandb"], "W&B takes no step twice"),
        (["resumed", "--epochs", "2"], "needs 3 epochs"),
        (["red-wine"], "--data winequality-red.csv"),
        (["healthy", "--model", "dropout-batchnorm"], "only red-wine has a second model"),
        (["healthy", "--data", "x.csv"], "only red-wine reads a table"),
        (["red-wine", "--data", "x.csv"], "--data x.csv: no such file"),
        (["healthy", "--set", "dropuot=0.5"], 'unknown setting "dropuot"; did you mean "dropout"?'),
        (["healthy", "--set", "dropout"], "write NAME=VALUE, such as dropout=0.5"),
        (["healthy", "--set", "dropout=1"], "a number from 0 to 0.99 is wanted"),
        (["healthy", "--set", "weight_decay=nan"], "a number from 0 to 1000 is wanted"),
        (["healthy", "--set", "batch_size=2.5"], "a whole number from 1 to 1048576 is wanted"),
        (["healthy", "--set", "optimizer=adma"], 'unknown optimizer "adma"; did you mean "adam"?'),
        (["red-wine", "--set", "dropout=0.5"], "takes no --set"),
        (["healthy", "--start-time", "nan"], '"nan" is no time'),
        (["healthy", "--start-time", "1e300"], '"1e300" is no time'),
        (["healthy", "--epochs", "0"], '"0" is no whole number from 1'),
        (["healthy", "--seed", "-1"], "--seed"),
        (["healthy", "--device", "tpu"], "--device"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], line: str
) -> None:
    folder = tmp_path / "out"
    assert line in refused(capsys, *arguments, "-o", str(folder))
    assert not folder.exists()


def test_cuda_where_there_is_none_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert "no CUDA device" in refused(
        capsys, "healthy", "-o", str(tmp_path / "x"), "--device", "cuda"
    )


def test_nothing_to_do_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert "give a scenario and -o DIR" in refused(capsys)


def test_a_folder_that_holds_something_needs_force(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    assert main(["healthy", "-o", str(folder), *QUICK]) == 0
    capsys.readouterr()
    assert "holds something already; --force replaces it" in refused(
        capsys, "healthy", "-o", str(folder), *QUICK
    )
    assert main(["healthy", "-o", str(folder), *QUICK, "--force", "--format", "csv"]) == 0
    assert not list(folder.glob("events*"))


@pytest.mark.parametrize("framework", ["torch", "keras"])
def test_one_thing_can_be_changed_and_is_logged(tmp_path: Path, framework: str) -> None:
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


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "momentum"])
def test_weight_decay_makes_the_weights_small(optimizer: str) -> None:
    def size(decay: float) -> float:
        one = changed(SCENARIOS["overfitting"], [f"optimizer={optimizer}", f"weight_decay={decay}"])
        trainee = Trainee(one, data.make(one, 0), device=torch.device("cpu"), seed=0)
        for epoch in range(3):
            list(trainee.epoch(epoch + 1))
        return sum(float(weights.detach().square().sum()) for weights in trainee.model.parameters())

    assert size(0.1) < 0.99 * size(0.0)


@pytest.mark.parametrize("name", ["notes.md", "thesis/thesis.tex"])
def test_force_spares_what_lies_beside_an_earlier_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "run"
    assert main(["healthy", "-o", str(folder), *QUICK]) == 0
    capsys.readouterr()
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("mine", encoding="utf-8")
    before = sorted(folder.rglob("*"))
    assert f"holds {name}, which" in refused(
        capsys, "healthy", "-o", str(folder), "--force", *QUICK
    )
    assert sorted(folder.rglob("*")) == before


def test_a_manifest_of_another_program_is_no_mark_of_ours(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "manifest.json").write_text('{"name": "my web app"}', encoding="utf-8")
    assert "did not write" in refused(capsys, "healthy", "-o", str(tmp_path), "--force", *QUICK)
    assert (tmp_path / "manifest.json").exists()


def test_a_folder_that_cannot_be_made_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    assert "cannot be made" in refused(
        capsys, "healthy", "-o", str(tmp_path / "file" / "x"), *QUICK
    )
    assert "name too long" in refused(capsys, "healthy", "-o", str(tmp_path / ("x" * 300)), *QUICK)


def test_a_disk_that_fills_up_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "metrics.csv")

    monkeypatch.setattr("analyzer.trainer.writers.csv_table._Table.add", full)
    said = refused(capsys, "healthy", "-o", str(tmp_path / "run"), *QUICK, "--format", "csv")
    assert "metrics.csv: No space left on device" in said


def test_a_shortened_run_does_not_claim_the_scenario_s_fault(tmp_path: Path) -> None:
    assert main(["diverging", "-o", str(tmp_path / "run"), *QUICK]) == 0
    assert "wrong" not in tomllib.loads(
        (tmp_path / "run" / "truth.toml").read_text(encoding="utf-8")
    )


def test_force_spares_a_folder_that_the_trainer_did_not_write(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    assert "did not write" in refused(capsys, "healthy", "-o", str(tmp_path), "--force", *QUICK)
    assert (tmp_path / "thesis.txt").exists()


def test_a_file_in_the_place_of_the_folder_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.touch()
    assert "is a file" in refused(capsys, "healthy", "-o", str(path), *QUICK)


def test_the_list_has_a_sentence_for_each_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert all(f"{scenario.name} {scenario.wrong}" in text for scenario in SCENARIOS.values())


def test_analyzer_train_hands_everything_on(tmp_path: Path) -> None:
    runner = CliRunner()
    assert "healthy" in runner.invoke(cli, ["train", "--list"]).output
    done = runner.invoke(cli, ["train", "healthy", "-o", str(tmp_path / "run"), *QUICK])
    assert done.exit_code == 0, done.output
    assert runner.invoke(cli, ["train", "nope", "-o", "x"]).exit_code == 2


def test_where_torch_is_missing_the_extra_is_named(tmp_path: Path) -> None:
    code = (
        "import sys\nsys.modules['torch'] = None\nfrom analyzer.cli import main\n"
        f"main(['train', 'healthy', '-o', {str(tmp_path / 'x')!r}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "needs the extra: pip install 'training-log-analyzer[trainer]'" in done.stderr


def test_the_trainer_runs_without_what_the_analyzer_needs(tmp_path: Path) -> None:
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
        f"import sys\nsys.modules.update(dict.fromkeys({hidden!r}))\nfrom analyzer.trainer.command import main\n"
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
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.count("\n") == 1
    assert "interrupted" in said
    runs = analyzer.load(tmp_path / "run")
    assert {run.name for run in runs} == {"csv", "tensorboard"}
    assert all(len(run.curve("loss", "val")) >= 8 and run.issues == () for run in runs)
    assert "is_complete = false" in (tmp_path / "run" / "truth.toml").read_text(encoding="utf-8")
