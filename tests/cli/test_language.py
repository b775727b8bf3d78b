"""The language of reports: which place decides, and what an unknown one says."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result

from analyzer.cli._language import system_language

Call = Callable[..., Result]
LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture(autouse=True)
def _no_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*LOCALES, "ANALYZER_LANG"):
        monkeypatch.delenv(name, raising=False)


def test_the_nearest_place_decides(
    call: Call, overfitted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_spanish(*options: str) -> bool:
        result = call("check", overfitted, *options)
        assert (result.exit_code, result.stderr) == (0, "")
        return "sobreajuste" in result.stdout

    assert not is_spanish()
    monkeypatch.setenv("LANG", "es_MX.UTF-8")
    assert is_spanish()
    Path("analyzer.toml").write_text('lang = "en"\n', encoding="utf-8")
    assert not is_spanish()
    monkeypatch.setenv("ANALYZER_LANG", "es")
    assert is_spanish()
    assert not is_spanish("--lang", "en")


def test_a_settings_file_of_the_option_decides_wherever_it_stands(
    call: Call, overfitted: Path, tmp_path: Path
) -> None:
    settings = tmp_path / "spanish.toml"
    settings.write_text('lang = "es"\n', encoding="utf-8")
    for arguments in ((overfitted, "--config", settings), ("--config", settings, overfitted)):
        assert "sobreajuste" in call("check", *arguments).stdout


def test_an_unknown_language_is_one_line(
    call: Call,
    only_error: Callable[[Result, int], str],
    overfitted: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("analyzer.toml").write_text('lang = "fr"\n', encoding="utf-8")
    assert 'lang must be "en" or "es"' in only_error(call("check", overfitted), 2)
    monkeypatch.setenv("ANALYZER_LANG", "fr")
    assert only_error(call("check", overfitted), 2) == "ANALYZER_LANG=fr: must be en or es"


def test_settings_that_a_command_does_not_read_cannot_stop_it(call: Call) -> None:
    Path("analyzer.toml").write_text("lang = [\n", encoding="utf-8")
    assert call("explain").exit_code == 0


@pytest.mark.parametrize(
    ("values", "language"),
    [
        ({"LANG": "es_ES.UTF-8"}, "es"),
        ({"LANG": "es"}, "es"),
        ({"LANG": "est"}, "en"),
        ({"LC_ALL": "C", "LANG": "es_ES"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "es_AR@x", "LANG": "en_US"}, "es"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_locale_is_read_as_posix_says(
    values: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    assert system_language() == language


@pytest.mark.parametrize(("number", "language"), [(0x0C0A, "es"), (0x080A, "es"), (0x0407, "en")])
def test_windows_is_asked_for_the_language_of_its_texts(
    number: int, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = SimpleNamespace(GetUserDefaultUILanguage=lambda: number)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    assert system_language() == "en"
    with monkeypatch.context() as pretended:
        pretended.setattr(os, "name", "nt")
        assert system_language() == language
