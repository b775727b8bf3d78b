"""The output folder.

It is created, refused if it contains anything else, and emptied only of files of this command.
"""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

from analyzer.errors import AnalyzerError

_MARKS = ("truth.toml", "manifest.json")  # one of them lies in whatever this command wrote
# Relative to the folder, behind the folder of a format where there are several.
_OURS = re.compile(
    r"(tensorboard|tensorboard-tensors|tensorboard-split|csv|wandb|keras-history|csvlogger)?/?"
    r"(truth\.toml|manifest\.json|corpus\.jsonl\.gz|predictions\.csv|metrics\.csv|steps\.csv|training\.csv|history\.json"
    r"|((train|validation)/)?events\.out\.tfevents\.[^/]*|wandb/(offline-run-[^/]*/.*|[^/]*))"
)


def prepare(output: Path, *, force: bool) -> None:
    """Make the folder.

    With ``force`` an earlier run in it is deleted; a file of anyone else's refuses that.

    Raises AnalyzerError for what is in the way, before anything is deleted.
    """
    if output.exists() and not output.is_dir():
        raise AnalyzerError(f"{output}: is a file; give a folder with -o")
    if output.is_dir() and any(output.iterdir()):
        if not force:
            raise AnalyzerError(f"{output}: holds something already; --force replaces it")
        _refuse_strangers(output)
        for path in output.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AnalyzerError(
            f"{output}: cannot be made: {error.strerror}; give another folder with -o"
        ) from error


def _refuse_strangers(output: Path) -> None:
    if not any(_is_mark(output / name) for name in _MARKS):
        raise AnalyzerError(
            f"{output}: holds what this command did not write; choose another folder"
        )
    for path in sorted(output.rglob("*")):
        inside = path.relative_to(output).as_posix()
        if (path.is_symlink() or not path.is_dir()) and not _OURS.fullmatch(inside):
            raise AnalyzerError(
                f"{output}: holds {inside}, which this command did not write; choose another folder"
            )


def _is_mark(path: Path) -> bool:
    """Say whether a file of such a name is ours: many programs write a manifest.json."""
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".toml":
            return {"scenario", "is_complete"} <= tomllib.loads(text).keys()
        command = json.loads(text).get("command", "")
    except (OSError, ValueError, AttributeError):
        return False
    return isinstance(command, str) and command.startswith("analyzer train fleet")
