"""Places, intervals and axes in words: epochs where they are known, steps elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.model.diagnosis import Finding, Onset
from analyzer.model.meta import RunMeta
from analyzer.model.run import Run
from analyzer.text import is_counted, words

EN, ES = words("en"), words("es")
RUN = synthetic.of_curves("made", {("val", "loss"): np.array([2.0, 1.0])})


@pytest.mark.parametrize(
    ("place", "english", "spanish"),
    [
        ({"step": 23000, "epoch": None}, "step 23,000", "el paso 23.000"),
        ({"step": 2300, "epoch": 23.0}, "epoch 23", "la época 23"),
        ({"step": 2300, "epoch": 23.5}, "epoch 23.5", "la época 23,5"),
        ({"step": 23000, "epoch": None, "alone": True}, "step 23,000", "paso 23.000"),
        ({"step": 2300, "epoch": 23.0, "alone": True}, "epoch 23", "época 23"),
        (
            {"step": 23, "epoch": 23.0, "counted": True, "alone": True},
            "epoch 23 (from 0)",
            "época 23 (contando desde 0)",
        ),
        (
            {"step": 23, "epoch": None, "counted": True},
            "step 23 (from 0)",
            "el paso 23 (contando desde 0)",
        ),
    ],
)
def test_a_place_is_an_epoch_where_one_is_known(
    place: dict[str, Any], english: str, spanish: str
) -> None:
    assert (EN.place(**place), ES.place(**place)) == (english, spanish)


def test_an_interval_is_in_epochs_where_they_are_known() -> None:
    known = Onset(2300, 23.0, 2100, 2600, 21.0, 26.5)
    assert (EN.interval(known), ES.interval(known)) == ("epochs 21 to 26.5", "épocas 21 a 26,5")
    single = Onset(2300, 23.0, 2300, 2300, 23.0, 23.0)
    assert (EN.interval(single), ES.interval(single)) == ("only epoch 23", "solo la época 23")
    unknown = Onset(2300, None, 21000, 26000)
    assert (EN.interval(unknown), ES.interval(unknown)) == (
        "steps 21,000 to 26,000",
        "pasos 21.000 a 26.000",
    )


def test_an_axis_says_where_its_epochs_were_counted() -> None:
    assert [EN.axis("step"), EN.axis("epoch"), EN.axis("epoch", counted=True)] == [
        "step",
        "epoch",
        "epoch (from 0)",
    ]
    assert ES.axis("step", counted=True) == "paso"


@pytest.mark.parametrize(
    ("axes", "counted"), [({}, True), ({"step": "Step"}, False), ({"epoch": "e"}, False)]
)
def test_epochs_are_counted_by_us_where_the_log_has_no_axis(
    axes: dict[str, str], counted: bool
) -> None:
    assert is_counted(Run("made", (), {}, RunMeta(axes=axes))) is counted


@pytest.mark.parametrize(
    ("epoch", "place", "alone"), [(3.0, "la época 3", "época 3"), (None, "el paso 40", "paso 40")]
)
def test_a_step_of_a_finding_is_named_as_its_onset_is(
    epoch: float | None, place: str, alone: str
) -> None:
    values = {"best_step": 40, "best_epoch": epoch}
    finding = Finding("reward_collapse", "info", "reward", "", None, values)
    named = ES.finding_values(finding, RUN)
    assert (named["best_place"], named["best_at"]) == (place, alone)
