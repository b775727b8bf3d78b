"""URLs among the arguments of a command: read through a mirror, shown as the user wrote them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from analyzer.remote.mirror import Mirror

_MIRRORS = "analyzer.mirrors"  # where the context keeps them


def mirror_path(url: str, *, may_miss: bool) -> Path:
    """Return the folder or file of this machine that stands for a URL until the command ends.

    With ``may_miss`` there is none if the URL leads to nothing, as for a path. Raises
    AnalyzerError.
    """
    import tempfile

    from analyzer.errors import PathNotFound
    from analyzer.reading.remote import mirror_of
    from analyzer.remote.mirror import Mirror
    from analyzer.remote.placeholders import PREFIX
    from analyzer.remote.places import place_of

    context = click.get_current_context()
    place = place_of(url)
    try:
        mirror = mirror_of(place)
    except PathNotFound:
        if not may_miss:
            raise
        top = Path(tempfile.mkdtemp(prefix=PREFIX))
        mirror = Mirror(place, top, top.joinpath(*place.names), {})
    context.call_on_close(mirror.close)
    context.meta.setdefault(_MIRRORS, []).append(mirror)
    return mirror.root


def as_given(text: str) -> str:
    """Return a text with the URLs that the user wrote in the place of the folders of mirrors."""
    context = click.get_current_context(silent=True)
    mirrors: list[Mirror] = context.meta.get(_MIRRORS, []) if context else []
    for mirror in mirrors:
        text = mirror.worded(text)
    return text
