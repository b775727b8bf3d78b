"""Checksums of TFRecord: the published check value, and what each byte adds."""

from __future__ import annotations

import google_crc32c
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analyzer.parsers._checksums import crc, crc_table, masked, masked_crc


def test_the_checksum_is_crc32c() -> None:
    crc = 0xE3069283  # the check value of CRC-32C in Koopman's and Williams' catalogues
    assert google_crc32c.value(b"123456789") == crc
    assert masked_crc(b"123456789") == ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def test_checksums_are_masked_alike_alone_and_together() -> None:
    messages = [b"", b"a", bytes(40), bytes(range(256))]
    together = masked(np.array([crc(message) for message in messages], dtype=np.uint32))
    assert together.tolist() == [masked_crc(message) for message in messages]


@given(st.binary(min_size=1, max_size=200), st.data())
def test_messages_of_one_length_differ_by_what_their_bytes_add(
    message: bytes, data: st.DataObject
) -> None:
    other = data.draw(st.binary(min_size=len(message), max_size=len(message)))
    difference = 0
    for place, (byte, other_byte) in enumerate(zip(message, other, strict=True)):
        difference ^= int(crc_table(len(message) - 1 - place)[byte ^ other_byte])
    assert crc(message) ^ difference == crc(other)
