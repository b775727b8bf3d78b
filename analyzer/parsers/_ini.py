"""Read the settings of an INI file, such as spaCy's ``config.cfg``: sections with keys."""

from __future__ import annotations

import configparser
import re
from typing import Any

from analyzer.parsers._setting_texts import scalar, settings_in

_REFERENCE = re.compile(r"\$\{([\w.-]+?)[.:]([\w-]+)\}")


def ini_settings(text: str) -> dict[str, Any]:
    """Return the settings of a text by section; a section ``a.b`` lies within ``a``.

    A value such as ``${system.seed}`` is that of the key it names. A text without sections, or
    one that is not an INI file, is read as lines.
    """
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their case
    try:
        parser.read_string(text.lstrip("\ufeff"))
    except configparser.Error:
        return settings_in(text)
    found: dict[str, Any] = {name: scalar(value or "") for name, value in parser.defaults().items()}
    for section in parser.sections():
        place = found
        for part in section.split("."):
            place = place.setdefault(part, {})
            if not isinstance(place, dict):  # a key has the name of the section
                place = found.setdefault(section, {})
                break
        for name, value in parser.items(section):
            reference = _REFERENCE.fullmatch(value or "")
            if reference and parser.has_option(*reference.groups()):
                value = parser.get(*reference.groups())
            place[name] = scalar(value or "")
    return found
