"""The folder that MkDocs builds: the pages of both languages, named alike, and live reports.

A Spanish page names its English one in its first lines; in the site both have the English name,
with ``.es`` before the suffix of the Spanish one, as mkdocs-static-i18n wants them.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from links import Map, Place, title_of
from reports import with_reports

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
ENGLISH_ONLY = {  # at the top of the repository, with their names in the site
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security-policy.md",
}
WITHOUT_PAGE = (DOCS / "decisions", DOCS / "schema")  # folders that get a page with their files
_ENGLISH = re.compile(r"(?:[Ee]n inglés: |In English: |README in English)[^(]*\(([^)#]+)")


def write_sources(folder: Path, repository: str = "") -> None:
    """Write the sources of the site; a file that is as it should be is not touched."""
    made = sources(repository)
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        if path.relative_to(folder).as_posix() not in made:
            path.unlink()
    for name, content in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)


def sources(repository: str = "") -> dict[str, bytes]:
    """Return the content of every file of the site's source by its path there."""
    site = Map(ROOT, dict(places()), repository)
    pages: dict[str, str] = {}
    made = {name: (DOCS / "site" / name).read_bytes() for name in ("site.css", "site.js")}
    for source, place in site.places.items():
        if place.lang:
            pages[_named(place)] = site.page(source)
        elif (ROOT / source).is_file():
            made[place.uri] = (ROOT / source).read_bytes()
    for folder in WITHOUT_PAGE:
        pages[f"{folder.name}.md"] = folder_page(folder)
    made |= with_reports(pages)
    return made


def places() -> Iterator[tuple[str, Place]]:
    """Yield every file and folder of the site by its path in the repository, with its place."""
    yield "README.md", Place("get-started.md", "en")
    for name, uri in ENGLISH_ONLY.items():
        yield name, Place(uri, "en")
    for path in sorted(DOCS.rglob("*")):
        inside, source = path.relative_to(DOCS), path.relative_to(ROOT).as_posix()
        if inside.parts[0] in ("site", "es"):
            continue
        if path.suffix == ".md":
            yield source, Place(_page_uri(inside.as_posix()), "en")
        elif path.suffix in (".png", ".svg", ".json"):
            yield source, Place(inside.as_posix())
        elif path in WITHOUT_PAGE:
            yield source, Place(f"{inside.as_posix()}.md")
        elif (path / "README.md").is_file():
            yield source, Place(f"{inside.as_posix()}/index.md")
    for path, english in twins().items():
        uri = "get-started.md" if english == ROOT / "README.md" else english.name
        yield path.relative_to(ROOT).as_posix(), Place(uri, "es")


def twins() -> dict[Path, Path]:
    """Return the English page of every Spanish one. Raises ValueError if it names none."""
    found = {}
    for path in sorted((DOCS / "es").glob("*.md")):
        match = _ENGLISH.search(path.read_text(encoding="utf-8"))
        if match is None:
            raise ValueError(f"{path}: names no English page; add 'En inglés: [..](../NAME.md).'")
        found[path] = (path.parent / match[1]).resolve()
    return found


def folder_page(folder: Path) -> str:
    """Return a page that lists the files of a folder by their titles."""
    lines = [f"# {folder.name.capitalize()}\n"]
    for path in sorted([*folder.glob("*.md"), *folder.glob("*.json")]):
        lines.append(f"- [{_title(path)}]({folder.name}/{path.name})")
    return "\n".join(lines) + "\n"


def _title(path: Path) -> str:
    if path.suffix == ".json":
        return str(json.loads(path.read_text(encoding="utf-8")).get("title", path.name))
    return title_of(path) or path.name


def _page_uri(inside: str) -> str:
    folder, name = posixpath.split(inside)
    return posixpath.join(folder, "index.md") if name == "README.md" else inside


def _named(place: Place) -> str:
    return place.uri if place.lang == "en" else place.uri.replace(".md", f".{place.lang}.md")
