"""The pages of many runs: bounded, complete together, and nothing from a log is markup in them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch import many_html, many_search, pages
from analyzer.comparing.suspicion import BELOW, Suspicion
from analyzer.model.diagnosis import Best
from analyzer.report.charted import asset

Make = dict[str, Callable[..., Any]]
HOSTILE = "</script><img src=x onerror=alert(1)>|`*_[a](javascript:1)\u202e"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let twelve runs be many, on pages of three."""
    monkeypatch.setattr(pages, "LARGE", 11)
    monkeypatch.setattr(many_html, "ON_PAGE", 3)
    monkeypatch.setattr(many_search, "_IN_SHARD", 5)


def records(make: Make, count: int = 12, **changes: Any) -> list[Any]:
    return [
        make["record"](
            at,
            {"lr": 10.0 ** -(1 + at % 4), "seed": at % 3},
            **{"source": f"top{at % 2}/run{at}/log.csv", **changes},
        )
        for at in range(count)
    ]


def files(make: Make, runs: list[Any], **options: Any) -> dict[str, str]:
    made: dict[str, bytes] = make["files"](runs, **options)
    return {name: content.decode() for name, content in made.items()}


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_run_is_on_the_page_of_its_group_and_in_the_search(make: Make, lang: str) -> None:
    runs = records(make)
    made = files(make, runs, lang=lang)
    groups = [name for name in made if name.startswith("pages/group-")]
    assert groups == [f"pages/group-000{at}-{page}.html" for at in (1, 2) for page in (1, 2)]
    for run in runs:
        assert sum(f'href="../runs/{run.folder}/report.html"' in made[name] for name in groups) == 1
        assert f'href="runs/{run.folder}/report.html"' in made["index.html"]
    assert "{" not in re.sub(
        r"<(style|script)>.*?</\1>|data-[a-z]+=\"[^\"]*\"", "", made["index.html"], flags=re.S
    )


@pytest.mark.usefixtures("few")
def test_the_scripts_of_the_search_are_calls_with_plain_arrays(make: Make) -> None:
    runs = records(make, run=HOSTILE)
    made = files(make, runs)
    found = []
    for number in range(3):
        script = made[f"pages/search-000{number + 1}.js"]
        start = f"foundRuns({number}, "
        assert script.isascii()
        assert script.startswith(start)
        found += json.loads(script.removeprefix(start).removesuffix(");\n"))
    assert [run[5] for run in found] == [f"{run.folder}/report.html" for run in runs]
    assert "lr=0.1 seed=0" in found[0][4]
    assert (
        'data-shards="pages/search-0001.js pages/search-0002.js pages/search-0003.js"'
        in (made["index.html"])
    )


@pytest.mark.usefixtures("few")
def test_names_from_logs_are_text(make: Make) -> None:
    runs = records(make, run=HOSTILE, source=f"{HOSTILE}/log.csv")
    made = files(make, runs, group=("lr",))
    for name, content in made.items():
        if name.endswith(".html"):
            assert "<img" not in content
        if name == "index.md":
            assert "[a](javascript" not in content


@pytest.mark.usefixtures("few")
def test_a_run_without_a_finding_links_to_its_numbers_if_it_has_no_report(make: Make) -> None:
    runs = records(make)
    runs[3] = make["record"](3, {"lr": 0.1}, findings=(), source="top1/3.csv")
    made = files(make, runs, found_only=True)
    assert f'href="runs/{runs[3].folder}/diagnosis.json"' in made["index.html"]
    assert f'href="runs/{runs[4].folder}/report.html"' in made["index.html"]


@pytest.mark.usefixtures("few")
def test_only_the_index_may_load_scripts_and_only_beside_it(make: Make) -> None:
    made = files(make, records(make))
    assert "'self' file:" in made["index.html"]
    assert "'self'" not in made["pages/group-0001-1.html"]


@pytest.mark.usefixtures("few")
def test_runs_without_a_best_are_no_error(make: Make) -> None:
    made = files(make, records(make, best=None))
    assert "Best runs" not in made["index.html"]
    assert "svg class" not in made["index.html"]


@pytest.mark.usefixtures("few")
def test_more_groups_than_fit_are_counted(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many_html, "_MOST_PARTS", 1)
    assert "… and 1 group more" in files(make, records(make))["index.html"]


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("scale.md", "`runs.xlsx` and `ranking.tex` are not written"),
        ("es/escala.md", "`runs.xlsx` y `ranking.tex` no se escriben"),
    ],
)
def test_the_docs_say_which_tables_many_runs_lack(make: Make, page: str, said: str) -> None:
    assert not {"runs.xlsx", "ranking.tex"} & files(make, records(make)).keys()
    docs = Path(__file__).parents[2] / "docs"
    assert said in (docs / page).read_text(encoding="utf-8")


def test_the_index_of_many_runs_is_bounded(make: Make) -> None:
    runs = [
        make["record"](at, {"lr": at % 90, "seed": at}, best=Best("val", "loss", 1, None, at + 1.0))
        for at in range(5001)
    ]
    made = make["files"](runs)
    assert len(made["index.html"]) < 1_000_000
    assert len(made["index.md"]) < 1_000_000
    assert made["index.html"].count(b'<tr class="') == 400


def test_the_colours_of_verdicts_are_those_of_the_index() -> None:
    verdicts = set(re.findall(r"\.(\w+)[^{}]*\{ --v:", asset("index.css")))
    assert {"healthy", "overfitting", "diverged"} <= verdicts
    assert not verdicts & set(re.findall(r"\.(\w+)", asset("many.css")))
    assert ".verdicts li, .runs td:nth-child(2) { color: var(--v); }" in asset("many.css")


@pytest.mark.usefixtures("few")
def test_the_summary_is_there_in_both_languages_and_its_parts_once(make: Make) -> None:
    made = files(make, records(make), lang="es")
    assert '<a href="index.en.html" lang="en"' in made["index.html"]
    assert '<a href="index.html" lang="es"' in made["index.en.html"]
    assert "report.html#en" in made["index.en.html"]
    assert "report.html#" not in made["index.html"]
    parts = {name for name in made if name.startswith("pages/")}
    linked = re.findall(r'href="(pages/[^"]+)"', made["index.en.html"])
    assert linked
    assert parts >= set(linked)


def test_the_summary_says_what_the_small_index_says_of_its_best(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "LARGE", 3)
    records = [replace(record, verdict="overfitting") for record in make["grid"]()]
    best = min(range(len(records)), key=lambda at: records[at].result)
    records[best] = replace(records[best], suspicion=Suspicion(BELOW, 0.3))
    other = Best("val", "accuracy", 3, None, 0.9)
    records += [make["record"](90, best=other), replace(records[best], folder="ab/x-0123456789")]
    files = make["files"](records)
    for name in ("index.html", "index.md"):
        page = files[name].decode()
        assert f"{records[best].run}: overfitting. Its best checkpoint" in page
        assert f"Check {records[best].run} before using it" in page
        assert "Not ranked: 1 run judged by another metric (validation accuracy); 1 copy" in page
        assert "The same points: " in page
        assert "check for leaked examples" in page
    spanish = files["index.es.html"].decode()
    assert "Fuera de la clasificación: " in spanish
    assert f"{records[best].run}: sobreajuste." in spanish
