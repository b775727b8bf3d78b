"""Compare: several runs side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli._opening import check_open, open_option, show_page
from analyzer.cli._options import (
    PATH,
    SOURCE,
    config_option,
    group_option,
    json_option,
    lang_option,
    map_option,
    split_files_option,
    strict_option,
)
from analyzer.cli._paths_apart import sides_by_path
from analyzer.cli._reading import (
    check_maps,
    read_settings,
    run_at,
    runs_of,
    spare_logs,
)
from analyzer.cli._saying import print_document, say
from analyzer.cli._terminal import width_or

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("paths", nargs=-1, required=True, type=SOURCE, metavar="RUN...")
@click.option(
    "-o",
    "--output",
    type=PATH,
    help="Write the comparison to this file: .html, .md, .json, .tex or .xlsx.",
)
@click.option(
    "--baseline",
    metavar="RUN",
    help="Run (name or path) to compare the others with. Default: the first; of more than eight"
    " groups the best.",
)
@group_option
@open_option
@lang_option
@json_option
@strict_option
@map_option
@split_files_option
@config_option
def compare(
    paths: tuple[Path, ...],
    output: Path | None,
    baseline: str | None,
    group: tuple[str, ...],
    open_page: bool,
    lang: str,
    as_json: bool,
    strict: bool,
    config: Path | None,
    maps: tuple[str, ...],
    split_files: bool,
) -> None:
    """Compare runs: which is better, by how much, how certain that is, and what changed."""
    from analyzer.comparing.comparison import compare as compare_runs
    from analyzer.report.compared_pages import render_compared_terminal
    from analyzer.report.write import write_comparison

    check_open(output, open_page=open_page)
    settings = read_settings(config, maps, split_files=split_files)
    runs = runs_of(paths, settings, strict=strict, lang=lang)
    check_maps(maps, runs)
    if output is not None:
        spare_logs(runs, output, paths)
    named = None if baseline is None else run_at(baseline, runs)
    apart = sides_by_path(runs, paths)
    made = compare_runs(runs, named, group=group, apart=apart, config=settings)
    if output is not None:
        write_comparison(made, output, lang=lang)
    if as_json:
        print_document(made.to_dict(lang))
    else:
        say(render_compared_terminal(made, lang, width=width_or(0) or None))
    if output is not None:
        show_page(output, open_page=open_page)
