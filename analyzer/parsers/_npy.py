"""Read the header of a NumPy array, which says its shape and type."""

from __future__ import annotations

from tokenize import TokenError
from typing import IO, Any

import numpy as np

_LONGEST_HEADER = 1 << 16  # bytes


def read_header(content: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Return the shape and the type of an array, and leave the stream at its values.

    Raises ValueError for what is no header.
    """
    try:
        version = np.lib.format.read_magic(content)
        read = np.lib.format.read_array_header_1_0
        if version != (1, 0):
            read = np.lib.format.read_array_header_2_0
        shape, _, dtype = read(content, max_header_size=_LONGEST_HEADER)
    except (SyntaxError, TypeError, KeyError, RecursionError, MemoryError, TokenError) as error:
        raise ValueError(str(error)) from error
    return shape, dtype
