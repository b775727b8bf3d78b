"""MLflow's run folders on disk: which file of a store is which, and what ``meta.yaml`` says."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from analyzer.errors import ParseError
from analyzer.parsers._base import LogFile
from analyzer.parsers._yaml import read_yaml_value

_META = "meta.yaml"
_PARTS = ("metrics", "params", "tags")
_SIDE = ("inputs", "outputs", "artifacts", "traces")  # of a run; artifacts may hold logs of others
_IN_PART = re.compile(rf"[\\/](?:{'|'.join(_PARTS)})[\\/]")
_RUN = re.compile(rb"^run_(?:id|uuid):", re.MULTILINE)
_OWN = re.compile(rb"^(?:experiment_id|model_id|trace_id|request_id):", re.MULTILINE)
_LINE = re.compile(r"^(\w+): ?(.*)$", re.MULTILINE)


class Place(NamedTuple):
    """What a file of a store is.

    ``kind`` is "metrics", "params", "tags", "meta" (that of a run) or "side"; ``name`` is that of
    the metric or parameter; ``folder`` is the run folder.
    """

    kind: str
    name: str
    folder: Path


class Meta(NamedTuple):
    """What ``meta.yaml`` says of a run, and that of its experiment."""

    run_id: str = ""
    name: str = ""
    lifecycle: str = ""
    experiment: str = ""


def place_of(file: LogFile) -> Place | None:
    """Return what a file of a store is, None for a file of none."""
    is_meta = file.name == _META
    if not is_meta and not _IN_PART.search(os.path.join(os.getcwd(), file.path)):  # noqa: PTH109, PTH118 - fast
        return None
    path = file.path.absolute()
    if is_meta:
        if _RUN.search(file.head):
            return Place("meta", _META, path.parent)
        return Place("side", _META, path.parent) if _OWN.search(file.head) else None
    parts = path.parts
    for index in range(len(parts) - 2, 0, -1):
        if parts[index] in _PARTS:
            folder = Path(*parts[:index])
            head = _meta_head(folder)
            if _RUN.search(head):
                return Place(parts[index], "/".join(parts[index + 1 :]), folder)
            if _OWN.search(head):
                return Place("side", path.name, folder)
    return None


def read_meta(folder: Path) -> Meta:
    """Return what a run folder says of its run; a field that cannot be read is ""."""
    run = _fields(folder)
    if not run:
        return Meta(folder.name)
    experiment = _fields(folder.parent)
    lifecycle = run.get("lifecycle_stage", "")
    if experiment.get("lifecycle_stage") == "deleted":
        lifecycle = "deleted"
    run_id = run.get("run_id") or run.get("run_uuid") or folder.name
    name = run.get("run_name") or run.get("name") or ""
    return Meta(run_id, name, lifecycle, experiment.get("name", ""))


def _fields(folder: Path) -> dict[str, str]:
    """Return the texts of a flat ``meta.yaml``; a library for YAML would take 20 ms for each."""
    text = _meta_head(folder).decode("utf-8", "replace")
    return {name: read_yaml_value(value) for name, value in _LINE.findall(text)}


def _meta_head(folder: Path) -> bytes:
    """Return the first bytes of the ``meta.yaml`` in a folder, none if there is none."""
    path = folder / _META
    try:
        return LogFile(path, Path(_META), _META, 0).head
    except (OSError, ParseError):
        return b""
