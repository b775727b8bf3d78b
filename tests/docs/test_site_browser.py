"""The site of the docs in a real browser: its width, its accessibility, its live reports."""

from __future__ import annotations

import importlib.util
import shutil
from itertools import product
from pathlib import Path
from typing import Any

import pytest

pytestmark = [
    pytest.mark.skipif(
        not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
        reason="needs chromium (Debian package chromium)",
    ),
    pytest.mark.skipif(
        any(importlib.util.find_spec(name) is None for name in ("mkdocs", "mkdocs_static_i18n")),
        reason="needs MkDocs: pip install -e '.[site]'",
    ),
]
PAGES = ("index.html", "es/gallery.html", "es/tour.html", "from-an-agent.html", "accuracy.html")
SETTLE = "new Promise(done => setTimeout(done, 600))"  # the theme wraps tables and code late
FRAME = "document.querySelector('.live iframe')"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_breaks_no_rule_and_fits_the_window(site: Path, browser: Any, page: str) -> None:
    for width, dark in product((1280, 390), (False, True)):
        browser.open(site / page, width=width, dark=dark)
        browser.js(SETTLE)
        assert browser.js("document.documentElement.scrollWidth") <= width
        assert browser.violations() == []


@pytest.mark.parametrize("folder", ["", "es"])
@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_the_verdict_of_a_live_report_is_on_the_first_screen(
    site: Path, browser: Any, folder: str, width: int, height: int
) -> None:
    browser.open(site / folder / "index.html", width=width, height=height)
    browser.js(SETTLE)
    assert browser.js(f"{FRAME}.getBoundingClientRect().top") < height / 2
