"""Lines of console output: redraws, terminal codes, encodings, long lines."""

from __future__ import annotations

import io

import pytest

from analyzer.parsers import _text_lines
from analyzer.parsers._text_lines import cleaned, text_chunks


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a\r\nb\r\r\n", b"a\nb\n"),
        (b"a\rb\n", b"a\n\x01b\n"),
        (b"a\b\b\b\rb\n", b"a\n\x01b\n"),
        (b"a\b\bb\n", b"a\n\x01b\n"),
        (b"\x1b[1m\x1b[38;5;4ma\x1b[0m\x1b]0;title\x07\n", b"a\n"),
        ("│ a ┃ b — c\n".encode(), b"| a | b - c\n"),
        (b"[1]#011x\0\n", b"[1]\tx\n"),
        (b"loss = 0.41f0, lr = 1.0f-4\n", b"loss = 0.41e0, lr = 1.0e-4\n"),
        (b"conv1.5f0x f0\n", b"conv1.5f0x f0\n"),
        (b"loss 1.#QNAN, -1.#INF00, -nan(ind)\n", b"loss nan, -inf, -nan\n"),
        (b"mean(nan(x)) 11.#INF\n", b"mean(nan(x)) 11.#INF\n"),
        (b"OrderedDict([('a', 0.5), (\"b\", tensor(0.6))])\n", b"{'a': 0.5, \"b\": 0.6}\n"),
        (b"=====  ====\nepoch  loss\n==== x\n", b"---\nepoch  loss\n==== x\n"),
        (b"OrderedDict([('a', (1, 2))])\n", b"OrderedDict([('a', (1, 2))])\n"),
    ],
)
def test_what_a_terminal_would_hide_is_cut(data: bytes, expected: bytes) -> None:
    assert cleaned(data) == expected


def test_chunks_end_with_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_text_lines, "CHUNK", 7)
    chunks = list(text_chunks(io.BytesIO(b"one\ntwo\r\nthree\rfour\nend")))
    assert b"".join(chunks) == b"one\ntwo\nthree\n\x01four\nend"
    assert all(chunk.endswith(b"\n") or not chunk.count(b"\n") for chunk in chunks)


def test_utf_16_becomes_utf_8() -> None:
    data = "época\n".encode("utf-16")
    assert b"".join(text_chunks(io.BytesIO(data))) == "época\n".encode()


def test_a_line_without_end_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_text_lines, "CHUNK", 100)
    monkeypatch.setattr(_text_lines, "_LONGEST_LINE", 150)
    chunks = list(text_chunks(io.BytesIO(b"x" * 1000)))
    assert sum(map(len, chunks)) < 200
