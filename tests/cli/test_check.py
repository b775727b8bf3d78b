"""Check: a line for each run, and the exit code of the gate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from analyzer import engine
from analyzer.model.diagnosis import Best
from analyzer.model.run import Run
from analyzer.resources import folder


def test_check_prints_a_line_for_each_run(
    call: Callable[..., Result], healthy: Path, overfitted: Path
) -> None:
    result = call("check", healthy.parent)
    assert result.exit_code == 0
    good, over = result.stdout.splitlines()
    assert good == "good: healthy"
    assert over.startswith("over: overfitting, epoch ")
    assert result.stderr == ""


def test_check_prints_what_is_at_or_above_the_limit(
    call: Callable[..., Result], overfitted: Path
) -> None:
    assert "Overfitting" not in call("check", overfitted).stdout
    assert "warning: Overfitting" in call("check", overfitted, "--fail-on", "warning").stdout


def test_check_is_a_gate(call: Callable[..., Result], healthy: Path) -> None:
    assert call("check", healthy, "--require", "val_loss<99").exit_code == 0
    failed = call("check", healthy, "--require", "val_loss<0.0001", "--junit", "junit.xml")
    assert failed.exit_code == 1
    assert "val_loss<0.0001: failed; is" in failed.stdout
    assert "<failure" in Path("junit.xml").read_text(encoding="utf-8")
    wrong = call("check", healthy, "--require", "val_loss")
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (2, 1)


def test_without_a_limit_check_fails_on_critical_and_report_never(
    call: Callable[..., Result], diverged: Path, overfitted: Path
) -> None:
    assert call("check", diverged).exit_code == 1
    assert call("check", overfitted).exit_code == 0
    assert call("report", diverged).exit_code == 0


def test_split_files_makes_each_event_file_a_run(call: Callable[..., Result]) -> None:
    log = folder("sample_logs") / "tensorboard_resumed"
    assert len(call("check", log).stdout.splitlines()) == 1
    lines = call("check", log, "--split-files").stdout.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "events.out.tfevents.1767225600",
        "events.out.tfevents.1767229200",
    ]


def test_a_run_that_the_memory_does_not_suffice_for_costs_itself(
    call: Callable[..., Result],
    healthy: Path,
    overfitted: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual = engine.best_of

    def short_of_memory(run: Run) -> Best | None:
        if run.name == "over" and run.series:
            raise MemoryError
        return usual(run)

    monkeypatch.setattr(engine, "best_of", short_of_memory)
    result = call("check", healthy.parent)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == ["good: healthy", "over: inconclusive"]
    assert "not enough memory to judge its" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "la memoria no alcanza" in call("check", healthy.parent, "--lang", "es").stderr


def test_a_typo_in_a_requirement_is_told_the_closest_name(
    call: Callable[..., Result], healthy: Path
) -> None:
    shown = call("check", healthy, "--require", "val_los<0.5", "--require", "colour<1").stdout
    assert "val_los<0.5: failed; cannot be judged: not logged; did you mean val_loss?" in shown
    assert shown.endswith("colour<1: failed; cannot be judged: not logged\n")
    spanish = call("check", healthy, "--require", "val_los<0.5", "--lang", "es").stdout
    assert "¿quiso decir val_loss?" in spanish
