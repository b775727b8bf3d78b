"""The files beside the code are found in a checkout and in a wheel."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer import resources


def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pretend that the package lies in a folder, with a stale copy of its templates inside."""
    package = tmp_path / "analyzer"
    (package / "report_templates").mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", package)
    return package


def test_a_wheel_holds_its_files_inside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = installed(tmp_path, monkeypatch)
    assert resources.folder("report_templates") == package / "report_templates"


def test_a_strangers_folder_beside_an_installed_package_is_not_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = installed(tmp_path, monkeypatch)
    (tmp_path / "report_templates").mkdir()
    assert resources.folder("report_templates") == package / "report_templates"


def test_a_checkout_wins_over_the_copy_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, monkeypatch)
    (tmp_path / "report_templates").mkdir()
    (tmp_path / "pyproject.toml").touch()
    assert resources.folder("report_templates") == tmp_path / "report_templates"


@pytest.mark.parametrize("name", ["report_templates", "sample_logs"])
def test_the_folders_of_this_project_are_there(name: str) -> None:
    assert any(resources.folder(name).iterdir())


def test_words_hold_one_table_for_each_language() -> None:
    assert set(resources.words("_terms")) == {"en", "es"}
