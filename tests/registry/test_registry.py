"""Plug-ins are found by their files."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

import analyzer
from analyzer import registry
from analyzer.detectors._base import Detector
from analyzer.errors import ConfigError
from analyzer.facts._base import Fact
from analyzer.parsers._base import Parser

BASE = "class Base: pass\nclass Halfway(Base): pass\n"
IMPORTS = "from {package}._base import Base, Halfway\n"


class Folder:
    """A plug-in package on disk, under a name that no other test uses."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self.path = path / name
        self.path.mkdir()
        (self.path / "__init__.py").touch()
        (self.path / "_base.py").write_text(BASE)

    def add(self, name: str, code: str) -> None:
        (self.path / f"{name}.py").write_text(IMPORTS.format(package=self.name) + code)

    def discover(self) -> dict[str, type]:
        return registry.discover(self.name, import_module(f"{self.name}._base").Base)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.syspath_prepend(tmp_path)
    return Folder(tmp_path, f"plugins_{tmp_path.name}")


def test_each_file_is_a_plug_in_by_its_name(folder: Folder) -> None:
    folder.add("second", "class Two(Base): pass\n")
    folder.add("first", "class One(Halfway): pass\n")
    assert {name: kind.__name__ for name, kind in folder.discover().items()} == {
        "first": "One",
        "second": "Two",
    }
    assert list(folder.discover()) == ["first", "second"]


def test_files_with_an_underscore_are_infrastructure(folder: Folder) -> None:
    folder.add("_shared", "class Shared(Base): pass\n")
    assert folder.discover() == {}


def test_imported_classes_and_other_classes_do_not_count(folder: Folder) -> None:
    folder.add("only", "class Unrelated: pass\nclass Only(Base): pass\n")
    assert folder.discover()["only"].__name__ == "Only"


@pytest.mark.parametrize(
    ("code", "number"),
    [("", 0), ("class One(Base): pass\nclass Two(Base): pass\n", 2)],
    ids=["none", "two"],
)
def test_a_file_without_exactly_one_plug_in_is_refused(
    folder: Folder, code: str, number: int
) -> None:
    folder.add("odd", code)
    with pytest.raises(
        ConfigError, match=rf"{folder.name}\.odd: .* one Base, this one defines {number}$"
    ):
        folder.discover()


@pytest.mark.parametrize(
    ("package", "base"), [("detectors", Detector), ("facts", Fact), ("parsers", Parser)]
)
def test_the_plug_ins_of_this_project_are_its_files(package: str, base: type) -> None:
    files = {path.stem for path in (Path(analyzer.__file__).parent / package).glob("[!_]*.py")}
    found = registry.discover(f"analyzer.{package}", base)
    assert files
    assert set(found) == files
    assert all(issubclass(kind, base) for kind in found.values())


def test_a_misspelt_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigError) as refused:
        registry.check_name("fruit", "appel", ["pear", "apple"])
    assert str(refused.value) == 'unknown fruit "appel"; did you mean "apple"?'


def test_a_name_like_no_other_is_answered_with_all_in_order() -> None:
    with pytest.raises(ConfigError) as refused:
        registry.check_name("fruit", "zzz", ["pear", "apple"])
    assert str(refused.value) == 'unknown fruit "zzz"; there are: apple, pear'


def test_a_known_name_is_let_pass() -> None:
    assert registry.check_name("fruit", "pear", iter(["pear", "apple"])) is None


def test_names_like_an_unknown_one_come_first() -> None:
    names = ["adam", "sgd_lr0.1", "Dropout_0.5", "sgd_lr0.01"]
    assert registry.nearest_first("dropuot_0.5", names)[0] == "Dropout_0.5"
    assert registry.nearest_first("lr0", names)[:2] == ["sgd_lr0.1", "sgd_lr0.01"]
    assert registry.nearest_first("zzz", names) == names
