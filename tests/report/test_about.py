"""The facts about a run in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analyzer import registry, synthetic
from analyzer.engine import diagnose
from analyzer.facts._base import Fact
from analyzer.report.about import fact_texts, fact_values, shown_facts
from analyzer.report.content import build_report
from analyzer.report.html import page
from analyzer.report.markdown import render_markdown
from analyzer.report.pdf import render_pdf
from analyzer.report.terminal import LINES, render_terminal
from analyzer.sentences import LANGUAGES
from analyzer.text import words

RUN = synthetic.overfitting(3).run


def test_facts_stand_in_the_order_of_their_places() -> None:
    kinds = registry.discover("analyzer.facts", Fact)
    places = [kind.place for kind in kinds.values() if kind.place is not None]
    assert len(places) == len(set(places))
    shown = [kinds[name].place for name in shown_facts(diagnose(RUN))]
    assert shown == sorted(place for place in shown if place is not None)


def test_steps_and_epochs_make_a_place_and_groups_are_laid_flat() -> None:
    values = {"best_step": 7, "best_epoch": 7.0, "first": {"stop_step": 9, "stop_epoch": None}}
    named = fact_values(values, RUN, words("en"))
    assert named["best"].startswith("epoch 7")
    assert named["first_stop"].startswith("step 9")
    assert "curve" in fact_values({"metric": "loss", "split": "val"}, RUN, words("en"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_form_of_a_report_has_the_facts(lang: str) -> None:
    report = build_report(diagnose(RUN), lang)
    title = words(lang).of("_ui")["about"]
    assert title in render_markdown(report)
    assert report.about[0].title in render_markdown(report)
    assert render_pdf(report).startswith(b"%PDF")


def test_the_terminal_shows_facts_where_there_is_room(table: Callable[..., Path]) -> None:
    table({})
    run = synthetic.healthy(3).run
    losses = tuple(series for series in run.series if series.metric == "loss")
    calm = diagnose(replace(run, series=losses))
    shown = render_terminal(calm, "en")
    assert "More about this run" in shown
    assert len(shown.splitlines()) <= LINES


def test_a_fact_never_changes_the_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    before = diagnose(RUN)
    for kind in registry.discover("analyzer.facts", Fact).values():
        if kind.place is not None:
            monkeypatch.setattr(kind, "compute", lambda *_: None)
    after = diagnose(RUN)
    assert after.verdict == before.verdict
    assert [check.status for check in after.checks] == [check.status for check in before.checks]
    assert fact_texts(after, words("en")) == ()


def test_a_name_from_a_log_is_shown_as_it_is() -> None:
    run = replace(RUN, config={"optimizer": "<b>{x}</b>", "batch_size": np.float64(32.0)})
    lines = [line for fact in build_report(diagnose(run)).about for line in fact.sentences]
    assert any("optimizer <b>{x}</b>, batch size 32" in line for line in lines)


def test_rows_are_drawn_as_a_heat_map_by_two_settings() -> None:
    fall = np.concatenate([np.linspace(2, 1, 20), np.linspace(1.01, 1.6, 60)])
    run = synthetic.of_curves("made", {("train", "loss"): fall, ("val", "loss"): fall})
    diagnosis = diagnose(run)
    rows = diagnosis.facts["early_stopping"]["rows"]
    for lang in ("en", "es"):
        (heat,) = [fact.heat for fact in fact_texts(diagnosis, words(lang)) if fact.heat]
        assert heat.header == tuple(
            str(value) for value in sorted({row["patience"] for row in rows})
        )
        assert len(heat.rows) == 3
        cells = [cell for row in heat.rows for cell in row.cells]
        assert len(cells) == len(rows)
        by_setting = {(row["min_delta"], row["patience"]): row for row in rows}
        for cell, key in zip(cells, sorted(by_setting), strict=True):
            saved = by_setting[key]["saved"]
            assert cell.text == ("–" if saved is None else words(lang).percent(saved))
            assert cell.shade == int(10 * (saved or 0))
            assert cell.is_marked == by_setting[key]["keeps_best"]
        assert any(cell.is_marked for cell in cells)


def test_the_page_shows_the_heat_map_and_other_facts_have_none() -> None:
    fall = np.concatenate([np.linspace(2, 1, 20), np.linspace(1.01, 1.6, 60)])
    run = synthetic.of_curves("made", {("train", "loss"): fall, ("val", "loss"): fall})
    made = page(diagnose(run), "en")
    assert made.count('<table class="heat">') == 1
    assert ' kept">' in made
