"""The output folder: created, refused if in use, emptied only of files this command wrote."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

from analyzer.errors import AnalyzerError

_MARKS = ("truth.toml", "manifest.json")  # every output folder of this command contains one
# Paths relative to the output folder; with several formats, each has a subfolder.
_OURS = re.compile(
    r"(tensorboard|tensorboard-tensors|tensorboard-split|csv|wandb|keras-history|csvlogger)?/?"
    r"(truth\.toml|manifest\.json|corpus\.jsonl\.gz|predictions\.csv|metrics\.csv|steps\.csv"
    r"|training\.csv|history\.json|config\.json"
    r"|((train|validation)/)?events\.out\.tfevents\.[^/]*"
    r"|wandb/(debug(-internal)?\.log|latest-run|settings"
    r"|offline-run-[^/]*/(run-[^/]*\.wandb|tmp/.*|logs/.*|files/[\w.-]+)))"
)


def prepare(output: Path, *, force: bool) -> None:
    """Create the folder. With ``force``, delete an earlier run in it.

    Raises AnalyzerError, before anything is deleted, if the folder is in use without ``force``
    or contains a file that this command did not write.
    """
    if output.exists() and not output.is_dir():
        raise AnalyzerError(f"{output}: is a file; specify a folder with -o")
    if output.is_dir() and any(output.iterdir()):
        if not force:
            raise AnalyzerError(f"{output}: is not empty; --force replaces an earlier run")
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
            f"{output}: cannot create the folder: {error.strerror}; choose another -o"
        ) from error


def _refuse_strangers(output: Path) -> None:
    if not any(_is_mark(output / name) for name in _MARKS):
        raise AnalyzerError(
            f"{output}: contains files that this command did not write; choose another folder"
        )
    for path in sorted(output.rglob("*")):
        inside = path.relative_to(output).as_posix()
        if (path.is_symlink() or not path.is_dir()) and not _OURS.fullmatch(inside):
            raise AnalyzerError(
                f"{output}: contains {inside}, which this command did not write; "
                "choose another folder"
            )


def _is_mark(path: Path) -> bool:
    """Return whether this command wrote the file: many programs write a manifest.json."""
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".toml":
            return {"scenario", "is_complete"} <= tomllib.loads(text).keys()
        command = json.loads(text).get("command", "")
    except (OSError, ValueError, AttributeError):
        return False
    return isinstance(command, str) and command.startswith("analyzer train fleet")
