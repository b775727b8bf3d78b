"""The pages of a site for readers with a keyboard, a screen reader or weak eyes."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch import many_search, pages
from analyzer.batch.result import Unread

pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    reason="needs chromium (Debian package chromium)",
)
DRIVER = Path(__file__).parents[1] / "report" / "conftest.py"
LOOKS = list(product((1280, 390), (False, True)))  # width, dark
Make = dict[str, Callable[..., Any]]
Browser = Any  # of the driver, which tests cannot import by name


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    spec = importlib.util.spec_from_file_location("driver", DRIVER)
    assert spec is not None
    assert spec.loader is not None
    driver = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(driver)
    made = driver.Browser(tmp_path / "profile")
    yield made
    made.close()
    assert made.problems == []


def put(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write the files of a site and return its index."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder / "index.html"


def faults(browser: Browser, page: Path) -> list[tuple[int, bool, str]]:
    """Return what is wrong with a page, at each width and in each theme."""
    found = []
    for width, dark in LOOKS:
        browser.open(page, width=width, dark=dark)
        for fault in [*browser.violations(), *browser.faint_texts()]:
            found.append((width, dark, fault))
    return found


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_small_index_violates_no_rule(
    browser: Browser, tmp_path: Path, make: Make, lang: str
) -> None:
    unread = (Unread("broken.json", "cannot_open", {"error": "x"}),)
    runs = [make["record"](at, {}) for at in range(4)]
    assert not faults(browser, put(make["files"](runs, unread, lang=lang), tmp_path))


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_index_of_a_sweep_violates_no_rule(
    browser: Browser, tmp_path: Path, make: Make, lang: str
) -> None:
    runs = [make["record"](at, {"lr": at % 4, "width": at // 8}) for at in range(32)]
    for name, records in (("sweep", runs), ("repeats", make["grid"]())):
        assert not faults(browser, put(make["files"](records, lang=lang), tmp_path / name))


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_index_of_many_runs_violates_no_rule(
    browser: Browser, tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setattr(pages, "LARGE", 5)
    monkeypatch.setattr(many_search, "_IN_SHARD", 4)
    runs = [make["record"](at, {"lr": 10.0 ** -(at % 3), "seed": at}) for at in range(12)]
    index = put(make["files"](runs, lang=lang), tmp_path)
    assert not faults(browser, index)
    for page in sorted(tmp_path.glob("pages/*.html")):
        assert not faults(browser, page)
    browser.open(index)
    browser.js("document.getElementById('search').value = 'run-0000'")
    browser.js("document.getElementById('find').requestSubmit()")
    browser.js("new Promise(done => setTimeout(done, 500))")
    assert browser.js("document.querySelectorAll('#results a').length") == 10
    assert not browser.violations()


def test_the_page_of_a_run_in_a_site_violates_no_rule(
    browser: Browser, tmp_path: Path, make: Make
) -> None:
    logs = make["tree"](tmp_path / "logs", 1)
    make["call"](logs, "-o", tmp_path / "site")
    (page,) = (tmp_path / "site" / "runs").rglob("report.html")
    assert not faults(browser, page)
