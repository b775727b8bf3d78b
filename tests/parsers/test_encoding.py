"""Text is decoded by its mark, its zero bytes or its form."""

from __future__ import annotations

import pytest

from analyzer.parsers._encoding import decode, wide

TABLE = "epoch,loss\n0,2.31\n1,1.87\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_table_is_decoded_in_every_encoding(encoding: str) -> None:
    assert decode(TABLE.encode(encoding)) == TABLE


@pytest.mark.parametrize("data", [b"", b"epoch,loss", b"\0\0\0epoch,loss", b"a\0b\0"])
def test_few_zero_bytes_make_no_wide_text(data: bytes) -> None:
    assert wide(data) == ""


def test_latin_1_takes_every_byte() -> None:
    assert decode(b"p\xe9rdida") == "p\xe9rdida"
