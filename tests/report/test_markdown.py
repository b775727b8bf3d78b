"""The report as Markdown: every sentence of the report, and no name that GitHub would act on."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import analyzer
from analyzer import synthetic
from analyzer.report.content import build_report
from analyzer.report.markdown import plain, render_markdown


@pytest.mark.parametrize("lang", ["en", "es"])
def test_it_says_what_the_report_says(lang: str) -> None:
    report = build_report(analyzer.diagnose(synthetic.overfitting(3).run), lang)
    text = render_markdown(report)
    assert text.startswith(
        f"# synthetic: {report.verdict_name}\n\n**{report.action}**\n\n{report.sentence}\n"
    )
    assert all(finding.summary in text for finding in report.findings)
    assert text.count("\n- [ ] ") == len(report.checklist)
    assert "\n\n\n" not in text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<script>alert(1)</script>", r"\<script\>alert(1)\</script\>"),
        ("**bold** _x_ `y`", r"\*\*bold\*\* \_x\_ \`y\`"),
        ("[a](http://b.c)", "\\[a\\](http\u2060://b.c)"),
        ("@octocat fixes #12", "@\u2060octocat fixes #\u206012"),
        ("org/repo#3 GH-4", "org/repo#\u20603 GH-\u20604"),
        ("&commat;octocat &lt;b&gt;", r"\&commat;octocat \&lt;b\&gt;"),
        ("www.evil.com :tada:", "www\u2060.evil.com :\u2060tada:"),
        ("a\nb\x1b[2J", "a␊b␛\\[2J"),
        ("|cell| ~~gone~~ $x$", r"\|cell\| \~\~gone\~\~ \$x\$"),
        ("lr 0.001, 45 % (from 0.2 to 0.3); run-7", "lr 0.001, 45 % (from 0.2 to 0.3); run-7"),
    ],
)
def test_a_name_is_text(name: str, shown: str) -> None:
    assert plain(name) == shown


@pytest.mark.parametrize(("lang", "heading"), [("en", "## Findings"), ("es", "## Hallazgos")])
def test_a_report_without_findings_has_no_section_for_them(lang: str, heading: str) -> None:
    report = build_report(analyzer.diagnose(synthetic.overfitting(3).run), lang)
    without = replace(report, findings=())
    assert heading in render_markdown(report)
    assert heading not in render_markdown(without)
    assert "\n\n\n" not in render_markdown(without)


def test_names_of_a_log_are_escaped_in_the_report() -> None:
    run = replace(synthetic.overfitting(3).run, name="@octocat <img src=x>")
    text = render_markdown(build_report(analyzer.diagnose(run)))
    assert "@octocat" not in text
    assert "\\<img" in text


def test_a_file_that_ends_in_md_is_markdown(tmp_path: Path) -> None:
    path = analyzer.write_report(
        analyzer.diagnose(synthetic.plateau(3).run), tmp_path / "r.md", lang="es"
    )
    assert path.read_text(encoding="utf-8").startswith("# synthetic: meseta\n")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_source_that_an_item_names_is_in_the_list(lang: str) -> None:
    report = build_report(analyzer.diagnose(synthetic.overfitting(3).run), lang)
    page = render_markdown(report)
    items = [line for line in page.splitlines() if line.startswith("- [ ]")]
    named = {key for line in items for key in re.findall(r" \(([A-Z]\d?)\)", line)}
    listed = re.findall(r"^- \(([A-Z]\d?)\) \S", page, re.M)
    assert named
    assert listed == sorted(named)


def test_without_sources_there_is_no_list() -> None:
    report = build_report(analyzer.diagnose(synthetic.overfitting(3).run), "en")
    bare = [replace(item, source="") for item in report.checklist]
    page = render_markdown(replace(report, checklist=tuple(bare), sources=()))
    assert "Sources:" not in page
    assert "(S2)" not in page
