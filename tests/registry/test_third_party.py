"""A plug-in of a third party is used, or left out with one warning."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer import registry
from analyzer.config import Config
from analyzer.detectors._base import Detector
from analyzer.errors import PluginWarning
from analyzer.registry.third_party import built_in, installed

Install = Callable[..., Path]
OWN = "from analyzer.detectors._base import Detector as Plugin"


def discover() -> dict[str, type[Detector]]:
    return registry.discover("analyzer.detectors", Detector)


def test_the_name_of_the_entry_point_is_the_id_and_ours_come_first(install: Install) -> None:
    install("another")
    assert list(discover()) == [*built_in("analyzer.detectors"), "another"]
    assert list(Config(disable=("plateau",)).configured())[-1] == "another"
    assert "another" not in Config(disable=("another",)).configured()
    assert installed() == ('detector plug-in "another" of a_plugin 1.0',)


BROKEN = {
    "import": ("import nothing_of_that_name", "ModuleNotFoundError: No module named"),
    "syntax": ("def (", "SyntaxError: invalid syntax"),
    "exit": ("raise SystemExit(3)", "SystemExit: 3"),
    "lines": ("raise ValueError('a\\nb')", "ValueError: a b;"),
    "no such name": ("", "AttributeError: "),
    "no class": ("Plugin = 3", "Plugin is not a subclass of Detector;"),
    "wrong class": ("Plugin = int", "Plugin is not a subclass of Detector;"),
    "abstract": (OWN, "TypeError: Can't instantiate abstract class"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_plug_in_that_cannot_be_used_is_left_out_with_one_warning(
    case: str, install: Install
) -> None:
    code, message = BROKEN[case]
    install("broken", code)
    with pytest.warns(PluginWarning) as caught:
        assert "broken" not in discover()
    (warning,) = caught
    line = str(warning.message)
    assert line.startswith('detector plug-in "broken" of a_plugin 1.0 was not loaded: ')
    assert message in line
    assert line.endswith("; update or uninstall a_plugin")
    assert "\n" not in line


def test_the_warning_is_not_repeated(install: Install) -> None:
    install("broken", "1 / 0")
    with pytest.warns(PluginWarning):
        discover()
    with warnings.catch_warnings(record=True) as caught:
        discover()
    assert caught == []


def test_a_plug_in_of_ours_keeps_its_id(install: Install) -> None:
    install("plateau")
    with pytest.warns(PluginWarning, match=r"the analyzer has one of that name; rename it$"):
        assert discover()["plateau"].__module__ == "analyzer.detectors.plateau"


def test_of_two_distributions_the_first_by_name_gets_an_id(install: Install) -> None:
    install("another", distribution="second")
    install("another", distribution="first")
    with pytest.warns(
        PluginWarning, match=r"of second 1.0 is ignored: .* of first 1.0 has the same id; uninstall"
    ):
        assert discover()["another"].__module__.startswith("first")


@pytest.mark.parametrize("name", ["No Id", "../up", "a.b", "9lives", "niño"])
def test_a_name_that_cannot_be_an_id_is_refused(name: str, install: Install) -> None:
    install(name)
    with pytest.warns(PluginWarning, match="the name cannot be an id"):
        assert name not in discover()
