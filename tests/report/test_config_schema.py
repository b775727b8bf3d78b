from analyzer import registry
from analyzer.config import SETTINGS
from analyzer.detectors._base import Detector
from analyzer.report.config_schema import config_schema


def test_it_has_every_setting() -> None:
    assert set(config_schema()["properties"]) == set(SETTINGS)


def test_every_threshold_has_its_default_range_and_reason() -> None:
    detectors = config_schema()["properties"]["detectors"]["properties"]
    assert set(detectors) == set(registry.discover("analyzer.detectors", Detector))
    for table in detectors.values():
        for threshold in table["properties"].values():
            assert threshold["description"]
            low, high = threshold.get("minimum"), threshold.get("maximum")
            assert low is None or low <= threshold["default"]
            assert high is None or threshold["default"] <= high
