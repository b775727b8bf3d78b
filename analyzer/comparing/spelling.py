"""One setting under one name and with one spelling of its values, whatever each run logged."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analyzer.comparing.roles import TOO_LARGE
from analyzer.model.settings import are_alike, meaning_of, name_of

Settings = Mapping[str, Any]
Convert = Callable[[Any], Any]

# Beside the names that mean the same in every log (``meaning_of``): these do over runs of which
# none has both.
_TWINS = {
    "train_batch_size": "batch_size",
    "learning_rate_init": "lr",
    "batchnorm": "batch_norm",
    "use_batchnorm": "batch_norm",
    "use_batch_norm": "batch_norm",
    "optim": "optimizer",
    "dropout_rate": "dropout",
    "drop_rate": "dropout",
}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_SWITCHES = {"true": True, "false": False}
# What a value looks like; the values of one setting show whether it is a switch or a number.
_BOOL, _BOOL_TEXT, _BIT, _BIT_TEXT = "bool", "bool text", "bit", "bit text"
_PLAIN, _PLAIN_TEXT, _EXPONENT, _OTHER = "number", "number text", "exponent text", "other"
_OF_SWITCH = {_BOOL, _BOOL_TEXT, _BIT, _BIT_TEXT}
_OF_NUMBER = {_BIT, _BIT_TEXT, _PLAIN, _PLAIN_TEXT, _EXPONENT}


@dataclass(frozen=True)
class Spelling:
    """How the settings of several runs are spelled alike.

    ``names`` maps a name to the one that more runs use; ``values`` has a function for each setting
    (under that name) whose values were written in several ways.
    """

    names: Mapping[str, str]
    values: Mapping[str, Convert]

    def name(self, key: str) -> str:
        """Return the name under which a setting is found."""
        return self.names.get(key, key)

    def of(self, settings: Settings) -> Settings:
        """Return settings as all runs spell them."""
        if not (self.names or self.values):
            return settings
        spelled: dict[str, Any] = {}
        for key, value in settings.items():
            name = self.name(key)
            if name in spelled:
                continue  # the same setting, logged under two names
            convert = self.values.get(name)
            spelled[name] = value if convert is None or value is None else convert(value)
        return spelled

    def all_of(self, settings: Iterable[Settings]) -> list[Settings]:
        """Return the settings of several runs; those that are one object stay one."""
        made: dict[int, tuple[Settings, Settings]] = {}
        found = []
        for run in settings:
            if id(run) not in made:
                made[id(run)] = run, self.of(run)
            found.append(made[id(run)][1])
        return found


def spelling_of(settings: Sequence[Settings]) -> Spelling:
    """Return how the settings of some runs are spelled alike.

    Two names are one setting if they mean the same ("lr" and "learning_rate", at the same place)
    and no run has both with different values. 0, false and "False" are one value of a setting that
    is a switch in some run, and "1e-3" is the number 0.001.
    """
    names = _names(settings)
    kinds: dict[str, set[str]] = {}
    for run in {id(run): run for run in settings}.values():
        for key, value in run.items():
            if value is not None:
                kinds.setdefault(names.get(key, key), set()).add(_kind(value))
    values = {key: convert for key, found in kinds.items() if (convert := _convert(found))}
    return Spelling(names, values)


def unified(settings: Sequence[Settings]) -> list[Settings]:
    """Return the settings of some runs under one spelling: see ``spelling_of``."""
    return spelling_of(settings).all_of(settings)


def _names(settings: Sequence[Settings]) -> dict[str, str]:
    """Return {name: the name that more runs use} of settings that have several names."""
    count = Counter(key for run in settings for key in run)
    groups: dict[tuple[str, str], list[str]] = {}
    for key in sorted(count):
        place = key.replace("/", ".").rpartition(".")[0]
        meaning = meaning_of(key)
        groups.setdefault((place, _TWINS.get(meaning, meaning)), []).append(key)
    found: dict[str, str] = {}
    for keys in groups.values():
        if len(keys) > 1 and not any(_contradicts(run, keys) for run in settings):
            usual = max(keys, key=lambda key: (count[key], _is_usual(key), -len(key)))
            found |= {key: usual for key in keys if key != usual}
    return found


def _is_usual(key: str) -> bool:
    """Say whether a name is the usual one for what it means."""
    name = name_of(key)
    return name == meaning_of(key) and name not in _TWINS


def _contradicts(run: Settings, keys: Sequence[str]) -> bool:
    """Say whether a run has different values under these names."""
    values = [run[key] for key in keys if key in run]
    return any(not are_alike(values[0], value) for value in values[1:])


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return _BOOL
    if isinstance(value, int | float):
        return _BIT if value in (0, 1) else _PLAIN
    if not isinstance(value, str):
        return _OTHER
    if value.lower() in _SWITCHES:
        return _BOOL_TEXT
    if not _NUMBER.fullmatch(value) or abs(float(value)) >= TOO_LARGE:
        return _OTHER
    if "e" in value.lower():
        return _EXPONENT
    return _BIT_TEXT if float(value) in (0, 1) else _PLAIN_TEXT


def _convert(kinds: set[str]) -> Convert | None:
    """Return what spells the values of a setting alike, None if they are or cannot be."""
    if kinds & {_BOOL, _BOOL_TEXT} and kinds <= _OF_SWITCH:
        return None if kinds == {_BOOL} else _switch
    texts = kinds & {_BIT_TEXT, _PLAIN_TEXT, _EXPONENT}
    # Texts alone may be versions: "1.10" is not 1.1.
    if texts and kinds <= _OF_NUMBER and kinds & {_BIT, _PLAIN, _EXPONENT}:
        return _number
    return None


def _switch(value: Any) -> bool:
    if isinstance(value, str) and value.lower() in _SWITCHES:
        return _SWITCHES[value.lower()]
    return bool(float(value))


def _number(value: Any) -> int | float:
    if not isinstance(value, str):
        return value  # type: ignore[no-any-return]
    number = float(value)
    return int(number) if value.lstrip("+-").isdigit() else number
