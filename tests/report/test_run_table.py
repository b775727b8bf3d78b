"""The table of many runs: the worst first, in lines that fit, with a total."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.model.diagnosis import Diagnosis
from analyzer.report.headline import verdict_name
from analyzer.report.run_table import run_table
from analyzer.text import words


@pytest.fixture(scope="module")
def runs() -> list[Diagnosis]:
    made = []
    for kind in ("healthy", "overfitting", "non_finite"):
        run = getattr(synthetic, kind)(2).run
        made.append(diagnose(replace(run, name=kind)))
    return made


def test_the_most_trouble_comes_first_with_its_onset_and_best(runs: list[Diagnosis]) -> None:
    head, *rows = run_table(runs, "en", width=92).splitlines()
    assert head.split() == ["run", "verdict", "since", "best", "value"]
    assert [row.split()[0] for row in rows[:3]] == ["non_finite", "overfitting", "healthy"]
    assert "epoch " in rows[0]
    assert "validation loss" in rows[1]


@pytest.mark.parametrize(
    ("lang", "more", "total"),
    [("en", "2 more runs;", "3 runs: "), ("es", "2 ejecuciones más;", "3 ejecuciones: ")],
)
def test_what_is_left_out_is_counted(
    runs: list[Diagnosis], lang: str, more: str, total: str
) -> None:
    lines = run_table(runs, lang, top=1, width=92).splitlines()
    assert lines[1].startswith("non_finite")
    assert lines[2].startswith(more)
    assert lines[4].startswith(total)
    one = run_table(runs, lang, top=2, width=92).splitlines()
    assert one[3].startswith("1 ")


@pytest.mark.parametrize("width", [80, 92, 120])
def test_lines_fit_and_names_keep_both_ends(runs: list[Diagnosis], width: int) -> None:
    name = "begin" + "x" * 300 + "end"
    long = [replace(each, run=replace(each.run, name=name)) for each in runs]
    lines = run_table(long, "es", width=width).splitlines()
    assert all(len(line) <= width for line in lines)
    assert lines[1].startswith("begin")
    assert "end " in lines[1]


def test_a_name_moves_no_cursor(runs: list[Diagnosis]) -> None:
    evil = replace(runs[0], run=replace(runs[0].run, name="a\x1b[2Jb\nc"))
    assert "\x1b" not in run_table([evil], "en", width=92)


def test_a_narrow_table_has_fewer_columns() -> None:
    made = [diagnose(getattr(synthetic, kind)(2).run) for kind in ("overfitting", "healthy")]
    shown = {width: run_table(made, "en", width=width).splitlines() for width in (20, 40, 60, 100)}
    heads = {width: len(re.split(" {2,}", lines[0])) for width, lines in shown.items()}
    assert heads == {20: 2, 40: 2, 60: 3, 100: 4}
    assert max(map(len, shown[40])) <= 40


def test_a_run_that_stopped_early_has_the_words_of_its_report() -> None:
    agent = diagnose(synthetic.of_curves("r", {("", "reward"): np.ones(60)}))
    assert verdict_name(agent, words("en")) in run_table([agent], "en", width=92)
