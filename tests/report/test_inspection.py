"""How files were read: every series with its reading, and why a series is not judged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from analyzer import registry, synthetic
from analyzer.cli import main
from analyzer.model.issues import LogIssue, Skipped
from analyzer.model.run import Run, RunSet
from analyzer.model.series import Series
from analyzer.parsers._base import Parser
from analyzer.report.inspection import _format_name, inspection, render_inspection
from analyzer.sentences import LANGUAGES
from analyzer.text import words


def inspected(run: Run, lang: str = "en") -> dict[str, Any]:
    return inspection(RunSet((run,)), [run], lang)


def run_of(series: Series) -> Run:
    """Return a healthy run with one more series."""
    run = synthetic.healthy(3, epochs=20).run
    return replace(run, series=(*run.series, series))


def like(**changes: Any) -> Series:
    """Return a series of 20 points with other names."""
    return replace(synthetic.healthy(3, epochs=20).run.series[0], **changes)


def test_each_series_shows_its_split_its_metric_and_its_points() -> None:
    text = render_inspection(inspected(synthetic.healthy(3, epochs=20).run), "en")
    assert "  split val, metric loss, 20 points\n" in text


def test_the_column_of_names_has_a_limit() -> None:
    text = render_inspection(inspected(run_of(like(tag="x" * 90, metric="x" * 90))), "en")
    assert "\n  " + "x" * 90 + "  split" in text
    assert "\n  " + "train/loss".ljust(48) + "  split" in text


@pytest.mark.parametrize(
    ("series", "note"),
    [
        (like(tag="seconds", metric="seconds"), "not judged: neither a loss nor a score"),
        (like(tag="td_loss", metric="td_loss"), "not judged: in reinforcement learning"),
        (like(tag="losses/q", metric="losses/q"), "not judged: neither a loss nor a score"),
        (like(tag="val", metric="val", split=""), "the name gives a split but no metric"),
    ],
    ids=["neither loss nor score", "reinforcement", "no loss", "no metric"],
)
def test_a_series_that_is_not_judged_says_why(series: Series, note: str) -> None:
    last = inspected(run_of(series))["runs"][0]["series"][-1]
    assert last["note"].startswith(note)


def test_a_series_that_another_one_replaces_names_it() -> None:
    columns = ("step", "epoch", "wall_time", "value", "superseded")
    first = like()
    short = like(tag="loss_again", **{name: getattr(first, name)[:3] for name in columns})
    series = inspected(run_of(short))["runs"][0]["series"]
    assert series[-1]["note"] == f"not judged: {first.tag} is used for training loss"
    assert series[0]["note"] == ""


def test_epochs_that_were_counted_by_us_are_said_to_be() -> None:
    run = synthetic.healthy(3, epochs=20).run
    counted = replace(run, meta=replace(run.meta, axes={}))
    logged = replace(run, meta=replace(run.meta, axes={"epoch": "Epoch"}))
    assert "no step or epoch column: epochs counted from 0" in render_inspection(
        inspected(counted), "en"
    )
    assert "axes: epoch = Epoch" in render_inspection(inspected(logged), "en")


def test_skipped_columns_and_problems_of_the_log_come_last() -> None:
    run = synthetic.healthy(3, epochs=20).run
    issue = LogIssue("warning", "a.csv", "text_cells", 3, 1, 2, values={"name": "x", "cell": "y"})
    passed_over = [("note", "text_column", {"count": 20})]
    damaged = replace(run, issues=(issue,), meta=replace(run.meta, passed_over=tuple(passed_over)))
    *_, column, problem = render_inspection(inspected(damaged), "en").split("\n")
    assert column == "  skipped: note: a text column (20 cells)."
    assert problem.startswith("  a.csv")


def test_control_characters_of_a_name_are_shown() -> None:
    hostile = run_of(like(tag="a\x1b[2J", metric="b\nc"))
    text = render_inspection(inspected(hostile), "en")
    assert "\x1b" not in text
    assert "a␛[2J" in text


def test_the_reading_is_given_in_the_language_of_the_reader() -> None:
    text = render_inspection(inspected(run_of(like(split="test")), "es"), "es")
    assert "split: test, métrica: loss, 20 puntos" in text


def test_many_skipped_files_of_a_folder_are_one_line() -> None:
    skipped = [Skipped(f"data/{number}.txt", "not_a_log") for number in range(9)]
    skipped += [Skipped("a.json", "no_metric", {}, "history JSON")]
    found = inspection(RunSet((), (), tuple(skipped)), [], "en")
    assert [entry["nearest"] for entry in found["passed_over"]] == [""] * 9 + ["history JSON"]
    many, alone = render_inspection(found, "en").splitlines()
    assert many.startswith("skipped: data: 9 files (0.txt, 1.txt, 2.txt, ...): not recognised")
    assert alone.startswith("skipped: a.json: contains no recognised loss")
    assert alone.endswith("(nearest format: history JSON)")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_format_has_a_name_in_both_languages(lang: str) -> None:
    titles = {parser.title for parser in registry.discover("analyzer.parsers", Parser).values()}
    assert words(lang).of("_terms")["formats"].keys() == titles


def test_the_format_of_a_log_is_named_in_spanish(tmp_path: Path) -> None:
    rows = "".join(f"{epoch},{1 / epoch:.3f}\n" for epoch in range(1, 9))
    (tmp_path / "log.csv").write_text(f"epoch,loss\n{rows}", encoding="utf-8")
    shown = CliRunner().invoke(main, ["inspect", str(tmp_path), "--lang", "es"]).output
    assert "leído como tabla CSV o TSV" in shown


def test_a_format_keeps_the_name_of_its_library() -> None:
    spanish = words("es")
    assert (
        _format_name("CSV or TSV table (Ultralytics)", spanish) == "tabla CSV o TSV (Ultralytics)"
    )
    assert _format_name("DVCLive + My own (beta)", spanish) == "DVCLive + My own (beta)"
