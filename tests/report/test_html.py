"""The page: one file, no request, every name escaped, both languages, small at any length."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.model import LogIssue, Run
from analyzer.report.content import build_report
from analyzer.report.html import render_html

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def page(run: Run, lang: str = "en") -> str:
    return render_html(build_report(diagnose(run), lang))


class Elements(HTMLParser):
    """Collects the elements and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def test_the_verdict_sentence_names_the_onset() -> None:
    diagnosis = diagnose(synthetic.overfitting(3).run)
    onset = diagnosis.findings[0].onset
    assert onset is not None
    report = build_report(diagnosis)
    assert f"epoch {onset.step} (from 0)" in report.sentence
    assert f"epochs {onset.low} to {onset.high}" in report.sentence
    assert report.sentence in render_html(report).replace("&#39;", "'")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_run_that_ended_in_nan_has_no_change_against_the_best(lang: str) -> None:
    facts = build_report(diagnose(synthetic.non_finite(3).run), lang=lang).facts
    assert [value for _, value in facts][1] == "NaN"


def test_there_are_five_facts() -> None:
    assert len(build_report(diagnose(synthetic.healthy(3).run)).facts) == 5


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("make", ["healthy", "overfitting", "plateau", "non_finite", "exploding"])
def test_the_page_holds_no_script_no_request_and_no_inline_style(make: str, lang: str) -> None:
    found = Elements(page(getattr(synthetic, make)(3).run, lang))
    assert "script" not in found.tags
    assert not [
        one for one in found.attributes if one[1] in ("src", "href", "srcset", "style") or one[1].startswith("on")
    ]
    assert "html" in found.tags
    assert ("html", "lang", lang) in found.attributes


def test_the_policy_allows_exactly_the_style_sheet_of_the_page() -> None:
    text = page(synthetic.healthy(3).run)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.S)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src &#39;none&#39;; style-src &#39;sha256-{digest}&#39;".replace("&#39;", "'") in text
    assert "url(#" not in style
    assert "@import" not in style


def test_every_name_from_a_log_is_text() -> None:
    run = synthetic.overfitting(3).run
    series = tuple(replace(one, tag=HOSTILE, metric=f"{HOSTILE} loss" if one.metric == "loss" else one.metric)
                   for one in run.series)  # fmt: skip
    issue = LogIssue("warning", HOSTILE, "text_cells", 3, 1, 2, values={"name": HOSTILE, "cell": HOSTILE})
    hostile = Run(HOSTILE, series, {HOSTILE: HOSTILE}, {**run.meta, "files": [HOSTILE], "path": HOSTILE}, (issue,))
    found = Elements(page(hostile))
    assert not {"script", "img"} & set(found.tags)
    assert not [one for one in found.attributes if one[1].startswith("on")]


def test_control_characters_of_a_name_are_shown() -> None:
    run = replace(synthetic.healthy(3).run, name="a\x1b[31mb\0c")
    text = page(run)
    assert "\x1b" not in text
    assert "\0" not in text
    assert "a␛[31mb␀c" in text


def test_two_metrics_at_a_hundred_thousand_points_fit_in_80_kilobytes() -> None:
    made = synthetic.overfitting(3, epochs=100_000).run
    noise = np.random.default_rng(0)
    noisy = Run(made.name, tuple(replace(one, value=one.value * np.exp(0.2 * noise.standard_normal(len(one))))
                                 for one in made.series), {}, made.meta)  # fmt: skip
    assert len(page(noisy).encode()) <= 80_000


def test_the_same_run_gives_the_same_bytes() -> None:
    assert page(synthetic.overfitting(5).run, "es") == page(synthetic.overfitting(5).run, "es")


def test_secrets_and_paths_of_the_configuration_are_not_shown() -> None:
    run = replace(
        synthetic.healthy(3).run, config={"api_key": "hunter2", "data": "/home/someone/data/train", "lr": 0.1}
    )
    text = page(run)
    assert "hunter2" not in text
    assert "/home/someone" not in text
    assert "train" in text


def test_spanish_pages_use_the_decimal_comma_and_no_english_sentence() -> None:
    text = page(synthetic.overfitting(3).run, "es")
    english, spanish = (
        build_report(diagnose(synthetic.overfitting(3).run)),
        build_report(diagnose(synthetic.overfitting(3).run), "es"),
    )
    assert re.search(r"\d,\d", dict(spanish.facts)["Mejor pérdida de validación"])
    for sentence in (english.sentence, english.findings[0].why, english.findings[0].how, english.checks_line):
        assert sentence not in text


def test_a_check_that_could_not_run_says_why() -> None:
    run = synthetic.of_curves("short", {("train", "loss"): np.linspace(2, 1, 5), ("val", "loss"): np.linspace(2, 1, 5)})
    report = build_report(diagnose(run))
    assert report.verdict == "inconclusive"
    assert any("points logged 5, needed 8" in reason for _, reason in report.skipped)


def test_an_empty_chart_list_still_gives_a_page() -> None:
    run = synthetic.of_curves("other", {("", "seconds"): np.linspace(2, 1, 5)})
    assert "<svg" not in page(run)
