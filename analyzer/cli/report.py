"""Report: print each run; with -o write one to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import click

from analyzer.cli._opening import check_open, open_option, show_page
from analyzer.cli._options import (
    FAIL_ON,
    PATH,
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
    diagnose_all,
    issues_of,
    pick,
    read_runs,
    read_settings,
    run_names,
    spare_logs,
)
from analyzer.cli._saying import exit_by, fail, print_json, quoted, say, say_issues, say_unreadable
from analyzer.cli._stdin import shown
from analyzer.cli._terminal import colours_of, width_or

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from analyzer.model.diagnosis import Diagnosis
    from analyzer.model.run import Run


@click.command()
@path_argument
@click.option(
    "-o", "--output", type=PATH, help="Write the report to this file: .html, .pdf, .md or .json."
)
@click.option(
    "--fail-on",
    type=FAIL_ON,
    default="never",
    show_default=True,
    help="Exit 1 on findings of this severity or worse.",
)
@click.option(
    "--top",
    type=click.IntRange(1),
    metavar="N",
    help="Print a table of only the N runs with the most trouble.",
)
@run_option
@open_option
@lang_option
@json_option
@strict_option
@map_option
@split_files_option
@system_option
@config_option
def report(
    path: Path,
    output: Path | None,
    fail_on: str,
    top: int | None,
    run_name: str | None,
    open_page: bool,
    lang: str,
    as_json: bool,
    strict: bool,
    config: Path | None,
    maps: tuple[str, ...],
    split_files: bool,
    system_stats: bool,
) -> None:
    """Print a report of each run under PATH; of more than three runs a table.

    PATH may be - for a log on standard input.

    With -o, also write one with annotated curves and a checklist.
    """
    from analyzer.report.write import write_report

    check_open(output, open_page=open_page)
    settings = read_settings(config, maps, split_files=split_files)
    runs = read_runs(path, settings, strict=strict, lang=lang, system_stats=system_stats)
    check_maps(maps, runs)
    chosen = pick(runs, run_name)
    if output is not None and len(chosen) > 1:
        _refuse_several(path, chosen, output)
    if output is not None:
        spare_logs(runs, output, [path])
    diagnoses = diagnose_all(chosen, settings)
    written = "" if output is None else str(write_report(diagnoses[0], output, lang=lang))
    if as_json:
        print_json(diagnoses, unreadable=runs.unreadable, refused=runs.issues, lang=lang)
    else:
        _print(diagnoses, lang, top=top, written=written)
    in_table = () if as_json or _are_reported(diagnoses, top) else issues_of(chosen)
    say_issues([*runs.issues, *in_table], lang)
    say_unreadable(runs.unreadable, lang)
    if output is not None:
        show_page(output, open_page=open_page)
    exit_by(diagnoses, fail_on)


def _refuse_several(path: Path, runs: Sequence[Run], output: Path) -> NoReturn:
    """Exit with one line that says how to choose one of several runs, or to report on all."""
    names = f"{len(runs)} runs ({run_names(runs)})"
    if shown(path) != path:  # the copy of standard input is gone when the command ends
        fail(f"{shown(path)}: contains {names}; pick one with --run NAME")
    site = f"analyzer batch {quoted(path)} -o {quoted(output.with_suffix(''))}"
    fail(f"{path}: contains {names}; pick one with --run NAME, or report on all: {site}")


def _print(diagnoses: Sequence[Diagnosis], lang: str, *, top: int | None, written: str) -> None:
    """Print the reports of a few runs, or a table with the most trouble first."""
    from analyzer.report.run_table import run_table
    from analyzer.report.terminal import WIDTH, render_terminal

    width = width_or(WIDTH)
    if _are_reported(diagnoses, top):
        reports = [
            render_terminal(diagnosis, lang, written=written, width=width)
            for diagnosis in diagnoses
        ]
        shown = "\n\n".join(reports)
    else:
        shown = run_table(diagnoses, lang, top=top, width=width)
    say(shown, colours=colours_of(diagnoses, lang))


def _are_reported(diagnoses: Sequence[Diagnosis], top: int | None) -> bool:
    """Say whether each run has a report of its own, rather than a line of a table."""
    from analyzer.report.run_table import MOST_REPORTS

    return len(diagnoses) == 1 or (top is None and len(diagnoses) <= MOST_REPORTS)
