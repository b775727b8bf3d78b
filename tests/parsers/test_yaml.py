"""YAML beside a log: plain values only, never an object."""

from __future__ import annotations

import pytest

from analyzer.errors import ParseError
from analyzer.parsers._yaml import parse_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("lr: 0.1\nbetas: [0.9, 0.99]", {"lr": 0.1, "betas": [0.9, 0.99]}),
        ("!!python/object:argparse.Namespace\nlr: 0.1", {"lr": 0.1}),
        ("x: !!python/tuple [1, 2]", {"x": [1, 2]}),
        ("f: !!python/name:torch.nn.ReLU ''", {"f": ""}),
        ("!!python/object/apply:collections.OrderedDict\n- - [a, 1]", [[["a", 1]]]),
    ],
)
def test_a_tag_of_python_gives_the_plain_values_behind_it(text: str, value: object) -> None:
    assert parse_yaml(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "a: !!python/object/apply:os.system ['echo']",
        "a: !unknown 1",
        "a: &x {b: 1}\nc: {<<: *x}",
        "a: [1",
        "a: !!int x",
    ],
)
def test_what_calls_or_copies_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        parse_yaml(text)
