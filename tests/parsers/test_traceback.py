"""The exception in which console output ends is named, bounded and harmless; no other is."""

from __future__ import annotations

from pathlib import Path

import pytest

import analyzer
from analyzer.model.run import Run
from analyzer.reading.load import load, scan

ROWS = "".join(
    f"epoch {at}: loss {1 / (at + 1):.4f} val_loss {1.1 / (at + 1):.4f}\n" for at in range(12)
)
TRACEBACK = (
    "Traceback (most recent call last):\n"
    '  File "/home/ana/train.py", line 81, in <module>\n'
    "    print(metrics['val'])\n"
    "          ~~~~~~~^^^^^^^\n"
    "KeyError: 'val'\n"
)


def run_of(folder: Path, text: str) -> Run:
    path = folder / "train.log"
    path.write_text(text, encoding="utf-8")
    (run,) = load(path)
    return run


def exception_of(folder: Path, text: str) -> str:
    return run_of(folder, text).meta.exception


def test_a_log_that_ends_in_a_traceback_names_its_exception(tmp_path: Path) -> None:
    run = run_of(tmp_path, ROWS + TRACEBACK)
    assert run.meta.exception == "KeyError: 'val'"
    (issue,) = (issue for issue in run.issues if issue.key == "ends_in_traceback")
    assert "the log ends in a traceback: KeyError: 'val'." in str(issue)
    assert issue.severity == "info"


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (TRACEBACK.replace("KeyError: 'val'", "KeyboardInterrupt"), "KeyboardInterrupt"),
        (
            TRACEBACK.replace("KeyError: 'val'", "torch.cuda.OutOfMemoryError: CUDA out of memory"),
            "torch.cuda.OutOfMemoryError: CUDA out of memory",
        ),
        ("".join(f"[rank0]: {line}\n" for line in TRACEBACK.splitlines()), "KeyError: 'val'"),
        (TRACEBACK + "wandb: Run history:\nwandb: loss 0.5\n" * 20, "KeyError: 'val'"),
        (TRACEBACK + "srun: error: node1: task 0: Exited with exit code 1\n", "KeyError: 'val'"),
        (
            TRACEBACK + "\nDuring handling of the above exception, another exception occurred:\n\n"
            'Traceback (most recent call last):\n  File "a.py", line 1\nValueError: no\n',
            "ValueError: no",
        ),
        (
            TRACEBACK + 'Traceback (most recent call last):\n  File "run.py", line 2\n'
            "torch.distributed.elastic.multiprocessing.errors.ChildFailedError: \n",
            "KeyError: 'val'",
        ),
        (
            "╭─ Traceback (most recent call last) ─╮\n│ train.py:81 │\n╰──╯\nKeyError: 'val'\n",
            "KeyError: 'val'",
        ),
    ],
    ids=["stop", "memory", "rank", "wandb", "slurm", "chained", "torchrun", "rich"],
)
def test_usual_ends_are_read(tmp_path: Path, end: str, said: str) -> None:
    assert exception_of(tmp_path, ROWS + end) == said


@pytest.mark.parametrize(
    "text",
    [
        ROWS,
        ROWS[: len(ROWS) // 2] + TRACEBACK + ROWS[len(ROWS) // 2 :],
        ROWS + TRACEBACK + "saved a checkpoint\n" * 30,
        ROWS + 'Traceback (most recent call last):\n  File "a.py", line 1, in <mod',
        ROWS + "KeyError: 'val'\n",
    ],
    ids=["none", "went on", "much later", "cut", "no traceback"],
)
def test_what_did_not_end_the_log_is_not_named(tmp_path: Path, text: str) -> None:
    assert exception_of(tmp_path, text) == ""


def test_the_line_is_bounded_and_shows_no_path_and_no_secret(tmp_path: Path) -> None:
    said = (
        "OSError: [Errno 2] No such file: '/home/ana/data/train.bin' api_key=sk-123456 " + "x" * 500
    )
    found = exception_of(tmp_path, ROWS + TRACEBACK.replace("KeyError: 'val'", said))
    assert found.startswith("OSError: [Errno 2] No such file: 'train.bin' api_key=*** x")
    assert len(found) == 160
    odd = TRACEBACK.replace("'val'", "<script>alert(1)</script> \x07‮{0}")
    run = run_of(tmp_path, ROWS + odd)
    page = tmp_path / "report.html"
    analyzer.write_report(analyzer.diagnose(run), page)
    content = page.read_text(encoding="utf-8")
    assert "KeyError: &lt;script&gt;" in content
    assert "<script>alert" not in content
    assert "\x07" not in content


def test_the_end_of_a_long_log_is_read(tmp_path: Path) -> None:
    assert exception_of(tmp_path, ROWS + "waiting\n" * 30000 + TRACEBACK) == "KeyError: 'val'"


def reason_of(folder: Path, text: str, name: str = "output.log") -> tuple[str, str]:
    (folder / name).write_text(text, encoding="utf-8")
    (skipped,) = scan(folder).skipped
    return skipped.key, skipped.values.get("exception", "")


@pytest.mark.parametrize(
    "text",
    [
        TRACEBACK,
        "2026-01-02 10:11:12,345 INFO Loading 60000 images, torch 2.13.0\n" + TRACEBACK,
        TRACEBACK.replace("print(metrics['val'])", "print('epoch 1 loss 0.5')"),
        "Epoch 1/10\n" + TRACEBACK,
        TRACEBACK.replace("'val'", "3.5") + "\nDuring handling of it:\n\n" + TRACEBACK,
        TRACEBACK + "srun: error: node1: task 0: Exited with exit code 1\n",
    ],
)
def test_a_crash_before_the_first_point_is_told(text: str, tmp_path: Path) -> None:
    assert reason_of(tmp_path, text) == ("ends_in_exception", "KeyError: 'val'")


def test_few_points_before_a_crash_are_points(tmp_path: Path) -> None:
    for line in (
        "epoch {at} loss {at}\n",
        "epoch {at}: acc = 0.{at}\n",
        "Epoch {at}, acc: {at}%\n",
    ):
        text = line.format(at=1) + line.format(at=2) + TRACEBACK
        key, _ = reason_of(tmp_path, text)
        assert key in ("text_few_rows", "not_a_log")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("the value was 0.53\n" + TRACEBACK, "output.log"),
        (TRACEBACK + "caught; value 0.53\n" + TRACEBACK, "output.log"),
        (TRACEBACK + "value 0.53\n", "output.log"),
        (TRACEBACK + "and so on\n" * 30, "output.log"),
        (TRACEBACK, "README.md"),
        ("Traceback (most recent call last) is what Python prints.\n", "notes.txt"),
    ],
)
def test_what_may_hold_a_point_or_is_no_output_has_no_such_end(
    text: str, name: str, tmp_path: Path
) -> None:
    assert reason_of(tmp_path, text, name) == ("not_a_log", "")
