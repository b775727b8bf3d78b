"""YAML beside a log: safe, small, and single values without the library's slowness."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import ParseError
from analyzer.parsers._base import LogFile
from analyzer.parsers._yaml import parse_yaml, read_yaml, read_yaml_value


def test_a_document_is_read_and_code_in_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("lr: 0.1\nlayers: [1, 2]\n")
    assert read_yaml(LogFile(path, path, "a.yaml", 10)) == {"lr": 0.1, "layers": [1, 2]}
    path.write_text("!!python/object/apply:os.system ['true']\n")
    with pytest.raises(ParseError):
        read_yaml(LogFile(path, path, "a.yaml", 10))


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("plain", "plain"),
        ("'12'", "12"),
        ("'it''s'", "it's"),
        ('"a\\tb"', "a\tb"),
        ("null", ""),
        ("~", ""),
        ("'open", "open"),
        ("''", ""),
    ],
)
def test_a_value_loses_its_quotes(line: str, value: str) -> None:
    assert read_yaml_value(line) == value


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
