"""The site of the docs: it builds strictly, and every link in it leads somewhere in it."""

from __future__ import annotations

import importlib.util
import json
import posixpath
import re
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from analyzer import registry
from analyzer.detectors._base import Detector
from analyzer.engine import known_verdicts

ROOT = Path(__file__).parents[2]
needs_mkdocs = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("mkdocs", "mkdocs_static_i18n")),
    reason="needs MkDocs: pip install -e '.[site]'",
)
LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "object": "data"}
LOADED_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "preconnect"}


@dataclass
class Page(HTMLParser):
    """What a page links to, loads and names; ``twins`` are the links of its language switch."""

    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    twins: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.ids |= {named[name] for name in ("id", "name") if name in named}
        if LOADS.get(tag) in named:
            self.loads.append(named[LOADS[tag]])
        if tag == "link" and LOADED_LINKS & set(named.get("rel", "").split()):
            self.loads.append(named["href"])
        if tag == "a" and "href" in named:
            self.links.append(named["href"])
            if named.get("class") == "md-select__link":
                self.twins[named["hreflang"]] = named["href"]


def parsed(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    return {path.relative_to(site).as_posix(): parsed(path) for path in site.rglob("*.html")}


def module(name: str) -> ModuleType:
    """Import a module of docs/site as MkDocs does, by its folder."""
    sys.path.insert(0, str(ROOT / "docs" / "site"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.pop(0)


def landed(page: str, link: str) -> tuple[str, str]:
    """Return the file of the site that a link of a page leads to, and its fragment."""
    parts = urlsplit(link)
    folder = "" if parts.path.startswith("/") else posixpath.dirname(page)
    path = posixpath.normpath(posixpath.join(folder, unquote(parts.path).lstrip("/")))
    if not parts.path:
        path = page
    return ("index.html" if path == "." else path), unquote(parts.fragment)


def is_outside(link: str) -> bool:
    parts = urlsplit(link)
    return bool(parts.netloc) or parts.scheme in ("http", "https", "mailto")


def heading(path: Path) -> str:
    """Return the first heading of a Markdown or an HTML file, without markup."""
    found = re.search(r"^# (.+)$|<h1[^>]*>(.*?)<", path.read_text(encoding="utf-8"), re.M)
    assert found is not None
    return found[1] or found[2]


@needs_mkdocs
def test_every_link_inside_the_site_leads_somewhere(site: Path, pages: dict[str, Page]) -> None:
    lost = []
    for name, page in pages.items():
        for link in [*page.links, *page.loads]:
            if is_outside(link) or link.startswith(("data:", "javascript:")):
                continue
            path, fragment = landed(name, link)
            headings = pages[path].ids if path in pages else {fragment}
            if not (site / path).is_file() or fragment not in {"", "__top"} | headings:
                lost.append(f"{name}: {link}")
    assert not lost


@needs_mkdocs
def test_no_page_loads_anything_from_outside(site: Path, pages: dict[str, Page]) -> None:
    assert pages
    for name, page in pages.items():
        assert not [link for link in page.loads if is_outside(link)], name
    for path in [*site.rglob("*.css"), *site.rglob("*.html")]:
        styles = path.read_text(encoding="utf-8")
        assert not re.search(r"""(?:url\(|@import )["']?(?:https?:)?//""", styles), path


@needs_mkdocs
def test_the_language_switch_leads_to_the_spanish_twin(site: Path, pages: dict[str, Page]) -> None:
    sources = module("sources")
    twins = {place.uri: path for path, place in sources.places() if place.lang == "es"}
    assert len(twins) == len(list((ROOT / "docs" / "es").glob("*.md")))
    for uri, spanish in twins.items():
        name = uri.replace(".md", ".html")
        path, _ = landed(name, pages[name].twins["es"])
        assert heading(site / path) == heading(ROOT / spanish)
        assert landed(path, pages[path].twins["en"])[0] == name


@needs_mkdocs
def test_a_page_without_a_twin_says_in_spanish_that_it_is_in_english(site: Path) -> None:
    note = "Esta página está solo en inglés."
    assert note in (site / "es" / "scenarios.html").read_text(encoding="utf-8")
    assert note not in (site / "es" / "report.html").read_text(encoding="utf-8")
    assert note not in (site / "scenarios.html").read_text(encoding="utf-8")


@needs_mkdocs
def test_the_navigation_marks_the_pages_that_are_in_english(site: Path) -> None:
    """Each entry of the Spanish navigation is marked just if its page has no twin."""
    sources = module("sources")
    twins = {place.uri for _, place in sources.places() if place.lang == "es"}
    page = (site / "es" / "report.html").read_text(encoding="utf-8")
    entries = re.findall(
        r'<a href="([^"#:]+)\.html" class="md-nav__link">\s*<span class="md-ellipsis">(.*?)</span>',
        page,
        re.DOTALL,
    )
    assert len(entries) > len(twins)
    for name, title in entries:
        is_marked = "(en inglés)" in title
        assert is_marked == (f"{name}.md" not in twins), name
    assert "(en inglés)" not in (site / "scenarios.html").read_text(encoding="utf-8")


@needs_mkdocs
@pytest.mark.parametrize(("folder", "lang"), [("", "en"), ("es", "es")])
def test_the_gallery_links_a_report_for_each_condition(site: Path, folder: str, lang: str) -> None:
    page = (site / folder / "gallery.html").read_text(encoding="utf-8")
    for condition, example in module("gallery").examples().items():
        assert f'<li class="{condition}">' in page
        report = (site / folder / "reports" / f"{example.name}.html").read_text(encoding="utf-8")
        assert f'<html lang="{lang}"' in report


def test_the_gallery_has_every_verdict_and_every_detector() -> None:
    shown = module("gallery").examples().values()
    deciding = [example.diagnosis.deciding_finding for example in shown]
    assert {example.diagnosis.verdict for example in shown} == set(known_verdicts())
    decided = {finding.detector for finding in deciding if finding is not None}
    assert decided == set(registry.discover("analyzer.detectors", Detector))


def test_a_card_says_where_its_run_comes_from() -> None:
    gallery = module("gallery")
    for example in gallery.examples().values():
        is_constructed = example.diagnosis.run.meta.format == "synthetic"
        for lang, name in gallery.CONSTRUCTED.items():
            card = gallery.card(example, lang)
            assert (name in card) == is_constructed
            assert example.case in card
    cut = gallery.card(gallery.examples()["inconclusive"], "es")
    assert f"{gallery.WITHOUT_VALIDATION} sin sus curvas de validación" in cut


def test_a_sample_log_goes_before_a_constructed_run() -> None:
    gallery = module("gallery")
    sampled = {name for name, example in gallery.examples().items() if example.case}
    assert {"overfitting", "oscillation", "no_learning", "healthy", "undertrained"} <= sampled
    assert gallery.examples()["inconclusive"].case == ""


@needs_mkdocs
@pytest.mark.parametrize("folder", ["", "es"])
def test_the_landing_page_contains_a_live_report(site: Path, folder: str) -> None:
    landing = parsed(site / folder / "index.html")
    (frame,) = [link for link in landing.loads if "reports/" in link]
    assert "<svg" in (site / folder / frame).read_text(encoding="utf-8")


@needs_mkdocs
@pytest.mark.parametrize(("page", "name"), [("cli.html", "Search"), ("es/cli.html", "Búsqueda")])
def test_the_search_has_a_name(site: Path, page: str, name: str) -> None:
    assert f'role="dialog" aria-label="{name}"' in (site / page).read_text(encoding="utf-8")


@needs_mkdocs
def test_the_keyboard_can_scroll_code(site: Path) -> None:
    for page in ("tour.html", "es/loss-is-nan.html"):
        text = (site / page).read_text(encoding="utf-8")
        assert text.count("<pre>") == text.count('<code tabindex="0">') > 0


@needs_mkdocs
def test_both_languages_can_be_searched(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert index["config"]["lang"] == ["en", "es"]
    places = {entry["location"] for entry in index["docs"]}
    assert {"report.html", "es/report.html"} <= places
    assert "es/scenarios.html" not in places  # the English page itself is found


def titles(entry: object) -> list[str]:
    """Return the titles that a part of the navigation gives itself."""
    if isinstance(entry, list):
        return [title for child in entry for title in titles(child)]
    if isinstance(entry, dict):
        return [title for key, child in entry.items() for title in [key, *titles(child)]]
    return []


def entries(entry: object) -> list[str]:
    """Return the pages and folders that a part of the navigation names."""
    if isinstance(entry, list):
        return [page for child in entry for page in entries(child)]
    if isinstance(entry, dict):
        return [page for child in entry.values() for page in entries(child)]
    return [str(entry)]


def settings() -> dict[str, Any]:
    """Return mkdocs.yml without what only MkDocs can resolve."""
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    config: dict[str, Any] = yaml.safe_load(re.sub(r"!+[\w/:.]+", "", text))
    return config


def test_every_page_is_in_the_navigation_of_mkdocs_yml() -> None:
    named = entries(settings()["nav"])
    folders = ("decisions/", *(entry for entry in named if entry.endswith("/")))
    places = module("sources").places()
    pages = {place.uri for _, place in places if place.lang or place.uri.endswith(".md")}
    assert {uri for uri in pages if not uri.startswith(folders)} == {
        entry for entry in named if not entry.endswith("/")
    }


def test_every_title_of_the_navigation_has_its_spanish() -> None:
    config = settings()
    (plugin,) = [entry["i18n"] for entry in config["plugins"] if "i18n" in entry]
    spanish = plugin["languages"][1]["nav_translations"]
    assert set(titles(config["nav"])) == set(spanish)


def test_links_lead_to_pages_of_the_site_or_into_the_repository() -> None:
    links, sources = module("links"), module("sources")
    unknown = links.Map(ROOT, dict(sources.places()))
    known = links.Map(ROOT, unknown.places, "https://example.org/r")
    assert "[Formats](formats.md) lists all" in unknown.page("README.md")
    assert unknown.page("docs/cli.md").startswith("# Command line")  # no comment above it
    assert "| analyzer/ |" in unknown.page("README.md")  # the code is no part of the site
    assert "[analyzer/](https://example.org/r/blob/HEAD/analyzer)" in known.page("README.md")
    assert "In Spanish" not in unknown.page("docs/report.md")


def test_a_stand_in_links_to_a_translated_page_without_its_english_heading() -> None:
    page = SimpleNamespace(src_uri="changelog.md", locale="en", locale_alternate_of="es")
    locales = {"report.md": "es", "cli.md": "en"}
    files = SimpleNamespace(get_file_from_path=lambda uri: SimpleNamespace(locale=locales[uri]))
    made = module("hooks").on_page_markdown(
        "[a](report.md#part) [b](cli.md#part)", page=SimpleNamespace(file=page), files=files
    )
    assert made == "[a](report.md) [b](cli.md#part)"


def test_a_link_to_the_other_language_of_a_page_keeps_that_language(tmp_path: Path) -> None:
    links = module("links")
    (tmp_path / "docs" / "es").mkdir(parents=True)
    text = "[here](../x.md#part)\n\n```\n[code](../x.md)\n```\n"
    (tmp_path / "docs" / "es" / "y.md").write_text(text, encoding="utf-8")
    places = {"docs/x.md": links.Place("x.md", "en"), "docs/es/y.md": links.Place("x.md", "es")}
    page = links.Map(tmp_path, places).page("docs/es/y.md")
    assert page.startswith('<a href="../x.html#part" hreflang="en">here</a>')
    assert "[code](../x.md)" in page
