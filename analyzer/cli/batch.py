"""Batch: turn a folder of runs into a site."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from analyzer.batch.reports import REPORTS, wanted_reports
from analyzer.cli._limits import LEAST_OF_BATCH, require_address_space
from analyzer.cli._opening import open_option, show_page
from analyzer.cli._options import (
    PLACE,
    config_option,
    group_option,
    json_option,
    lang_option,
    map_option,
    split_files_option,
    strict_option,
)
from analyzer.cli._progress import batch_progress
from analyzer.cli._reading import check_mapped, read_settings
from analyzer.cli._repeat import every_option, repeat
from analyzer.cli._saying import (
    DAMAGED,
    FAILED,
    INTERRUPTED,
    fail,
    print_document,
    say,
    say_error,
    say_issues,
    say_unreadable,
)
from analyzer.errors import NothingReadable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from analyzer.batch.result import Batch, Options
    from analyzer.config import Config
    from analyzer.remote.places import Source

SCHEDULER = "DASK_SCHEDULER_ADDRESS"  # of Dask itself


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
    "--reports",
    type=click.Choice(REPORTS),
    default="all",
    show_default=True,
    help="Write a report for each run, for those with a finding, or none; diagnosis.json always.",
)
@click.option("--no-reports", is_flag=True, help="Same as --reports none.")
@click.option(
    "--points", is_flag=True, help="Also write runs.parquet and points/ (extra [parquet])."
)
@group_option
@click.option(
    "--rehash", is_flag=True, help="Detect changes by content instead of modification time."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help="Number of worker processes. Default: the number of processors; on a cluster, per Dask "
    "worker: the number of its threads.",
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
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    envvar=SCHEDULER,
    help="Work on a Dask cluster (extra [dask]): tcp://host:8786, a scheduler file, or local. "
    f"Default: {SCHEDULER} if set, else the processes of this machine.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be read and where; write nothing.")
@every_option
@open_option
@json_option
@lang_option
@strict_option
@map_option
@split_files_option
@config_option
def batch(
    folder: Source,
    site: Source,
    reports: str,
    no_reports: bool,
    points: bool,
    group: tuple[str, ...],
    rehash: bool,
    workers: int | None,
    run_timeout: float,
    run_memory: int,
    shard: str | None,
    merge: tuple[Source, ...],
    scheduler: str | None,
    dry_run: bool,
    every: float | None,
    open_page: bool,
    as_json: bool,
    lang: str,
    strict: bool,
    config: Path | None,
    maps: tuple[str, ...],
    split_files: bool,
) -> None:
    """Diagnose every run under FOLDER and write a site with an index.

    A second call processes only what changed.
    """
    require_address_space(LEAST_OF_BATCH)
    from dataclasses import replace

    from analyzer.batch.anywhere import run_anywhere
    from analyzer.batch.engine import engine
    from analyzer.batch.result import Limits, Options
    from analyzer.batch.shards import parse_shard
    from analyzer.comparing.repeats import check_keys

    _check_options(
        run_timeout,
        dry_run=dry_run,
        as_json=as_json,
        merge=merge,
        repeats=every is not None,
        open_page=open_page,
    )
    index = _index_of(site, open_page=open_page)
    part = None if shard is None else parse_shard(shard)
    settings = read_settings(config, maps, split_files=split_files)
    has_reports, found_only = wanted_reports("none" if no_reports else reports)
    options = Options(
        lang=lang,
        reports=has_reports,
        found_only=found_only,
        points=points,
        rehash=rehash,
        group=group,
        shard=part,
    )
    if dry_run:
        _show_plan(folder, site, settings, options, as_json)
        return

    def make() -> Batch:
        with engine(scheduler) as chosen:
            if chosen.description:
                say_error(f"{chosen.description}{_named_by()}")
            limits = Limits(run_timeout, run_memory << 20, workers or chosen.workers)
            limited = replace(options, limits=limits)
            with batch_progress(lang) as progress:
                return run_anywhere(
                    folder, site, settings, limited, merge, progress, chosen.work_all
                )

    if every is not None:
        repeat(make, every, lambda made: _say_made(made, site, lang))
        return
    made = _made(make, maps)
    _say_made(made, site, lang)
    if not isinstance(index, str):
        show_page(index, open_page=open_page)
    if made.interrupted:
        raise click.exceptions.Exit(INTERRUPTED)
    if part is not None and not made.units:
        return  # more shards than logs: there is nothing to say of this one
    code = DAMAGED if strict and made.damaged else 0
    _check_made(made, folder, site, maps, code)
    check_keys([dict.fromkeys(made.setting_names)], group)
    if code:
        raise click.exceptions.Exit(code)


def _made(make: Callable[[], Batch], maps: tuple[str, ...]) -> Batch:
    """Make a batch; where nothing is a log, a mistyped name of --map is the reason to give."""
    try:
        return make()
    except NothingReadable as error:
        if error.logged:
            check_mapped(maps, error.logged)
        raise


def _say_made(made: Batch, site: Source, lang: str) -> None:
    """Print what a batch did, and what could not be read to stderr."""
    from analyzer.batch.summary import batch_summary

    say(batch_summary(made, site, lang))
    if made.runs:  # else the index says why
        say_issues(made.refused, lang)
    say_unreadable(made.unreadable, lang)


def _index_of(site: Source, *, open_page: bool) -> Path | str:
    """Return where the index will be; exit with one line if it cannot be opened there."""
    index = site / "index.html"
    if open_page and isinstance(index, str):
        fail(f"--open: not for a site in a store; open {index} with the tools of that store")
    return index


def _check_options(
    run_timeout: float,
    *,
    dry_run: bool,
    as_json: bool,
    merge: tuple[Source, ...],
    repeats: bool,
    open_page: bool,
) -> None:
    """Exit with one line for options that cannot be used, or not together."""
    if isnan(run_timeout):  # which no range excludes
        fail(f"--run-timeout {run_timeout}: must be a number, e.g. 120")
    if as_json and not dry_run:
        fail("--json: only with --dry-run; a batch writes findings.jsonl and runs.csv")
    if merge and dry_run:
        fail("--merge: not with --dry-run; leave one of them out")
    if repeats and (dry_run or open_page):
        fail("--every: not with --dry-run or --open; leave one of them out")


def _check_made(
    made: Batch, folder: Source, site: Source, maps: tuple[str, ...], code: int
) -> None:
    """Exit if no run could be diagnosed, or no log has a name that the user mapped."""
    if made.runs or made.names:
        check_mapped(maps, made.names)
    if not made.runs:
        say_error(f"{folder}: no run could be diagnosed; {site / 'index.html'} says why")
        raise click.exceptions.Exit(code or FAILED)


def _show_plan(
    folder: Source, site: Source, settings: Config, options: Options, as_json: bool
) -> None:
    """Print what a batch would read and where it would write."""
    from analyzer.batch.anywhere import plan_anywhere
    from analyzer.batch.plan import render_plan

    plan = plan_anywhere(folder, site, settings, options)
    if as_json:
        print_document(plan.to_dict())
    else:
        say(render_plan(plan, options.lang))


def _named_by() -> str:
    """Return where the scheduler comes from if the command line does not show it."""
    source = click.get_current_context().get_parameter_source("scheduler")
    return f"; from {SCHEDULER}" if source is ParameterSource.ENVIRONMENT else ""
