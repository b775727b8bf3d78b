"""The command line: parse, call the API, print, exit code; nothing else."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analyzer import __version__

if TYPE_CHECKING:
    from analyzer.model import Diagnosis, Run, RunSet

FAILED, USAGE = 1, 2
_FAIL_ON = click.Choice(["critical", "warning", "never"])
_LANG = click.Choice(["en", "es"])


class _Group(click.Group):
    """Turns every error of ours into one line on stderr and its exit code; no traceback reaches a user."""

    def invoke(self, ctx: click.Context) -> Any:
        from analyzer.errors import AnalyzerError

        try:
            return super().invoke(ctx)
        except AnalyzerError as error:
            _say_error(str(error))
            ctx.exit(error.exit_code)


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
_lang = click.option("--lang", type=_LANG, default="en", show_default=True, help="Language of the words.")


@main.command()
@_path
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the report here: .html or .json.")
@click.option(
    "--fail-on", type=_FAIL_ON, default="never", show_default=True, help="Exit 1 on findings at or above this."
)
@_run_option
@_lang
@_json
@_strict
@_config
def report(
    path: Path, output: Path | None, fail_on: str, run_name: str | None, lang: str, as_json: bool, strict: bool,
    config: Path | None,
) -> None:  # fmt: skip
    """Write a report with annotated curves and a checklist.

    Without -o the report is printed, for every run under PATH.
    """
    from analyzer.report.write import write_report

    diagnoses = _diagnose(_pick(_load(path, strict), run_name), config)
    if output is not None and len(diagnoses) > 1:
        names = ", ".join(one.run.name for one in diagnoses[:8]) + (" ..." if len(diagnoses) > 8 else "")
        _fail(f"{path}: holds {len(diagnoses)} runs ({names}); pick one with --run NAME")
    if output is not None:
        write_report(diagnoses[0], output, lang=lang)
        click.echo(str(output))
    if as_json:
        _print_json(diagnoses)
    elif output is None:
        from analyzer.report.terminal import render_terminal

        click.echo("\n\n".join(render_terminal(one, lang) for one in diagnoses))
    _exit(diagnoses, fail_on)


@main.command()
@_path
@click.option("--fail-on", type=_FAIL_ON, default="critical", show_default=True,
              help="Exit 1 on findings at or above this.")  # fmt: skip
@_run_option
@_lang
@_json
@_strict
@_config
def check(
    path: Path, fail_on: str, run_name: str | None, lang: str, as_json: bool, strict: bool, config: Path | None
) -> None:
    """Print a line for each run: name, verdict, onset, findings at or above --fail-on."""
    runs = _load(path, strict)
    diagnoses = _diagnose(_pick(runs, run_name), config)
    if as_json:
        _print_json(diagnoses)
    else:
        from analyzer.report.terminal import check_line

        for one in diagnoses:
            click.echo(check_line(one, lang, fail_on))
        _say_issues(runs, lang)
    _exit(diagnoses, fail_on)


@main.command()
@_path
@_run_option
@_lang
@_json
@_strict
def inspect(path: Path, run_name: str | None, lang: str, as_json: bool, strict: bool) -> None:
    """Show what was recognised as what, how each name was read, and what was passed over and why."""
    from analyzer.report.inspection import inspection, render_inspection

    runs = _load(path, strict)
    found = inspection(runs, _pick(runs, run_name), lang)
    if as_json:
        from analyzer.serial import dumps

        click.echo(dumps(found), nl=False)
    else:
        click.echo(render_inspection(found, lang))


def _load(path: Path, strict: bool) -> RunSet:
    from analyzer.loading import load

    return load(path, strict=strict)


def _pick(runs: RunSet, name: str | None) -> Sequence[Run]:
    """Return all runs, or the one of a name."""
    if name is None:
        return runs.runs
    chosen = [run for run in runs if run.name == name]
    if not chosen:
        _fail(f'no run "{name}"; there are: {", ".join(run.name for run in runs)}')
    return chosen


def _diagnose(runs: Sequence[Run], config: Path | None) -> list[Diagnosis]:
    from analyzer.config import read_config
    from analyzer.engine import diagnose

    settings = read_config(config)
    return [diagnose(run, settings) for run in runs]


def _print_json(diagnoses: Sequence[Diagnosis]) -> None:
    from analyzer.serial import SCHEMA, dumps

    click.echo(dumps({"schema": SCHEMA, "runs": [one.to_dict() for one in diagnoses]}), nl=False)


def _say_issues(runs: RunSet, lang: str) -> None:
    """Say on stderr what was lost or refused."""
    from analyzer.text import words

    text = words(lang)
    for issue in (*runs.issues, *(one for run in runs for one in run.issues)):
        if issue.severity != "info":
            _say_error(text.issue(issue))


def _exit(diagnoses: Sequence[Diagnosis], fail_on: str) -> None:
    from analyzer.model import SEVERITIES

    if fail_on == "never":
        return
    counted = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    if any(finding.severity in counted for one in diagnoses for finding in one.findings):
        raise click.exceptions.Exit(FAILED)


def _say_error(line: str) -> None:
    click.echo("".join(chr(0x2400 + ord(one)) if ord(one) < 32 else one for one in line), err=True)


def _fail(line: str) -> None:
    _say_error(line)
    sys.exit(USAGE)
