"""The links of a page: from the folders of the repository to the pages of the site."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

_FENCE = re.compile(r" *```")
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()#\s]*)(#[^()\s]*)?\)")
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)
_COMMENT = re.compile(r"\A(?:<!--.*?-->\s*)+", re.DOTALL)  # MkDocs wants the heading first
# The language switch of the site replaces what leads to the other language.
_TWIN = re.compile(
    r"^(?:In Spanish|In English|En inglés): \[[^\]]*\]\([^)]*\)\. ?"
    r"|; (?:in Spanish|in English|en inglés): \[[^\]]*\]\([^)]*\)"
    r"|\s+\(\[README [^\]]*\]\([^)]*\)\)",
    re.MULTILINE,
)


class Place(NamedTuple):
    """Where a file of the repository lies in the site.

    ``uri`` is its path there without a language; ``lang`` is "" for what is no page.
    """

    uri: str
    lang: str = ""


@dataclass(frozen=True)
class Map:
    """The files of the repository by their path below ``root``, with their places in the site.

    ``repository`` is the address of the repository, "" if it is unknown.
    """

    root: Path
    places: Mapping[str, Place]
    repository: str = ""

    def has_twin(self, place: Place) -> bool:
        """Say whether a page exists in both languages."""
        return sum(other.uri == place.uri for other in self.places.values()) > 1

    def page(self, source: str) -> str:
        """Return the Markdown of a file as a page of the site."""
        text = _COMMENT.sub("", (self.root / source).read_text(encoding="utf-8"))
        text = _TWIN.sub("", text)
        lines, in_code = [], False
        for line in text.split("\n"):
            if _FENCE.match(line):
                in_code = not in_code
            elif not in_code:
                line = _LINK.sub(lambda link: self._link(link, source), line)
            lines.append(line)
        return "\n".join(lines)

    def _link(self, link: re.Match[str], source: str) -> str:
        """Return a link of a file as one of its page."""
        image, text, target, fragment = (part or "" for part in link.groups())
        if not target or ":" in target:
            return link[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        here, there = self.places[source], self.places.get(path)
        if there is None:
            return self._outside(link[0], text, path)
        if there.lang not in ("", here.lang) and self.has_twin(there):
            return _to_other_language(text, here, there, fragment)
        if text.strip("`").endswith((".md", "/")):  # a path says little to a reader of the site
            text = title_of(self.root / path) or text
        folder = posixpath.dirname(here.uri)
        return f"{image}[{text}]({posixpath.relpath(there.uri, folder or '.')}{fragment})"

    def _outside(self, link: str, text: str, path: str) -> str:
        """Return a link to a file that is no page: into the repository, or its text alone."""
        if not os.path.lexists(self.root / path):
            return link
        return f"[{text}]({self.repository}/blob/HEAD/{path})" if self.repository else text


def title_of(path: Path) -> str:
    """Return the first heading of a page, or of that of a folder; "" if there is none."""
    page = path / "README.md" if path.is_dir() else path
    found = _HEADING.search(page.read_text(encoding="utf-8")) if page.is_file() else None
    return found[1] if found else ""


def _to_other_language(text: str, here: Place, there: Place, fragment: str) -> str:
    """Return a link to the page of another language, which the language switch would change."""
    folder = posixpath.dirname(_built(here))
    target = posixpath.relpath(_built(there), folder or ".")
    return f'<a href="{target}{fragment}" hreflang="{there.lang}">{text}</a>'


def _built(place: Place) -> str:
    """Return the path of a page in the built site."""
    page = place.uri.removesuffix(".md") + ".html"
    return page if place.lang == "en" else f"{place.lang}/{page}"
