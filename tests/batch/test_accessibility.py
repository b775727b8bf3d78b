"""The pages of a site for readers with a keyboard, a screen reader or weak eyes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from analyzer.batch import many_search, pages
from analyzer.batch.result import Unread

pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    reason="needs chromium (Debian package chromium)",
)
Make = dict[str, Callable[..., Any]]
Browser = Any  # of the driver, which tests cannot import by name


def put(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write the files of a site and return its index."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder / "index.html"


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_small_index_violates_no_rule(
    browser: Browser, tmp_path: Path, make: Make, lang: str
) -> None:
    unread = (Unread("broken.json", "cannot_open", {"error": "x"}),)
    runs = [make["record"](at, {}) for at in range(4)]
    assert not browser.faults(put(make["files"](runs, unread, lang=lang), tmp_path))


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_index_of_a_sweep_violates_no_rule(
    browser: Browser, tmp_path: Path, make: Make, lang: str
) -> None:
    runs = [make["record"](at, {"lr": at % 4, "width": at // 8}) for at in range(32)]
    for name, records in (("sweep", runs), ("repeats", make["grid"]())):
        assert not browser.faults(put(make["files"](records, lang=lang), tmp_path / name))


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_index_of_many_runs_violates_no_rule(
    browser: Browser, tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setattr(pages, "LARGE", 5)
    monkeypatch.setattr(many_search, "_IN_SHARD", 4)
    runs = [make["record"](at, {"lr": 10.0 ** -(at % 3), "seed": at}) for at in range(12)]
    index = put(make["files"](runs, lang=lang), tmp_path)
    assert not browser.faults(index)
    for page in sorted(tmp_path.glob("pages/*.html")):
        assert not browser.faults(page)
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
    assert not browser.faults(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_tab_follows_the_eye_and_is_seen(
    browser: Browser, tmp_path: Path, make: Make, width: int
) -> None:
    runs = [make["record"](at, {"lr": at % 4, "width": at // 4}) for at in range(16)]
    browser.open(put(make["files"](runs), tmp_path), width=width)
    stops = browser.walk()
    names = [stop["name"] for stop in stops]
    assert "INPUT show-healthy" in names
    assert sum(name.startswith("A model-") for name in names) == 16
    assert browser.out_of_order(stops) == []
    assert [stop["name"] for stop in stops if stop["seen"] < 2] == []


def test_a_focused_row_is_not_hidden_by_the_head_of_its_table(
    browser: Browser, tmp_path: Path, make: Make
) -> None:
    runs = [make["record"](at, {"lr": at % 4, "width": at // 8}) for at in range(60)]
    browser.open(put(make["files"](runs), tmp_path))
    browser.js(
        "(() => { const links = document.querySelectorAll('#runs tbody a');"
        "links[59].focus(); for (let at = 58; at > 10; at--) links[at].focus(); })()"
    )
    hidden = (
        "document.activeElement.getBoundingClientRect().top"
        "< document.querySelector('#runs thead').getBoundingClientRect().bottom"
    )
    assert browser.js(hidden) is False


def test_on_paper_no_row_or_column_of_the_index_is_cut(
    browser: Browser, tmp_path: Path, make: Make
) -> None:
    runs = [make["record"](at, {"lr": at % 4, "width": at // 8}) for at in range(60)]
    browser.open(put(make["files"](runs), tmp_path), width=700)
    browser.call("Emulation.setEmulatedMedia", media="print", features=[])
    rows = "document.querySelector('.rows')"
    assert browser.js(f"{rows}.scrollHeight <= {rows}.clientHeight + 1") is True
    assert browser.js("document.documentElement.scrollWidth") <= 700
    assert browser.js("document.getElementById('search').offsetHeight") == 0
