"""Errors and warnings of ours: the exit code of each, and the key of a reason."""

from __future__ import annotations

import warnings

import click
import pytest
from click.testing import CliRunner

from analyzer import errors
from analyzer.cli import main

CODES = {"PathNotFound": 2, "ConfigError": 2, "NothingReadable": 4}


@pytest.mark.parametrize("name", CODES)
def test_each_error_is_one_of_ours_with_its_exit_code(name: str) -> None:
    error = getattr(errors, name)("thing: why; fix")
    assert isinstance(error, errors.AnalyzerError)
    assert (error.exit_code, str(error)) == (CODES[name], "thing: why; fix")


def test_a_parse_error_has_the_key_of_its_reason() -> None:
    error = errors.NotThisFormat("no_metric", count=3)
    assert (error.exit_code, error.key, error.values) == (3, "no_metric", {"count": 3})


@pytest.mark.parametrize("kind", [errors.PluginWarning, errors.WorkersWarning])
def test_a_warning_of_ours_is_one_line_and_stops_nothing(
    kind: type[Warning], monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command()
    def warned() -> None:
        warnings.warn("too few", kind, stacklevel=1)

    monkeypatch.setitem(main.commands, "warned", warned)
    result = CliRunner().invoke(main, ["warned"])
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "too few\n")
