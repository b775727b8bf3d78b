"""The values of a run that are no scalars, by kind and tag, whichever tracker logged them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from analyzer import metrics
from analyzer.model.run import Run
from analyzer.parsers._event_media import SEEN, MediaPlace, media_places, media_values
from analyzer.parsers._wandb_media import Medium, wandb_media
from analyzer.safe.names import printable

MOST_TAGS = 400  # of one kind
_LONGEST_TAG = 120
_WANDB_KINDS = ("histogram", "image-file", "table-file")


Tags = dict[str, list[MediaPlace]]


def event_tags(run: Run, kind: str) -> Tags:
    """Return where the event files of a run hold values of a kind, by tag in log order.

    A step that was logged again after a restart counts as the last one. Nothing is opened where
    the parser passed no such value over.
    """
    if not any(part.key == "not_scalar" and part.name in SEEN for part in run.meta.passed_over):
        return {}
    tags: dict[str, dict[int, MediaPlace]] = {}
    for place in run.once(("media",), lambda: _all_places(run)):
        if place.kind == kind:
            tags.setdefault(_name(place, run), {})[place.step] = place
    first = list(tags)[:MOST_TAGS]
    return {tag: [tags[tag][step] for step in sorted(tags[tag])] for tag in first}


def read_moments(places: Sequence[MediaPlace]) -> Iterator[tuple[MediaPlace, Any]]:
    """Yield some places with the messages there, each file opened once."""
    by_file: dict[Path, list[MediaPlace]] = {}
    for place in places:
        by_file.setdefault(place.path, []).append(place)
    for own in by_file.values():
        yield from media_values(own)


def thinned(steps: Sequence[Any], most: int) -> list[Any]:
    """Return at most so many of some steps, evenly spread, the first and the last among them."""
    if len(steps) <= most:
        return list(steps)
    last = len(steps) - 1
    return [steps[round(index * last / (most - 1))] for index in range(most)]


def shortened(name: str) -> str:
    """Return a name from a log as a report may show it."""
    shown = printable(name)
    if len(shown) <= _LONGEST_TAG:
        return shown
    return shown[: _LONGEST_TAG - 1] + "…"


def _all_places(run: Run) -> list[MediaPlace]:
    places: list[MediaPlace] = []
    for path in run.paths:
        places += media_places(Path(path))
    return places


def _name(place: MediaPlace, run: Run) -> str:
    """Return the tag of a value, after its split if the run has several folders."""
    split = metrics.folder_split(place.path.parent.name)
    folders = run.once(("folders",), lambda: {Path(path).parent for path in run.paths})
    if split and len(folders) > 1:
        return f"{place.path.parent.name}/{place.tag}"
    return place.tag


def wandb_tags(run: Run, kind: str, most: int) -> dict[str, dict[int, Mapping[str, Any]]]:
    """Return the values of one ``_type`` in W&B logs, by tag and step, at most so many steps.

    The log is read once for the steps of all values and once for those of this kind, so that only
    what is kept is ever in memory.
    """
    if not any(part.key == "not_scalar" for part in run.meta.passed_over):
        return {}
    steps = run.once(("wandb_media",), lambda: _wandb_steps(run)).get(kind, {})
    if not steps:
        return {}
    kept = {tag: set(thinned(sorted(own), most)) for tag, own in steps.items()}
    found: dict[str, dict[int, Mapping[str, Any]]] = {tag: {} for tag in steps}
    for medium in _wandb_values(run):
        if medium.kind == kind and medium.step in kept.get(medium.name, ()):
            found[medium.name][medium.step] = medium.content
    return {tag: dict(sorted(own.items())) for tag, own in found.items()}


def _wandb_steps(run: Run) -> dict[str, dict[str, set[int]]]:
    """Return the steps of each value of W&B, by ``_type`` and name."""
    steps: dict[str, dict[str, set[int]]] = {}
    for medium in _wandb_values(run):
        if medium.kind not in _WANDB_KINDS:
            continue
        own = steps.setdefault(medium.kind, {})
        if medium.name in own or len(own) < MOST_TAGS:
            own.setdefault(medium.name, set()).add(medium.step)
    return steps


def _wandb_values(run: Run) -> Iterator[Medium]:
    for path in run.paths:
        if path.endswith(".wandb"):
            yield from wandb_media(Path(path))
