"""What no report shows by default: secrets, absolute paths, host names and process ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

HIDDEN = "***"
_SECRET = re.compile(
    r"(?:^|[_\W])(?:(?<!pad_)(?<!eos_)(?<!bos_)(?<!unk_)(?<!sep_)(?<!cls_)(?<!mask_)token(?!_(?:id|type|len|count|size))|"
    r"secret|passw(?:or)?d|pwd|(?:api|private|access|secret|openai|wandb|hf|aws|azure)[_\W]?key|auth(?:orization)?|credentials?)(?:$|[_\W])",
    re.I,
)
_BEFORE = {"max", "min", "num", "n", "per"}
_BEHIND = {
    "dropout",
    "drop",
    "dim",
    "size",
    "num",
    "prob",
    "rate",
    "weight",
    "loss",
    "lr",
    "mask",
    "noise",
    "pos",
    "len",
    "length",
    "ratio",
}
_NAME = r"(?:[\w-]*[_-])?(?:api[_-]?key|token|password|passwd|secret|access[_-]?key)"
_IN_VALUE = re.compile(
    # An option, a variable, a part of an address.
    rf"(--?{_NAME}[= ]|[?&]{_NAME}=|\b{_NAME}=|bearer )[^\s&]+|"
    rf"(\"{_NAME}\": *\")[^\"]+|"  # JSON inside a text
    # User and password, or a token in their place.
    r"(://[^/\s:@]+:)[^/\s]+(?=@)|(://)[^/\s:@]{16,}(?=@)",
    re.I,
)
_OPTION = re.compile(rf"^--?{_NAME}$", re.I)
_SECRET_CAMEL = re.compile(
    r"[A-Za-z0-9](?:Token|Secret|Password|ApiKey|APIKey|Auth|Authorization)(?:$|[A-Z_\W])|"
    r"(?:^|[a-z0-9_])(?:[sS]ecret|[aA]ccess|[pP]rivate|[aA]pi)Key(?:$|[A-Z_\W])"
)
_EVENT_FILE = re.compile(r"^(.*?events\.out\.tfevents)(?:\.(\d+))?(?:\..+)?$")
_PATH_IN_TEXT = re.compile(r"(?<![\w:/\\.])(?:~|[A-Za-z]:)?(?:[\\/]+[^\s'\"\\/:,;()]+){2,}")
_WINDOWS_ROOT = re.compile(
    r"^(?:[A-Za-z]:[\\/]|\\\\)"
)  # a drive, or a share: the host stands in its name


def file_name(name: str) -> str:
    """Return a file name without the host and the process id that event files carry."""
    match = _EVENT_FILE.match(name)
    if match is None:
        return name
    return ".".join(part for part in match.groups() if part)


def path(shown: str) -> str:
    """Return an absolute path by its last part, and any other string as it is."""
    if _WINDOWS_ROOT.match(shown):
        return re.split(r"[\\/]", shown.rstrip("\\/"))[-1]
    if shown.startswith(("/", "~/", "file://")) and len(shown) > 1:
        return PurePosixPath(shown).name or shown
    return shown


def text(said: str) -> str:
    """Return a sentence as a report may show it: as a setting, with the paths in it cut alike."""
    return str(_value(_PATH_IN_TEXT.sub(lambda match: path(match[0]), said)))


def config(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return hyper-parameters as a report may show them.

    Secrets as ``***``, absolute paths by their last part.
    """
    return {
        str(key): HIDDEN
        if is_secret(str(key)) and not _is_number(str(key), value)
        else _value(value)
        for key, value in values.items()
    }


def is_secret(key: str) -> bool:
    """Say whether a key names something that no report may show (token, password, api_key ...)."""
    return bool(_SECRET.search(key) or _SECRET_CAMEL.search(key))


def _is_number(key: str, value: Any) -> bool:
    """Say whether a value under the name of a secret is a setting.

    Such as token_dropout = 0.1 or max_token = 512.
    """
    words = re.split(r"[\W_]+", key.lower())
    if not isinstance(value, int | float) or len(words) != 2 or not {"token", "auth"} & set(words):
        return False
    return words[0] in _BEFORE or words[1] in _BEHIND


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return _IN_VALUE.sub(lambda match: f"{match[match.lastindex or 0]}{HIDDEN}", path(value))
    if isinstance(value, Mapping):
        return config(value)
    if isinstance(value, list | tuple):
        given = [None, *value]  # what follows an option such as --token is its value
        return [
            HIDDEN if isinstance(before, str) and _OPTION.match(before) else _value(item)
            for before, item in zip(given, value, strict=False)
        ]
    return value
