"""Settings as options of a command, ready to be pasted into a shell."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from analyzer.comparing.roles import is_cause
from analyzer.safe import secrets

# A list is logged as Python writes it, which no command takes.
_LIST = re.compile(r"[\[{(].*[\]})]$", re.DOTALL)
_MARK = re.compile(r" #[0-9a-f]{6}$")  # ends a value that was shortened: see ``settings_of``


def command_line(settings: Mapping[str, Any], keys: Iterable[str]) -> str:
    """Return the settings ``keys`` as options under the names that were logged, quoted for a shell.

    Numbers keep all their digits. Left out are seeds and labels, what has no value, in what the
    runs of a group differ (a tuple), lists, and texts that are hidden or shortened.
    """
    options = []
    for key in keys:
        value = _written(settings.get(key))
        if value is None or not is_cause(key) or not key.isprintable():
            continue
        # Beside a blank, a value that begins with a dash would be another option.
        parts = [f"--{key}={value}"] if value.startswith("-") else [f"--{key}", value]
        options += [shlex.quote(part) for part in parts]
    return " ".join(options)


def _written(value: Any) -> str | None:
    """Return a setting as an option takes it, None if its value is unknown."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if not isinstance(value, str) or not value.isprintable():
        return None
    if secrets.HIDDEN in value or _MARK.search(value) or _LIST.match(value):
        return None
    return value
