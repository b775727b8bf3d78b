"""The index of a sweep in words: the heading, how sure it is, and nothing unescaped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analyzer.batch.index import build_index
from analyzer.batch.index_said import lines
from analyzer.batch.index_title import title
from analyzer.batch.result import Options

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
    assert "One run each cannot show how much runs vary" in " ".join(lines(index))


def test_a_name_from_a_log_is_text_in_the_heading(make: Make) -> None:
    bad = "<b>\u202e"
    records = [make["record"](at, {"lr": at, bad: at}, run=bad + str(at)) for at in range(3)]
    page = make["files"](records)["index.html"].decode()
    assert "<b>\u202e" not in page
    assert "&lt;b&gt;&lt;U+202E&gt;" in page
