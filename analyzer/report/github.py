"""Comments on pull requests by the ``gh`` program.

The only module that starts another program, and only when asked to.

``gh`` brings the login (or the token of a workflow) and the repository; nothing here opens a
connection itself.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from analyzer.errors import AnalyzerError

_PATIENCE = 120  # seconds for one call
_REFERENCE = re.compile(r"refs/pull/(\d+)/")  # GITHUB_REF of a workflow on a pull request
_COMMENT = re.compile(r"/([^/]+)/([^/]+)/.*#issuecomment-(\d+)$")


@dataclass(frozen=True)
class Posted:
    """What became of a comment: its address, and whether it was there before."""

    url: str
    edited: bool


def post(body: str, marker: str, pull_request: int | None = None) -> Posted:
    """Put a comment on a pull request, or edit the one of ours that begins with the same marker.

    Without a number it is the pull request of the workflow that runs, else that of the branch that
    is checked out. Only comments by the same login are edited. Raises AnalyzerError, in one line,
    where gh is missing or refuses.
    """
    program = shutil.which("gh")
    if program is None:
        raise AnalyzerError(
            "gh is not installed: get it from https://cli.github.com, or leave --post out"
        )
    number = _number(pull_request)
    asked = [program, "pr", "view", *number, "--json", "number,comments"]
    try:
        known = json.loads(_run(asked))
        number_shown = str(int(known["number"]))
        ours = next(filter(None, (_ours(comment, marker) for comment in known["comments"])), None)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AnalyzerError("gh: an answer that cannot be read; a newer gh may help") from error
    if ours is not None:
        url, host, path = ours
        _run(
            [program, "api", "--hostname", host, "--method", "PATCH", path, "--input", "-"],
            json.dumps({"body": body}),
        )
        return Posted(url, edited=True)
    made = (
        _run([program, "pr", "comment", number_shown, "--body-file", "-"], body)
        .strip()
        .splitlines()
    )
    return Posted(made[-1] if made else f"#{number_shown}", edited=False)


def _ours(comment: Mapping[str, Any], marker: str) -> tuple[str, str, str] | None:
    """Return (address, host, path for the API) of our comment with the marker, or None."""
    if not comment["viewerDidAuthor"] or not comment["body"].startswith(marker):
        return None
    place = urlsplit(comment["url"])
    found = _COMMENT.match(place.path + "#" + place.fragment)
    if found is None or not place.netloc:
        return None
    return comment["url"], place.netloc, f"repos/{found[1]}/{found[2]}/issues/comments/{found[3]}"


def _number(asked: int | None) -> list[str]:
    if asked is not None:
        return [str(asked)]
    found = _REFERENCE.match(os.environ.get("GITHUB_REF", ""))
    return [found[1]] if found else []


def _run(command: list[str], given: str = "") -> str:
    """Return what a call of gh prints. Raises AnalyzerError with the first line of what it says."""
    try:
        done = subprocess.run(  # noqa: S603 - a list without a shell; the program is gh, as the user asked
            command,
            input=given,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AnalyzerError(f"gh: {error}") from error
    if done.returncode:
        message = (
            done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}"
        ).splitlines()[0]
        raise AnalyzerError(message if message.startswith("gh: ") else f"gh: {message}")
    return done.stdout
