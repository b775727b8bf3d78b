"""Law 3: on the example of a detector, its own finding is the only unexplained warning or critical."""

from __future__ import annotations

import pytest

from analyzer import registry
from analyzer.detectors._base import Detector
from analyzer.engine import diagnose

DETECTORS = registry.discover("analyzer.detectors", Detector)


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("name", DETECTORS)
def test_an_example_is_not_taken_for_another_condition(name: str, seed: int) -> None:
    found = {
        one.detector
        for one in diagnose(DETECTORS[name].example(seed)).findings
        if one.severity != "info"
    }
    assert found == {name}
