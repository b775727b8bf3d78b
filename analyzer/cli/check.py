"""Check: the gate, a line for each run and an exit code."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

import click

from analyzer.cli._options import (
    FAIL_ON,
    PATH,
    config_option,
    json_option,
    lang_option,
    map_option,
    path_argument,
    run_option,
    strict_option,
)
from analyzer.cli._reading import diagnose_all, pick, read_runs, read_settings, spare_logs
from analyzer.cli._saying import FAILED, exit_by, fail, print_json, say_issues


@click.command()
@path_argument
@click.option(
    "--fail-on",
    type=FAIL_ON,
    help="Exit 1 on findings at or above this; critical where nothing is said.",
)
@click.option(
    "--require",
    multiple=True,
    metavar="METRIC<NUMBER",
    help="Fail where this is not met, such as 'val_loss<0.5' or 'last:val_accuracy>=0.9'.",
)
@click.option(
    "--max-gap", type=float, help="Fail where the gap at the end is larger, in units of the metric."
)
@click.option("--baseline", type=PATH, help="Fail where a run is worse than these runs.")
@click.option("--junit", type=PATH, help="Write JUnit XML here: each check a test case.")
@run_option
@lang_option
@json_option
@strict_option
@map_option
@config_option
def check(
    path: Path,
    fail_on: str | None,
    require: tuple[str, ...],
    max_gap: float | None,
    baseline: Path | None,
    junit: Path | None,
    run_name: str | None,
    lang: str,
    as_json: bool,
    strict: bool,
    config: Path | None,
    maps: tuple[str, ...],
) -> None:
    """Print a line for each run: name, verdict, onset, findings at or above --fail-on, requirements it fails."""
    from analyzer.comparing.gate import PASSED, outcomes, parse_requirement

    settings = read_settings(config, maps)
    gate = settings.check
    fail_on = fail_on or str(gate.get("fail_on", "critical"))
    max_gap = gate.get("max_gap") if max_gap is None else max_gap
    if max_gap is not None and not isfinite(max_gap):
        fail(f"--max-gap {max_gap}: a number is wanted, such as 0.1")
    required = [parse_requirement(one) for one in (*gate.get("require", ()), *require)]
    runs = read_runs(path, settings, strict=strict)
    chosen = pick(runs, run_name)
    held_against = read_runs(baseline, settings, strict=strict) if baseline else ()
    if junit is not None:
        spare_logs([*runs, *held_against], junit)
    against = diagnose_all(held_against, settings)
    diagnoses = diagnose_all(chosen, settings)
    judged = [outcomes(one, required, max_gap=max_gap, baseline=against) for one in diagnoses]
    if junit is not None:
        from analyzer.report.junit import render_junit
        from analyzer.safe.files import write_atomically

        write_atomically(
            junit, render_junit(diagnoses, judged, lang, fail_on).encode("utf-8", "replace")
        )
    if as_json:
        print_json(diagnoses, judged)
    else:
        from analyzer.report.terminal import check_line, outcome_line

        for one, gates in zip(diagnoses, judged, strict=True):
            click.echo(check_line(one, lang, fail_on))
            for outcome in gates:
                click.echo(outcome_line(outcome, lang))
    say_issues([*runs.issues, *(issue for run in chosen for issue in run.issues)], lang)
    if any(outcome.status != PASSED for gates in judged for outcome in gates):
        raise click.exceptions.Exit(FAILED)
    exit_by(diagnoses, fail_on)
