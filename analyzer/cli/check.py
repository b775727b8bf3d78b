"""Check: the gate, with a line for each run and an exit code."""

from __future__ import annotations

from itertools import chain
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

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
    split_files_option,
    strict_option,
)
from analyzer.cli._reading import (
    check_maps,
    diagnose_all,
    issues_of,
    pick,
    read_runs,
    read_settings,
    spare_logs,
)
from analyzer.cli._saying import FAILED, exit_by, fail, print_json, say_issues, say_unreadable

if TYPE_CHECKING:
    from analyzer.config import Config
    from analyzer.model.run import RunSet


@click.command()
@path_argument
@click.option(
    "--fail-on",
    type=FAIL_ON,
    help="Exit 1 on findings of this severity or worse. Default: critical.",
)
@click.option(
    "--require",
    multiple=True,
    metavar="METRIC<NUMBER",
    help="Fail if not met, e.g. 'val_loss<0.5' or 'last:val_accuracy>=0.9'. Repeatable.",
)
@click.option(
    "--max-gap",
    type=float,
    help="Fail if the final train-val gap is larger, in units of the metric.",
)
@click.option("--baseline", type=PATH, help="Fail if a run is worse than these runs.")
@click.option(
    "--junit",
    type=PATH,
    help="Write JUnit XML to this file, one test case per check and requirement.",
)
@run_option
@lang_option
@json_option
@strict_option
@map_option
@split_files_option
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
    split_files: bool,
) -> None:
    """Print one line per run and exit with 1 if any of them fails.

    The line gives the name, the verdict, its onset and the findings of --fail-on or worse; a line
    for each requirement follows.
    """
    from analyzer.comparing.gate import PASSED, outcomes, parse_requirement
    from analyzer.reading.load import raise_on_damage

    settings = read_settings(config, maps, split_files=split_files)
    gate = settings.check
    fail_on = fail_on or str(gate.get("fail_on", "critical"))
    if max_gap is None:
        max_gap = gate.get("max_gap")
    if max_gap is not None and not isfinite(max_gap):
        fail(f"--max-gap {max_gap}: must be a number, e.g. 0.1")
    required = [parse_requirement(text) for text in (*gate.get("require", ()), *require)]
    later = junit is not None  # the file says what --strict fails on
    runs = _read(path, settings, strict=strict, later=later, lang=lang)
    chosen = pick(runs, run_name)
    base_runs = _read(baseline, settings, strict=strict, later=later, lang=lang)
    unreadable = (*runs.unreadable, *base_runs.unreadable)
    check_maps(maps, [*runs, *base_runs])
    if junit is not None:
        spare_logs([*runs, *base_runs], junit)
    base = diagnose_all(base_runs, settings)
    diagnoses = diagnose_all(chosen, settings)
    gates = [
        outcomes(diagnosis, required, max_gap=max_gap, baseline=base) for diagnosis in diagnoses
    ]
    if junit is not None:
        from analyzer.report.junit import render_junit
        from analyzer.safe.files import write_atomically

        document = render_junit(diagnoses, gates, lang, fail_on, unreadable, strict=strict)
        write_atomically(junit, document.encode("utf-8", "replace"))
    if strict:
        raise_on_damage(runs, base_runs)
    if as_json:
        refused = (*runs.issues, *base_runs.issues)
        print_json(diagnoses, gates, unreadable=unreadable, refused=refused, lang=lang)
    else:
        from analyzer.report.terminal import check_line, outcome_line

        for diagnosis, gate_outcomes in zip(diagnoses, gates, strict=True):
            click.echo(check_line(diagnosis, lang, fail_on))
            for outcome in gate_outcomes:
                click.echo(outcome_line(outcome, lang))
    say_issues([*runs.issues, *issues_of(chosen)], lang)
    say_unreadable(unreadable, lang)
    if any(outcome.status != PASSED for outcome in chain.from_iterable(gates)):
        raise click.exceptions.Exit(FAILED)
    exit_by(diagnoses, fail_on)


def _read(path: Path | None, settings: Config, *, strict: bool, later: bool, lang: str) -> RunSet:
    """Read a path, if any; ``later`` leaves it to the caller to be strict where there are runs."""
    from analyzer.model.run import RunSet
    from analyzer.reading.load import require_runs

    if path is None:
        return RunSet(())
    found = read_runs(path, settings, strict=False, lang=lang, empty=True)
    if not (found and later):
        require_runs(path, found, strict=strict, lang=lang)
    return found
