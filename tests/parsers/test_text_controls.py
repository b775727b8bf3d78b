"""NULs of a crash cost their line and are told; binary data is no text."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from analyzer.parsers._text_controls import NulCount, is_binary, without_nuls
from analyzer.reading.load import load

LINES = [f"epoch {at}: loss {2 - at / 20} val_loss {2.2 - at / 20}\n" for at in range(20)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\0\0\0loss 1\n", b"loss 1\n"),
        (b"a\n\0\0loss 1\n", b"a\nloss 1\n"),
        (b"a\nloss 1.\0\0\0loss 2\nb\n", b"a\n\nb\n"),
        (b"loss 0.1\0\n", b"loss 0.1\n"),
        (b"loss 0.1\0\0\n", b"\n"),
        ("epoch 1 loss 0.5\n".encode("utf-16-le"), b"epoch 1 loss 0.5\n"),
    ],
)
def test_what_nuls_cost(data: bytes, expected: bytes) -> None:
    assert without_nuls(data) == expected


def test_text_with_a_damaged_line_is_no_binary_data() -> None:
    text = "".join(LINES).encode()
    assert not is_binary(text)
    assert not is_binary(text[:100] + b"\1\2\3\x80\x0e" + text[100:])
    assert not is_binary(b"\0" * 4096)
    assert not is_binary("\u0105\n".encode("utf-16"))
    assert is_binary(b"\x89\1\2\3" + text)
    assert is_binary(np.random.default_rng(0).standard_normal(500).tobytes())


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("\0" * 10_000 + "".join(LINES[8:]), 24),  # emptied while it was written
        ("".join(LINES[:10]) + "\0" * 5000 + "".join(LINES[12:]), 36),
        ("".join(LINES[:10]) + LINES[10][:14] + "\0" * 500 + "".join(LINES[11:]), 36),
        ("".join(LINES) + "\0" * 3, 40),
        ("".join(LINES) + "\0" * 9000, 40),
    ],
)
def test_nuls_are_told_and_cost_their_lines(text: str, kept: int, tmp_path: Path) -> None:
    (tmp_path / "train.log").write_text(text, encoding="ascii")
    (run,) = load(tmp_path)
    assert run.points == kept
    (issue,) = run.issues
    assert (issue.key, issue.values["count"]) == ("nul_text", text.count("\0"))
    assert "NUL bytes" in str(issue)


def test_a_text_without_nuls_has_none() -> None:
    nuls = NulCount(io.BytesIO(b"a\0b"))
    assert nuls.read(1) == b"a"
    assert nuls.issues("x", 1) == []
    nuls.read()
    assert nuls.count == 1
    assert nuls.issues("x", 1) == []  # the end of a text of C
    nuls.seek(0)
    assert nuls.count == 0
