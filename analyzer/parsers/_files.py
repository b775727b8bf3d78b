"""The files under a path: regular ones only, each real file once, no link that leaves the folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from analyzer import redact
from analyzer.model import Skipped
from analyzer.parsers._base import LogFile


def files_under(root: Path) -> Iterator[LogFile | Skipped]:
    """Yield the regular files under a path in the order of their names, and what was passed over."""
    if root.is_file() or not root.is_dir():
        yield _log_file(root, Path(root.name), root)
        return
    real_root = root.resolve()
    seen: set[Path] = set()
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield Skipped(_shown(folder, root), "cannot_open", {"error": error.strerror or type(error).__name__})
            continue
        below = []
        for entry in entries:
            here = Path(entry.path)
            if entry.name.startswith("."):
                continue
            real = here.resolve()
            if real_root not in (real, *real.parents):
                yield Skipped(_shown(here, root), "link_out_of_folder")
            elif entry.is_dir():
                if real not in seen:
                    seen.add(real)
                    below.append(here)
            elif real not in seen:
                seen.add(real)
                yield _log_file(here, here.relative_to(root), root)
        folders.extend(reversed(below))


def _log_file(path: Path, relative: Path, root: Path) -> LogFile | Skipped:
    shown = _shown(path, root)
    try:
        status = path.stat()
    except OSError as error:
        return Skipped(shown, "cannot_open", {"error": error.strerror or type(error).__name__})
    if not stat.S_ISREG(status.st_mode):
        return Skipped(shown, "not_a_regular_file")
    return LogFile(path, relative, shown, status.st_size)


def _shown(path: Path, root: Path) -> str:
    """Return a path as a user may see it: below the root, without host names."""
    relative = Path(path.name) if path == root else path.relative_to(root)
    return (relative.parent / redact.file_name(relative.name)).as_posix()
