"""Tables in LaTeX: rules of booktabs, and nothing from a log that LaTeX would run."""

from __future__ import annotations

import re

import pytest

from analyzer.report.latex import escaped, latex_table


def test_a_table_has_the_rules_of_booktabs_and_aligns_numbers_right() -> None:
    assert latex_table(["run", "loss"], [["a_1", "0.5"]], right=[1]) == (
        "\\begin{tabular}{lr}\n\\toprule\nrun & loss \\\\\n\\midrule\n"
        "a\\_1 & 0.5 \\\\\n\\bottomrule\n\\end{tabular}\n"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("50% & $x$ #1 {a}", r"50\% \& \$x\$ \#1 \{a\}"),
        (r"\input{/etc/passwd}", r"\textbackslash{}input\{/etc/passwd\}"),
        ("~a^b", r"\textasciitilde{}a\textasciicircum{}b"),
        ("--lr ---", "-{}-lr -{}-{}-"),
        ("a\N{EN DASH}b --c", "a--b -{}-c"),
        ("[2pt] *", "{[}2pt{]} {*}"),
        ("−0.5 ± 1 … ↓", r"$-$0.5 $\pm$ 1 \dots{} $\downarrow$"),
        ("época ñ", "época ñ"),
        ("0,5\N{NO-BREAK SPACE}%", r"0,5~\%"),
    ],
)
def test_signs_that_latex_obeys_are_escaped(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_a_name_ends_neither_its_cell_nor_its_line() -> None:
    table = latex_table(["a"], [["x\n\\\\ & y\u2028%"]])
    body = table.splitlines()[4]
    assert len(table.splitlines()) == 7
    assert not re.search(r"(?<!\\)[&%]", body)
