"""A parser of a third party that fails costs its files, and no file of another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.reading.load import scan

PARSER = """
from analyzer.parsers._base import Parser

class Plugin(Parser):
    title = "My format"
    specificity = 9

    def claims(self, file):
        {claims}

    def parse(self, group):
        {parse}
"""
CURVES = "epoch,loss,val_loss\n" + "".join(f"{at},{2 / (at + 1)},1\n" for at in range(9))
OWN = 'return file.name.endswith(".mine")'


@pytest.mark.parametrize(
    ("claims", "parse", "runs", "failed"),
    [
        (OWN, "raise MemoryError", 1, True),
        (OWN, "raise SystemExit(3)", 1, True),
        (OWN, "return None", 1, True),
        (OWN, "return [1]", 1, True),
        ("raise OverflowError('large')", "return []", 1, True),
        (OWN, "return []", 1, False),
    ],
)
def test_a_parser_that_fails_costs_its_files(
    claims: str,
    parse: str,
    runs: int,
    failed: bool,
    install: Callable[..., Path],
    tmp_path: Path,
) -> None:
    install("mine", PARSER.format(claims=claims, parse=parse), group="analyzer.parsers")
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "log.csv").write_text(CURVES)
    (logs / "other.mine").write_bytes(b"\0 my own format")
    found = scan(logs)
    assert len(found) == runs
    keys = [issue.key for issue in found.issues] + [file.key for file in found.skipped]
    assert bool({"parser_failed", "parser_no_memory"} & {*keys}) is failed
