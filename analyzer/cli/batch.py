"""Batch: turn a folder of runs into a site."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

import click

from analyzer.cli._options import (
    PLACE,
    config_option,
    group_option,
    lang_option,
    map_option,
    split_files_option,
    strict_option,
)
from analyzer.cli._progress import batch_progress
from analyzer.cli._reading import check_mapped, read_settings
from analyzer.cli._saying import (
    DAMAGED,
    FAILED,
    INTERRUPTED,
    fail,
    say,
    say_error,
    say_issues,
    say_unreadable,
)

if TYPE_CHECKING:
    from pathlib import Path

    from analyzer.remote.places import Source


@click.command()
@click.argument("folder", type=PLACE)
@click.option(
    "-o",
    "--output",
    "site",
    type=PLACE,
    required=True,
    help="Write the site to this folder: index.html, runs.csv, findings.jsonl, index.md, runs/.",
)
@click.option(
    "--reports/--no-reports",
    default=True,
    help="Write a report for each run, or only its diagnosis.json.",
)
@group_option
@click.option(
    "--rehash", is_flag=True, help="Detect changes by content instead of modification time."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help="Number of worker processes. Default: the number of processors.",
)
@click.option(
    "--run-timeout",
    type=click.FloatRange(0.1),
    default=120.0,
    show_default=True,
    help="Time limit per run, in seconds.",
)
@click.option(
    "--run-memory",
    type=click.IntRange(256, 1 << 20),
    default=2048,
    show_default=True,
    help="Memory limit per run, in MiB.",
)
@click.option(
    "--shard",
    metavar="K/N",
    help="Read only the K-th of N parts of the logs, e.g. 3/16: for job arrays and CI matrices.",
)
@click.option(
    "--merge",
    type=PLACE,
    multiple=True,
    metavar="SITE",
    help="Take over the results of another site, e.g. of a shard; repeatable.",
)
@lang_option
@strict_option
@map_option
@split_files_option
@config_option
def batch(
    folder: Source,
    site: Source,
    reports: bool,
    group: tuple[str, ...],
    rehash: bool,
    workers: int | None,
    run_timeout: float,
    run_memory: int,
    shard: str | None,
    merge: tuple[Source, ...],
    lang: str,
    strict: bool,
    config: Path | None,
    maps: tuple[str, ...],
    split_files: bool,
) -> None:
    """Diagnose every run under FOLDER and write a site with an index.

    A second call processes only what changed.
    """
    from analyzer.batch.anywhere import run_anywhere
    from analyzer.batch.pool import usual_workers
    from analyzer.batch.result import Limits, Options
    from analyzer.batch.shards import parse_shard
    from analyzer.batch.summary import batch_summary
    from analyzer.comparing.repeats import check_keys

    if isnan(run_timeout):  # which no range excludes
        fail(f"--run-timeout {run_timeout}: must be a number, e.g. 120")
    limits = Limits(run_timeout, run_memory << 20, workers or usual_workers())
    part = None if shard is None else parse_shard(shard)
    options = Options(lang, reports, rehash, group, limits, part)
    with batch_progress(lang) as progress:
        settings = read_settings(config, maps, split_files=split_files)
        made = run_anywhere(folder, site, settings, options, merge, progress)
    say(batch_summary(made, site, lang))
    if made.records:  # else the index says why
        say_issues(made.refused, lang)
    say_unreadable(made.unreadable, lang)
    if made.interrupted:
        raise click.exceptions.Exit(INTERRUPTED)
    code = DAMAGED if strict and made.damaged else 0
    if part is not None and not made.units:
        return  # more shards than logs: there is nothing to say of this one
    if not made.records and made.names:
        check_mapped(maps, made.names)
    if not made.records:
        say_error(f"{folder}: no run could be diagnosed; {site / 'index.html'} says why")
        raise click.exceptions.Exit(code or FAILED)
    check_mapped(maps, made.names)
    check_keys([record.summary.settings for record in made.records], group)
    if code:
        raise click.exceptions.Exit(code)
