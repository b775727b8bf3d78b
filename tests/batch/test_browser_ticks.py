"""Runs ticked in an index, its curves by setting, its address and its languages, in a browser."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.batch.traces import Trace, trace_of
from analyzer.engine import diagnose
from analyzer.model.diagnosis import Best

pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    reason="needs chromium (Debian package chromium)",
)
Make = dict[str, Callable[..., Any]]
BOXES = "document.querySelectorAll('#runs tbody input')"
CURVES = "document.querySelectorAll('#compared-plot path.smooth').length"
HEADS = "[...document.querySelectorAll('#compared-runs thead th')].map(cell => cell.textContent)"
PANELS = "[...document.querySelectorAll('#curves figcaption')].map(said => said.textContent)"
SETTLE = "new Promise(done => setTimeout(done, 60))"


def settled(browser: Any, script: str) -> None:
    """Wait until a script is true of the page that another one leads to."""
    for _ in range(100):
        time.sleep(0.1)
        with suppress(AssertionError):  # what the driver says while the page changes
            if browser.js(script):
                return
    raise AssertionError(script)


def trace(level: float, points: int = 30) -> Trace | None:
    fall = np.geomspace(2, level, points)
    return trace_of(diagnose(synthetic.of_curves("r", {("val", "loss"): fall})))


@pytest.fixture
def site(tmp_path: Path, make: Make) -> Path:
    """Return the index of 12 runs: three learning rates, two widths, and a rare setting."""
    records = []
    for at in range(12):
        settings = {"lr": 10.0 ** -(at // 4), "width": at % 2, "seed": at}
        level = 0.2 + 0.05 * at
        changes = {"best": Best("val", "loss", 29, 29.0, level), "trace": trace(level)}
        records.append(make["record"](at, settings | ({"rare": 7} if at == 1 else {}), **changes))
    for name, content in make["files"](records).items():
        (tmp_path / name).write_bytes(content)
    return tmp_path / "index.html"


def tick(browser: Any, *rows: int) -> None:
    for row in rows:
        browser.js(f"{BOXES}[{row}].click()")


def test_two_ticked_runs_are_drawn_on_one_scale_with_the_settings_that_differ(
    browser: Any, site: Path
) -> None:
    browser.open(site)
    compared = "document.getElementById('compared').hidden"
    assert browser.js("document.getElementById('ticked').hidden")
    tick(browser, 0)
    assert browser.js(compared)
    assert "tick another" in browser.js("document.getElementById('ticked-said').textContent")
    tick(browser, 1)
    assert not browser.js(compared)
    assert browser.js(CURVES) == 2
    heads = browser.js(HEADS)
    assert {"width", "seed", "rare"} <= set(heads)
    assert "lr" not in heads
    rows = "[...document.querySelectorAll('#compared-runs tbody tr')].map(row => row.innerText)"
    first, second = browser.js(rows)
    assert "0.2" in first
    assert second.rstrip().endswith("7")
    tick(browser, 0, 1)
    assert browser.js(compared)


def test_at_most_eight_runs_are_ticked(browser: Any, site: Path) -> None:
    browser.open(site)
    tick(browser, *range(8))
    assert browser.js(f"[...{BOXES}].filter(box => box.disabled).length") == 4
    assert browser.js(CURVES) == 8
    colours = "document.querySelectorAll('#compared-plot path.smooth')"
    assert browser.js(f"new Set([...{colours}].map(path => path.getAttribute('class'))).size") == 8
    browser.js("document.getElementById('untick').click()")
    assert browser.js(f"[...{BOXES}].filter(box => box.disabled || box.checked).length") == 0


def test_runs_of_other_metrics_and_without_a_curve_are_named_and_not_drawn(
    browser: Any, tmp_path: Path, make: Make
) -> None:
    records = [make["record"](at, trace=trace(0.5 + at / 10)) for at in range(4)]
    records += [make["record"](4), make["record"](5, best=Best("val", "f1", 9, 9.0, 0.5))]
    for name, content in make["files"](records).items():
        (tmp_path / name).write_bytes(content)
    browser.open(tmp_path / "index.html")
    tick(browser, *range(6))
    assert browser.js(CURVES) == 4
    assert "Without a curve here" in browser.js(
        "document.getElementById('compared-note').textContent"
    )


def test_the_address_keeps_ticks_and_the_back_button_takes_them_back(
    browser: Any, site: Path
) -> None:
    browser.open(site)
    tick(browser, 2, 4)
    address = browser.js("location.href")
    assert "#runs=" in address
    browser.js("document.querySelector('#runs thead th[data-k=verdict] button').click()")
    browser.js("document.getElementById('show-plateau').click()")
    assert "sort=verdict&hide=plateau&runs=" in browser.js("location.hash")
    for expected in (False, True):
        browser.js("history.back()")
        browser.js(SETTLE)
        assert browser.js("document.getElementById('show-plateau').checked")
        assert ("sort=" in browser.js("location.hash")) is not expected
    browser.js("history.back()")
    browser.js(SETTLE)
    assert browser.js(f"[...{BOXES}].filter(box => box.checked).length") == 1
    browser.js("history.forward()")
    browser.js(SETTLE)
    assert browser.js(CURVES) == 2
    browser.call("Page.navigate", url="about:blank")
    browser.call("Page.navigate", url=address)
    settled(browser, f"{CURVES} == 2")


def test_what_is_typed_is_one_step_of_the_history(browser: Any, site: Path) -> None:
    browser.open(site)
    before = browser.js("history.length")
    for text in ("m", "mo", "mod"):
        browser.js(f"document.getElementById('search').value = '{text}'")
        browser.js("document.getElementById('search').dispatchEvent(new Event('input'))")
    assert browser.js("location.hash") == "#q=mod"
    assert browser.js("history.length") == before


def test_an_address_of_a_stranger_changes_nothing(browser: Any, site: Path) -> None:
    browser.open(site)
    browser.js("location.hash = '#runs=<b>,zz&group=s99&sort=%22&hide=x'")
    browser.js(SETTLE)
    assert browser.js(f"{BOXES}.length") == 12
    assert browser.js(f"[...{BOXES}].filter(box => box.checked).length") == 0
    assert len(browser.js(PANELS)) == 2


def test_curves_are_grouped_by_another_setting(browser: Any, site: Path) -> None:
    browser.open(site)
    assert browser.js(PANELS) == ["width 0 n = 6, best 0.2", "width 1 n = 6, best 0.25"]
    options = "[...document.getElementById('group').options]"
    assert {"verdict", "lr", "width", "seed"} <= set(
        browser.js(f"{options}.map(option => option.text)")
    )
    browser.js(f"{options}.find(option => option.text === 'lr').selected = true")
    browser.js("document.getElementById('group').dispatchEvent(new Event('change'))")
    assert [said.split(" n = ")[0] for said in browser.js(PANELS)] == ["lr 0.01", "lr 0.1", "lr 1"]
    assert browser.js("location.hash").startswith("#group=s")
    assert browser.js("document.querySelectorAll('#curves path[data-r]').length") == 12
    browser.js("document.getElementById('show-healthy').click()")
    assert browser.js("document.querySelectorAll('#curves .dim').length") == 3
    browser.js("history.go(-2)")
    browser.js(SETTLE)
    assert len(browser.js(PANELS)) == 2


def test_without_its_script_there_is_nothing_to_tick(browser: Any, site: Path) -> None:
    browser.open(site, script=False)
    browser.call("Emulation.setScriptExecutionDisabled", value=False)
    assert browser.js(f"{BOXES}.length") == 0
    assert browser.js("document.getElementById('ticked').hidden")
    assert browser.js("document.querySelectorAll('#curves path[data-r]').length") == 12
    assert browser.js("document.querySelector('.languages a').getAttribute('href')") == (
        "index.es.html"
    )


def test_the_other_language_shows_the_same_runs(browser: Any, site: Path) -> None:
    browser.open(site)
    tick(browser, 1, 3)
    browser.js("document.querySelector('#runs thead th[data-k=level] button').click()")
    state = browser.js("location.hash")
    browser.js("document.querySelector('.languages a').click()")
    settled(browser, "document.readyState == 'complete' && document.documentElement.lang == 'es'")
    assert browser.js("location.hash") == state
    assert browser.js(CURVES) == 2
    assert "Quitar las marcas" in browser.js("document.getElementById('ticked').textContent")
    link = "document.querySelector('#runs tbody a').getAttribute('href')"
    assert browser.js(link).endswith("/report.html#es")


def test_a_report_opens_in_the_language_of_its_index_and_leads_back_to_it(
    browser: Any, tmp_path: Path, make: Make
) -> None:
    make["call"](make["tree"](tmp_path / "logs", 1), "-o", tmp_path / "site")
    (report,) = (tmp_path / "site").rglob("report.html")
    browser.open(report)
    shown = "[...document.querySelectorAll('nav a')].filter(link => link.offsetWidth)"
    assert browser.js(f"{shown}.map(link => link.innerText)") == ["← All runs"]
    browser.js("location.hash = '#es'")
    browser.reload()
    settled(browser, f"{shown}.map(link => link.innerText) == '← Todas las ejecuciones'")
    browser.js(f"{shown}[0].click()")
    settled(
        browser, "location.pathname.includes('/index.') && document.documentElement.lang == 'es'"
    )


@pytest.mark.parametrize("width", [390, 1280])
def test_long_names_of_files_without_a_run_do_not_widen_the_page(
    browser: Any, tmp_path: Path, make: Make, width: int
) -> None:
    from analyzer.batch.result import Unread

    name = "a_folder_without_any_place_to_break/" * 6
    unread = tuple(Unread(f"{name}{at}.csv", "cannot_open", {"error": name}) for at in range(3))
    records = [make["record"](at, trace=trace(0.5 + at / 10)) for at in range(4)]
    for file, content in make["files"](records, unread).items():
        (tmp_path / file).write_bytes(content)
    browser.open(tmp_path / "index.es.html", width=width)
    tick(browser, 0, 1)
    assert browser.js("document.documentElement.scrollWidth") <= width
    assert browser.js("document.querySelectorAll('.unread li').length") == 3
