"""Tables of training results in LaTeX are read; other tables of a paper are not."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

import analyzer
from analyzer.errors import NothingReadable
from analyzer.model.run import Run
from analyzer.reading.load import scan

TRAIN = [0.912, 0.712, 0.612, 0.512, 0.41]
VAL = [0.934, 0.812, 0.712, 0.702, 0.705]
BODY = "".join(f"{epoch} & {TRAIN[epoch]} & {VAL[epoch]} \\\\\n" for epoch in range(5))


def read(folder: Path, text: str, name: str = "table.tex") -> Run:
    (folder / name).write_text(text, encoding="utf-8")
    (run,) = analyzer.load(folder)
    assert run.meta.format == "LaTeX table"
    return run


def tabular(header: str, body: str = BODY, spec: str = "lrr") -> str:
    return (
        f"\\begin{{tabular}}{{{spec}}}\n{header}\\midrule\n{body}\\bottomrule\n\\end{{tabular}}\n"
    )


@pytest.mark.parametrize(
    "header",
    [
        "\\toprule\nEpoch & Train loss & Val loss \\\\\n",
        "\\hline \\textbf{Epoch} & \\textbf{train\\_loss} & \\emph{val\\_loss} \\\\ \\hline\n",
        "\\'Epoca & P\\'erdida & P\\'{e}rdida de validaci\\'on \\\\[2pt]\n",
        (
            "\\multirow{2}{*}{Epoch} & \\multicolumn{2}{c|}{Loss} \\\\\n"
            "\\cmidrule(lr){2-3} & Train & Val \\\\\n"
        ),
        "Epoch & \\makecell{Train\\\\loss} & \\thead{Val\\\\loss} \\\\\n",
        "Epoch & Train loss $\\downarrow$ & Val loss $\\downarrow$ \\tabularnewline\n",
        "% a comment & with & marks \\\\\nEpoch & Train loss & Val loss \\\\ % the end\n",
    ],
)
def test_a_header_names_the_columns(tmp_path: Path, header: str) -> None:
    run = read(tmp_path, tabular(header))
    assert run.curve("loss", "train").value.tolist() == TRAIN
    assert run.curve("loss", "val").value.tolist() == VAL
    assert run.curve("loss", "val").epoch.tolist() == [0, 1, 2, 3, 4]
    assert run.issues == ()


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("\\textbf{0.5}", 0.5),
        ("$\\mathbf{0.5}$", 0.5),
        ("\\cellcolor[gray]{0.9} 0.5", 0.5),
        ("0.5 $\\pm$ 0.02", 0.5),
        ("$0.5_{\\pm 0.02}$", 0.5),
        ("0.5 (0.02)", 0.5),
        ("$4.1 \\times 10^{-2}$", 0.041),
        ("0.5$^{\\dagger}$", 0.5),
        ("\\num{0.5}\\tnote{a}", 0.5),
        ("52.5\\%", 52.5),
        ("\\underline{0.5}", 0.5),
        ("1\\,000", 1000),
    ],
)
def test_a_cell_is_what_it_prints(tmp_path: Path, cell: str, value: float) -> None:
    body = BODY + f"5 & {cell} & 0.7 \\\\\n"
    run = read(tmp_path, tabular("Epoch & Train loss & Val loss \\\\\n", body))
    assert run.curve("loss", "train").value.tolist() == [*TRAIN, value]


def test_a_missing_cell_is_not_a_point(tmp_path: Path) -> None:
    body = BODY.replace("0.912", "--").replace("0.712 ", "\\textemdash ")
    run = read(tmp_path, tabular("Epoch & Train loss & Val loss \\\\\n", body))
    assert run.curve("loss", "train").value.tolist() == TRAIN[2:]


def test_decimal_commas_are_read(tmp_path: Path) -> None:
    body = BODY.replace(".", "{,}")
    run = read(tmp_path, tabular("Epoch & Train loss & Val loss \\\\\n", body))
    assert run.curve("loss", "train").value.tolist() == TRAIN


@pytest.mark.parametrize("long", [False, True])
def test_what_pandas_writes_is_read(tmp_path: Path, long: bool) -> None:
    head = " & train\\_loss & val\\_loss \\\\\nepoch &  &  \\\\\n\\midrule\n"
    text = f"\\begin{{tabular}}{{lrr}}\n\\toprule\n{head}{BODY}\\bottomrule\n\\end{{tabular}}\n"
    if long:
        again = "\\multicolumn{3}{r}{Continued on next page} \\\\\n\\endfoot\n"
        head = f"\\toprule\n{head}\\endfirsthead\n\\toprule\n{head}\\endhead\n{again}"
        text = f"\\begin{{longtable}}{{lrr}}\n{head}{BODY}\\end{{longtable}}\n"
    run = read(tmp_path, text)
    assert run.curve("loss", "train").value.tolist() == TRAIN


def test_rows_without_an_environment_are_read(tmp_path: Path) -> None:
    run = read(tmp_path, f"Epoch & Train loss & Val loss \\\\\n\\hline\n{BODY}")
    assert run.curve("loss", "train").value.tolist() == TRAIN


def test_an_issue_names_the_line_of_the_document(tmp_path: Path) -> None:
    body = BODY.replace("0.712 & ", "oops & ")
    text = "\n\n" + tabular("Epoch & Train loss & Val loss \\\\\n", body)
    run = read(tmp_path, text, "results.txt")
    (issue,) = run.issues
    assert (issue.key, issue.position) == ("text_cells", 7)


@pytest.mark.parametrize(
    "text",
    [
        tabular("Method & Accuracy \\\\\n", "A & 0.5 \\\\\nB & 0.6 \\\\\nC & 0.7 \\\\\n", "lr"),
        tabular("Model & Epochs & Loss \\\\\n", "A & 9 & 1 \\\\\nB & 5 & 2 \\\\\nC & 7 & 1 \\\\\n"),
        "We train for 3 epochs \\& reach a loss of 0.3 \\\\\n" * 5,
        "\\begin{tabular}{lrr}\nEpoch & Train loss & Val loss \\\\\n",
    ],
    ids=["scores", "models", "prose", "no rows"],
)
def test_other_tables_are_not_logs(tmp_path: Path, text: str) -> None:
    (tmp_path / "paper.tex").write_text(text)
    with pytest.raises(NothingReadable):
        analyzer.load(tmp_path)


def test_the_whole_rows_of_a_table_without_an_end_are_read_and_told(tmp_path: Path) -> None:
    text = "\n" + tabular("Epoch & Train loss & Val loss \\\\\n")
    for end in range(text.index("1 & 0.712"), text.index("\\end{") + 12):
        (tmp_path / "table.tex").write_text(text[:end], encoding="utf-8")
        rows = text[:end].count("\\\\") - 1
        if rows < 3:
            assert not scan(tmp_path)
            continue
        (run,) = scan(tmp_path)
        assert run.curve("loss", "train").value.tolist() == TRAIN[:rows]
        (issue,) = (issue for issue in run.issues if issue.severity == "warning")
        assert (issue.key, issue.position, issue.kept) == ("table_unended", 3, 2 * rows)


def test_a_table_that_lost_its_end_ends_before_the_next(tmp_path: Path) -> None:
    whole = tabular("Epoch & Train loss & Val loss \\\\\n")
    first = whole.replace("tabular", "longtable").replace("\\end{longtable}", "")
    other = tabular("Method & Accuracy \\\\\n", "A & 0.5 \\\\\nB & 0.6 \\\\\n", "lr")
    run = read(tmp_path, first + other)
    assert run.curve("loss", "train").value.tolist() == TRAIN
    assert [issue.key for issue in run.issues] == ["table_unended"]


def test_the_last_row_needs_no_end_of_its_own(tmp_path: Path) -> None:
    body = BODY.removesuffix(" \\\\\n") + "\n"
    run = read(tmp_path, tabular("Epoch & Train loss & Val loss \\\\\n", body))
    assert run.curve("loss", "train").value.tolist() == TRAIN
    assert run.issues == ()


def test_a_short_row_has_empty_cells_and_a_long_one_is_told(tmp_path: Path) -> None:
    short = BODY.replace(" & 0.712 \\\\", " \\\\")
    run = read(tmp_path, tabular("Epoch & Train loss & Val loss \\\\\n", short))
    assert sorted(map(len, run.series)) == [4, 5]
    assert not [issue for issue in run.issues if issue.severity != "info"]
    long = BODY.replace("0.712 \\\\", "0.712 & 7 & 8 \\\\")
    run = read(tmp_path, tabular("Epoch & Train loss & Val loss \\\\\n", long))
    assert [issue.key for issue in run.issues if issue.severity != "info"] == ["ragged_rows"]


@pytest.mark.parametrize("row", ["GPU hours & 12", "Test & 0.21", "Time (s) & 1234"])
def test_a_short_row_that_sums_up_is_not_a_point(tmp_path: Path, row: str) -> None:
    header = "Epoch & Train loss & Val loss \\\\\n"
    run = read(tmp_path, tabular(header, f"{BODY}\\midrule\n{row} \\\\\n"))
    assert run.curve("loss", "train").value.tolist() == TRAIN
    assert run.curve("loss", "val").value.tolist() == VAL


def test_a_header_may_break_its_lines_with_a_table_in_a_cell(tmp_path: Path) -> None:
    names = [
        f"\\begin{{tabular}}[c]{{@{{}}l@{{}}}}{split}\\\\ Loss\\end{{tabular}}"
        for split in ("Train", "Val")
    ]
    rows = [f"{epoch} & {2 / epoch:.4f} & {3 / epoch:.4f}" for epoch in range(1, 6)]
    body = " \\\\\n".join([" & ".join(["\\textbf{Epoch}", *names]), *rows])
    path = tmp_path / "results.tex"
    path.write_text(f"\\begin{{tabular}}{{lll}}\n{body}\n\\end{{tabular}}\n")
    (run,) = analyzer.load(path)
    assert [(series.split, series.metric, len(series)) for series in run.series] == [
        ("train", "loss", 5),
        ("val", "loss", 5),
    ]


def test_a_table_without_its_end_does_not_swallow_the_next(tmp_path: Path) -> None:
    rows = " \\\\\n".join(
        ["Epoch & Loss", *(f"{epoch} & {2 / epoch:.4f}" for epoch in range(1, 6))]
    )
    begin = "\\begin{tabular}{ll}\n"
    path = tmp_path / "results.tex"
    path.write_text(f"{begin}{rows} \\\\\n{begin}{rows}\n\\end{{tabular}}\n")
    (run,) = analyzer.load(path)
    assert len(run.series[0]) == 5
    assert {issue.key for issue in run.issues} == {"table_unended"}


def test_a_packed_table_is_read_as_if_it_were_not(tmp_path: Path) -> None:
    text = tabular("\\toprule\nEpoch & Train loss & Val loss \\\\\n")
    (tmp_path / "results.tex.gz").write_bytes(gzip.compress(text.encode()))
    (run,) = analyzer.load(tmp_path)
    assert run.meta.format == "LaTeX table"
    assert run.meta.files == ("results.tex.gz",)
    assert run.curve("loss", "train").value.tolist() == TRAIN
    assert run.curve("loss", "val").value.tolist() == VAL


def test_an_ordinary_packed_paper_is_no_log(tmp_path: Path) -> None:
    (tmp_path / "paper.tex.gz").write_bytes(gzip.compress(b"\\section{Results}\nNone yet.\n"))
    with pytest.raises(NothingReadable):
        analyzer.load(tmp_path)
