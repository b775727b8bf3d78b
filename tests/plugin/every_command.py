"""Run every command of the analyzer over a log; print exit code, stdout and stderr of each as JSON.

    python every_command.py LOG OTHER_LOG FOLDER < commands.json

Each command has a process of its own, as a user's has, but forked from this one, which has loaded
the libraries: that takes seconds instead of a minute.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path

import analyzer.batch.site
import analyzer.comparing.comparison
import analyzer.engine
import analyzer.report.comment
import analyzer.report.compared
import analyzer.report.figure
import analyzer.report.html
import analyzer.report.junit
import analyzer.report.pdf  # noqa: F401 - loading is the purpose, as above
from analyzer.cli import main


def run(arguments: list[str]) -> tuple[int, str, str]:
    """Run a command in a process of its own; return its exit code, stdout and stderr."""
    files = [Path("stdout"), Path("stderr")]
    child = os.fork()
    if not child:
        for number, path in enumerate(files, start=1):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        leave(arguments)
    _, status = os.waitpid(child, 0)
    out, err = (path.read_text(encoding="utf-8") for path in files)
    return os.waitstatus_to_exitcode(status), out, err


def leave(arguments: list[str]) -> None:
    """Run a command in this process, which ends with it."""
    code = 99
    try:
        main(arguments, prog_name="analyzer")
    except SystemExit as error:
        code = int(error.code or 0)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    commands = json.load(sys.stdin)
    json.dump({name: run(arguments) for name, arguments in commands.items()}, sys.stdout)
