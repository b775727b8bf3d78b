"""Inspect: how each file and name was recognised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli._options import (
    config_option,
    json_option,
    lang_option,
    map_option,
    path_argument,
    run_option,
    split_files_option,
    strict_option,
    system_option,
)
from analyzer.cli._reading import (
    check_maps,
    pick,
    read_runs,
    read_settings,
)
from analyzer.cli._saying import NOTHING, print_document, say, say_note
from analyzer.cli._stdin import shown

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@path_argument
@run_option
@lang_option
@json_option
@map_option
@split_files_option
@system_option
@config_option
@strict_option
def inspect(
    path: Path,
    run_name: str | None,
    lang: str,
    as_json: bool,
    strict: bool,
    config: Path | None,
    maps: tuple[str, ...],
    split_files: bool,
    system_stats: bool,
) -> None:
    """Show how each file and name was recognised, and what was skipped and why.

    PATH may be - for a log on standard input.
    """
    from analyzer.registry.words import reason
    from analyzer.report.inspection import inspection, render_inspection

    settings = read_settings(config, maps, split_files=split_files)
    runs = read_runs(
        path, settings, strict=strict, lang=lang, system_stats=system_stats, empty=not strict
    )
    if runs:
        check_maps(maps, runs)
    found = inspection(runs, pick(runs, run_name), lang)
    if as_json:
        print_document(found)
    else:
        say(render_inspection(found, lang), nl=bool(runs.runs or runs.issues or runs.skipped))
    if not runs:
        count = len(runs.issues) + len(runs.skipped)
        why = reason("no_log_among" if count else "empty_folder", {"count": count}, lang)
        say_note(f"{shown(path)}: {why}")
        raise click.exceptions.Exit(NOTHING)
