"""Whether other runs lie beside those that are read: it decides whose a file with settings is."""

from __future__ import annotations

from pathlib import Path

import pytest

import analyzer


def log(path: Path, *, noise: float = 0.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = "".join(f"{epoch},{1 / epoch + noise}\n" for epoch in range(1, 9))
    path.write_text(f"epoch,val_loss\n{rows}", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "text", "is_run"),
    [
        ("other.csv", "epoch,val_loss\n" + "".join(f"{e},{3 / e}\n" for e in range(1, 9)), True),
        ("predictions.csv", "truth,prediction\n" + "1,0\n" * 9, False),
        ("results.json", '{"test_accuracy": 0.9}', False),
        ("notes.txt", "nothing here\n", False),
    ],
)
def test_one_log_gets_the_settings_unless_another_run_lies_beside_it(
    tmp_path: Path, name: str, text: str, is_run: bool
) -> None:
    path = log(tmp_path / "own.csv")
    (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "config.json").write_text('{"lr": 0.1}', encoding="utf-8")
    (run,) = analyzer.load(path)
    assert run.config == ({} if is_run else {"lr": 0.1})
