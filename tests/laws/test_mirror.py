"""Law 7: tests/ mirrors analyzer/, so the tests of a module are found by its name.

The mirror of analyzer/<room>/<module>.py is tests/<room>/test_<module>.py, without the underscore
of a private module. Every plug-in needs one, and so does every module of more than 60 lines.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import analyzer

PACKAGE = Path(analyzer.__file__).parent
TESTS = Path(__file__).parents[1]
MOST_LINES = 60  # of a module that may do without a mirror: the tests of its callers cover it
PLUG_INS = ("detectors", "facts", "parsers", "views")

# This list only shrinks: remove a module as soon as it has its mirror, and never add one.
WITHOUT_MIRROR: set[str] = set()


def mirror_of(module: Path) -> Path:
    """Return the test file of a module, both below their roots."""
    return module.parent / f"test_{module.stem.lstrip('_')}.py"


def is_plug_in(module: Path) -> bool:
    return module.parts[0] in PLUG_INS and not module.stem.startswith("_")


def mirrored_modules() -> list[Path]:
    """Return the modules that need a mirror, by their path below analyzer/."""
    modules = []
    for path in sorted(PACKAGE.rglob("*.py")):
        module = path.relative_to(PACKAGE)
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if module.stem != "__init__" and (lines > MOST_LINES or is_plug_in(module)):
            modules.append(module)
    return modules


MODULES = mirrored_modules()


@pytest.mark.parametrize("module", MODULES, ids=Path.as_posix)
def test_a_module_has_its_mirror(module: Path) -> None:
    if module.as_posix() not in WITHOUT_MIRROR:
        mirror = mirror_of(module)
        assert (TESTS / mirror).is_file(), f"write tests/{mirror.as_posix()}"


def test_the_list_of_modules_without_a_mirror_only_shrinks() -> None:
    needed = {module.as_posix() for module in MODULES if not (TESTS / mirror_of(module)).is_file()}
    stale = WITHOUT_MIRROR - needed
    assert not stale, f"remove from WITHOUT_MIRROR: {sorted(stale)}"


def test_no_plug_in_is_excused() -> None:
    assert not [name for name in WITHOUT_MIRROR if is_plug_in(Path(name))]


def test_no_two_modules_share_a_mirror() -> None:
    mirrors = [mirror_of(module) for module in MODULES]
    assert len(mirrors) == len(set(mirrors))
