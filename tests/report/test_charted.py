"""What pages with charts share: assets without ballast, and data that stays data."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analyzer.charts.overlay import overlay
from analyzer.charts.spec import Chart
from analyzer.engine import diagnose
from analyzer.report.charted import asset, digest
from analyzer.report.content import build_report
from analyzer.report.html import page, render_html
from analyzer.resources import folder
from analyzer.synthetic import healthy, of_curves, oscillating, overfitting
from analyzer.text import words

SHEETS = ["chart.css", "index.css", "many.css", "style.css", "views.css"]
HOSTILE = "</script><script>alert(1)</script>&\x1b"


def chart_in(lang: str) -> Chart:
    run = of_curves("r", {("val", "loss"): np.linspace(2, 1, 30)})
    chart = overlay([(HOSTILE, run), ("b", run)], "loss", "val", words(lang), counted=False)
    assert chart is not None
    return chart


def page_in(*langs: str) -> str:
    """Return a page with one chart, whose first line has a hostile name."""
    diagnosis = diagnose(healthy(3).run)
    reports = []
    for lang in langs:
        reports.append(replace(build_report(diagnosis, lang), charts=((chart_in(lang),),)))
    return render_html(*reports)


def test_comments_of_our_files_end_on_their_line() -> None:
    for path in folder("report_templates").glob("*.[cj]s*"):
        lines = map(str.strip, path.read_text(encoding="utf-8").split("\n"))
        assert all(line.endswith("*/") for line in lines if line.startswith("/*")), path.name


def data_of(page: str) -> dict[str, Any]:
    (text,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    data: dict[str, Any] = json.loads(text)
    return data


@pytest.mark.parametrize("name", [*SHEETS, "report.js", "save.js"])
def test_assets_have_no_indentation_and_no_comments(name: str) -> None:
    lines = asset(name).split("\n")
    assert all(line and line == line.strip() for line in lines)
    assert not [line for line in lines if line.startswith(("//", "/*"))]


def test_a_digest_is_the_hash_that_the_policy_names() -> None:
    assert base64.b64decode(digest("a")) == hashlib.sha256(b"a").digest()


def test_a_name_cannot_close_the_element_of_the_data() -> None:
    page = page_in("en")
    assert page.count("<script") == 2
    assert data_of(page)["names"]["en"] == [[HOSTILE.replace("\x1b", "␛"), "b"]]


def test_the_data_has_titles_words_and_names_in_each_language_and_the_numbers_once() -> None:
    data = data_of(page_in("en", "es"))
    assert set(data["titles"]) == set(data["words"]) == set(data["names"]) == {"en", "es"}
    assert len(data["charts"]) == 1
    assert data["charts"][0]["stack"] == 0
    assert len(data["frame"]) == 2


def test_a_chart_names_its_y_axis_unless_its_title_does() -> None:
    page = page_in("en")
    assert "data-axis" not in page.split("<script")[0]  # "validation loss" is in the title
    log = replace(chart_in("en"), y_label="validation loss (log scale)")
    report = replace(build_report(diagnose(healthy(3).run)), charts=((log,),))
    assert "data-axis" in render_html(report).split("<script")[0]


def test_the_languages_of_a_page_are_offered_if_there_are_several() -> None:
    assert 'id="language-es"' in page_in("en", "es")
    assert 'id="language-en"' not in page_in("en")


def test_the_key_shows_which_of_two_lines_is_the_stronger() -> None:
    jumps, smooth = (page(diagnose(made.run), "en") for made in (oscillating(3), overfitting(3)))
    assert '<i class="key-raw fore"></i>' in jumps
    assert '<i class="key-smooth back"></i>' in jumps
    assert '<i class="key-raw"></i>' in smooth
