"""Paths that an agent names: within the folder that it may see, or refused."""

from __future__ import annotations

import os
from pathlib import Path

from analyzer.agents.marking import unmark
from analyzer.errors import AnalyzerError, PathNotFound
from analyzer.safe.names import visible, without_end

_LONGEST = 200  # characters of a path in a message


def open_folder(folder: Path) -> Path:
    """Return a folder without links in its path. Raises PathNotFound if it is no folder."""
    real = Path(os.path.realpath(folder))
    if not os.path.isdir(real):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        shown = without_end(visible(str(folder)), _LONGEST)
        raise PathNotFound(f"{shown}: not a folder; name the folder that holds the logs")
    return real


def inside(folder: Path, path: str) -> Path:
    """Return the real path of what an agent named, relative to the folder or absolute.

    ``folder`` has no links in its path. Raises AnalyzerError if the path, with its links resolved,
    leads out of the folder; what lies there is not looked at. Raises PathNotFound if there is
    nothing at the path.
    """
    shown = without_end(visible(path), _LONGEST)
    try:
        real = Path(os.path.realpath(folder / unmark(path)))
    except (OSError, ValueError) as error:  # a NUL byte, or a name that is too long
        raise PathNotFound(f"{shown}: not a path; use one that list_runs gives") from error
    if real != folder and folder not in real.parents:
        raise AnalyzerError(f"{shown}: outside the folder that this server reads; use a path in it")
    if not os.path.exists(real):  # noqa: PTH110 - Path.exists raises for a name that is too long
        raise PathNotFound(f"{shown}: no such file or folder; list_runs shows what there is")
    return real
