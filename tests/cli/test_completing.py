"""What a shell completes: commands, checks, verdicts, remedies, scenarios and paths."""

from __future__ import annotations

import pytest
from click.shell_completion import ShellComplete

from analyzer.advice.remedies import REMEDIES
from analyzer.cli import main
from analyzer.trainer.command import _OTHERS
from analyzer.trainer.scenarios import SCENARIOS


def completed(*words: str) -> list[str]:
    """Return what the last word may become; a path is shown as its type."""
    items = ShellComplete(main, {}, "analyzer", "_C").get_completions(list(words[:-1]), words[-1])
    return [item.value if item.type == "plain" else item.type for item in items]


def test_a_detector_a_verdict_and_a_remedy_are_completed() -> None:
    assert completed("explain", "over") == ["overfitting"]
    assert completed("explain", "plat") == ["plateau"]
    assert completed("explain", "diverg") == ["diverged", "divergencia"]
    assert set(REMEDIES) <= set(completed("explain", ""))


def test_a_scenario_is_completed_and_then_a_path() -> None:
    assert completed("train", "") == sorted([*SCENARIOS, *_OTHERS])
    assert "overfitting" in completed("train", "overf")
    assert completed("train", "overfitting", "ru") == ["file"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [(("rep",), "report"), (("report", ""), "file"), (("report", "x", "--la"), "--lang")],
)
def test_commands_options_and_paths_are_completed(words: tuple[str, ...], expected: str) -> None:
    assert expected in completed(*words)


def test_words_of_an_option_are_completed() -> None:
    assert completed("report", "x", "--lang", "") == ["en", "es"]
