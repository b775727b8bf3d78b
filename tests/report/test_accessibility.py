"""Reports and comparisons for readers with a keyboard, a screen reader or weak eyes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import analyzer
from analyzer import resources, synthetic
from analyzer.comparing.comparison import compare
from analyzer.report.write import write_comparison

pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    reason="needs chromium (Debian package chromium)",
)
Browser = Any  # of conftest.py, which tests cannot import by name


@pytest.mark.parametrize(
    ("make", "lang"),
    [("overfitting", "en"), ("exploding", "es"), ("oscillating", "en"), ("non_finite", "es")],
)
def test_a_report_violates_no_rule(browser: Browser, tmp_path: Path, make: str, lang: str) -> None:
    diagnosis = analyzer.diagnose(getattr(synthetic, make)(3).run)
    assert not browser.faults(analyzer.write_report(diagnosis, tmp_path / "r.html", lang=lang))


@pytest.mark.parametrize(
    ("sample", "lang"),
    [("tensorboard_label_noise_rich", "en"), ("csv_small_validation_set", "es")],
)
def test_a_report_with_views_and_tables_violates_no_rule(
    browser: Browser, tmp_path: Path, sample: str, lang: str
) -> None:
    run = analyzer.load(resources.folder("sample_logs") / sample)[0]
    page = analyzer.write_report(analyzer.diagnose(run), tmp_path / "r.html", lang=lang)
    assert not browser.faults(page)


@pytest.mark.parametrize(("count", "lang"), [(2, "en"), (10, "es")])
def test_a_comparison_violates_no_rule(
    browser: Browser, tmp_path: Path, count: int, lang: str
) -> None:
    runs = []
    for at in range(count):
        loss = np.geomspace(2, 1 + at / 10, 40)
        curves = {("train", "loss"): loss, ("val", "loss"): 1.1 * loss}
        runs.append(synthetic.of_curves(f"r{at}", curves, config={"lr": at, "seed": at % 3}))
    page = write_comparison(compare(runs), tmp_path / "c.html", lang=lang)
    assert not browser.faults(page)


def accessible(browser: Browser, role: str) -> list[str]:
    """Return the names of all elements of a role as a screen reader gets them."""
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    shown = [node for node in nodes if not node["ignored"] and node["role"]["value"] == role]
    return [node.get("name", {}).get("value", "") for node in shown]


def test_a_screen_reader_reads_where_a_curve_turns(browser: Browser, tmp_path: Path) -> None:
    run = synthetic.overfitting(3).run
    browser.open(analyzer.write_report(analyzer.diagnose(run), tmp_path / "r.html"))
    loss = accessible(browser, "image")[0]
    curve = run.curve("loss", "val")
    lowest = int(curve.value.argmin())
    assert "Loss against epoch (from 0). training: 153 points" in loss
    assert f"at epoch {curve.x[lowest]:g}, highest" in loss
    assert "It falls until epoch " in loss
    assert "época" not in loss
    assert any(name.startswith("onset ") for name in accessible(browser, "link"))
    browser.js("document.getElementById('language-es').click()")
    assert "Baja hasta la época " in accessible(browser, "image")[0]


def test_readings_zooms_and_scales_are_announced(browser: Browser, tmp_path: Path) -> None:
    run = synthetic.overfitting(3, epochs=100).run
    browser.open(analyzer.write_report(analyzer.diagnose(run), tmp_path / "r.html"))
    spoken = "document.getElementById('spoken').textContent"
    assert len(accessible(browser, "status")) >= 2
    browser.js("document.querySelector('#figure-chart-loss .plot').focus()")
    browser.key("End")
    assert browser.js(spoken).startswith("epoch 99 training ")
    browser.key("+")
    assert browser.js(spoken) == "Showing epoch 49.5 to 99."
    browser.key("0")
    assert browser.js(spoken) == "Showing the whole run."
    browser.key("l")
    assert browser.js(spoken) in ("Log scale on.", "Log scale off.")
    browser.js("document.getElementById('language-es').click()")
    browser.js("document.getElementById('zoom-in').click()")
    assert browser.js(spoken).startswith("Se muestra: época de ")


@pytest.mark.parametrize("width", [1280, 390])
def test_tab_follows_the_eye_and_is_seen(browser: Browser, tmp_path: Path, width: int) -> None:
    run = synthetic.overfitting(3).run
    report = analyzer.write_report(analyzer.diagnose(run), tmp_path / "r.html")
    healthy = synthetic.healthy(3).run
    compared = write_comparison(compare([run, healthy]), tmp_path / "c.html")
    for page in (report, compared):
        browser.open(page, width=width)
        browser.js("document.querySelectorAll('.values').forEach(fold => { fold.open = true })")
        stops = browser.walk()
        names = " ".join(stop["name"] for stop in stops)
        assert all(part in names for part in ("smoothing", "Zoom in", "SVG", "PNG", "CSV"))
        assert browser.out_of_order(stops) == []
        assert [stop["name"] for stop in stops if stop["seen"] < 2] == []


def test_a_label_in_a_chart_leads_to_its_finding_by_keyboard(
    browser: Browser, tmp_path: Path
) -> None:
    run = synthetic.overfitting(3).run
    browser.open(analyzer.write_report(analyzer.diagnose(run), tmp_path / "r.html"))
    browser.js("document.querySelector('svg a').focus()")
    browser.call("Input.dispatchKeyEvent", type="keyDown", key="Enter", text="\r")
    assert browser.js("location.hash") == "#finding-0"


def media(browser: Browser, kind: str = "", **features: str) -> None:
    """Emulate what a reader's system asks for."""
    asked = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
    browser.call("Emulation.setEmulatedMedia", media=kind, features=asked)


@pytest.mark.parametrize("width", [640, 320])
def test_text_of_twice_or_four_times_the_size_needs_no_sideways_scrolling(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    run = synthetic.overfitting(3).run
    browser.open(analyzer.write_report(analyzer.diagnose(run), tmp_path / "r.html"), width=width)
    assert browser.js("document.documentElement.scrollWidth") <= width
    folded = "[...document.querySelectorAll('.tools details')].every(fold => fold.offsetHeight)"
    assert browser.js(folded) is True


def test_forced_colours_leave_the_keys_of_curves(browser: Browser, tmp_path: Path) -> None:
    runs = [synthetic.overfitting(3).run, synthetic.healthy(3).run]
    browser.open(write_comparison(compare(runs), tmp_path / "c.html"))
    media(browser, forced_colors="active")
    keys = (
        "[...document.querySelectorAll('#figure-chart-val .sample')]"
        ".map(key => getComputedStyle(key).borderTopColor)"
    )
    lines = (
        "[...document.querySelectorAll('#chart-val .raw')]"
        ".map(line => getComputedStyle(line).stroke)"
    )
    assert browser.js(keys) == browser.js(lines)
    assert len(set(browser.js(keys))) == 2


def test_on_paper_reasons_are_unfolded_and_controls_are_gone(
    browser: Browser, tmp_path: Path
) -> None:
    run = synthetic.overfitting(3).run
    browser.open(analyzer.write_report(analyzer.diagnose(run), tmp_path / "r.html"))
    height = "document.querySelector('.finding details').offsetHeight"
    folded = browser.js(height)
    media(browser, "print")
    assert browser.js(height) > 2 * folded
    for part in (".tools", "button", ".values", ".languages"):
        shown = f"[...document.querySelectorAll('{part}')].filter(part => part.offsetHeight).length"
        assert browser.js(shown) == 0


def test_nothing_moves_by_itself() -> None:
    # what reads prefers-reduced-motion would be needed as soon as something does
    folder = resources.folder("report_templates")
    for path in [*folder.glob("*.css"), *folder.glob("*.js"), *folder.glob("*.j2")]:
        text = path.read_text(encoding="utf-8")
        for word in ("transition:", "animation:", "scroll-behavior", "@keyframes", ".animate("):
            assert word not in text, path.name
