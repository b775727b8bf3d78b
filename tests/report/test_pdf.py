"""The PDF report: same bytes for the same run, names as text, few and accessible pages."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

import analyzer
from analyzer import resources, synthetic
from analyzer.model.diagnosis import Diagnosis
from analyzer.report.content import build_report
from analyzer.report.pdf import _NEARLY_EMPTY, _data, _typeset, render_pdf
from analyzer.text import words

NAMES = {
    "typst markup": '#import "x" $x$ [*b*] \\ <script>alert(1)</script> @x `c` // y',
    "CJK": "模型 训练",
    "emoji": "🚀 run",
    "control characters": "a\x00b\x1b[31mc",
    "no UTF-8": "run\udcff",
    "right to left": "\u202eעברית العربية",
    "one long word": "x" * 400,
}
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="needs pdftotext (package poppler-utils)"
)


def written(diagnosis: Diagnosis, folder: Path, lang: str = "en") -> Path:
    return analyzer.write_report(diagnosis, folder / "r.pdf", lang=lang)


def text_of(path: Path) -> str:
    command = ["pdftotext", "-raw", str(path), "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return " ".join(text.replace("\u200b", "").split())


def info_of(path: Path) -> str:
    return subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout


def pages(info: str) -> int:
    return int(re.findall(r"Pages:\s+(\d+)", info)[0])


def named(name: str) -> Diagnosis:
    return analyzer.diagnose(replace(synthetic.overfitting(3).run, name=name, config={name: name}))


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    diagnosis = analyzer.diagnose(synthetic.overfitting(3).run)
    first = written(diagnosis, tmp_path).read_bytes()
    assert first == written(diagnosis, tmp_path).read_bytes()
    assert first.startswith(b"%PDF-")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["en", "es"])
def test_any_name_compiles(tmp_path: Path, name: str, lang: str) -> None:
    assert written(named(NAMES[name]), tmp_path, lang).stat().st_size > 20_000


@needs_poppler
@pytest.mark.parametrize("lang", ["en", "es"])
def test_no_number_breaks_over_two_lines(tmp_path: Path, lang: str) -> None:
    for sample in ("keras_overfitting", "tensorboard_label_noise_rich"):
        run = analyzer.load(resources.folder("sample_logs") / sample)[0]
        text = text_of(written(analyzer.diagnose(run), tmp_path, lang))
        assert not re.search(r"\d[.,]\n\d", text)


def test_markup_in_a_name_is_text(tmp_path: Path) -> None:
    name = NAMES["typst markup"]
    text = text_of(written(named(name), tmp_path))
    assert text.count(name) >= 3  # the heading, the setting and its value


@needs_poppler
@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_words_of_the_report_are_in_it(tmp_path: Path, lang: str) -> None:
    from analyzer.report.content import build_report

    diagnosis = analyzer.diagnose(synthetic.overfitting(3).run)
    report, text = build_report(diagnosis, lang), text_of(written(diagnosis, tmp_path, lang))
    sentences = [report.verdict_name, report.sentence]
    sentences += [finding.summary for finding in report.findings]
    sentences += [item.text for item in report.checklist]
    sentences += chain.from_iterable(report.facts)
    for sentence in sentences:
        assert " ".join(sentence.split()) in text


@needs_poppler
def test_it_has_tags_a_language_a_title_and_few_pages(tmp_path: Path) -> None:
    path = written(analyzer.diagnose(synthetic.overfitting(3).run), tmp_path, "es")
    info = info_of(path)
    assert re.search(r"Tagged:\s+yes", info)
    assert re.search(r"Title:\s+\S", info)
    assert pages(info) <= 4
    assert b"/Lang(es)" in path.read_bytes().replace(b"/Lang (", b"/Lang(")


@needs_poppler
def test_a_log_of_a_thousand_settings_stays_short(tmp_path: Path) -> None:
    run = replace(
        synthetic.overfitting(3).run, config={f"setting_{index}": index for index in range(1000)}
    )
    path = written(analyzer.diagnose(run), tmp_path)
    assert pages(info_of(path)) <= 4
    assert "960 more" in text_of(path)


def test_charts_have_their_description_and_no_css_variable() -> None:
    from analyzer.report.content import build_report
    from analyzer.report.pdf import _data
    from analyzer.text import words

    report = build_report(analyzer.diagnose(synthetic.overfitting(3).run))
    pictures = list(chain.from_iterable(_data(report, words("en"))["charts"]))
    assert len(pictures) == 2 * len(report.charts)
    for picture in pictures:
        assert picture["alt"]
        assert "var(" not in picture["svg"]
        assert "@media" not in picture["svg"]


def structure_of(path: Path) -> str:
    command = ["pdfinfo", "-struct-text", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@needs_poppler
def test_names_are_tied_to_their_values_and_the_checklist_is_a_list(tmp_path: Path) -> None:
    diagnosis = named("settings")
    shape = structure_of(written(diagnosis, tmp_path))
    fact = r'Lbl [^"]*"Final vs best"\n\s+LBody [^"]*"6'
    assert re.search(fact, shape)
    assert re.search(r'Lbl [^"]*"settings"\n\s+LBody [^"]*"settings"', shape)
    checklist = shape[shape.index('"What to do next"') : shape.index('"Findings"')]
    assert checklist.count("LBody") >= 5
    for table in shape.split("Table (block)")[1:]:
        assert re.search(r"^ +(\w+)\s*$", table, re.MULTILINE)[1] == "THead"


@needs_poppler
@pytest.mark.parametrize("sample", ["tensorboard_label_noise_rich", "keras_overfitting"])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_no_text_is_smaller_than_seven_points(tmp_path: Path, sample: str, lang: str) -> None:
    run = analyzer.load(resources.folder("sample_logs") / sample)[0]
    path = written(analyzer.diagnose(run), tmp_path, lang)
    boxes = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True)
    ends = re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)"', boxes.stdout.decode())
    heights = [float(low) - float(high) for high, low in ends]
    assert len(heights) > 300
    assert min(heights) >= 7


@needs_poppler
@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("make", ["overfitting", "oscillating", "plateau", "exploding"])
def test_the_checklist_stands_on_one_page(tmp_path: Path, make: str, lang: str) -> None:
    from analyzer.report.content import build_report

    diagnosis = analyzer.diagnose(getattr(synthetic, make)(3).run)
    path = written(diagnosis, tmp_path, lang)
    command = ["pdftotext", "-raw", str(path), "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    every = [" ".join(page.split()) for page in text.split("\f")]
    items = [" ".join(item.text.split()) for item in build_report(diagnosis, lang).checklist]
    assert any(all(item in page for item in items) for page in every)


@pytest.mark.parametrize("make", ["overfitting", "plateau", "oscillating", "healthy"])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_no_last_page_is_nearly_empty_where_closer_lines_help(make: str, lang: str) -> None:
    report = build_report(analyzer.diagnose(getattr(synthetic, make)(3).run), lang)
    data = json.dumps(_data(report, words(lang)), ensure_ascii=False)
    usual, closer = _typeset(data), _typeset(data, tight=True)
    helps = closer.page < usual.page and usual.share < _NEARLY_EMPTY
    assert render_pdf(report) == (closer if helps else usual).document


@needs_poppler
def test_a_long_narrow_table_stands_in_two_halves(tmp_path: Path) -> None:
    fact = "Early stopping, replayed"
    diagnosis = analyzer.diagnose(synthetic.overfitting(3).run)
    (table,) = (said for said in build_report(diagnosis).about if said.title == fact)
    assert len(table.rows) > 8
    assert text_of(written(diagnosis, tmp_path)).count(" ".join(table.header)) == 2
