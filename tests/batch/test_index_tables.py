"""The tables of a site: ranked settings in LaTeX, all runs as a spreadsheet, nothing obeyed."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from zipfile import ZipFile

import pytest

Make = dict[str, Callable[..., Any]]
BAD = '=HYPERLINK("x")_%&\\input{x}</t>'


def sheets(made: bytes) -> list[str]:
    with ZipFile(io.BytesIO(made)) as archive:
        names = [name for name in archive.namelist() if "/sheet" in name]
        return [archive.read(name).decode() for name in sorted(names)]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_sweep_is_ranked_in_both_tables(make: Make, lang: str) -> None:
    files = make["files"](make["grid"](), lang=lang)
    table = files["ranking.tex"].decode()
    assert table.count("\\\\\n") == 1 + 4
    assert table.split("\\midrule\n")[1].startswith("0." if lang == "en" else "0,")
    runs, groups = sheets(files["runs.xlsx"])
    assert (runs.count("<row>"), groups.count("<row>")) == (13, 5)


def test_runs_that_are_not_ranked_are_listed(make: Make) -> None:
    files = make["files"]([make["record"](at, {}) for at in range(3)])
    assert files["ranking.tex"].decode().count("\\\\\n") == 1 + 3
    assert len(sheets(files["runs.xlsx"])) == 1


def test_names_from_logs_are_text_in_both(make: Make) -> None:
    records = [
        make["record"](at, {BAD: BAD + str(at), "list": [at], "lr": at}, run=BAD, source=BAD)
        for at in range(4)
    ]
    files = make["files"](records)
    assert "\\input" not in files["ranking.tex"].decode().replace("\\textbackslash{}input", "")
    assert "<f>" not in "".join(sheets(files["runs.xlsx"]))


def test_a_site_without_runs_has_both(make: Make) -> None:
    files = make["files"]([])
    assert "\\bottomrule" in files["ranking.tex"].decode()
    assert sheets(files["runs.xlsx"])[0].count("<row>") == 1


def test_only_numbers_are_aligned_right_and_other_letters_name_an_engine(make: Make) -> None:
    acts = ("relu", "\N{GREEK SMALL LETTER PHI}")
    records = [make["record"](at, {"act": acts[at % 2], "lr": at}) for at in range(4)]
    table = make["files"](records)["ranking.tex"].decode()
    assert "{tabular}{lrrrrll}" in table
    assert "XeLaTeX" in table.splitlines()[1]
    plain = [make["record"](at, {"act": acts[0], "lr": at}) for at in range(4)]
    assert "XeLaTeX" not in make["files"](plain)["ranking.tex"].decode()
