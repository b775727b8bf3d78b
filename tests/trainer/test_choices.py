"""Which settings, formats and frameworks fit together."""

from __future__ import annotations

import pytest

from analyzer.errors import AnalyzerError
from analyzer.trainer.choices import changed, choose
from analyzer.trainer.scenarios import SCENARIOS

HEALTHY = SCENARIOS["healthy"]


def test_settings_change_the_scenario_and_its_network() -> None:
    settings = ["learning_rate=0.5", "batch_size=7", "dropout=0.25", "optimizer=sgd"]
    scenario = changed(HEALTHY, settings)
    assert (scenario.lr, scenario.batch, scenario.optimizer) == (0.5, 7, "sgd")
    assert scenario.network.dropout == 0.25
    assert isinstance(scenario.batch, int)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("dropuot=0.5", 'unknown setting "dropuot"; did you mean "dropout"?'),
        ("dropout", "write NAME=VALUE, e.g. dropout=0.5"),
        ("dropout=1", "--set dropout=1: must be a number from 0 to 0.99"),
        ("dropout=much", "--set dropout=much: must be a number from 0 to 0.99"),
        ("weight_decay=nan", "must be a number from 0 to 1000"),
        ("batch_size=2.5", "must be a whole number from 1 to 1048576"),
        ("optimizer=adma", 'unknown optimizer "adma"; did you mean "adam"?'),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(setting: str, message: str) -> None:
    with pytest.raises(AnalyzerError) as caught:
        changed(HEALTHY, [setting])
    assert message in str(caught.value)


def test_the_course_takes_no_settings() -> None:
    with pytest.raises(AnalyzerError, match="takes no --set"):
        changed(SCENARIOS["red-wine"], ["dropout=0.5"])


def test_the_default_format_follows_the_framework() -> None:
    assert choose(HEALTHY, None, None) == (("tensorboard",), "torch")
    assert choose(HEALTHY, None, "keras") == (("keras-history",), "keras")
    assert choose(SCENARIOS["red-wine"], None, None) == (("keras-history",), "keras")


def test_a_format_of_keras_implies_the_framework_and_repeats_count_once() -> None:
    formats = ["csvlogger", "tensorboard-split", "csvlogger"]
    assert choose(HEALTHY, formats, None) == (("csvlogger", "tensorboard-split"), "keras")


@pytest.mark.parametrize(
    ("scenario", "formats", "framework", "message"),
    [
        ("healthy", ["xml"], None, 'unknown format "xml"; valid formats: tensorboard,'),
        ("healthy", ["csvlogger"], "torch", "--format csvlogger: not available with torch"),
        ("healthy", ["csvlogger", "csv"], None, "--format csv: not available with keras"),
        ("no-zero-grad", None, "keras", "no-zero-grad: supports only torch, not keras"),
        ("resumed", ["wandb"], None, "W&B cannot log a step twice"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    scenario: str, formats: list[str] | None, framework: str | None, message: str
) -> None:
    with pytest.raises(AnalyzerError) as caught:
        choose(SCENARIOS[scenario], formats, framework)
    assert message in str(caught.value)
