"""Comments on pull requests through the ``gh`` program.

``gh`` brings the login (or the token of a workflow) and the repository; nothing here opens a
connection. This is the only module that starts another program, and only when asked to.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from analyzer.errors import AnalyzerError

_PATIENCE = 120  # seconds for one call
_REFERENCE = re.compile(r"refs/pull/(\d+)/")  # GITHUB_REF of a workflow on a pull request
_COMMENT = re.compile(r"/([^/]+)/([^/]+)/.*#issuecomment-(\d+)$")


@dataclass(frozen=True)
class Posted:
    """A comment on a pull request: its address, and whether it existed before."""

    url: str
    edited: bool


class _Comment(NamedTuple):
    """An earlier comment of ours: its address, and the host and path of the API to edit it."""

    url: str
    host: str
    path: str


def post(body: str, marker: str, pull_request: int | None = None) -> Posted:
    """Put a comment on a pull request, or edit the one of ours that begins with the same marker.

    Without a number it is the pull request of the running workflow, else that of the branch that is
    checked out. Only comments by the same login are edited. Raises AnalyzerError, in one line, if
    gh is missing or refuses.
    """
    gh = shutil.which("gh")
    if gh is None:
        raise AnalyzerError(
            "gh is not installed: get it from https://cli.github.com, or omit --post"
        )
    answer = _run([gh, "pr", "view", *_number(pull_request), "--json", "number,comments"])
    try:
        known = json.loads(answer)
        number = str(int(known["number"]))
        earlier = _earlier(known["comments"], marker)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AnalyzerError("gh: unreadable answer; a newer version of gh may help") from error
    if earlier is not None:
        edit = ["api", "--hostname", earlier.host, "--method", "PATCH", earlier.path]
        _run([gh, *edit, "--input", "-"], json.dumps({"body": body}))
        return Posted(earlier.url, edited=True)
    printed = _run([gh, "pr", "comment", number, "--body-file", "-"], body)
    lines = printed.strip().splitlines() or [f"#{number}"]
    return Posted(lines[-1], edited=False)


def _earlier(comments: Iterable[Mapping[str, Any]], marker: str) -> _Comment | None:
    """Return the first comment of ours with the marker, None if there is none."""
    for comment in comments:
        if not comment["viewerDidAuthor"] or not comment["body"].startswith(marker):
            continue
        place = urlsplit(comment["url"])
        found = _COMMENT.match(place.path + "#" + place.fragment)
        if found is not None and place.netloc:
            path = f"repos/{found[1]}/{found[2]}/issues/comments/{found[3]}"
            return _Comment(comment["url"], place.netloc, path)
    return None


def _number(asked: int | None) -> list[str]:
    """Return the number of the pull request as arguments, none to leave it to the branch."""
    if asked is not None:
        return [str(asked)]
    found = _REFERENCE.match(os.environ.get("GITHUB_REF", ""))
    return [found[1]] if found else []


def _run(command: list[str], given: str = "") -> str:
    """Return what a call of gh prints. Raises AnalyzerError with the first line of a complaint."""
    try:
        done = subprocess.run(  # noqa: S603 - a list without a shell; the user asked for gh
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
        text = done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}"
        complaint = text.splitlines()[0].removeprefix("gh: ")
        raise AnalyzerError(f"gh: {complaint}")
    return done.stdout
