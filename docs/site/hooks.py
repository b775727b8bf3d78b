"""What MkDocs calls while it builds the site: mkdocs.yml names this file."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from sources import DOCS, ROOT, write_sources

NOTES = {"es": "Esta página está solo en inglés."}
MARKS = {"es": " (en inglés)"}
SEARCH = {"en": "Search", "es": "Búsqueda"}
_CODE = "<pre><span></span><code"
_HEADING_LINK = re.compile(r"\]\(([^()#:\s]+\.md)#[^()\s]*\)")


def on_config(config: Any) -> Any:
    """Build from the folder of sources, and list the pages of a folder that ``nav`` names.

    The plug-in for languages calls this once for each of them.
    """
    if Path(config.docs_dir) == DOCS:
        folder = ROOT / config.extra["sources"]
        write_sources(folder, config.extra.get("repository") or "")
        config.docs_dir = str(folder)
        config.nav = _with_folders(config.nav, folder)
    return config


def _with_folders(item: Any, sources: Path) -> Any:
    """Return an entry of ``nav`` with ``folder/`` replaced by the pages in it."""
    if isinstance(item, list):
        return [_with_folders(child, sources) for child in item]
    if isinstance(item, dict):
        return {title: _with_folders(child, sources) for title, child in item.items()}
    if not item.endswith("/"):
        return item
    names = sorted(path.stem for path in (sources / item).glob("*.md"))
    return [f"{item}{name}.md" for name in sorted(names, key=lambda name: name != "index")]


def on_serve(server: Any, config: Any, **_: Any) -> Any:
    """Watch the pages as they are written, not the folder of sources that each build updates."""
    server.unwatch(config.docs_dir)
    return server


def on_page_markdown(markdown: str, page: Any, files: Any, **_: Any) -> str:
    """Drop the heading from a link that leads from a stand-in to a translated page."""

    def kept(link: re.Match[str]) -> str:
        folder = posixpath.dirname(page.file.src_uri)
        target = files.get_file_from_path(posixpath.normpath(posixpath.join(folder, link[1])))
        return link[0] if target is None or target.locale == "en" else f"]({link[1]})"

    return _HEADING_LINK.sub(kept, markdown) if _stands_in(page) else markdown


def on_page_content(html: str, page: Any, **_: Any) -> str:
    """Let the keyboard scroll code, and mark a page that stands in for one in another language.

    The search finds only the page that it stands in for. The empty corner of a table heads nothing.
    """
    html = html.replace(_CODE, _CODE.replace("<code", '<code tabindex="0"'))
    html = html.replace("<th></th>", "<td></td>")
    if not _stands_in(page):
        return html
    page.meta["search"] = {"exclude": True}
    lang = page.file.locale_alternate_of
    note = f'<p class="fallback">{NOTES[lang]}</p>'
    html = re.sub(rf'href="((?:\.\./)*){lang}/', r'href="\1', html)  # it stands there itself
    return f'{note}<div lang="{page.file.locale}">{html}</div>'


def on_env(env: Any, files: Any, **_: Any) -> Any:
    """Mark the titles of stand-ins, which the navigation shows."""
    for file in files.documentation_pages():
        if file.page is not None and _stands_in(file.page):
            file.page.title += MARKS[file.locale_alternate_of]
    return env


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """Name the search for screen readers; the theme does not."""
    name = SEARCH[page.file.locale_alternate_of]
    return output.replace('role="dialog"', f'role="dialog" aria-label="{name}"', 1)


def _stands_in(page: Any) -> bool:
    """Say whether a page is in English where the site is in another language."""
    return bool(page.file.locale != page.file.locale_alternate_of)


def on_page_context(context: Any, page: Any, config: Any, **_: Any) -> Any:
    """Let the language switch lead from every page, the landing page too, to its twin.

    The theme makes these links relative, so that the site works in any folder.
    """
    for choice in config.extra["alternate"]:
        choice["link"] = page.file.alternates[choice["lang"]].url
    return context


on_page_context.mkdocs_priority = -100  # type: ignore[attr-defined]  # after the plug-in's own
