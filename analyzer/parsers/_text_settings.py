"""Read the settings that a script printed before its training: argparse's Namespace, a dict."""

from __future__ import annotations

import re
from typing import Any

from analyzer.model.settings import is_setting
from analyzer.parsers._setting_texts import LARGEST, SETTING_WORDS, settings_in

_WORD = "|".join(sorted(SETTING_WORDS))
# a Namespace may stand anywhere on a line, a dict only behind a word that says what it is
_NAMESPACE = re.compile(r"(?:^|[\s:=(])(?P<call>Namespace\([^\n]*\))\s*$", re.MULTILINE)
_DICT = re.compile(
    rf"(?:^|[\W_])(?:{_WORD})\W{{0,3}}[:=]?\s*(?P<dict>\{{[^\n]*\}})\s*$",
    re.MULTILINE | re.IGNORECASE,
)


def printed_settings(text: str) -> dict[str, Any]:
    """Return the settings in the first printed Namespace of a text, or else dict of settings."""
    text = text[:LARGEST]
    for pattern in (_NAMESPACE, _DICT):
        for match in pattern.finditer(text):
            found = settings_in(match[1])
            if any(map(is_setting, found)):
                return found
    return {}
