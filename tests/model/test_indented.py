"""JSON with an indent: the text of the standard library."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.indented import indented

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.floats(allow_nan=False).filter(math.isfinite)
)
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(DOCUMENTS)
def test_the_text_is_that_of_the_standard_library(document: Any) -> None:
    assert indented(document) == json.dumps(document, indent=2, ensure_ascii=False)


def test_subclasses_of_numbers_and_tuples_are_plain() -> None:
    document = {"value": np.float64(0.1), "pair": (1, 2), "none": (), "empty": {}}
    assert indented(document) == json.dumps(document, indent=2)


@pytest.mark.parametrize(("value", "error"), [(math.inf, ValueError), ({1, 2}, TypeError)])
def test_what_json_does_not_know_is_an_error(value: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        indented([value])
