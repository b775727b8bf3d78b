"""The index of a sweep in words: the heading, how sure it is, and nothing unescaped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from analyzer.batch.index import build_index
from analyzer.batch.index_said import lines
from analyzer.batch.index_title import title
from analyzer.batch.result import Options
from analyzer.measures.level import Level
from analyzer.measures.reach import Reach
from analyzer.model.diagnosis import Best

Make = dict[str, Callable[..., Any]]


def test_the_heading_names_the_best_and_the_next_with_their_spread(make: Make) -> None:
    records = make["grid"]()
    index = build_index(make["batch"](records), Options(), missing=0)
    assert title(index).startswith("12 runs, 4 settings: lowest validation loss with lr=0.")
    assert "3 runs; 1 healthy, 1 overfitting, 1 diverged); next lr=0." in title(index)
    assert title(index).endswith("3 runs)")
    said = " ".join(lines(index))
    assert "One cannot be told from it: lr=0." in said
    assert "The other 2 are worse" in said
    assert "judged above 30 groups" in said
    spanish = build_index(make["batch"](records), Options(lang="es"), missing=0)
    assert "el valor más bajo de" in title(spanish)
    for name in ("index.html", "index.md"):
        assert "lowest validation loss with" in make["files"](records)[name].decode()


def test_single_runs_are_ranked_under_their_short_names_without_a_claim(make: Make) -> None:
    records = make["grid"](seeds=1)
    index = build_index(make["batch"](records), Options(), missing=0)
    assert title(index).startswith("4 runs: lowest validation loss with r1 (0.3")
    said = " ".join(lines(index))
    assert "Diverged: r3. The order of the other 3 may be luck" in said
    assert "one run each cannot show how much runs vary" in said


def test_runs_without_settings_that_lie_far_apart_are_not_called_luck(make: Make) -> None:
    records = [make["record"](at, {}, run=f"r{at}") for at in range(2)]
    levels = (Level(0.2, 0.19, 0.21), Level(1.6, 1.59, 1.61))
    far = [
        replace(
            record,
            verdict="healthy",
            level=level,
            best=Best("val", "loss", 9, 9.0, level.value),
            reach=Reach(level.value, 2.3),
        )
        for record, level in zip(records, levels, strict=True)
    ]
    said = " ".join(lines(build_index(make["batch"](far), Options(), missing=0)))
    assert "Far behind r0: r1." in said
    assert "luck" not in said
    near = [far[0], replace(far[1], level=Level(0.21, 0.2, 0.22))]
    assert "luck" in " ".join(lines(build_index(make["batch"](near), Options(), missing=0)))


def test_a_name_from_a_log_is_text_in_the_heading(make: Make) -> None:
    bad = "<b>\u202e"
    records = [make["record"](at, {"lr": at, bad: at}, run=bad + str(at)) for at in range(3)]
    page = make["files"](records)["index.html"].decode()
    assert "<b>\u202e" not in page
    assert "&lt;b&gt;&lt;U+202E&gt;" in page
