"""What the command line prints beside its results, and the code that it exits with."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from analyzer.comparing.gate import Outcome
    from analyzer.model.diagnosis import Diagnosis
    from analyzer.model.run import LogIssue

FAILED, USAGE, DAMAGED, NOTHING, INTERRUPTED = 1, 2, 3, 4, 130
_LINES = 20  # of issues; a thousand damaged files shall not push the verdicts off the screen


def say_error(line: str) -> None:
    """Print one line to stderr, its control characters visible."""
    if not line.isprintable():
        from analyzer.safe.names import visible

        line = visible(line)
    click.echo(line, err=True)


def fail(line: str) -> NoReturn:
    """Say why a command cannot be carried out, and leave."""
    say_error(line)
    sys.exit(USAGE)


def say_issues(issues: Sequence[LogIssue], lang: str) -> None:
    """Say on stderr what was lost or refused, in at most twenty lines or one for each kind."""
    from analyzer.model.run import LogIssue
    from analyzer.text import words

    text = words(lang)
    lost = [issue for issue in issues if issue.severity != "info"]
    kinds = list(dict.fromkeys(issue.key for issue in lost))
    each = len(lost) if len(lost) <= _LINES else max(1, _LINES // len(kinds) - 1)
    for kind in kinds:
        same = [issue for issue in lost if issue.key == kind]
        for issue in same[:each]:
            say_error(text.issue(issue))
        if len(same) > each:
            say_error(
                text.issue(
                    LogIssue("info", "...", "more_like_it", values={"count": len(same) - each})
                )
            )


def print_json(diagnoses: Sequence[Diagnosis], gates: Sequence[Sequence[Outcome]] = ()) -> None:
    """Print diagnoses as the JSON contract has them, each with the requirements that it was held to."""
    from analyzer.model.serial import SCHEMA, dumps

    runs = [one.to_dict() for one in diagnoses]
    for run, gate in zip(runs, gates, strict=False):
        if gate:
            run["requirements"] = [outcome.to_dict() for outcome in gate]
    click.echo(dumps({"schema": SCHEMA, "runs": runs}), nl=False)


def exit_by(diagnoses: Sequence[Diagnosis], fail_on: str) -> None:
    """Leave with the code of a failed gate where a finding is at or above a severity."""
    from analyzer.model.diagnosis import SEVERITIES

    if fail_on == "never":
        return
    counted = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    if any(finding.severity in counted for one in diagnoses for finding in one.findings):
        raise click.exceptions.Exit(FAILED)
