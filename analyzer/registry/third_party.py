"""The plug-ins of other distributions: found as entry points, loaded with a warning, not an error.

The name of the entry point is the id of the plug-in, in findings, settings and words.
"""

from __future__ import annotations

import inspect
import re
import warnings
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pkgutil import iter_modules
from typing import TypeVar

from analyzer.errors import PluginWarning

T = TypeVar("T")
# The groups of entry points are called like the packages of our own plug-ins.
GROUPS = tuple(f"analyzer.{kind}" for kind in ("detectors", "facts", "parsers"))
DETECTORS, FACTS, PARSERS = GROUPS
_ID = re.compile(r"[a-z][a-z0-9_]*")  # it names a table of settings and a file of words
_MOST = 300  # characters of an error in a warning


@cache
def built_in(package: str) -> tuple[str, ...]:
    """Return the names of the plug-in files of a package; those with a leading "_" are not."""
    modules = iter_modules(import_module(package).__path__)
    return tuple(sorted(module.name for module in modules if not module.name.startswith("_")))


@cache
def entry_points_by_id(package: str) -> dict[str, EntryPoint]:
    """Return the entry points for a package by id, in order; warn about those without one.

    A built-in plug-in keeps its id, and of two distributions the first by name gets it.
    """
    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=package), key=_order):
        if not _ID.fullmatch(point.name):
            fix = "name the entry point like a Python module: lower-case letters, digits and _"
            warn(f"{describe(point)} is ignored: the name cannot be an id; {fix}")
        elif point.name in built_in(package):
            warn(f"{describe(point)} is ignored: the analyzer has one of that name; rename it")
        elif point.name in found:
            other = describe(found[point.name])
            warn(f"{describe(point)} is ignored: {other} has the same id; uninstall one")
        else:
            found[point.name] = point
    return found


def load(point: EntryPoint, base: type[T]) -> type[T] | None:
    """Return the class of an entry point; warn and return None if it cannot be used."""
    try:
        kind = point.load()
        if not (inspect.isclass(kind) and issubclass(kind, base)):
            raise TypeError(f"{point.value} is not a subclass of {base.__name__}")
        kind()  # without settings, as the analyzer makes it
    except (Exception, SystemExit) as error:  # a stranger's code may raise anything on import
        package = _distribution(point)
        fix = f"update or uninstall {package}" if package else "update or uninstall its package"
        warn(f"{describe(point)} was not loaded: {_one_line(error)}; {fix}")
        return None
    return kind


@cache
def warn(message: str) -> None:
    """Issue a PluginWarning, once in each process."""
    warnings.warn(message, PluginWarning, stacklevel=3)


def describe(point: EntryPoint) -> str:
    """Return what a plug-in is called in a warning: its kind, id and distribution."""
    kind = point.group.rpartition(".")[2].removesuffix("s")
    name = f'{kind} plug-in "{point.name}"'
    if point.dist is None:
        return name
    return f"{name} of {point.dist.name} {point.dist.version}"


@cache
def installed() -> tuple[str, ...]:
    """Return a line for each plug-in of a third party: results hold only for the same ones."""
    points = [point for group in GROUPS for point in entry_points_by_id(group).values()]
    return tuple(describe(point) for point in points)


def _distribution(point: EntryPoint) -> str:
    if point.dist is None:
        return ""
    return point.dist.name


def _order(point: EntryPoint) -> tuple[str, str]:
    return point.name, _distribution(point)


def _one_line(error: BaseException) -> str:
    message = " ".join(str(error).split())
    return f"{type(error).__name__}: {message}"[:_MOST]
