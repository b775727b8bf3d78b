"""The command line: parse, call the API, print, exit code; nothing else."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from analyzer import __version__

if TYPE_CHECKING:
    from analyzer.config import Config
    from analyzer.model import Diagnosis, LogIssue, Run, RunSet

FAILED, USAGE, DAMAGED, NOTHING, INTERRUPTED = 1, 2, 3, 4, 130
_LINES = 20  # of issues; a thousand damaged files shall not push the verdicts off the screen
_LONG_READ = 8 << 20  # bytes that take longer to read than a bar takes to appear
_FAIL_ON = click.Choice(["critical", "warning", "never"])
_LANG = click.Choice(["en", "es"])


class _Group(click.Group):
    """Turns every error of ours into one line on stderr and its exit code; no traceback reaches a user."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):  # a terminal that cannot show a character gets a "?"
                stream.reconfigure(errors="replace")
        if not args:
            return super().parse_args(ctx, args)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            _misused(ctx, error)

    def invoke(self, ctx: click.Context) -> Any:
        from analyzer.errors import AnalyzerError

        if not sys.warnoptions:  # a loss of 1e308 overflows on the way to its verdict; that is no news to the user
            warnings.simplefilter("ignore", RuntimeWarning)
        # The matrices here are small: a second thread of the linear algebra only waits for the first.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            _misused(ctx, error)
        except AnalyzerError as error:
            _say_error(str(error))
            ctx.exit(error.exit_code)


def _misused(ctx: click.Context, error: click.UsageError) -> NoReturn:
    _say_error(f"{error.format_message()} See '{(error.ctx or ctx).command_path} --help'.")
    ctx.exit(USAGE)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="analyzer")
def main() -> None:
    """Read the logs of a finished training run and say what happened, how sure it is and what to do next."""


_path = click.argument("path", type=click.Path(path_type=Path))
_run_option = click.option("--run", "run_name", metavar="NAME", help="Take this run where the path holds several.")
_strict = click.option("--strict", is_flag=True, help="Stop with exit code 3 at the first damaged or refused file.")
_config = click.option("--config", type=click.Path(path_type=Path), help="Settings; default: analyzer.toml or "
                       "[tool.analyzer] in this folder or its parents.")  # fmt: skip
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON (schema 1) instead of text.")
_map = click.option("--map", "maps", multiple=True, metavar="NAME=SPLIT/METRIC",
                    help="Say what a name means, such as --map 'my_nll=val/loss'.")  # fmt: skip
_system = click.option("--system-stats", is_flag=True, help="Also read what a tracker recorded of the machine.")
_lang = click.option("--lang", type=_LANG, default="en", show_default=True, help="Language of the words.")


@main.command()
@_path
@click.option("-o", "--output", type=click.Path(path_type=Path),
              help="Write the report here: .html, .pdf, .md or .json.")  # fmt: skip
@click.option(
    "--fail-on", type=_FAIL_ON, default="never", show_default=True, help="Exit 1 on findings at or above this."
)
@_run_option
@_lang
@_json
@_strict
@_map
@_config
def report(
    path: Path, output: Path | None, fail_on: str, run_name: str | None, lang: str, as_json: bool, strict: bool,
    config: Path | None, maps: tuple[str, ...],
) -> None:  # fmt: skip
    """Print a report of each run under PATH; with -o also write one with annotated curves and a checklist."""
    from analyzer.report.write import write_report

    settings = _settings(config, maps)
    runs = _load(path, settings, strict=strict)
    chosen = _pick(runs, run_name)
    if output is not None and len(chosen) > 1:
        _fail(f"{path}: holds {len(chosen)} runs ({_names(chosen)}); pick one with --run NAME")
    if output is not None:
        _spare_the_log(path, chosen, output)
    diagnoses = _diagnose(chosen, settings)
    written = "" if output is None else str(write_report(diagnoses[0], output, lang=lang))
    if as_json:
        _print_json(diagnoses)
    else:
        from analyzer.report.terminal import render_terminal

        click.echo("\n\n".join(render_terminal(one, lang, written=written) for one in diagnoses))
    _say_issues(runs.issues, lang)
    _exit(diagnoses, fail_on)


@main.command()
@_path
@click.option("--fail-on", type=_FAIL_ON, help="Exit 1 on findings at or above this; critical where nothing is said.")
@click.option("--require", multiple=True, metavar="METRIC<NUMBER",
              help="Fail where this is not met, such as 'val_loss<0.5' or 'last:val_accuracy>=0.9'.")  # fmt: skip
@click.option("--max-gap", type=float, help="Fail where the gap at the end is larger, in units of the metric.")
@click.option("--baseline", type=click.Path(path_type=Path), help="Fail where a run is worse than these runs.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write JUnit XML here: each check a test case.")
@_run_option
@_lang
@_json
@_strict
@_map
@_config
def check(
    path: Path, fail_on: str | None, require: tuple[str, ...], max_gap: float | None, baseline: Path | None,
    junit: Path | None, run_name: str | None, lang: str, as_json: bool, strict: bool, config: Path | None,
    maps: tuple[str, ...],
) -> None:  # fmt: skip
    """Print a line for each run: name, verdict, onset, findings at or above --fail-on, requirements it fails."""
    from analyzer.gate import PASSED, outcomes, parse_requirement

    settings = _settings(config, maps)
    gate = settings.check
    fail_on = fail_on or str(gate.get("fail_on", "critical"))
    max_gap = max_gap if max_gap is not None else gate.get("max_gap")
    required = [parse_requirement(one) for one in (*gate.get("require", ()), *require)]
    runs = _load(path, settings, strict=strict)
    chosen = _pick(runs, run_name)
    against = _load(baseline, settings, strict=strict).runs if baseline else ()
    diagnoses = _diagnose(chosen, settings)
    judged = [outcomes(one, required, max_gap=max_gap, baseline=against, config=settings) for one in diagnoses]
    if junit is not None:
        from analyzer.files import write_atomically
        from analyzer.report.junit import render_junit

        write_atomically(junit, render_junit(diagnoses, judged, lang, fail_on).encode("utf-8", "replace"))
    if as_json:
        _print_json(diagnoses)
    else:
        from analyzer.report.terminal import check_line, outcome_line

        for one, gates in zip(diagnoses, judged, strict=True):
            click.echo(check_line(one, lang, fail_on))
            for outcome in gates:
                click.echo(outcome_line(outcome, lang))
    _say_issues([*runs.issues, *(issue for run in chosen for issue in run.issues)], lang)
    if any(outcome.status != PASSED for gates in judged for outcome in gates):
        raise click.exceptions.Exit(FAILED)
    _exit(diagnoses, fail_on)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RUN...")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the comparison here: .html, .md or .json.")
@click.option(
    "--baseline", metavar="RUN", help="The run (or its path) that the others are held against; default: the first."
)
@click.option("--group", "group", multiple=True, metavar="KEY", help="Put runs together that share this setting.")
@_lang
@_json
@_strict
@_map
@_config
def compare(
    paths: tuple[Path, ...], output: Path | None, baseline: str | None, group: tuple[str, ...], lang: str,
    as_json: bool, strict: bool, config: Path | None, maps: tuple[str, ...],
) -> None:  # fmt: skip
    """Compare the runs under the paths: which is better, by how much, how sure that is, and what was changed."""
    from analyzer.comparison import compare as compare_runs
    from analyzer.report.compared import render_compared_terminal
    from analyzer.report.write import write_comparison
    from analyzer.serial import dumps

    settings = _settings(config, maps)
    runs, named = _runs_of(paths, settings, strict=strict)
    made = compare_runs(runs, named.get(baseline or "", baseline), group=group, config=settings)
    if output is not None:
        write_comparison(made, output, lang=lang)
    click.echo(dumps(made.to_dict()) if as_json else render_compared_terminal(made, lang), nl=not as_json)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("-o", "--output", "site", type=click.Path(path_type=Path), required=True,
              help="Write the site here: index.html, runs.csv, findings.jsonl, index.md, runs/.")  # fmt: skip
@click.option("--reports/--no-reports", default=True, help="Write a report for each run, or its diagnosis.json alone.")
@click.option("--group", "group", multiple=True, metavar="KEY", help="Put runs together that share this setting.")
@click.option("--rehash", is_flag=True, help="Tell changed logs by what they hold, not by their time.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes; default: as many as there are processors.")
@click.option("--run-timeout", type=click.FloatRange(0.1), default=120.0, show_default=True, help="Seconds for a run.")
@click.option("--run-memory", type=click.IntRange(256, 1 << 20), default=2048, show_default=True, help="MiB for a run.")
@_lang
@_strict
@_map
@_config
def batch(
    folder: Path, site: Path, reports: bool, group: tuple[str, ...], rehash: bool, workers: int | None,
    run_timeout: float, run_memory: int, lang: str, strict: bool, config: Path | None, maps: tuple[str, ...],
) -> None:  # fmt: skip
    """Diagnose every run under FOLDER and write a site with an index; a second call does what has changed."""
    from analyzer.batch.pool import Limits, usual_workers
    from analyzer.batch.site import Options, run_batch
    from analyzer.batch.summary import batch_summary

    limits = Limits(run_timeout, run_memory << 20, workers or usual_workers())
    options = Options(lang, reports, rehash, group, limits)
    with _batch_progress() as progress:
        made = run_batch(folder, site, _settings(config, maps), options, progress)
    click.echo(batch_summary(made, site, lang))
    if made.interrupted:
        raise click.exceptions.Exit(INTERRUPTED)
    if strict and made.damaged:
        raise click.exceptions.Exit(DAMAGED)


@main.command()
@_path
@_run_option
@_lang
@_json
@_map
@_system
@_config
@_strict
def inspect(
    path: Path, run_name: str | None, lang: str, as_json: bool, strict: bool, config: Path | None,
    maps: tuple[str, ...], system_stats: bool,
) -> None:  # fmt: skip
    """Show what was recognised as what, how each name was read, and what was skipped and why."""
    from analyzer.report.inspection import inspection, render_inspection

    settings = _settings(config, maps)
    runs = _load(path, settings, strict=strict, system_stats=system_stats, empty=not strict)
    found = inspection(runs, _pick(runs, run_name), lang)
    if as_json:
        from analyzer.serial import dumps

        click.echo(dumps(found), nl=False)
    else:
        click.echo(render_inspection(found, lang), nl=bool(runs.runs or runs.issues or runs.skipped))
    if not runs:
        _say_error(f"{path}: no training log found among {len(runs.issues) + len(runs.skipped)} files")
        raise click.exceptions.Exit(NOTHING)


@main.command()
@_path
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True,
              help="Write here: .csv, .jsonl or .parquet, and .gz after any.")  # fmt: skip
@_run_option
@_map
@_system
@_config
@_strict
def export(
    path: Path, output: Path, run_name: str | None, strict: bool, config: Path | None, maps: tuple[str, ...],
    system_stats: bool,
) -> None:  # fmt: skip
    """Write every logged point as one tidy table."""
    from analyzer.exporting import export as write

    runs = _load(path, _settings(config, maps), strict=strict, system_stats=system_stats)
    chosen = _pick(runs, run_name)
    _spare_the_log(path, chosen, output)
    click.echo(str(write(chosen, output)))
    _say_issues([*runs.issues, *(issue for run in chosen for issue in run.issues)], "en")


@main.command()
@click.argument("detector", required=False)
@_lang
def explain(detector: str | None, lang: str) -> None:
    """Say what a detector looks for, how, with which thresholds and limits; without a name, list them."""
    from analyzer.report.explain import explain as one
    from analyzer.report.explain import explain_all

    click.echo(one(detector, lang) if detector else explain_all(lang))


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def train(arguments: tuple[str, ...]) -> None:
    """Train a small network that goes wrong on purpose and log it for real; --help lists the scenarios."""
    from analyzer.trainer import command

    code = command.main(arguments, prog="analyzer train")
    if code:
        raise click.exceptions.Exit(code)


def _settings(path: Path | None, maps: Sequence[str]) -> Config:
    """Return the settings of a file (or of the folder one stands in), with the meanings of the command line on top."""
    from dataclasses import replace

    from analyzer.config import read_config

    settings = read_config(path)
    said = dict(settings.metrics)
    for one in maps:
        name, equals, meaning = one.partition("=")
        if not equals:
            _fail(f'--map "{one}": write NAME=SPLIT/METRIC, such as my_nll=val/loss')
        said[name] = meaning
    return replace(settings, metrics=said)


def _load(
    path: Path, settings: Config, *, strict: bool, system_stats: bool = False, empty: bool = False
) -> RunSet:  # fmt: skip
    """Read a path, with a progress bar on a terminal; ``empty`` allows it to hold no log."""
    from analyzer.loading import load, scan

    with _progress() as progress:
        if empty:
            return scan(path, names=settings.metrics, system_stats=system_stats, progress=progress)
        return load(path, strict=strict, names=settings.metrics, system_stats=system_stats, progress=progress)


def _runs_of(paths: Sequence[Path], settings: Config, *, strict: bool) -> tuple[list[Run], dict[str, str]]:
    """Return the runs of several paths under names of their own, and the name of the first run of each path."""
    from dataclasses import replace

    runs: list[Run] = []
    named: dict[str, str] = {}
    for path in paths:
        found = _load(path, settings, strict=strict)
        for run in found:
            taken = {one.name for one in runs}
            name = run.name if run.name not in taken else f"{path}/{run.name}"
            number = 2
            while name in taken:
                name, number = f"{run.name} ({number})", number + 1
            runs.append(replace(run, name=name))
            named.setdefault(str(path), name)
        _say_issues([*found.issues, *(issue for run in found for issue in run.issues)], "en")
    return runs, named


@contextmanager
def _progress() -> Iterator[Callable[[int, int, str], None] | None]:
    """Yield what shows the progress of a long read on a terminal; None in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    console = Console(stderr=True, highlight=False)
    with Progress(TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), console=console,
                  transient=True) as bar:  # fmt: skip
        task = bar.add_task("", total=None, visible=False)
        yield lambda done, total, shown: bar.update(
            task, completed=done, total=total, description=shown[-40:], visible=total > _LONG_READ
        )


@contextmanager
def _batch_progress() -> Iterator[Callable[[str, int, int], None]]:
    """Yield what shows how far a batch is, its rate and the time left, on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TextColumn("{task.fields[rate]}"), TimeRemainingColumn()]  # fmt: skip
    with Progress(*columns, console=Console(stderr=True, highlight=False), transient=True) as bar:
        task = bar.add_task("", total=None, rate="")

        def show(what: str, done: int, total: int) -> None:
            speed = bar.tasks[0].speed
            rate = f"{speed:.1f}/s" if speed and what == "read" else ""
            bar.update(task, description=what, completed=done, total=total or None, rate=rate)

        yield show


def _pick(runs: RunSet, name: str | None) -> Sequence[Run]:
    """Return all runs, or the one of a name."""
    if name is None:
        return runs.runs
    chosen = [run for run in runs if run.name == name]
    if not chosen:
        _fail(f'no run "{name}"; there are: {_names(runs.runs) or "none"}')
    return chosen


def _spare_the_log(path: Path, runs: Sequence[Run], output: Path) -> None:
    """Refuse an output that would replace a log that was read."""
    folder = path if path.is_dir() else path.parent
    logs = [folder / file for run in runs for file in run.meta["files"]]
    if os.path.exists(output) and any(log.exists() and output.samefile(log) for log in logs):  # noqa: PTH110
        _fail(f"{output}: is the log itself; choose another -o")


def _names(runs: Sequence[Run]) -> str:
    return ", ".join(run.name for run in runs[:8]) + (" ..." if len(runs) > 8 else "")


def _diagnose(runs: Sequence[Run], settings: Config) -> list[Diagnosis]:
    from analyzer.engine import diagnose

    return [diagnose(run, settings) for run in runs]


def _print_json(diagnoses: Sequence[Diagnosis]) -> None:
    from analyzer.serial import SCHEMA, dumps

    click.echo(dumps({"schema": SCHEMA, "runs": [one.to_dict() for one in diagnoses]}), nl=False)


def _say_issues(issues: Sequence[LogIssue], lang: str) -> None:
    """Say on stderr what was lost or refused, in at most twenty lines or one for each kind."""
    from analyzer.model import LogIssue
    from analyzer.text import words

    text = words(lang)
    lost = [issue for issue in issues if issue.severity != "info"]
    kinds = list(dict.fromkeys(issue.key for issue in lost))
    each = len(lost) if len(lost) <= _LINES else max(1, _LINES // len(kinds) - 1)
    for kind in kinds:
        same = [issue for issue in lost if issue.key == kind]
        for issue in same[:each]:
            _say_error(text.issue(issue))
        if len(same) > each:
            _say_error(text.issue(LogIssue("info", "...", "more_like_it", values={"count": len(same) - each})))


def _exit(diagnoses: Sequence[Diagnosis], fail_on: str) -> None:
    from analyzer.model import SEVERITIES

    if fail_on == "never":
        return
    counted = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    if any(finding.severity in counted for one in diagnoses for finding in one.findings):
        raise click.exceptions.Exit(FAILED)


def _say_error(line: str) -> None:
    if not line.isprintable():
        from analyzer.visible import visible

        line = visible(line)
    click.echo(line, err=True)


def _fail(line: str) -> NoReturn:
    _say_error(line)
    sys.exit(USAGE)
