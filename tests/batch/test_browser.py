"""The index of a site and the page of a comparison in a real browser."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.batch import many_search, pages
from analyzer.batch.record import Record
from analyzer.batch.traces import trace_of
from analyzer.comparing.comparison import compare
from analyzer.engine import diagnose
from analyzer.report.write import write_comparison

pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    reason="needs chromium (Debian package chromium)",
)
Make = dict[str, Callable[..., Any]]


def names(browser: Any) -> list[str]:
    rows = "[...document.querySelectorAll('#runs tbody tr')]"
    found: list[str] = browser.js(f"{rows}.map(one => one.cells[0].textContent)")
    return found


def test_the_index_sorts_filters_and_searches(browser: Any, tmp_path: Path, make: Make) -> None:
    logs = make["tree"](tmp_path / "logs", 6)
    make["table"](logs / "flat" / "training.csv")
    make["call"](logs, "-o", tmp_path / "site", "--no-reports")
    browser.open(tmp_path / "site" / "index.html")
    all_of_them = names(browser)
    assert len(all_of_them) == 7
    browser.js("document.querySelectorAll('#runs thead button')[2].click()")
    best = browser.js(
        "[...document.querySelectorAll('#runs tbody tr')]"
        ".map(row => Number(row.cells[2].dataset.v))"
    )
    assert best == sorted(best)
    browser.js("document.querySelectorAll('#runs thead button')[2].click()")
    assert names(browser) != sorted(names(browser))
    browser.js("document.getElementById('search').value = 'group1'")
    browser.js("document.getElementById('search').dispatchEvent(new Event('input'))")
    assert sorted(names(browser)) == ["group1/run001", "group1/run004"]
    browser.js(
        "document.querySelectorAll('.filters input[type=checkbox]').forEach(one => one.click())"
    )
    assert names(browser) == []
    assert browser.js("document.getElementById('shown').textContent") == "shown: 0 of 7"


def test_without_its_script_the_index_shows_every_run_and_filters(
    browser: Any, tmp_path: Path, make: Make
) -> None:
    make["call"](make["tree"](tmp_path / "logs", 3), "-o", tmp_path / "site", "--no-reports")
    browser.open(tmp_path / "site" / "index.html", script=False)
    browser.call("Emulation.setScriptExecutionDisabled", value=False)
    assert len(names(browser)) == 3
    browser.js(
        "document.querySelectorAll('.filters input[type=checkbox]')"
        ".forEach(box => { box.checked = false })"
    )
    shown = (
        "[...document.querySelectorAll('#runs tbody tr')].map(one => getComputedStyle(one).display)"
    )
    assert set(browser.js(shown)) == {"none"}


def test_charts_follow_the_filters_and_the_address_keeps_them(
    browser: Any, tmp_path: Path, make: Make
) -> None:
    records = [make["record"](at, {"lr": at % 4, "width": at // 8}) for at in range(32)]
    page = tmp_path / "index.html"
    page.write_bytes(make["files"](records)["index.html"])
    for name in ("index.md", "register.md"):
        (tmp_path / name).write_text("", encoding="utf-8")
    browser.open(page)
    marks = "document.querySelectorAll('.marks [data-r]').length"
    dim = "document.querySelectorAll('.marks .dim').length"
    assert (browser.js(marks), browser.js(dim)) == (96, 0)
    browser.js("document.getElementById('show-healthy').click()")
    assert browser.js(dim) == 24
    browser.js("document.querySelector('#runs thead th[data-k=level] button').click()")
    assert browser.js("location.hash") == "#sort=level&hide=healthy"
    browser.js("location.hash = '#sort=-verdict&hide=healthy%2Cplateau&q=model-1'")
    browser.js("new Promise(done => setTimeout(done, 50))")
    assert browser.js("document.getElementById('order').value") == "-verdict"
    assert browser.js("document.getElementById('show-plateau').checked") is False
    assert all("model-1" in name for name in names(browser))
    assert browser.js("document.querySelectorAll('.bar rect').length") == 4


@pytest.mark.parametrize("width", [390, 1280])
def test_the_index_fits_the_window_and_shows_every_setting(
    browser: Any, tmp_path: Path, make: Make, width: int
) -> None:
    records = [
        make["record"](at, {f"a_long_setting_{key}": at / 7 for key in range(8)})
        for at in range(12)
    ]
    page = tmp_path / "index.html"
    page.write_bytes(make["files"](records, lang="es")["index.html"])
    browser.open(page, width=width)
    assert browser.js("document.documentElement.scrollWidth") <= width
    cells = "[...document.querySelectorAll('#runs tbody tr:first-child td')]"
    assert browser.js(f"{cells}.filter(cell => cell.offsetWidth > 0).length") >= 13
    assert browser.js("document.querySelectorAll('#runs td[data-k]').length") >= 96


@pytest.mark.parametrize("width", [390, 1280])
def test_a_large_index_searches_its_scripts_from_a_disk(
    browser: Any, tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setattr(pages, "LARGE", 5)
    monkeypatch.setattr(many_search, "_IN_SHARD", 4)
    runs = [make["record"](at, {"lr": 10.0 ** -(at % 3), "seed": at}) for at in range(12)]
    for name, content in make["files"](runs).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    browser.open(tmp_path / "index.html", width=width)
    assert browser.js("document.documentElement.scrollWidth") <= width
    browser.js("document.getElementById('search').value = 'LR=0.1 run-0000'")
    browser.js("document.getElementById('find').requestSubmit()")
    status = "document.getElementById('status').textContent"
    for _ in range(100):
        if "shown" in browser.js(status):
            break
        time.sleep(0.1)
    assert browser.js(status) == "3 of 12 runs; the first 3 are shown"
    links = "[...document.querySelectorAll('#results a')].map(link => link.getAttribute('href'))"
    assert browser.js(links) == [f"runs/{runs[at].folder}/report.html" for at in (1, 4, 7)]


@pytest.mark.parametrize("width", [390, 1280])
def test_a_comparison_can_be_read_in_both_languages(
    browser: Any, tmp_path: Path, width: int
) -> None:
    runs = [
        synthetic.of_curves(
            f"r{at}", {("train", "loss"): fall, ("val", "loss"): 1.1 * fall}, config={"lr": at}
        )
        for at in range(10)
        if (fall := np.geomspace(2, 1 + at / 10, 40)) is not None
    ]
    browser.open(write_comparison(compare(runs), tmp_path / "c.html"), width=width)
    assert browser.js("document.documentElement.scrollWidth") <= width
    assert browser.js("document.querySelectorAll('#chart-val .raw').length") == 8
    browser.js("document.getElementById('language-es').click()")
    assert "no se pueden distinguir" in browser.js("document.querySelector('h1').innerText")
    browser.js("document.getElementById('zoom-in').click()")
    browser.js("document.querySelector('#figure-chart-val [data-line=\"5\"]').click()")
    assert (
        browser.js("getComputedStyle(document.querySelector('#chart-val .raw.line-5')).display")
        == "none"
    )


@pytest.mark.parametrize("width", [1280, 820, 390])
def test_no_panel_of_curves_is_left_alone_in_a_row(
    browser: Any, tmp_path: Path, make: Make, width: int
) -> None:
    rows = "[...document.querySelectorAll('#curves figure')].map(one => one.offsetTop)"
    for count in (4, 5, 6, 7, 8):
        records = make["grid"](groups=count, seeds=2)
        page = tmp_path / f"{count}.html"
        page.write_bytes(make["files"]([traced(record) for record in records])["index.html"])
        browser.open(page, width=width)
        tops = Counter(browser.js(rows))
        assert sum(tops.values()) == count
        assert 2 * tops[max(tops)] >= tops[min(tops)]
        assert browser.js("document.documentElement.scrollWidth") <= width


def traced(record: Record) -> Record:
    """Return a record with a curve."""
    diagnosis = diagnose(synthetic.healthy(1, epochs=20).run)
    return replace(record, trace=trace_of(diagnosis))


@pytest.mark.parametrize("lang", ["en", "es"])
def test_on_a_phone_the_names_of_groups_stay_beside_their_numbers(
    browser: Any, tmp_path: Path, lang: str
) -> None:
    runs = [
        synthetic.of_curves(
            f"a_rather_long_name_of_a_run_lr{at}_seed{seed}",
            {("val", "loss"): np.geomspace(2, 1 + at / 10 + seed / 100, 40)},
            config={"learning_rate": at, "optimizer": f"kind{at}", "seed": seed},
        )
        for at in range(6)
        for seed in range(2)
    ]
    browser.open(write_comparison(compare(runs), tmp_path / "c.html", lang=lang), width=390)
    assert browser.js("document.documentElement.scrollWidth") <= 390
    place = "document.querySelector('.sides tr:nth-child(2) th').getBoundingClientRect()"
    browser.js("document.querySelector('.wide:has(> .sides)').scrollLeft = 400")
    assert browser.js("document.querySelector('.wide:has(> .sides)').scrollLeft") > 100
    found = browser.js(f"({{left: {place}.left, width: {place}.width}})")
    assert 0 <= found["left"] <= 20
    assert found["width"] <= 390 / 2
