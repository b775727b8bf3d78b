"""The page: one file, no request, every name escaped, both languages, small at any length."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import numpy as np
import pytest

from analyzer import resources, synthetic
from analyzer.charts.packed import MOST_BINS
from analyzer.engine import diagnose
from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.report.content import build_report
from analyzer.report.html import page as page_of
from analyzer.report.html import render_html
from analyzer.stats.arrays import Floats

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)></script><!--'
LENGTH = 100_000


def page(run: Run, lang: str = "en") -> str:
    return page_of(diagnose(run), lang)


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


def long_run(*more: tuple[str, Floats]) -> Run:
    """Return a noisy run with 100,000 points in each series, a learning rate, and more series."""
    run = synthetic.overfitting(3, epochs=LENGTH).run
    rng = np.random.default_rng(0)
    every = []
    for series in run.series:
        noise = np.exp(0.2 * rng.standard_normal(LENGTH))
        every.append(replace(series, value=series.value * noise))
    rate = 0.1 * 0.5 * (1 + np.cos(np.linspace(0, 3, LENGTH)))
    first = run.series[0]
    for name, value in (("lr", rate), *more):
        every.append(replace(first, tag=name, metric=name, split="", value=value))
    timed = [replace(series, wall_time=1.7e9 + 0.37 * series.step) for series in every]
    return Run(run.name, tuple(timed), {}, run.meta)


def test_the_verdict_sentence_names_the_onset() -> None:
    diagnosis = diagnose(synthetic.overfitting(3).run)
    onset = diagnosis.findings[0].onset
    assert onset is not None
    report = build_report(diagnosis)
    assert f" {onset.step}" in report.sentence
    assert f"epochs {onset.low} to {onset.high}" in report.sentence
    assert report.sentence in unescape(render_html(report))


def test_a_page_has_a_link_to_all_runs_only_where_there_is_one() -> None:
    report = build_report(diagnose(synthetic.overfitting(3).run))
    assert "All runs" not in render_html(report)
    assert '<a lang="en" href="../index.html">← All runs</a>' in unescape(
        render_html(report, home="../")
    )


def test_the_way_back_leads_to_all_runs_in_the_language_that_is_read() -> None:
    diagnosis = diagnose(synthetic.overfitting(3).run)
    shown = page_of(diagnosis, "es", home="../")
    assert '<a lang="es" href="../index.html">' in shown
    assert '<a lang="en" href="../index.en.html">' in shown


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_run_that_ended_in_nan_has_no_change_against_the_best(lang: str) -> None:
    facts = build_report(diagnose(synthetic.non_finite(3).run), lang=lang).facts
    assert facts[1].value == "NaN"


def test_there_are_five_facts_and_the_size_of_the_validation_set_if_it_is_known() -> None:
    run = synthetic.healthy(3).run
    losses = tuple(series for series in run.series if series.metric == "loss")
    assert len(build_report(diagnose(replace(run, series=losses))).facts) == 5
    assert [fact.label for fact in build_report(diagnose(run)).facts].count("Validation set") == 1


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize(
    "make", ["healthy", "overfitting", "plateau", "oscillating", "non_finite", "exploding"]
)
def test_the_page_asks_for_nothing_and_holds_no_inline_style_or_handler(
    make: str, lang: str
) -> None:
    found = Elements(page(getattr(synthetic, make)(3).run, lang))
    names = {name for _, name, _ in found.attributes}
    assert not names & {"src", "srcset", "style", "action"}
    assert not [name for name in names if name.startswith("on")]
    sources = set(resources.words("_terms")[lang]["source_links"].values())
    targets = {value for _, name, value in found.attributes if name == "href"}
    assert all(value.startswith("#") for value in targets - sources)
    assert found.tags.count("script") == 2  # the data, and ours
    assert ("html", "lang", lang) in found.attributes


@pytest.mark.parametrize("make", ["overfitting", "plateau", "oscillating", "exploding"])
def test_every_anchor_and_every_label_leads_somewhere(make: str) -> None:
    found = Elements(page(getattr(synthetic, make)(3).run))
    ids = [value for _, name, value in found.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    targets = [value for _, name, value in found.attributes if name == "href"]
    pointed = {value.removeprefix("#") for value in targets if value.startswith("#")}
    labels: set[str] = set()
    for _, name, value in found.attributes:
        if name in ("aria-labelledby", "for"):
            labels |= set(value.split())
    assert pointed | labels <= set(ids)


def test_findings_and_their_marks_point_at_each_other() -> None:
    found = Elements(page(synthetic.overfitting(3).run)).attributes
    assert ("a", "href", "#finding-0") in found
    assert ("article", "id", "finding-0") in found
    assert ("a", "href", "#figure-chart-loss") in found
    assert ("g", "data-finding", "0") in found


def sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_the_policy_allows_exactly_the_style_sheet_and_the_script_of_the_page() -> None:
    text = page(synthetic.healthy(3).run)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.S)
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.S)
    hashes = f"style-src 'sha256-{sha256(style)}'; script-src 'sha256-{sha256(script)}'"
    assert f"content=\"default-src 'none'; {hashes}\"" in text
    assert "url(#" not in style
    assert "@import" not in style
    assert not re.search(
        r"innerHTML|insertAdjacentHTML|document\.write|eval\(|fetch\(|XMLHttpRequest", script
    )


def test_every_name_from_a_log_is_text() -> None:
    run = synthetic.overfitting(3).run
    series = []
    for original in run.series:
        renamed = {"loss": f"{HOSTILE} loss"}.get(original.metric, original.metric)
        series.append(replace(original, tag=HOSTILE, metric=renamed))
    issue = LogIssue(
        "warning", HOSTILE, "text_cells", 3, 1, 2, values={"name": HOSTILE, "cell": HOSTILE}
    )
    hostile = Run(
        name=HOSTILE,
        series=tuple(series),
        config={HOSTILE: HOSTILE},
        meta=replace(run.meta, files=(HOSTILE,), path=HOSTILE),
        issues=(issue,),
    )
    found, plain = Elements(page(hostile)), Elements(page(run))
    assert found.tags.count("script") == plain.tags.count("script") == 2
    assert "img" not in found.tags
    assert not [name for _, name, _ in found.attributes if name.startswith("on")]


def test_control_characters_of_a_name_are_shown() -> None:
    run = replace(synthetic.healthy(3).run, name="a\x1b[31mb\0c")
    text = page(run)
    assert "\x1b" not in text
    assert "\0" not in text
    assert "a␛[31mb␀c" in text


def test_losses_accuracies_and_learning_rate_fit_in_224_kilobytes_at_any_length() -> None:
    assert len(page(long_run()).encode()) <= 224_000


def test_a_further_chart_takes_at_most_25_kilobytes() -> None:
    norm = np.exp(np.random.default_rng(1).standard_normal(LENGTH))
    with_norm = page(long_run(("grad_norm", norm)))
    assert len(with_norm.encode()) - len(page(long_run()).encode()) <= 25_000


def test_a_series_travels_in_at_most_a_thousand_bins() -> None:
    (data,) = re.findall(
        r'<script type="application/json" id="data">(.*?)</script>', page(long_run()), re.S
    )
    lines = []
    for chart in json.loads(data)["charts"]:
        lines += chart["lines"]
    assert all(-(-line["n"] // line["per"]) <= MOST_BINS for line in lines)
    assert {line["n"] for line in lines if line["role"] != "gap"} == {LENGTH}


def test_the_same_run_gives_the_same_bytes() -> None:
    assert page(synthetic.overfitting(5).run, "es") == page(synthetic.overfitting(5).run, "es")


def test_secrets_and_paths_of_the_configuration_are_not_shown() -> None:
    run = replace(
        synthetic.healthy(3).run,
        config={"api_key": "hunter2", "data": "/home/someone/data/train", "lr": 0.1},
    )
    text = page(run)
    assert "hunter2" not in text
    assert "/home/someone" not in text
    assert "train" in text


def test_both_languages_are_in_the_page_and_one_report_alone_holds_one() -> None:
    diagnosis = diagnose(synthetic.overfitting(3).run)
    english, spanish = (build_report(diagnosis, lang) for lang in ("en", "es"))
    assert re.search(r"\d,\d", spanish.facts[0].line)
    whole, alone = unescape(page_of(diagnosis, "en")), unescape(render_html(spanish))
    for sentence in (
        english.sentence,
        english.findings[0].why,
        english.findings[0].how,
        english.checks_line,
    ):
        assert f'<span lang="en">{sentence}</span>' in whole
        assert sentence not in alone
    for sentence in (spanish.sentence, spanish.findings[0].why, spanish.checks_line):
        assert f'<span lang="es">{sentence}</span>' in whole
        assert sentence in alone


@pytest.mark.parametrize(("lang", "first"), [("en", "en"), ("es", "es")])
def test_the_language_asked_for_is_shown_first(lang: str, first: str) -> None:
    assert re.findall(
        r'id="language-(\w+)" value="\w+" checked', page(synthetic.healthy(3).run, lang)
    ) == [first]


def test_a_box_is_remembered_by_what_was_diagnosed() -> None:
    first, second = (build_report(diagnose(synthetic.overfitting(seed).run)) for seed in (3, 4))
    assert first.key == build_report(diagnose(synthetic.overfitting(3).run), "es").key
    assert first.key != second.key


def test_a_check_that_could_not_run_says_why() -> None:
    run = synthetic.of_curves(
        "short", {("train", "loss"): np.linspace(2, 1, 5), ("val", "loss"): np.linspace(2, 1, 5)}
    )
    report = build_report(diagnose(run))
    assert report.verdict == "inconclusive"
    assert any("has 5 of the 8 points needed" in reason for _, reason in report.skipped)


def test_an_empty_chart_list_still_gives_a_page() -> None:
    run = synthetic.of_curves("other", {("", "seconds"): np.array([2.0])})
    assert "<svg" not in page(run)


def test_every_chart_has_its_values_in_a_table() -> None:
    text = page(synthetic.overfitting(3).run)
    assert text.count("<figure") == text.count('<details class="values">') == 4


def test_axes_that_count_differently_are_not_offered_as_one() -> None:
    run = synthetic.healthy(4, epochs=30).run
    series = []
    for original in run.series:
        factor = 1 if original.split == "val" else 100
        series.append(replace(original, step=original.step * factor))
    found = re.findall(r'"units":(\[.*?\])', page(replace(run, series=tuple(series))))
    assert found == ['["epoch"]']
    assert re.findall(r'"units":(\[.*?\])', page(run)) == ['["epoch","step"]']


def test_charts_are_linked_by_what_they_share() -> None:
    run = synthetic.healthy(4, epochs=30).run
    rate = replace(run.series[0], tag="lr", metric="lr", split="", epoch=np.full(30, np.nan))

    def links(*more: Series) -> set[str]:
        text = page(replace(run, series=(*run.series, *more)))
        return set(re.findall(r'"link":"([^"]+)"', text))

    assert links() == {"epoch"}
    assert links(rate) == {"epoch"}  # the losses tell which step is in which epoch
    assert links(replace(rate, step=rate.step * 100)) == {"epoch", "step"}
    norm = replace(rate, tag="grad_norm", metric="grad_norm", step=rate.step * 100)
    assert links(rate, norm) == {"epoch", "step"}
    alike = tuple(replace(series, step=np.full(30, 7)) for series in run.series)
    run = replace(run, series=alike)
    assert links(rate) == {"epoch", "step"}  # the steps of the losses tell no point apart


def test_a_name_that_looks_like_an_option_can_be_run() -> None:
    run = synthetic.healthy(4).run
    report = build_report(diagnose(replace(run, meta=replace(run.meta, path="--help.csv"))))
    assert report.command.startswith("analyzer report ./--help.csv ")


def test_uneven_steps_of_every_series_still_fit() -> None:
    rng = np.random.default_rng(0)
    run = long_run()
    series = []
    for original in run.series:
        step = np.cumsum(rng.integers(1, 50, LENGTH))
        series.append(replace(original, step=step, epoch=np.full(LENGTH, np.nan)))
    assert len(page(replace(run, series=tuple(series))).encode()) <= 238_000


def test_series_without_a_split_or_a_second_curve_are_drawn_too() -> None:
    run = synthetic.of_curves("single", {("", "loss"): np.geomspace(2, 1, 40)})
    (loss,) = run.series
    timed = replace(loss, epoch=np.full(40, np.nan), wall_time=np.arange(40) * 60.0)
    text = page(replace(run, series=(timed,)))
    assert '"units":["step","hours"]' in text


def test_a_public_source_is_named_with_its_title_and_its_address() -> None:
    diagnosis = diagnose(synthetic.exploding(3).run)
    text, report = page_of(diagnosis, "en"), build_report(diagnosis)
    linked = [source for source in report.sources if source.link]
    assert linked
    for source in linked:
        assert f'href="{source.link}" rel="noreferrer">{source.title}</a>' in text
    assert {source.key for source in report.sources} == {
        todo.source_key for todo in report.checklist if todo.source
    }


def test_a_run_without_findings_has_no_empty_section_for_them() -> None:
    heading = '<h2><span lang="en">Findings</span>'
    assert heading in page(synthetic.overfitting(3).run)
    found = diagnose(synthetic.healthy(3).run)
    bare = replace(found, checks=tuple(c for c in found.checks if c.status == "clear"))
    assert not bare.findings
    assert heading not in page_of(bare, "en")
