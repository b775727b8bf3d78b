"""The output folder: created, refused if in use, emptied only of files this command wrote."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from analyzer.errors import AnalyzerError
from analyzer.safe.files import cannot_write, read_start
from analyzer.safe.folders import Folder, opened
from analyzer.safe.names import printable

_MARKS = ("truth.toml", "manifest.json")  # every output folder of this command contains one
_FLEETS = ("analyzer train fleet", "analyzer train remedies")
_MOST = 1 << 20  # bytes of such a file; ours have a few thousand
_DEEPEST = 10  # names below the output folder; W&B, the deepest of the formats, writes eight
_OTHER_FOLDER = "choose another folder"
# Paths relative to the output folder; with several formats, each has a subfolder.
_OURS = re.compile(
    r"((tensorboard|tensorboard-tensors|tensorboard-split|csv|wandb|keras-history|csvlogger)/)?"
    r"(truth\.toml|manifest\.json|corpus\.jsonl\.gz|trials\.jsonl\.gz"
    r"|parts/\d{5}\.jsonl|predictions\.csv|metrics\.csv|steps\.csv"
    r"|training\.csv|history\.json|config\.json"
    r"|((train|validation)/)?events\.out\.tfevents\.[^/]*"
    r"|wandb/(debug(-internal)?\.log|latest-run|settings"
    r"|offline-run-[^/]*/(run-[^/]*\.wandb|tmp/.*|logs/.*|files/(media/.*|[\w.-]+))))"
)

# What ours begin with. The files of Keras, W&B and TensorBoard begin like everybody's.
_BEGINNINGS = {
    "config.json": b'{\n  "scenario": ',
    "metrics.csv": b"epoch,step,",
    "steps.csv": b"epoch,step,",
    "predictions.csv": b"truth,prediction",
}


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
        _delete_earlier(output)
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AnalyzerError(
            f"{output}: cannot create the folder: {error.strerror}; choose another -o"
        ) from error


def _delete_earlier(output: Path) -> None:
    """Delete the files of an earlier run if there are no others. No link is followed."""
    if not any(_is_mark(output / name) for name in _MARKS):
        raise AnalyzerError(
            f"{output}: contains files that this command did not write; {_OTHER_FOLDER}"
        )
    try:
        with opened(output) as folder:
            _refuse_strangers(folder, output)
            _delete_ours(folder, output)
    except OSError as error:
        raise cannot_write(output, error, _OTHER_FOLDER) from error


def _refuse_strangers(folder: Folder, output: Path) -> None:
    """Raise AnalyzerError if a file in the folder or below it is none of ours."""
    for entry in folder.entries():
        path = folder.path / entry.name
        inside = path.relative_to(output)
        is_folder = entry.is_dir(follow_symlinks=False)
        if is_folder and len(inside.parts) < _DEEPEST:
            with folder.inside(entry.name) as below:
                _refuse_strangers(below, output)
        elif is_folder or not _is_ours(path, output):
            raise AnalyzerError(
                f"{output}: contains {printable(inside.as_posix())}, which this command did not "
                f"write; {_OTHER_FOLDER}"
            )


def _delete_ours(folder: Folder, output: Path) -> None:
    """Delete our files and the folders that this empties. Raises OSError if others appeared."""
    for entry in folder.entries():
        if entry.is_dir(follow_symlinks=False):
            with folder.inside(entry.name) as below:
                _delete_ours(below, output)
            folder.remove_folder(entry.name)
        elif _is_ours(folder.path / entry.name, output):
            folder.remove(entry.name)


def _is_ours(path: Path, output: Path) -> bool:
    """Say whether a file has a name that this command writes and begins like ours, or is empty."""
    if not _OURS.fullmatch(path.relative_to(output).as_posix()):
        return False
    beginning = _BEGINNINGS.get(path.name)
    if beginning is None:
        return True
    try:
        start = read_start(path, len(beginning))
    except OSError:
        return False
    return beginning.startswith(start)  # shorter if it was interrupted


def _is_mark(path: Path) -> bool:
    """Say whether this command wrote the file: many programs write a manifest.json."""
    try:
        text = read_start(path, _MOST).decode("utf-8")
        if path.suffix == ".toml":
            return {"scenario", "is_complete"} <= tomllib.loads(text).keys()
        command = json.loads(text).get("command", "")
    except (OSError, ValueError, AttributeError, RecursionError):
        return False
    return isinstance(command, str) and command.startswith(_FLEETS)
