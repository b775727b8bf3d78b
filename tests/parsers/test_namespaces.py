"""Values that Python printed: read as data, never run."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.parsers._namespaces import LONGEST, literal


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Namespace(lr=0.1, betas=(0.9, 0.99), name=None)", {"lr": 0.1, "betas": [0.9, 0.99]}),
        ("{'lr': -1e-3, 'path': PosixPath('runs/a')}", {"lr": -0.001, "path": "runs/a"}),
        ("dict(model=dict(width=64), dtype=torch.float32)", {"model": {"width": 64}}),
    ],
)
def test_what_python_prints_is_read(text: str, value: dict[str, Any]) -> None:
    found = literal(text)
    assert {name: found[name] for name in value} == value


@pytest.mark.parametrize("text", ["1 +", "x = 1", "(" * 5000, "1" * (LONGEST + 1), "import os"])
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not|too"):
        literal(text)


def test_nothing_is_run() -> None:
    assert literal("{'a': open('/nowhere', 'w').name, 'b': f(1, 2)}") == {
        "a": "open('/nowhere', 'w').name",
        "b": "f(1, 2)",
    }
