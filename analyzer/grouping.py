"""What runs have in common: the settings that vary, repeats of one setting, strangers among these, twins."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median, stdev
from typing import Any

import numpy as np

from analyzer import redact, registry
from analyzer.model import Run

Record = Mapping[str, Any]

SEEDS = ("seed", "random_seed", "random_state", "rng_seed", "manual_seed", "seed_everything", "global_seed")
_LABELS = (
    *("run_name", "exp_name", "experiment_name", "wandb_run_name", "run_id", "timestamp", "date", "notes"),
    *("output_dir", "out_dir", "log_dir", "logdir", "save_dir", "checkpoint_dir", "log_path", "save_path"),
    *("host", "hostname"),
)
_NAMING = 10  # runs: a text that differs in every one of more is a name, in fewer it may be an optimizer
_MOST_SETTINGS = 500  # of a configuration: more are not hyper-parameters but a dump
_REST = "…"  # the setting that stands for all beyond these
_LONGEST = 120  # characters of a setting
_LARGEST = 10**15  # a whole number from here on is no number to reckon with
_SHORT = 110  # of a longer one, before its mark
_WRAPPERS = ("config.", "hparams.", "hyperparameters.", "args.")
_OUTPUTS = {
    *("out", "output", "outputs", "log", "logs", "logging", "save", "saved", "run", "runs", "exp", "experiment"),
    *("experiments", "work", "workdir", "result", "results", "tmp", "temp", "cache", "wandb", "tensorboard", "dump"),
    *("artifacts", "export", "ckpt", "ckpts", "checkpoint", "checkpoints"),
}
# These say that even a checkpoint is read.
_INPUTS = {"resume", "init", "pretrained", "load", "from", "teacher", "data"}
_CERTAIN = 50  # points: two runs of other seeds do not share so many by chance, however they are rounded
_FEWEST = 8  # repeats below which nobody can say which of them is the stranger
_STRANGE = 8.0  # robust deviations: of 8 normal values one lies so far out in 1 of 100 groups, of 20 in 1 of 1,700
_DEVIATION = 1.4826  # of a normal distribution, in units of its median absolute deviation
_LEAST = 0.01  # of the median: repeats that agree better than this have no stranger


def settings_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the hyper-parameters flat (``optimizer.lr``), as a report may show them.

    What is cut short ends in a mark of what it was, so that two settings that look alike are alike: long texts and
    numbers, paths that a run may read, and all settings beyond the first 500. Outputs and secrets have no such mark.
    """
    every = {key: (shown, raw) for key, shown, raw in _flat("", redact.config(config), config)}
    flat = {key: every[key] for key in sorted(every)}
    if all(key.startswith(_WRAPPERS) for key in flat):  # a log that holds nothing else beside its configuration
        bare = {key.partition(".")[2]: one for key, one in flat.items()}
        flat = dict(sorted(bare.items())) if len(bare) == len(flat) else flat
    first = sorted(flat, key=lambda key: not is_seed(key))[:_MOST_SETTINGS]
    settings = {key: _setting(key, *flat[key]) for key in sorted(first)}
    rest = [(key, alike(_setting(key, *flat[key]))) for key in flat if key not in settings and not is_label(key)]
    if rest:
        settings[_REST] = f"{len(rest)} {_mark(repr(rest))}"
    return settings


def _flat(prefix: str, shown: Any, raw: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield (key, as it may be shown, as it was logged) of each setting; a table without any is none."""
    if isinstance(shown, Mapping):
        logged = {str(key): value for key, value in raw.items()}
        for key, part in shown.items():
            yield from _flat(f"{prefix}.{key}" if prefix else key, part, logged[key])
    elif prefix:
        yield prefix, shown, raw


def _setting(key: str, shown: Any, raw: Any) -> Any:
    """Return a setting as plain JSON."""
    if shown is None or isinstance(shown, bool):
        return shown
    if isinstance(shown, float):
        return shown if math.isfinite(shown) else str(shown)
    if isinstance(shown, int) and abs(shown) < _LARGEST:
        return shown
    huge = isinstance(shown, int) and shown.bit_length() > 4 * _LONGEST  # more digits than Python writes
    text = f"{shown:#x}" if huge else str(shown)
    if len(text) > _LONGEST:
        return f"{text[:_SHORT]}… {_mark(text)}"
    is_cut = shown != (list(raw) if isinstance(raw, tuple) else raw) and redact.HIDDEN not in text
    return f"{text} {_mark(str(raw))}" if is_cut and _is_input(key) else text


def _is_input(key: str) -> bool:
    """Say whether a path may be what a run reads: where it writes differs between runs and changes nothing."""
    words = {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", key)}
    return bool(words & _INPUTS) or not words & _OUTPUTS


def _mark(text: str) -> str:
    """Return a few letters that tell one text from another."""
    return f"#{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:6]}"


def differ_in_seed_alone(configs: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether runs of these configurations are repeats of one: all else is the same, and their seeds differ."""
    settings = [settings_of(one) for one in configs]
    seeds = {seed_of(one) for one in settings}
    return len({_told(one) for one in settings}) == 1 and None not in seeds and len(seeds) == len(configs)


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


def seed_of(settings: Mapping[str, Any]) -> str | None:
    """Return what two runs drawn by the same seed share, None where a run has no seed in its settings."""
    seeds = {key: alike(value) for key, value in settings.items() if is_seed(key) and value is not None}
    return json.dumps(seeds, sort_keys=True) if seeds else None


def is_label(key: str) -> bool:
    """Say whether a setting names the run or a place: it differs between runs without being a cause of anything."""
    parts = key.replace("/", ".").lower().split(".")
    return parts[-1] in _LABELS or parts in (["name"], ["id"], ["run", "name"], ["run", "id"])


def repeats(records: Sequence[Record], vary: Sequence[str], by: Sequence[str] = ()) -> list[Repeats]:
    """Return the groups of two runs and more, in the order of their first runs.

    Without ``by`` a group differs in nothing but its seed, and its seeds differ; with it a group shares those settings.
    A run that holds the points of an earlier one is no repeat of it.
    """
    if by and not any(key in record["config"] for record in records for key in by):
        return []
    keys = list(by) or [key for key in vary if not is_seed(key)]
    seeds = [key for key in vary if is_seed(key)]
    groups: dict[str, list[int]] = {}
    repeated = copies(records)
    for index, record in enumerate(records):
        config = record["config"]
        if index in repeated or (not by and not any(key in config for key in seeds)):
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


def digest_of(run: Run) -> str:
    """Return what two logs of the same curves share: metrics, splits, steps and values, whatever the format."""
    made = hashlib.sha256()
    for one in sorted(run.series, key=lambda one: (one.metric, one.split, one.tag)):
        made.update(f"{one.metric}\0{one.split}\0".encode("utf-8", "replace"))
        made.update(one.step.astype("<i8").tobytes())
        with np.errstate(over="ignore"):
            value = one.value.astype("<f4")
        value[np.isnan(value)] = np.nan  # there are many, and each writer has its own
        made.update((value if np.isfinite(value).any() else one.value.astype("<f8")).tobytes())
    return made.hexdigest()[:16]


def twins(records: Sequence[Record]) -> dict[int, int]:
    """Return for each run that repeats the points of an earlier one the index of that one."""
    return _earlier([record["curves"] if record["points"] else None for record in records])


def copies(records: Sequence[Record]) -> dict[int, int]:
    """Return runs that were read twice: they say nothing of how much a repeat would differ.

    They hold the points of an earlier run and its settings, and either the same seed or so many points that chance is
    out of the question.
    """
    count = Counter(record["curves"] for record in records)
    keys = []
    for record in records:
        seed = seed_of(record["config"])
        sure = record["points"] >= _CERTAIN or seed is not None
        twice = count[record["curves"]] > 1 and record["points"] and sure
        told = (record["curves"], _told(record["config"]), "" if record["points"] >= _CERTAIN else seed)
        keys.append(told if twice else None)
    return _earlier(keys)


def _earlier(keys: Sequence[Hashable]) -> dict[int, int]:
    """Return for each place whose key stood before the first place where it did; None stands for none."""
    first: dict[Hashable, int] = {}
    found = {}
    for index, key in enumerate(keys):
        if key is not None and first.setdefault(key, index) != index:
            found[index] = first[key]
    return found


def _told(settings: Mapping[str, Any]) -> str:
    return json.dumps([(key, alike(one)) for key, one in settings.items() if not is_seed(key) and not is_label(key)])


def _metric(record: Record) -> tuple[str, str]:
    """Return the split and the metric that a run is judged by, nothing where there is none."""
    best = record["best"]
    return (best["split"], best["metric"]) if best else ("", "")
