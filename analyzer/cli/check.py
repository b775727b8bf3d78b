"""Check: the gate, with a line for each run and an exit code."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from math import isfinite
from typing import TYPE_CHECKING

import click

from analyzer.cli._junit import junit_file
from analyzer.cli._options import (
    BASELINE,
    FAIL_ON,
    PATH,
    baseline_missing_option,
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
    is_baseline_missing,
    issues_of,
    pick,
    read_runs,
    read_settings,
    spare_logs,
    together,
)
from analyzer.cli._saying import FAILED, exit_by, fail, print_json, say, say_issues, say_unreadable
from analyzer.cli._terminal import colours_of

if TYPE_CHECKING:
    from pathlib import Path

    from analyzer.comparing.gate import Outcome, Requirement
    from analyzer.config import Config
    from analyzer.model.diagnosis import Diagnosis
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
@click.option("--baseline", type=BASELINE, help="Fail if a run is worse than these runs.")
@baseline_missing_option
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
    baseline_missing: str,
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
    for each requirement follows. PATH may be - for a log on standard input.
    """
    from analyzer.comparing.gate import parse_requirement

    settings = read_settings(config, maps, split_files=split_files)
    gate = settings.check
    fail_on = fail_on or str(gate.get("fail_on", "critical"))
    if max_gap is None:
        max_gap = gate.get("max_gap")
    if max_gap is not None and not isfinite(max_gap):
        fail(f"--max-gap {max_gap}: must be a number, e.g. 0.1")
    required = [parse_requirement(text) for text in (*gate.get("require", ()), *require)]
    later = junit is not None  # the file says what --strict fails on
    with junit_file(junit) as write_junit:
        runs = _read(path, settings, strict=strict, later=later, lang=lang)
        chosen = pick(runs, run_name)
        no_baseline = is_baseline_missing(baseline, baseline_missing, lang)
        base_path = None if no_baseline else baseline
        base_runs = _read(base_path, settings, strict=strict, later=later, lang=lang)
        every = together(runs, base_runs)
        check_maps(maps, every)
        if junit is not None:
            spare_logs(every, junit, [path, *filter(None, [base_path])])
        diagnoses, base = diagnose_all(chosen, settings), diagnose_all(base_runs, settings)
        gates = _gates(diagnoses, required, max_gap, base, no_baseline=no_baseline)
        if junit is not None:
            from analyzer.report.junit import render_junit

            files = every.unreadable, every.issues
            write_junit(render_junit(diagnoses, gates, lang, fail_on, *files, strict=strict))
        if strict:
            from analyzer.reading.load import raise_on_damage

            raise_on_damage(runs, base_runs, lang=lang)
    _print(diagnoses, gates, every, fail_on, lang=lang, as_json=as_json)
    say_issues(
        [*every.issues, *issues_of(diagnosis.run for diagnosis in (*diagnoses, *base))], lang
    )
    say_unreadable(every.unreadable, lang)
    _exit_by_gates(gates)
    exit_by(diagnoses, fail_on)


def _gates(
    diagnoses: Sequence[Diagnosis],
    required: Sequence[Requirement],
    max_gap: float | None,
    base: Sequence[Diagnosis],
    *,
    no_baseline: bool,
) -> list[list[Outcome]]:
    """Return what became of each requirement on each run."""
    from analyzer.comparing.gate import outcomes

    return [
        outcomes(diagnosis, required, max_gap=max_gap, baseline=base, no_baseline=no_baseline)
        for diagnosis in diagnoses
    ]


def _print(
    diagnoses: Sequence[Diagnosis],
    gates: Sequence[Sequence[Outcome]],
    every: RunSet,
    fail_on: str,
    *,
    lang: str,
    as_json: bool,
) -> None:
    """Print the JSON, or a line for each run and each requirement."""
    if as_json:
        print_json(diagnoses, gates, unreadable=every.unreadable, refused=every.issues, lang=lang)
        return
    from analyzer.report.terminal import check_line, outcome_line

    colours = colours_of(diagnoses, lang)
    for diagnosis, gate_outcomes in zip(diagnoses, gates, strict=True):
        say(check_line(diagnosis, lang, fail_on), colours=colours)
        for outcome in gate_outcomes:
            say(outcome_line(outcome, lang))


def _exit_by_gates(gates: Sequence[Sequence[Outcome]]) -> None:
    """Exit with the code of a failed gate if a requirement is not met or cannot be judged."""
    from analyzer.comparing import gate

    for outcome in chain.from_iterable(gates):
        if outcome.status in (gate.FAILED, gate.UNKNOWN):
            raise click.exceptions.Exit(FAILED)


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
