"""The records of a ``.wandb`` file that have metrics, settings or the end of the run.

Field numbers are those of W&B's ``wandb_internal.proto``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from analyzer.parsers._own_axis import Declaration
from analyzer.parsers._wandb_items import Item, read_item
from analyzer.parsers._wire import BYTES, VARINT, contents, fields, signed

_HISTORY, _SUMMARY, _CONFIG, _STATS, _METRIC, _RUN, _EXIT = 2, 3, 5, 7, 12, 17, 18  # of Record
_RUN_ID, _PROJECT, _RUN_CONFIG, _DISPLAY_NAME, _START_TIME = 1, 3, 4, 8, 17  # of RunRecord

_METRIC_NAME, _METRIC_GLOB, _METRIC_AXIS = 1, 2, 4  # of MetricRecord


@dataclass(frozen=True)
class History:
    """What was logged at one step."""

    items: tuple[Item, ...]
    step: int | None


@dataclass(frozen=True)
class Stats:
    """One sample of hardware use, with its time in seconds since 1970."""

    items: tuple[Item, ...]
    time: float


@dataclass(frozen=True)
class Update:
    """Values that were set, and paths that were removed, in ``of``: "config" or "summary"."""

    of: str
    items: tuple[Item, ...]
    removed: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Start:
    """The run record, without what it says about the machine and the user."""

    run_id: str = ""
    project: str = ""
    display_name: str = ""
    time: float | None = None
    config: Update = field(default_factory=lambda: Update("config", ()))


@dataclass(frozen=True)
class Exit:
    """The process ended by itself, with this code."""

    code: int


Contents = History | Stats | Update | Start | Exit | Declaration


def read_record(payload: bytes, *, stats: bool = False) -> Contents | None:
    """Return the contents of a record, or None if they are not of interest.

    Samples of hardware use are returned only if ``stats`` asks for them. Raises ValueError if the
    payload is not a message.
    """
    for part in fields(payload):
        if part.kind != BYTES:
            continue
        if part.number == _HISTORY:
            return _history(part.content)
        if part.number == _STATS and stats:
            return _stats(part.content)
        if part.number == _SUMMARY:
            return _update("summary", part.content)
        if part.number == _CONFIG:
            return _update("config", part.content)
        if part.number == _RUN:
            return _start(part.content)
        if part.number == _METRIC:
            return _declaration(part.content)
        if part.number == _EXIT:
            return _exit(part.content)
    return None


def _history(message: bytes) -> History:
    items = []
    step = None
    for part in fields(message):
        if part.kind == BYTES and part.number == 1:
            items.append(read_item(part.content))
        elif part.kind == BYTES and part.number == 2:
            numbers = [signed(inner.varint) for inner in fields(part.content) if inner.number == 1]
            step = numbers[-1] if numbers else 0
    return History(tuple(items), step)


def _stats(message: bytes) -> Stats:
    times = [_time(timestamp) for timestamp in contents(message, 2)]
    items = tuple(map(read_item, contents(message, 3)))
    return Stats(items, times[-1] if times else float("nan"))


def _update(of: str, message: bytes) -> Update:
    removed = tuple(read_item(item).path for item in contents(message, 2))
    return Update(of, tuple(map(read_item, contents(message, 1))), removed)


def _declaration(message: bytes) -> Declaration | None:
    """Return what ``define_metric`` said of an axis, None if it said nothing of one."""
    texts = {_METRIC_NAME: "", _METRIC_GLOB: "", _METRIC_AXIS: ""}
    for part in fields(message):
        if part.kind == BYTES and part.number in texts:
            texts[part.number] = part.content.decode("utf-8", "replace")
    if not texts[_METRIC_AXIS]:
        return None
    is_glob = bool(texts[_METRIC_GLOB])
    pattern = texts[_METRIC_GLOB] or texts[_METRIC_NAME]
    return Declaration(pattern, texts[_METRIC_AXIS], is_glob)


def _exit(message: bytes) -> Exit:
    code = 0
    for part in fields(message):
        if part.number == 1 and part.kind == VARINT:
            code = signed(part.varint)
    return Exit(code)


def _start(message: bytes) -> Start:
    texts = dict.fromkeys((_RUN_ID, _PROJECT, _DISPLAY_NAME), "")
    config = Update("config", ())
    time = None
    for part in fields(message):
        if part.kind != BYTES:
            continue
        if part.number in texts:
            texts[part.number] = part.content.decode("utf-8", "replace")
        elif part.number == _RUN_CONFIG:
            config = _update("config", part.content)
        elif part.number == _START_TIME:
            time = _time(part.content)
    return Start(
        run_id=texts[_RUN_ID],
        project=texts[_PROJECT],
        display_name=texts[_DISPLAY_NAME],
        time=time,
        config=config,
    )


def _time(message: bytes) -> float:
    """Return the seconds of a protobuf Timestamp."""
    parts = {part.number: signed(part.varint) for part in fields(message) if part.kind == VARINT}
    return parts.get(1, 0) + parts.get(2, 0) / 1e9
