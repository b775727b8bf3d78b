"""Read the names of one log together: what they say about each other, and what the user says.

A bare ``loss`` beside a ``val_loss`` is the training loss; of XGBoost's ``validation_0`` and
``validation_1`` the first is the training set; fastai's ``accuracy`` is that of the validation set.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from analyzer.metrics.kinds import is_reward, kind, normal
from analyzer.metrics.names import Reading, read, splits_inside
from analyzer.metrics.words import context_of

Readings = dict[str, Reading]

FIRST_SET, BARE_SCORE = "first_set_trains", "bare_score_held_out"
BARE_SPLIT = "bare_split_metric"
ASSUMPTIONS = (FIRST_SET, BARE_SCORE, BARE_SPLIT)

_HELD_OUT = ("val", "test")
_NUMBERED_SET = re.compile(r"^(?:validation|valid)_(\d+)(?!\d)", re.I)
_LEARN = re.compile(r"^learn(?![a-z])", re.I)
_TEST = re.compile(r"^test(?![a-z])", re.I)
# "tloss" means the training loss only beside a "vloss", which alone is a value loss
_OF_INITIALS = r"(?P<metric>loss|acc|accuracy|err|error|mse|mae|f1)"
_INITIAL = re.compile(rf"^(?P<split>[tv])[_ ]?{_OF_INITIALS}$", re.I)
_INITIAL_BEHIND = re.compile(rf"^{_OF_INITIALS}[_ ](?P<split>[tv])$", re.I)
_STUDENT, _TEACHER = "student", "teacher"  # of a distillation
_EVALUATED_BESIDE = ({"train_loss", "valid_loss"}, {"training_loss", "validation_loss"})
_ULTRALYTICS = "metrics/"
# the ranks that a recommender or a retriever gives to what was held out: "ndcg@10", "hits@3"
_AT_RANK = re.compile(
    r"(?:.*[_/ ])?(?:recall|precision|ndcg|hits?|hit_?rat(?:e|io)|hr|mrr|map|f1) ?@ ?\d+", re.I
)
_CURVE = 5  # points of a metric beside which one number is a result: "Mean accuracy: 0.83"
_MORE_POINTS = 1.5  # a score logged so much more often than the held-out loss is not held out


def read_all(
    tags: Iterable[str],
    *,
    default_split: str | None = "",
    points: Mapping[str, int] | None = None,
    beside: Iterable[str] = (),
) -> Readings:
    """Read the names of one log, in their order.

    A name without a split gets one where the other names tell it; if not, a loss or a score gets
    ``default_split``. The only loss of a log is what it trains by, unless that is None: the place
    of the log speaks against it. ``points`` counts the points of each name, where that is known.
    ``beside`` are names that are read elsewhere and show the language: axes.
    """
    tags = list(tags)
    context = context_of([*tags, *beside])
    readings = {tag: read(tag, context) for tag in tags}
    counts = points or {}
    _read_initials(readings)
    _number_sets(readings)
    _learn_and_test(readings)
    _read_inside(readings)
    _read_students(readings)
    explicit = dict(readings)
    same = _by_metric(explicit)
    for tag, reading in readings.items():
        is_open = not reading.split and reading.metric in same
        if is_open and _is_training(tag, same[reading.metric], counts):
            readings[tag] = replace(reading, split="train")
    _hold_out_scores(readings, explicit, counts)
    logged = {reading.metric for reading in readings.values() if reading.split}
    for tag, reading in readings.items():
        if reading.split or kind(reading.metric) is None or is_reward(reading.metric):
            continue
        is_only_loss = reading.metric == "loss" and "loss" not in logged
        split = default_split or ""
        if default_split == "" and is_only_loss:
            split = "train"
        if _AT_RANK.fullmatch(tag) or _is_result(tag, counts):
            split = ""
        if split:
            readings[tag] = replace(reading, split=split)
    return readings


def settle(readings: Mapping[str, Reading], meanings: Mapping[str, Reading]) -> Readings:
    """Return the readings of one log with the user's meanings in place.

    A name that the user did not map and that has no split becomes the training curve if its metric
    now has a held-out curve and no training curve; it was no training curve if the user names one.
    """
    settled = {tag: meanings.get(tag, reading) for tag, reading in readings.items()}
    mapped = [meanings[tag] for tag in readings if tag in meanings]
    named = {meaning.metric for meaning in mapped if meaning.split == "train"}
    for tag, reading in settled.items():
        if tag not in meanings and reading.metric in named and not read(tag).split:
            settled[tag] = replace(reading, split="")
    held_out = {reading.metric for reading in settled.values() if reading.split in _HELD_OUT}
    trained = {reading.metric for reading in settled.values() if reading.split == "train"}
    for tag, reading in settled.items():
        is_open = reading.split == "" and tag not in meanings
        if is_open and reading.metric in held_out - trained:
            settled[tag] = replace(reading, split="train")
    return settled


def _by_metric(readings: Readings) -> dict[str, dict[str, list[str]]]:
    """Return the names of each metric by their split, of metrics with a name that says one."""
    told = {reading.metric for reading in readings.values() if reading.split}
    found: dict[str, dict[str, list[str]]] = {}
    for tag, reading in readings.items():
        if reading.metric in told:
            found.setdefault(reading.metric, {}).setdefault(reading.split, []).append(tag)
    return found


def _is_training(tag: str, same: Mapping[str, list[str]], points: Mapping[str, int]) -> bool:
    """Say whether a name without a split is the training curve of its metric.

    It is if the log has the metric for val or test and not for train; ``same`` are the names of the
    metric by split. A ``train_loss`` of one point beside a longer ``loss`` is a mean over the run
    (Hugging Face), and no curve.
    """
    trained = same.get("train", [])
    if any(points.get(name, 2) > 1 for name in trained):
        return False
    if trained:
        return points.get(tag, 0) > 1
    return any(split in same for split in _HELD_OUT) and not _is_result(tag, points)


def _is_result(tag: str, points: Mapping[str, int]) -> bool:
    """Say whether a name has one number in a log with curves: a result behind all epochs."""
    return points.get(tag) == 1 and max(points.values()) >= _CURVE


def _number_sets(readings: Readings) -> None:
    """Read the first of several numbered evaluation sets as the training set.

    XGBoost and LightGBM number the sets of ``eval_set``, where people put the training data first.
    Nothing is assumed if another name of the log is about training.
    """
    numbers = {tag: int(match[1]) for tag in readings if (match := _NUMBERED_SET.match(tag))}
    if len(set(numbers.values())) < 2 or 0 not in numbers.values():
        return
    if any(reading.split == "train" for reading in readings.values()):
        return
    for tag, number in numbers.items():
        if number == 0:
            readings[tag] = replace(readings[tag], split="train", assumed=FIRST_SET)


def _read_initials(readings: Readings) -> None:
    """Read "tloss" beside "vloss", or "loss_t" beside "loss_v", as those of both splits."""
    for pattern in (_INITIAL, _INITIAL_BEHIND):
        _read_initials_of(pattern, readings)


def _read_initials_of(pattern: re.Pattern[str], readings: Readings) -> None:
    found = {tag: match for tag in readings if (match := pattern.match(tag))}
    splits: dict[str, set[str]] = {}
    for match in found.values():
        splits.setdefault(match["metric"].lower(), set()).add(match["split"].lower())
    for tag, match in found.items():
        if splits[match["metric"].lower()] == {"t", "v"}:
            split = "train" if match["split"].lower() == "t" else "val"
            readings[tag] = replace(read(match["metric"]), split=split)


def _learn_and_test(readings: Readings) -> None:
    """Read CatBoost's "test" beside its "learn" as the validation set, which it stops by."""
    if not any(_LEARN.match(tag) and readings[tag].split == "train" for tag in readings):
        return
    for tag, reading in readings.items():
        if normal(tag) == "test":
            readings[tag] = Reading("val", "loss")
        elif _TEST.match(tag) and reading.split == "test":
            readings[tag] = replace(reading, split="val")


def _read_inside(readings: Readings) -> None:
    """Read "reg_val_loss" beside "reg_loss", or beside "reg_train_loss", as a held-out loss.

    A word inside a name may be prose; a second name that differs by that word only shows that it
    names a split.
    """
    places: dict[str, list[tuple[str, str]]] = {}  # a name without the word: split and tag of each
    for tag, reading in readings.items():
        if not reading.split and kind(tag) is not None:
            places.setdefault(normal(reading.metric), []).append(("", tag))
            for split, rest in splits_inside(tag):
                places.setdefault(normal(rest), []).append((split, tag))
    for name, named in places.items():
        if len({split for split, _ in named}) > 1 and kind(name) is not None:
            bare = next((readings[tag].metric for split, tag in named if not split), name)
            for split, tag in named:
                if split:
                    readings[tag] = replace(readings[tag], split=split, metric=bare)


def _read_students(readings: Readings) -> None:
    """Read "student_loss" beside "teacher_loss" as the loss: the student is what is trained.

    Not if a split has that metric under a name of its own. A split inside the names of both models
    is theirs.
    """
    students: dict[str, dict[str, Reading]] = {}  # of each metric
    taught = set()
    names = {normal(tag): tag for tag in readings}
    for name, tag in names.items():
        plain = _without(_STUDENT, name)
        if plain is None:
            continue
        students.setdefault(plain.metric, {})[tag] = plain
        teacher = names.get(name.replace(_STUDENT, _TEACHER))
        if teacher is None:
            continue
        taught.add(plain.metric)
        said = readings[teacher]
        if plain.split and (not said.split or splits_inside(said.metric)):
            for model, own in ((_STUDENT, tag), (_TEACHER, teacher)):
                readings[own] = replace(plain, metric=f"{model}_{plain.metric}")
    for metric in taught:
        plains = students[metric]
        others = {
            reading.split or "train"
            for tag, reading in readings.items()
            if reading.metric == metric and tag not in plains
        }
        if others.isdisjoint(plain.split or "train" for plain in plains.values()):
            readings.update(plains)


def _without(word: str, name: str) -> Reading | None:
    """Return what a name says without a word, None if it lacks it or is no loss or score then."""
    words = name.split("_")
    if words.count(word) != 1:
        return None
    words.remove(word)
    plain = read("_".join(words))
    return plain if kind(plain.metric) is not None else None


def _hold_out_scores(
    readings: Readings, explicit: Mapping[str, Reading], points: Mapping[str, int]
) -> None:
    """Read a score without a split as held out if the losses of the log are all named by split.

    So do fastai (``train_loss, valid_loss, accuracy``), model cards of Hugging Face, Ultralytics
    (``metrics/mAP50(B)``) and loops that compute a score only where they evaluate.
    """
    held_out = _held_out_losses(explicit)
    if not held_out:
        return
    split = "val" if any(explicit[tag].split == "val" for tag in held_out) else "test"
    longest = max(points.get(tag, 0) for tag in held_out)
    names = {normal(tag) for tag in readings}
    is_table = any(losses <= names for losses in _EVALUATED_BESIDE)
    named = {reading.metric for reading in explicit.values() if reading.split}
    for tag, reading in readings.items():
        what = kind(reading.metric)
        is_metric = what == "score" or (is_table and what == "loss" and reading.metric != "loss")
        if reading.split or not is_metric or reading.metric in named or is_reward(reading.metric):
            continue
        if _is_result(tag, points):
            continue
        if reading.grain == "step" or (longest and points.get(tag, 0) > _MORE_POINTS * longest):
            continue
        is_certain = is_table or tag.startswith(_ULTRALYTICS)
        assumed = "" if is_certain else BARE_SCORE
        readings[tag] = replace(reading, split=split, assumed=assumed)


def _held_out_losses(explicit: Mapping[str, Reading]) -> Collection[str]:
    """Return the held-out losses of a log that names train and held-out losses by split."""
    losses = {tag: reading for tag, reading in explicit.items() if kind(reading.metric) == "loss"}
    trained = {reading.metric for reading in losses.values() if reading.split == "train"}
    return [
        tag
        for tag, reading in losses.items()
        if reading.split in _HELD_OUT and reading.metric in trained
    ]
