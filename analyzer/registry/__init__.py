"""Find the plug-ins: the files of a package, and what other distributions add to it."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import TypeVar

from analyzer.errors import ConfigError
from analyzer.registry.third_party import built_in, entry_points_by_id, load
from analyzer.registry.words import plugin_words

T = TypeVar("T")
_MOST_NAMES = 20  # in a message
_MOST_CLOSE = 8  # names that are like an unknown one


@cache
def discover(package: str, base: type[T]) -> dict[str, type[T]]:
    """Return {id: class} for a plug-in package: its own files by name, then those of third parties.

    The id is the file name, or the name of the entry point in the group that is called like the
    package (``analyzer.detectors``). A plug-in of a third party that cannot be used is left out,
    with one PluginWarning in each process. Raises ConfigError if a file of the package does not
    hold exactly one subclass of ``base``.
    """
    found = {name: _only_subclass(f"{package}.{name}", base) for name in built_in(package)}
    for name, point in entry_points_by_id(package).items():
        kind = load(point, base)
        if kind is not None:
            found[name] = kind
            plugin_words(package, name)  # so that broken words are known wherever it is loaded
    return found


def check_name(what: str, name: str, known: Iterable[str]) -> None:
    """Raise ConfigError for an unknown name, with the closest known one or the first twenty."""
    names = sorted(known)
    if name in names:
        return
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        hint = f'did you mean "{close[0]}"?'
    else:
        shown = ", ".join(names[:_MOST_NAMES]) or "none"
        hint = f"there are: {shown}" + (", ..." if len(names) > _MOST_NAMES else "")
    raise ConfigError(f'unknown {what} "{name}"; {hint}')


def nearest_first(name: str, known: Iterable[str]) -> list[str]:
    """Return names with those close to an unknown one first, the others in their order."""
    names = list(known)
    plain = {own: own.casefold() for own in names}
    close = difflib.get_close_matches(name.casefold(), plain.values(), n=_MOST_CLOSE)
    near = [own for wanted in dict.fromkeys(close) for own in names if plain[own] == wanted]
    near += [own for own in names if name.casefold() in plain[own] and own not in near]
    return list(dict.fromkeys([*near, *names]))


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
