"""A log that is piped in: its format is told from its first bytes, and no copy stays."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analyzer import synthetic
from analyzer.cli import main
from analyzer.cli._stdin import suffix_of

RUN = synthetic.overfitting(2, epochs=60).run
CURVES = {
    "loss": RUN.curve("loss", "train").value.tolist(),
    "val_loss": RUN.curve("loss", "val").value.tolist(),
}
ROWS = [dict(zip(CURVES, values, strict=True)) for values in zip(*CURVES.values(), strict=True)]
PIPED = {
    "json": json.dumps(CURVES),
    "json over lines": json.dumps(CURVES, indent=2),
    "json lines": "".join(json.dumps({"epoch": at, **row}) + "\n" for at, row in enumerate(ROWS)),
    "csv": "epoch,loss,val_loss\n"
    + "".join(f"{at},{row['loss']!r},{row['val_loss']!r}\n" for at, row in enumerate(ROWS)),
    "tabs": "epoch\tloss\tval_loss\n"
    + "".join(f"{at}\t{row['loss']!r}\t{row['val_loss']!r}\n" for at, row in enumerate(ROWS)),
    "text": "".join(
        f"epoch {at}: loss={row['loss']:.6f}, val_loss={row['val_loss']:.6f}\n"
        for at, row in enumerate(ROWS)
    ),
}


def piped(content: str | bytes, *args: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(arg) for arg in args], input=content)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(autouse=True)
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.parametrize("kind", PIPED)
def test_a_piped_log_is_judged_as_its_file(kind: str, copies: Path) -> None:
    made = piped(PIPED[kind], "check", "-")
    assert made.stdout.startswith("stdin: overfitting, epoch"), made.output
    assert list(copies.iterdir()) == []


def test_every_command_that_reads_one_path_takes_it(copies: Path) -> None:
    assert piped(PIPED["csv"], "report", "-", "-o", "out.html").exit_code == 0
    assert piped(PIPED["csv"], "export", "-", "-o", "out.csv").exit_code == 0
    assert "val_loss" in piped(PIPED["csv"], "inspect", "-").stdout
    page = Path("out.html").read_text(encoding="utf-8")
    assert str(copies) not in page + Path("out.csv").read_text(encoding="utf-8")


def test_several_runs_are_told_without_a_command_on_the_copy(copies: Path) -> None:
    rows = [f"{name},{at},{1 / (at + 1)}\n" for name in ("a", "b") for at in range(20)]
    made = piped("run,step,loss\n" + "".join(rows), "report", "-", "-o", "out.html")
    assert made.exit_code == 2
    assert made.stderr.startswith("-: contains 2 runs")
    assert made.stderr.endswith("pick one with --run NAME\n")


@pytest.mark.parametrize("content", ["", " \n\n"])
def test_an_empty_pipe_is_one_line(content: str) -> None:
    made = piped(content, "report", "-")
    assert made.exit_code == 2
    assert made.stderr == ("-: standard input is empty; is the command before the pipe right?\n")


def test_what_is_no_log_is_one_line_without_the_copy(copies: Path) -> None:
    for command in ("report", "check", "inspect"):
        made = piped("hello\n", command, "-")
        assert made.exit_code == 4
        assert str(copies) not in made.output


def test_a_terminal_is_told_to_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    def is_terminal() -> bool:
        return True

    class Terminal:
        isatty = staticmethod(is_terminal)

    monkeypatch.setattr(sys, "stdin", Terminal())
    with pytest.raises(SystemExit):
        main.main(["report", "-"], standalone_mode=False)


@pytest.mark.parametrize(
    ("head", "suffix"),
    [
        (b'{"loss": [1, 2]}', ".json"),
        (b'{\n "loss": [1, 2]}', ".json"),
        (b'[{"loss": 1}]', ".json"),
        (b'{"loss": 1}\n{"loss": 2}\n', ".jsonl"),
        (b"[1, 2]", ".json"),
        (b"[[1, 2], [3, 4]]", ".json"),
        (b"[2026-01-01 10:00] epoch 1 loss 2", ".log"),
        (b"[1,  2000] loss: 1.9", ".log"),
        (b"[INFO] epoch 1 loss 2", ".log"),
        (b"# lr = 0.1\nepoch,loss\n1,2\n", ".csv"),
        (b"\xef\xbb\xbfepoch;loss\n1;2,5\n", ".csv"),
        (b"epoch 1, loss: 2\nepoch 2, loss: 1\n", ".log"),
        (b"hello", ".log"),
    ],
)
def test_the_suffix_follows_the_first_bytes(head: bytes, suffix: str) -> None:
    assert suffix_of(head) == suffix
