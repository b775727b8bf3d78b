"""Read the settings that stand in the comment lines above a table: ``# lr: 0.1``."""

from __future__ import annotations

from itertools import islice
from typing import Any

from analyzer.model.settings import is_setting
from analyzer.parsers._setting_texts import settings_in

_MOST_LINES = 200


def comment_settings(text: str) -> dict[str, Any]:
    """Return the settings in the comments that a text begins with.

    The comments must name a usual setting: "# created: 2024" alone is none.
    """
    if not text.lstrip("\ufeff").startswith("#"):
        return {}
    comments = []
    for line in islice(text.lstrip("\ufeff").splitlines(), _MOST_LINES):
        if not line.startswith("#"):
            break
        comments.append(line.lstrip("#").strip())
    found = settings_in("\n".join(comments))
    if not found and len(comments) > 1:
        found = settings_in("\n".join(comments[:-1]))  # the last names the columns
    return found if any(map(is_setting, found)) else {}
