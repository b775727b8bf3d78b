"""Export: every logged point as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli._language import language_of
from analyzer.cli._options import (
    PATH,
    config_option,
    map_option,
    path_argument,
    run_option,
    split_files_option,
    strict_option,
    system_option,
)
from analyzer.cli._reading import (
    check_maps,
    issues_of,
    pick,
    read_runs,
    read_settings,
    spare_logs,
)
from analyzer.cli._saying import say, say_issues, say_unreadable

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@path_argument
@click.option(
    "-o",
    "--output",
    type=PATH,
    required=True,
    help="Write to this file: .csv, .jsonl or .parquet, optionally with .gz.",
)
@run_option
@map_option
@split_files_option
@system_option
@config_option
@strict_option
def export(
    path: Path,
    output: Path,
    run_name: str | None,
    strict: bool,
    config: Path | None,
    maps: tuple[str, ...],
    split_files: bool,
    system_stats: bool,
) -> None:
    """Write every logged point as one tidy table. PATH may be - for a log on standard input."""
    from analyzer.report.export import export as write

    lang = language_of(click.get_current_context())
    runs = read_runs(
        path,
        read_settings(config, maps, split_files=split_files),
        strict=strict,
        lang=lang,
        system_stats=system_stats,
    )
    check_maps(maps, runs)
    chosen = pick(runs, run_name)
    spare_logs(runs, output, [path])
    say(str(write(chosen, output)))
    say_issues([*runs.issues, *issues_of(chosen)], lang)
    say_unreadable(runs.unreadable, lang)
