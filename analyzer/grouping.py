"""What runs have in common: the settings that vary, repeats of one setting, strangers among these, twins."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median, stdev
from typing import Any

from analyzer import redact, registry

Record = Mapping[str, Any]

SEEDS = ("seed", "random_seed", "random_state", "rng_seed", "manual_seed", "seed_everything", "global_seed")
_LABELS = (
    *("run_name", "exp_name", "experiment_name", "wandb_run_name", "run_id", "timestamp", "date", "notes"),
    *("output_dir", "out_dir", "log_dir", "logdir", "save_dir", "checkpoint_dir", "log_path", "save_path"),
    *("host", "hostname"),
)
_NAMING = 10  # runs: a text that differs in every one of more is a name, in fewer it may be an optimizer
_MOST_SETTINGS = 200  # of a configuration: more are not hyper-parameters but a dump
_LONGEST = 120  # characters of a setting
_LARGEST = 10**15  # a whole number from here on is no number to reckon with
_FEWEST = 8  # repeats below which nobody can say which of them is the stranger
_STRANGE = 8.0  # robust deviations: of 8 normal values one lies so far out in 1 of 100 groups, of 20 in 1 of 1,700
_DEVIATION = 1.4826  # of a normal distribution, in units of its median absolute deviation
_LEAST = 0.01  # of the median: repeats that agree better than this have no stranger


def settings_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the hyper-parameters flat (``optimizer.lr``), as a report may show them; lists and texts cut short."""
    flat: dict[str, Any] = {}

    def put(prefix: str, value: Any) -> None:
        if isinstance(value, Mapping) and value:
            for key, part in value.items():
                put(f"{prefix}.{key}" if prefix else str(key), part)
        elif prefix and len(flat) < _MOST_SETTINGS:
            plain = value if isinstance(value, bool | int | float) or value is None else str(value)
            if isinstance(plain, float) and not math.isfinite(plain):
                plain = str(plain)
            if isinstance(plain, int) and abs(plain) >= _LARGEST:
                plain = str(plain) if plain.bit_length() < _LONGEST else "…"
            flat[prefix] = plain[:_LONGEST] if isinstance(plain, str) else plain

    put("", redact.config(config))
    return dict(sorted(flat.items()))


def check_keys(settings: Sequence[Mapping[str, Any]], by: Sequence[str]) -> None:
    """Raise ConfigError where runs shall be put together by a setting that none of them has."""
    known = {key for one in settings for key in one}
    for key in by:
        registry.check_name("setting to group by", key, known)


@dataclass(frozen=True)
class Repeats:
    """Runs that differ in their seed alone, or share the values that were asked for: best values, mean, deviation."""

    settings: Mapping[str, Any]
    members: tuple[int, ...]
    split: str
    metric: str
    mean: float | None
    deviation: float | None
    strangers: tuple[int, ...]


def varying(records: Sequence[Record]) -> list[str]:
    """Return the settings that differ between runs, those with the fewest values first.

    A text that differs in every run names the run and is no setting.
    """
    keys = list(dict.fromkeys(key for record in records for key in record["config"]))
    found = []
    for key in keys:
        values = [record["config"].get(key) for record in records]
        kinds = {alike(value) for value in values}
        names = len(kinds) == len(records) > _NAMING and any(isinstance(value, str) for value in values)
        if len(kinds) > 1 and not names and not is_label(key):
            found.append((len(kinds), key))
    return [key for _, key in sorted(found)]


def alike(value: Any) -> str:
    """Return what two equal settings share: 1 and 1.0 are equal, 1 and true are not."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST:
        value = int(value)
    return json.dumps(value)


def is_seed(key: str) -> bool:
    """Say whether a setting is the seed of the run, wherever it stands in its configuration."""
    return key.replace("/", ".").split(".")[-1].lower() in SEEDS


def is_label(key: str) -> bool:
    """Say whether a setting names the run or a place: it differs between runs without being a cause of anything."""
    parts = key.replace("/", ".").lower().split(".")
    return parts[-1] in _LABELS or parts in (["name"], ["id"], ["run", "name"], ["run", "id"])


def repeats(records: Sequence[Record], vary: Sequence[str], by: Sequence[str] = ()) -> list[Repeats]:
    """Return the groups of two runs and more, in the order of their first runs.

    Without ``by`` a group differs in nothing but its seed, and its seeds differ; with it a group shares those settings.
    """
    keys = list(by) or [key for key in vary if not is_seed(key)]
    seeds = [key for key in vary if is_seed(key)]
    groups: dict[str, list[int]] = {}
    for index, record in enumerate(records):
        config = record["config"]
        if not by and not any(key in config for key in seeds):
            continue
        groups.setdefault(json.dumps([_metric(record), [alike(config.get(key)) for key in keys]]), []).append(index)
    found = []
    for members in groups.values():
        drawn = {json.dumps([alike(records[index]["config"].get(key)) for key in seeds]) for index in members}
        if len(members) < 2 or (not by and len(drawn) < 2):
            continue
        found.append(_repeats(records, members, keys))
    return found


def _repeats(records: Sequence[Record], members: Sequence[int], keys: Sequence[str]) -> Repeats:
    known = [
        (index, best["value"]) for index in members if (best := records[index]["best"]) and best["value"] is not None
    ]
    values = [value for _, value in known]
    middle = median(values) if values else 0.0
    spread = _DEVIATION * median(abs(value - middle) for value in values) if values else 0.0
    strangers = [
        index
        for index, value in known
        if len(values) >= _FEWEST and abs(value - middle) > max(_STRANGE * spread, _LEAST * abs(middle))
    ]
    first = records[members[0]]["config"]
    return Repeats(
        {key: first.get(key) for key in keys},
        tuple(members),
        *_metric(records[members[0]]),
        fmean(values) if values else None,
        stdev(values) if len(values) > 1 else None,
        tuple(strangers),
    )


def twins(records: Sequence[Record]) -> dict[int, int]:
    """Return for each run that repeats the points of an earlier one the index of that one."""
    count = Counter(record["curves"] for record in records)
    first: dict[str, int] = {}
    found = {}
    for index, record in enumerate(records):
        if count[record["curves"]] > 1 and record["points"]:
            if record["curves"] in first:
                found[index] = first[record["curves"]]
            first.setdefault(record["curves"], index)
    return found


def _metric(record: Record) -> tuple[str, str]:
    """Return the split and the metric that a run is judged by, nothing where there is none."""
    best = record["best"]
    return (best["split"], best["metric"]) if best else ("", "")
