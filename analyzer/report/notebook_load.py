"""Logs for a notebook, read with the settings that the command line would read them with."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from analyzer.config import Config, read_config
from analyzer.model.run import RunSet
from analyzer.reading import load as reading
from analyzer.reading.groups import Progress


def load(
    path: str | os.PathLike[str],
    *,
    strict: bool = False,
    names: Mapping[str, str] | None = None,
    system_stats: bool = False,
    split_files: bool = False,
    lines: Sequence[str] = (),
    folder_settings: Sequence[str] = (),
    tags: Iterable[str] | None = None,
    progress: Progress | None = None,
    config: Config | None = None,
) -> RunSet:
    """Read every log under a path: a file, or a folder with any mix of formats.

    A path may be a URL, such as ``s3://bucket/runs`` (extra ``[remote]``). Names, expressions of
    lines and the like come from ``config``, by default from analyzer.toml or pyproject.toml of the
    current folder or a parent, as for the commands; ``Config()`` has none.

    Parameters
    ----------
    strict
        Raise ParseError on the first damaged or refused file.
    names
        Meanings of names that cannot be recognised, e.g. ``{"my_nll": "val/loss"}``, beside those
        of ``config``.
    system_stats
        Also read the hardware metrics that a tracker recorded.
    split_files
        Make each TensorBoard event file a run of its own, instead of one run per folder.
    lines
        Expressions with named groups for the lines of console output, in place of those of
        ``config``.
    folder_settings
        Patterns of names of folders that hold settings, e.g. ``["lr{lr}_s{seed}"]``, in place of
        those of ``config``.
    tags
        Keep only the points logged under these tags, as the log spells them. A large event file
        then needs little more memory than these.
    progress
        Called as ``progress(done, total, shown)`` before each run, in bytes.

    Raises
    ------
    PathNotFound
        If the path does not exist.
    NothingReadable
        If no log under it has a point.
    ConfigError
        If the settings cannot be used.
    """
    settings = read_config() if config is None else config
    return reading.load(
        path,
        strict=strict,
        names={**settings.metrics, **(names or {})},
        system_stats=system_stats,
        split_files=split_files or settings.split_files,
        lines=lines or settings.text,
        folder_settings=folder_settings or settings.folder_settings,
        tags=tags,
        progress=progress,
    )
