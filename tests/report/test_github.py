"""Posting by gh, here a stub that records.

Which calls are made, what is edited, one line where it cannot be done.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from analyzer.cli import main
from analyzer.errors import AnalyzerError
from analyzer.report.github import post

LOG = Path(__file__).parents[2] / "sample_logs" / "keras_overfitting"
STUB = """#!{python}
import json, pathlib, sys
here = pathlib.Path(__file__).parent
said = sys.stdin.read() if "-" in sys.argv else ""
with (here / "calls.jsonl").open("a") as file:
    file.write(json.dumps([sys.argv[1:], said]) + "\\n")
if (here / "fails").exists():
    print((here / "fails").read_text(), file=sys.stderr)
    sys.exit(1)
if sys.argv[1:3] == ["pr", "view"]:
    print((here / "view.json").read_text())
elif sys.argv[1:3] == ["pr", "comment"]:
    print("https://github.com/o/r/pull/7#issuecomment-99")
"""


class Stub:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        program = folder / "gh"
        program.write_text(STUB.format(python=sys.executable), encoding="utf-8")
        program.chmod(0o755)
        self.comments([])

    def comments(self, comments: list[dict[str, Any]]) -> None:
        (self.folder / "view.json").write_text(
            json.dumps({"number": 7, "comments": comments}), encoding="utf-8"
        )

    @property
    def calls(self) -> list[tuple[list[str], str]]:
        path = self.folder / "calls.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [(arguments, said) for arguments, said in map(json.loads, lines)]


@pytest.fixture
def gh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stub:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("GITHUB_REF", raising=False)
    return Stub(folder)


def comment(body: str, number: int, *, ours: bool) -> dict[str, Any]:
    return {
        "body": body,
        "url": f"https://github.com/o/r/pull/7#issuecomment-{number}",
        "viewerDidAuthor": ours,
    }


def test_a_first_comment_is_put_on_the_pull_request_of_the_branch(gh: Stub) -> None:
    made = post("text", "<!-- m -->")
    assert (made.url, made.edited) == ("https://github.com/o/r/pull/7#issuecomment-99", False)
    assert [call for call, _ in gh.calls] == [
        ["pr", "view", "--json", "number,comments"],
        ["pr", "comment", "7", "--body-file", "-"],
    ]
    assert gh.calls[1][1] == "text"


def test_only_our_own_comment_with_the_marker_is_edited(gh: Stub) -> None:
    gh.comments(
        [
            comment("<!-- m --> by a stranger", 1, ours=False),
            comment("other", 2, ours=True),
            comment("see <!-- m -->", 3, ours=True),
            comment("<!-- m -->\nold", 4, ours=True),
        ]
    )
    assert post("<!-- m -->\nnew", "<!-- m -->").edited
    call, said = gh.calls[1]
    assert call == [
        "api",
        "--hostname",
        "github.com",
        "--method",
        "PATCH",
        "repos/o/r/issues/comments/4",
        "--input",
        "-",
    ]
    assert json.loads(said) == {"body": "<!-- m -->\nnew"}


def test_the_number_comes_from_the_command_or_the_workflow(
    gh: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_REF", "refs/pull/12/merge")
    post("x", "m")
    post("x", "m", 5)
    monkeypatch.setenv("GITHUB_REF", "refs/heads/main")
    post("x", "m")
    assert [call[2] for call, _ in gh.calls if call[1] == "view"] == ["12", "5", "--json"]


def test_what_gh_refuses_is_one_line(gh: Stub) -> None:
    (gh.folder / "fails").write_text("no pull requests found for branch\nmore", encoding="utf-8")
    done = CliRunner().invoke(main, ["comment", str(LOG), "--post"])
    assert (done.exit_code, done.stderr) == (2, "gh: no pull requests found for branch\n")


def test_an_answer_that_is_no_json_is_one_line(gh: Stub) -> None:
    (gh.folder / "view.json").write_text("<html>", encoding="utf-8")
    with pytest.raises(AnalyzerError, match="gh: unreadable answer"):
        post("x", "m")


def test_without_gh_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = CliRunner().invoke(main, ["comment", str(LOG), "--post"])
    assert done.exit_code == 2
    assert (
        done.stderr == "gh is not installed: get it from https://cli.github.com, or omit --post\n"
    )


def test_without_post_no_program_is_started(gh: Stub) -> None:
    assert CliRunner().invoke(main, ["comment", str(LOG)]).exit_code == 0
    assert gh.calls == []


@pytest.mark.parametrize("url", ["https://x#issuecomment-6", "/o/r/pull/7#issuecomment-6"])
def test_an_odd_address_is_no_comment_of_ours(gh: Stub, url: str) -> None:
    gh.comments([{"body": "m", "url": url, "viewerDidAuthor": True}])
    assert not post("m", "m").edited


@pytest.mark.parametrize("url", [None, "https://[bad/#issuecomment-6", 7])
def test_an_address_that_is_none_is_one_line(gh: Stub, url: Any) -> None:
    gh.comments([{"body": "m", "url": url, "viewerDidAuthor": True}])
    with pytest.raises(AnalyzerError, match="unreadable answer"):
        post("m", "m")
