"""Images that were logged, by tag and step: small ones that a header proves to be an image."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from analyzer.model.run import Run
from analyzer.parsers._event_media import MediaPlace, images_of
from analyzer.safe.images import MOST_BYTES, SafeImage, safe_image
from analyzer.views._base import Content, Frame, Frames, Saying, View
from analyzer.views._media import event_tags, read_moments, shortened, thinned, wandb_tags
from analyzer.views._tables import read_inside

MOST_TAGS = 6
MOST_STEPS = 8
MOST_TOTAL = 1 << 20  # bytes of all images of a page


class Images(View):
    """The images of each tag; the last step of every tag comes before the earlier ones."""

    place: ClassVar[int] = 40

    def read(self, run: Run) -> Content | None:
        """Read the images of event files and of W&B."""
        tags = event_tags(run, "image")
        media = wandb_tags(run, "image-file", MOST_STEPS)
        shown, refused = _chosen(_moments(run, tags, media))
        if not shown and not refused:
            return None
        count = sum(len(frames.frames) for frames in shown)
        values = {"images": count, "tags": len(shown), "of_tags": len(tags) + len(media)}
        says = [Saying("overview", values)] if shown else []
        says += [Saying("more", values)] if len(shown) < values["of_tags"] and shown else []
        says += [Saying("refused", {"refused": refused})] if refused else []
        listed = [
            {
                "tag": frames.name,
                "steps": [frame.step for frame in frames.frames],
                "width": frames.frames[-1].width,
                "height": frames.frames[-1].height,
            }
            for frames in shown
        ]
        numbers = {**values, "refused": refused, "tags": listed}
        return Content(tuple(says), numbers, frames=tuple(shown))


WandbTags = dict[str, dict[int, Mapping[str, Any]]]
Series = dict[str, dict[int, SafeImage | None]]  # by tag and step; None for a refused one


def _moments(run: Run, tags: dict[str, list[MediaPlace]], media: WandbTags) -> Series:
    """Return the images of the first tags at some steps, without what draws nothing."""
    found: Series = {}
    wanted: list[MediaPlace] = []
    names: dict[MediaPlace, str] = {}
    for tag, places in list(tags.items())[:MOST_TAGS]:
        for place in thinned(places, MOST_STEPS):
            wanted.append(place)
            names[place] = tag
    for place, value in read_moments(wanted):
        for number, encoded in enumerate(images_of(value)):
            tag = f"{names[place]} {number + 1}" if number else names[place]
            found.setdefault(tag, {})[place.step] = safe_image(encoded.content)
    for tag, contents in list(media.items())[:MOST_TAGS]:
        for step, content in contents.items():
            data = read_inside(run, content.get("path"), MOST_BYTES)
            found.setdefault(tag, {})[step] = safe_image(data) if data else None
    return found


def _chosen(series: Series) -> tuple[list[Frames], int]:
    """Return the images that fit on a page, and how many are refused for what they are."""
    refused = 0
    usable: dict[str, dict[int, SafeImage]] = {}
    for tag, own in series.items():
        kept = {step: image for step, image in sorted(own.items()) if image is not None}
        refused += len(own) - len(kept)
        if kept and len(usable) < MOST_TAGS:
            usable[tag] = kept
    room = MOST_TOTAL
    fits: dict[str, dict[int, SafeImage]] = {tag: {} for tag in usable}
    for tag, step in _by_turns(usable):
        image = usable[tag][step]
        if len(image.content) <= room:
            room -= len(image.content)
            fits[tag][step] = image
    return [_frames(tag, own) for tag, own in fits.items() if own], refused


def _by_turns(usable: dict[str, dict[int, SafeImage]]) -> Iterator[tuple[str, int]]:
    """Yield tags with steps: the last step of every tag, then the one before it, and so on."""
    for back in range(MOST_STEPS):
        for tag, own in usable.items():
            steps: Sequence[int] = list(own)
            if back < len(steps):
                yield tag, steps[-1 - back]


def _frames(tag: str, own: dict[int, SafeImage]) -> Frames:
    return Frames(shortened(tag), tuple(Frame(step, *own[step]) for step in sorted(own)))
