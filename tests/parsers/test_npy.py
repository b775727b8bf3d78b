"""The header of a NumPy array, whole or damaged."""

from __future__ import annotations

import io

import numpy as np
import pytest

from analyzer.parsers._npy import read_header


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_the_shape_and_the_type_are_read_and_the_values_come_next(version: tuple[int, int]) -> None:
    content = io.BytesIO()
    np.lib.format.write_array(content, np.arange(6.0).reshape(2, 3), version=version)
    content.seek(0)
    assert read_header(content) == ((2, 3), np.dtype("<f8"))
    assert content.read() == np.arange(6.0).tobytes()


@pytest.mark.parametrize("at", range(0, 120, 3))
@pytest.mark.parametrize("junk", [b"(", b"'", b"\xff\xff", b"\n", b"]" * 9])
def test_a_damaged_header_is_a_value_error_or_another_header(at: int, junk: bytes) -> None:
    content = io.BytesIO()
    np.save(content, np.arange(6.0))
    damaged = bytearray(content.getvalue())
    damaged[at : at + len(junk)] = junk
    try:
        shape, dtype = read_header(io.BytesIO(damaged))
    except ValueError:
        return
    assert isinstance(shape, tuple)
    assert isinstance(dtype, np.dtype)
