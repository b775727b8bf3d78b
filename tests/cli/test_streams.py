"""What a stream cannot show is escaped, and what a locale cannot decode is decoded."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import pytest

from analyzer.cli import _streams
from tests.cli import test_unread as unread

NAME = "señal_日本_😀"
ESCAPED = "se\\u00f1al_\\u65e5\\u672c_\\ud83d\\ude00"
ASCII_STREAM = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
ASCII_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@contextmanager
def ascii_stdout() -> Iterator[io.BytesIO]:
    raw = io.BytesIO()
    with redirect_stdout(io.TextIOWrapper(raw, encoding="ascii", write_through=True)):
        _streams.escape_unshown()
        yield raw


def test_letters_are_escaped_and_our_own_signs_have_plain_ones() -> None:
    with ascii_stdout() as raw:
        sys.stdout.write(f"{NAME}: 3 – 4 … «x» ▁▄█")
        assert raw.getvalue().decode() == f'{ESCAPED}: 3 - 4 ... "x" _-#'


def test_a_text_fits_if_the_encoding_has_its_signs() -> None:
    with ascii_stdout():
        assert _streams.fits("plain")
        assert not _streams.fits(NAME)


def test_what_cannot_be_decoded_is_not_ours() -> None:
    with pytest.raises(UnicodeDecodeError):
        _streams._escaped(UnicodeDecodeError("ascii", b"\xff", 0, 1, "x"))


@pytest.mark.skipif(os.name == "nt", reason="the names of files have another encoding")
@pytest.mark.parametrize("settings", [ASCII_STREAM, ASCII_LOCALE], ids=["stream", "locale"])
def test_a_name_is_whole_without_utf_8(settings: dict[str, str], tmp_path: Path) -> None:
    unread.history(tmp_path / "runs" / NAME)

    def run(*arguments: str) -> bytes:
        command = [sys.executable, "-m", "analyzer", *arguments]
        known = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        done = subprocess.run(
            command, cwd=tmp_path, env=known | settings, capture_output=True, check=False
        )
        assert b"Traceback" not in done.stderr
        return done.stdout + done.stderr

    assert run("check", "runs").decode("ascii").startswith(f"{ESCAPED}: ")
    (found,) = json.loads(run("check", "runs", "--json").decode("ascii"))["runs"]
    assert found["run"] == NAME
    assert f"gone_{ESCAPED}: no such file" in run("check", f"gone_{NAME}").decode("ascii")
    run("report", "runs", "-o", "report.html")
    assert NAME in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "utf-8"])
def test_a_pipe_of_windows_has_plain_line_ends_and_no_question_marks(encoding: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="\r\n", write_through=True)
    with redirect_stdout(stream):
        _streams.escape_unshown()
        sys.stdout.write(f"{NAME} → 2.7× ▁▄█\n")
        assert raw.getvalue().endswith(b"\n")
    assert not set(raw.getvalue()) & set(b"\r?")
    assert raw.getvalue().decode(encoding).startswith("señal_")
