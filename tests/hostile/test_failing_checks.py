"""A detector or a fact that raises anything is one check less; the others, and the page, go on."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from analyzer import registry
from analyzer.cli import main
from analyzer.detectors._base import Detector
from analyzer.engine import diagnose
from analyzer.facts._base import Fact
from analyzer.model.run import Run
from analyzer.reading.load import load
from tests.hostile.small import LOGS, saved

DETECTORS = registry.discover("analyzer.detectors", Detector)
FACTS = registry.discover("analyzer.facts", Fact)
ERRORS = (MemoryError(), RecursionError("deep"), OverflowError("large"), SystemExit(2), KeyError(1))
COMMANDS = ("check", "report", "comment", "inspect")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (found,) = load(saved(tmp_path, LOGS["csv"]))
    return found


def fails_with(monkeypatch: pytest.MonkeyPatch, kind: type, name: str, error: object) -> None:
    def fail(*_: object) -> None:
        raise error  # type: ignore[misc]

    monkeypatch.setattr(kind, name, fail)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("name", DETECTORS)
def test_a_detector_that_fails_is_one_check_that_failed(
    name: str, error: BaseException, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {check.detector: check for check in diagnose(run).checks}
    fails_with(monkeypatch, DETECTORS[name], "detect", error)
    for check in diagnose(run).checks:
        if check.detector == name:
            assert (check.status, check.reason) == ("error", "detector_error")
            assert check.reason_values["type"] == type(error).__name__
        else:
            assert check.status in (before[check.detector].status, "found")


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_that_fails_is_left_out(
    name: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dict(diagnose(run).facts)
    fails_with(monkeypatch, FACTS[name], "compute", MemoryError())
    before.pop(name, None)
    assert diagnose(run).facts.keys() == before.keys()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ["overfitting", "plateau", "non_finite"])
def test_no_command_ends_because_of_one_detector(
    name: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails_with(monkeypatch, DETECTORS[name], "detect", OverflowError("too large"))
    folder = saved(tmp_path, LOGS["csv"])
    result = CliRunner().invoke(main, [command, str(folder)])
    assert result.exit_code in (0, 1), result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("confidence", [float("nan"), -0.5, 2.0])
def test_a_confidence_that_is_not_a_share_is_an_error_of_the_check(
    confidence: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    example = DETECTORS["plateau"].example(1)
    detect = DETECTORS["plateau"].detect

    def sure(self: Detector, run: Run) -> list[object]:
        return [replace(found, confidence=confidence) for found in detect(self, run)]

    monkeypatch.setattr(DETECTORS["plateau"], "detect", sure)
    (check,) = [check for check in diagnose(example).checks if check.detector == "plateau"]
    assert check.status == "error"
