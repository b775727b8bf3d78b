"""Names of runs of several paths: where two paths share one, both say which path it is from."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from analyzer.model.run import Run


def with_places(runs: Sequence[Run], places: Sequence[Path], paths: Sequence[Path]) -> list[Run]:
    """Return runs, each from the path at its place, with what tells their paths apart.

    All runs of a path that shares a name with another one get it, so that the names are alike.
    """
    from dataclasses import replace

    from analyzer.cli._remote import as_given

    owners: dict[str, set[Path]] = {}
    for run, path in zip(runs, places, strict=True):
        owners.setdefault(run.name, set()).add(path)
    shared: set[Path] = set().union(*(found for found in owners.values() if len(found) > 1))
    shown = _apart([path for path in dict.fromkeys(paths) if path in shared])
    named = []
    for run, path in zip(runs, places, strict=True):
        given = as_given(path.as_posix())
        place = shown.get(path, "") if given == path.as_posix() else given
        if path not in shared or not place:
            named.append(run)
        else:
            named.append(replace(run, name=_joined(place, run.name)))
    return named


def _joined(place: str, name: str) -> str:
    """Return a name behind its place, once if the place ends with it."""
    return place if f"/{place}".endswith(f"/{name}") else f"{place}/{name}"


def _apart(paths: Sequence[Path]) -> dict[Path, str]:
    """Return of each path what is left without the folders that all of them begin with."""
    try:
        above = os.path.commonpath([os.path.abspath(path) for path in paths])  # noqa: PTH100 - links are names, too
    except ValueError:  # no path, or two drives
        return {path: path.name for path in paths}
    left = {path: os.path.relpath(path, above).replace(os.sep, "/") for path in paths}
    return {path: path.name if name == "." else name for path, name in left.items()}
