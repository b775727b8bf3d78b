"""Comment: Markdown for a pull request, printed or posted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from analyzer.cli._options import (
    BASELINE,
    PATH,
    baseline_missing_option,
    config_option,
    lang_option,
    map_option,
    path_argument,
    run_option,
    split_files_option,
    strict_option,
)
from analyzer.cli._reading import (
    check_maps,
    diagnose_all,
    is_baseline_missing,
    pick,
    read_runs,
    read_settings,
    run_names,
    spare_logs,
    together,
)
from analyzer.cli._remote import as_given
from analyzer.cli._saying import fail, say, say_issues, say_unreadable, silence_drawing

if TYPE_CHECKING:
    from pathlib import Path


def _web_address(_ctx: click.Context, _param: click.Parameter, url: str) -> str:
    """Return an address that is safe inside a link of Markdown, or none."""
    if url and re.fullmatch(r"https?://[\w.:/?&=%#~+-]+", url) is None:
        raise click.BadParameter(f"{url}: must be an address such as https://example.org/report")
    return url


@click.command()
@path_argument
@click.option("--baseline", type=BASELINE, help="Runs to compare with.")
@baseline_missing_option
@click.option(
    "--post",
    is_flag=True,
    help="Post it with gh, updating an earlier comment.",
)
@click.option(
    "--pr",
    "pull_request",
    type=click.IntRange(1),
    metavar="NUMBER",
    help="With --post: the pull request. Default: that of the workflow or the branch.",
)
@click.option(
    "--report-url",
    default="",
    metavar="URL",
    callback=_web_address,
    help="Link the full report, such as the artifact of a workflow.",
)
@click.option("-o", "--output", type=PATH, help="Write the comment to this file: .md.")
@click.option("--png", type=PATH, metavar="DIR", help="Also write the charts to this folder.")
@run_option
@lang_option
@strict_option
@map_option
@split_files_option
@config_option
def comment(
    path: Path,
    baseline: Path | None,
    baseline_missing: str,
    post: bool,
    pull_request: int | None,
    report_url: str,
    output: Path | None,
    png: Path | None,
    run_name: str | None,
    lang: str,
    strict: bool,
    config: Path | None,
    maps: tuple[str, ...],
    split_files: bool,
) -> None:
    """Print a pull request comment on a run or its repeats: verdict, table, curves, checklist.

    With -o, write it to a file instead.
    """
    from analyzer.comparing.repeats import differ_in_seed_alone
    from analyzer.model.run import RunSet
    from analyzer.report.comment import marker, median, render_comment

    settings = read_settings(config, maps, split_files=split_files)
    runs = read_runs(path, settings, strict=strict, lang=lang)
    chosen = pick(runs, run_name)
    if len(chosen) > 1 and not differ_in_seed_alone([run.config for run in chosen]):
        fail(
            f"{path}: contains {len(chosen)} runs ({run_names(chosen)}) that are not repeats of "
            "one run; pick one with --run NAME, or use 'analyzer batch' for a page of all. "
            "Repeats differ only in a seed that is in the log or in a config.json next to it"
        )
    base_runs = RunSet(())
    no_baseline = ""
    if baseline is not None and is_baseline_missing(baseline, baseline_missing, lang):
        no_baseline = as_given(str(baseline))
    elif baseline is not None:
        base_runs = read_runs(baseline, settings, strict=strict, lang=lang)
    every = together(runs, base_runs)
    check_maps(maps, every)
    if output is not None:
        spare_logs(every, output, [path, *filter(None, [baseline])])
    against = diagnose_all(base_runs, settings)
    diagnoses = diagnose_all(chosen, settings)
    name = f"{as_given(path.as_posix())}\0{run_name or ''}"
    body = render_comment(
        diagnoses,
        against,
        name=name,
        lang=lang,
        report_url=report_url,
        no_baseline=no_baseline,
    )
    say_issues(every.issues, lang)
    say_unreadable(every.unreadable, lang)
    if png is not None:
        from analyzer.report.figure import write_charts

        silence_drawing()
        write_charts(median(diagnoses), png, lang=lang)
    _deliver(body, output, is_posted=post)
    if not post:
        return
    from analyzer.report.github import post as put
    from analyzer.text import words

    made = put(body, marker(name), pull_request)
    key = "edited" if made.edited else "posted"
    say(words(lang).fill(words(lang).of("_comment")[key], {"url": made.url}))


def _deliver(body: str, output: Path | None, *, is_posted: bool) -> None:
    """Write a comment to a file and say its path, or print one that is not posted."""
    from analyzer.safe.names import without_command

    if output is not None:
        from analyzer.report.write import write_comment

        say(str(write_comment(without_command(body), output)))
    elif not is_posted:
        click.echo(without_command(body), nl=False)
