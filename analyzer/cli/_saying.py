"""What the command line prints besides its results, and its exit codes."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

import click

from analyzer.cli._language import language_of
from analyzer.cli._messages import in_language
from analyzer.cli._streams import fits
from analyzer.remote.placeholders import PREFIX

if TYPE_CHECKING:
    from pathlib import Path

    from analyzer.comparing.gate import Outcome
    from analyzer.model.diagnosis import Diagnosis
    from analyzer.model.issues import LogIssue, Skipped

FAILED, USAGE, DAMAGED, NOTHING, INTERRUPTED = 1, 2, 3, 4, 130
_UNREADABLE_LINES = 3  # of each kind
_LINES = 20  # of issues: a thousand damaged files must not push the verdicts off the screen


def say(text: str, *, nl: bool = True, colours: Mapping[str, str] | None = None) -> None:
    """Print lines that no terminal obeys and no CI system takes for a command.

    The ``colours`` of words are added after that; a pipe has none.
    """
    safe = [_plain(line) for line in text.split("\n")]
    if colours:
        from analyzer.cli._terminal import coloured

        safe = [coloured(line, colours) for line in safe]
    lines = "\n".join(safe)
    # Without the file click takes ASCII for UTF-8; it drops colours in a pipe, unless told.
    click.echo(lines, file=sys.stdout, nl=nl, color=True if colours else None)


def say_error(line: str, *, lang: str = "") -> None:
    """Print an English line to stderr in the language of the user, by default of the command."""
    say_note(in_language(line, lang or _language()))


def say_note(line: str) -> None:
    """Print a line to stderr as it is; where nobody reads stderr the exit code remains."""
    with suppress(OSError):
        click.echo(_plain(line), file=sys.stderr)


def _language() -> str:
    return language_of(click.get_current_context(silent=True))


def _plain(line: str) -> str:
    if PREFIX in line:
        from analyzer.cli._remote import as_given

        line = as_given(line)
    if line.isascii() and line.isprintable() and "::" not in line and "##" not in line:
        return line  # without the import
    from analyzer.safe.names import visible, without_command

    return without_command(visible(line))


def quoted(word: str | Path) -> str:
    """Return a word as a shell takes it."""
    from analyzer.safe.systems import shell_word

    return shell_word(str(word))


def fail(line: str) -> NoReturn:
    """Print why a command cannot be carried out, and exit."""
    line = in_language(line, _language())
    say_note(line)
    error = SystemExit(USAGE)
    error.add_note(line)
    raise error


def silence_drawing() -> None:
    """Keep the remarks of matplotlib on a folder for its fonts from stderr; no figure needs one."""
    import logging

    logging.getLogger("matplotlib").setLevel(logging.ERROR)


def silence_stores() -> None:
    """Keep what the libraries of stores log from stderr, such as a traceback for each retry.

    What goes wrong is told in one line, without the hosts and keys that their texts may name.
    """
    import logging

    logging.getLogger().addHandler(logging.NullHandler())


def say_issues(issues: Sequence[LogIssue], lang: str) -> None:
    """Print what was lost or rejected to stderr: at most twenty lines, or one for each kind."""
    from analyzer.model.issues import LogIssue
    from analyzer.text import words

    text = words(lang)
    lost = [issue for issue in issues if issue.severity != "info"]
    kinds = list(dict.fromkeys(issue.key for issue in lost))
    each = len(lost) if len(lost) <= _LINES else max(1, _LINES // len(kinds) - 1)
    for kind in kinds:
        same = [issue for issue in lost if issue.key == kind]
        for issue in same[:each]:
            say_note(text.issue(issue))
        if len(same) > each:
            more = {"count": len(same) - each}
            say_note(text.issue(LogIssue("info", "...", "more_like_it", values=more)))


def say_unreadable(unreadable: Sequence[Skipped], lang: str) -> None:
    """Print the files that may be logs but cannot be opened to stderr: three of each kind."""
    from analyzer.model.issues import LogIssue
    from analyzer.text import words

    text = words(lang)
    for kind in dict.fromkeys(file.key for file in unreadable):
        same = [file for file in unreadable if file.key == kind]
        for file in same[:_UNREADABLE_LINES]:
            say_note(f"{file.source}: {text.reason(file.key, file.values)}")
        if len(same) > _UNREADABLE_LINES:
            more = {"count": len(same) - _UNREADABLE_LINES}
            say_note(text.issue(LogIssue("info", "...", "more_like_it", values=more)))


def print_json(
    diagnoses: Sequence[Diagnosis],
    gates: Sequence[Sequence[Outcome]] = (),
    *,
    unreadable: Sequence[Skipped] = (),
    refused: Sequence[LogIssue] = (),
    lang: str = "en",
) -> None:
    """Print diagnoses in the form of the JSON contract, each with its requirements.

    ``refused`` are the issues of logs that gave no run.
    """
    from analyzer.model.issues import files_without_run
    from analyzer.model.serial import SCHEMA

    runs = [diagnosis.to_dict() for diagnosis in diagnoses]
    for run, gate in zip(runs, gates, strict=False):
        if gate:
            run["requirements"] = [outcome.to_dict() for outcome in gate]
    files = files_without_run(unreadable, refused, lang)
    print_document({"schema": SCHEMA, "runs": runs, "unreadable": files})


def print_document(data: Any) -> None:
    """Print data as JSON."""
    from analyzer.model.serial import dumps
    from analyzer.safe.names import ascii_json

    document = dumps(data)
    click.echo(document if fits(document) else ascii_json(document), file=sys.stdout, nl=False)


def exit_by(diagnoses: Sequence[Diagnosis], fail_on: str) -> None:
    """Exit with the code of a failed gate if a finding has a severity or a worse one."""
    from analyzer.model.diagnosis import SEVERITIES

    if fail_on == "never":
        return
    failing = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    for diagnosis in diagnoses:
        if any(finding.severity in failing for finding in diagnosis.findings):
            raise click.exceptions.Exit(FAILED)
