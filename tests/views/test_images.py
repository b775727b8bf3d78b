"""Images by tag and step: what is shown, what is refused, and how much a page takes."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path

import pytest
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto

from analyzer.engine import diagnose
from analyzer.report.content import build_report
from analyzer.report.html import page
from analyzer.report.pdf import render_pdf
from analyzer.views import images
from analyzer.views.images import MOST_STEPS, MOST_TAGS, Images
from tests.views.conftest import image, png


def shown(run):
    content = Images().read(run)
    assert content is not None
    return {strip.name: [frame.step for frame in strip.frames] for strip in content.frames}


def test_a_log_without_images_shows_none(write_events) -> None:
    assert Images().read(write_events([])) is None


def test_steps_of_both_encodings(write_events) -> None:
    data = SummaryMetadata.PluginData(plugin_name="images")
    tensor = TensorProto(dtype=7, string_val=[b"6", b"4", png(), png(shade=9)])
    second = Summary.Value(tag="b", tensor=tensor, metadata=SummaryMetadata(plugin_data=data))
    run = write_events([(2, image("a", png())), (5, image("a", png(shade=3))), (4, second)])
    assert shown(run) == {"a": [2, 5], "b": [4], "b 2": [4]}


def test_a_page_shows_the_last_step_without_a_script(write_events) -> None:
    last = png(shade=77)
    run = write_events([(2, image("a", png())), (5, image("a", last))])
    whole = page(diagnose(run), "en")
    assert "img-src data:" in whole[: whole.index("<title>")]
    frames = re.findall(r"<div data-frame( hidden)?><img src=\"([^\"]+)\"", whole)
    assert [hidden for hidden, _ in frames] == [" hidden", ""]
    assert base64.b64decode(frames[1][1].partition(",")[2]) == last


def test_a_page_without_images_allows_none(write_events) -> None:
    assert "img-src" not in page(diagnose(write_events([])), "en")


def test_the_pdf_has_the_last_step(write_events) -> None:
    plain = write_events([(2, image("a", png()))])
    document = render_pdf(build_report(diagnose(plain)))
    assert b"/Subtype /Image" in document or b"/Subtype/Image" in document


def test_refused_images_are_counted(write_events) -> None:
    run = write_events([(1, image("a", b"GIF89a")), (2, image("a", png(extra=b"k\0v")))])
    content = Images().read(run)
    assert content is not None
    assert content.numbers["refused"] == 1
    assert content.frames[0].frames[0].content == png()


def test_tags_and_steps_are_bounded(write_events) -> None:
    values = [(step, image(f"t{tag}", png())) for tag in range(20) for step in range(30)]
    run = write_events(values)
    found = shown(run)
    assert len(found) == MOST_TAGS
    assert all(len(steps) == MOST_STEPS and steps[-1] == 29 for steps in found.values())


def test_the_last_steps_come_first_where_not_all_fit(write_events, monkeypatch) -> None:
    monkeypatch.setattr(images, "MOST_TOTAL", 3 * len(png()))
    run = write_events([(step, image(tag, png())) for tag in "ab" for step in (1, 2)])
    assert shown(run) == {"a": [1, 2], "b": [2]}


def test_images_of_w_and_b_lie_in_the_folder_of_the_run(write_wandb) -> None:
    path = "media/images/grid_0_abc.png"
    entry = {"_type": "image-file", "format": "png", "path": path}
    outside = {**entry, "path": "../../../outside.png"}
    run = write_wandb([{"grid": entry, "evil": outside} for _ in range(8)])
    file = Path(run.paths[0]).parent / "files" / path
    file.parent.mkdir(parents=True)
    file.write_bytes(png())
    (file.parents[5] / "outside.png").write_bytes(png())
    assert set(shown(run)) == {"grid"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no FIFO")
def test_a_fifo_in_place_of_an_image_does_not_hang(write_wandb) -> None:
    entry = {"_type": "image-file", "path": "x.png"}
    run = write_wandb([{"grid": entry} for _ in range(8)])
    folder = Path(run.paths[0]).parent / "files"
    folder.mkdir()
    os.mkfifo(folder / "x.png")
    content = Images().read(run)
    assert content is not None
    assert not content.frames
