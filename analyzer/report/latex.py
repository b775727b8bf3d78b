"""Tables in LaTeX with the rules of booktabs; every text in them is escaped."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from analyzer.safe.names import visible

_NOT_LATIN = 0x250  # the first letter after Latin: pdfLaTeX has none of those without packages
# Beside LaTeX's own signs: what pdflatex has no letter for, and what would become a ligature or,
# at the beginning of a row, the option of the line break before it.
_ESCAPED = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': r"\textquotedbl{}",
        "`": r"\textasciigrave{}",
        "[": "{[}",
        "]": "{]}",
        "*": "{*}",
        "\N{MINUS SIGN}": "$-$",
        "\N{PLUS-MINUS SIGN}": r"$\pm$",
        "\N{DOWNWARDS ARROW}": r"$\downarrow$",
        "\N{UPWARDS ARROW}": r"$\uparrow$",
        "\N{RIGHTWARDS ARROW}": r"$\rightarrow$",
        "\N{HORIZONTAL ELLIPSIS}": r"\dots{}",
        "\N{NO-BREAK SPACE}": "~",
        "\N{NARROW NO-BREAK SPACE}": r"\,",
    }
)


def escaped(text: str) -> str:
    """Return a text as LaTeX shows it."""
    shown = visible(text).translate(_ESCAPED)
    while "--" in shown:  # two hyphens would become a dash
        shown = shown.replace("--", "-{}-")
    return shown.replace("\N{EN DASH}", "--")


def preamble(caption: str, tables: str) -> str:
    """Return the comments above ``tables``: what a document needs for them, and what they show."""
    lines = [r"% \usepackage{booktabs}"]
    if any(ord(letter) >= _NOT_LATIN for letter in tables):
        lines.append("% XeLaTeX or LuaLaTeX, and a font that has the letters")
    return "\n".join([*lines, f"% {escaped(caption)}"]) + "\n"


def latex_table(
    head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Collection[int] = ()
) -> str:
    """Return a tabular of texts; the columns ``right`` are aligned to the right."""
    columns = "".join("r" if at in right else "l" for at in range(len(head)))
    lines = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", _line(head), r"\midrule"]
    lines += [_line(row) for row in rows]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"]) + "\n"


def _line(cells: Sequence[str]) -> str:
    return " & ".join(map(escaped, cells)) + r" \\"
