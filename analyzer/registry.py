"""Find the plug-ins: every file of a package that does not start with "_" holds exactly one subclass of the base."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import TypeVar

from analyzer.errors import ConfigError

T = TypeVar("T")
_MOST_NAMES = 20  # in a message


@cache
def discover(package: str, base: type[T]) -> dict[str, type[T]]:
    """Return {file name: class} for a plug-in package, by name; third parties add theirs as entry points.

    The entry point group is the package's name (``analyzer.detectors``). Raises ConfigError where a file holds none
    or several subclasses of ``base``.
    """
    path = import_module(package).__path__
    names = sorted(module.name for module in iter_modules(path) if not module.name.startswith("_"))
    found = {name: _only_subclass(f"{package}.{name}", base) for name in names}
    for point in sorted(entry_points(group=package), key=lambda one: one.name):
        found.setdefault(point.name, point.load())
    return found


def check_name(what: str, name: str, known: Iterable[str]) -> None:
    """Raise ConfigError where a name is not among the known ones; it names the closest, or the first twenty."""
    names = sorted(known)
    if name in names:
        return
    close = difflib.get_close_matches(name, names, n=1)
    every = ", ".join([*names[:_MOST_NAMES], *(["..."] if len(names) > _MOST_NAMES else [])])
    hint = f'did you mean "{close[0]}"?' if close else f"there are: {every or 'none'}"
    raise ConfigError(f'unknown {what} "{name}"; {hint}')


def _only_subclass(module: str, base: type[T]) -> type[T]:
    members = [
        value
        for value in vars(import_module(module)).values()
        if inspect.isclass(value)
        and issubclass(value, base)
        and value is not base
        and value.__module__ == module
    ]
    if len(members) != 1:
        raise ConfigError(
            f"{module}: a plug-in file defines one {base.__name__}, this one defines {len(members)}"
        )
    return members[0]
