"""Every view: its words in both languages, and a failure that costs only itself."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from analyzer import registry, resources, synthetic
from analyzer.views import _all
from analyzer.views._base import Content, View
from tests.views.conftest import histo, image, png

VIEWS = sorted(registry.discover("analyzer.views", View))


def flat(table: Any, path: str = "") -> dict[str, str]:
    """Return the texts of a table of words by their path."""
    if isinstance(table, str):
        return {path: table}
    items = table.items() if isinstance(table, dict) else enumerate(table)
    found: dict[str, str] = {}
    for key, value in items:
        found |= flat(value, f"{path}/{key}")
    return found


@pytest.mark.parametrize("name", VIEWS)
def test_both_languages_say_the_same_with_the_same_values(name: str) -> None:
    words = resources.words(name)
    english, spanish = flat(words["en"]), flat(words["es"])
    assert english.keys() == spanish.keys()
    for path, text in english.items():
        held = re.findall(r"\{(\w+)", text)
        assert set(held) == set(re.findall(r"\{(\w+)", spanish[path])), path


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_says_what_it_looks_for_and_its_limits(name: str) -> None:
    for language in resources.words(name).values():
        assert all(language[key] for key in ("title", "looks_for", "how", "limits"))


def test_no_view_reads_a_run_without_files() -> None:
    assert _all.views_of(synthetic.overfitting(3).run) == {}


def test_a_view_that_fails_costs_itself_alone(write_events, monkeypatch) -> None:
    def fail(self: View, run: object) -> Content | None:
        raise RuntimeError

    run = write_events([(1, histo("a/weights", np.arange(9))), (1, image("b", png()))])
    kinds = registry.discover("analyzer.views", View)
    monkeypatch.setattr(kinds["histograms"], "read", fail)
    assert list(_all.views_of(run)) == ["images"]
