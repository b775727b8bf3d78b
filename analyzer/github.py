"""Comments on pull requests by the ``gh`` program: the only module that starts another program, and only when asked to.

``gh`` brings the login (or the token of a workflow) and the repository; nothing here opens a connection itself.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from urllib.parse import urlsplit

from analyzer.errors import AnalyzerError

_PATIENCE = 120  # seconds for one call
_REFERENCE = re.compile(r"refs/pull/(\d+)/")  # GITHUB_REF of a workflow on a pull request
_COMMENT = re.compile(r"issuecomment-(\d+)$")


@dataclass(frozen=True)
class Posted:
    """What became of a comment: its address, and whether it was there before."""

    url: str
    edited: bool


def post(body: str, marker: str, pull_request: int | None = None) -> Posted:
    """Put a comment on a pull request, or edit the one of ours that begins with the same marker.

    Without a number it is the pull request of the workflow that runs, else that of the branch that is checked out. Only
    comments by the same login are edited. Raises AnalyzerError, in one line, where gh is missing or refuses.
    """
    program = shutil.which("gh")
    if program is None:
        raise AnalyzerError("gh is not installed: get it from https://cli.github.com, or leave --post out")
    number = _number(pull_request)
    asked = [program, "pr", "view", *number, "--json", "number,comments"]
    try:
        known = json.loads(_run(asked))
        earlier = [(one["url"], one["body"], one["viewerDidAuthor"]) for one in known["comments"]]
        shown = str(known["number"])
    except (ValueError, KeyError, TypeError) as error:
        raise AnalyzerError("gh: an answer that cannot be read; a newer gh may help") from error
    for url, text, is_ours in earlier:
        found = _COMMENT.search(url)
        if found and is_ours and text.startswith(marker):
            place = urlsplit(url)
            owner, repository = place.path.strip("/").split("/")[:2]
            path = f"repos/{owner}/{repository}/issues/comments/{found[1]}"
            edit = [program, "api", "--hostname", place.netloc, "--method", "PATCH", path, "--input", "-"]
            _run(edit, json.dumps({"body": body}))
            return Posted(url, edited=True)
    made = _run([program, "pr", "comment", shown, "--body-file", "-"], body)
    return Posted(made.strip().splitlines()[-1] if made.strip() else "", edited=False)


def _number(asked: int | None) -> list[str]:
    if asked is not None:
        return [str(asked)]
    found = _REFERENCE.match(os.environ.get("GITHUB_REF", ""))
    return [found[1]] if found else []


def _run(command: list[str], given: str = "") -> str:
    """Return what a call of gh prints. Raises AnalyzerError with the first line of what it says."""
    try:
        done = subprocess.run(  # noqa: S603 - a list without a shell; the program is gh, as the user asked
            command, input=given, capture_output=True, encoding="utf-8", errors="replace", check=False,
            timeout=_PATIENCE,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AnalyzerError(f"gh: {error}") from error
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()[0]
        raise AnalyzerError(f"gh: {said}")
    return done.stdout
