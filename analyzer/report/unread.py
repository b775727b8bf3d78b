"""The files of a folder that could not be looked into, as every JSON lists them."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.model.issues import Skipped
from analyzer.text import words


def unread_rows(files: Sequence[Skipped], lang: str = "en") -> list[dict[str, str]]:
    """Return a row for each file: its path, the key of the reason, the reason in words."""
    text = words(lang)
    return [
        {"source": file.source, "key": file.key, "reason": text.reason(file.key, file.values)}
        for file in files
    ]
