"""Where the values that are no scalars stand, and which steps of them are shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from analyzer.views import _media
from analyzer.views._all import views_of
from analyzer.views._media import event_tags, read_moments, shortened, thinned, wandb_tags
from tests.views.conftest import histo


def test_steps_are_thinned_evenly_with_both_ends() -> None:
    assert thinned(list(range(100)), 4) == [0, 33, 66, 99]
    assert thinned([3, 5], 4) == [3, 5]


def test_long_names_are_cut_and_control_characters_shown() -> None:
    assert len(shortened("x" * 500)) == 120
    assert "\x1b" not in shortened("a\x1b[31m")


def test_places_lead_back_to_the_values(write_events) -> None:
    values = [(step, histo("a", np.arange(5) + step)) for step in (7, 2)]
    tags = event_tags(write_events(values), "histogram")
    assert [place.step for place in tags["a"]] == [2, 7]
    found = {place.step: value.histo.max for place, value in read_moments(tags["a"])}
    assert found == {2: 6.0, 7: 11.0}


def test_a_log_without_such_values_is_not_opened_again(write_events, monkeypatch) -> None:
    run = write_events([])
    monkeypatch.setattr(_media, "media_places", lambda path: 1 / 0)
    assert event_tags(run, "histogram") == {}


def test_a_file_that_is_gone_costs_its_views_alone(write_events) -> None:
    run = write_events([(1, histo("a", np.arange(5)))])
    Path(run.paths[0]).unlink()
    assert views_of(run) == {}


def test_w_and_b_values_are_kept_for_some_steps(write_wandb) -> None:
    one = {"_type": "histogram", "values": [1, 2], "bins": [0, 1, 2]}
    run = write_wandb([{"h": one} for _ in range(9)])
    assert list(wandb_tags(run, "histogram", 3)["h"]) == [0, 4, 8]
    assert wandb_tags(replace(run, paths=()), "histogram", 3) == {}
