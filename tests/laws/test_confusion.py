"""Law 3: an example gives no unexplained warning but that of its own detector."""

from __future__ import annotations

import pytest

from analyzer import registry
from analyzer.detectors._base import Detector
from analyzer.engine import diagnose

DETECTORS = registry.discover("analyzer.detectors", Detector)


@pytest.mark.parametrize("name", DETECTORS)
def test_an_example_is_not_taken_for_another_condition(name: str) -> None:
    confused = {}
    for seed in range(30):
        findings = diagnose(DETECTORS[name].example(seed)).findings
        found = {finding.detector for finding in findings if finding.severity != "info"}
        if found != {name}:
            confused[seed] = found
    assert not confused, f"found by seed: {confused}"
