"""Views in words: in every format, in both languages, and nothing where there is nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import analyzer
from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.report.content import build_report
from analyzer.report.html import page
from analyzer.report.markdown import render_markdown
from analyzer.report.pdf import render_pdf
from analyzer.report.viewed import view_numbers

SAMPLE = Path(__file__).parents[2] / "sample_logs" / "tensorboard_label_noise_rich"


@pytest.fixture(scope="module")
def rich() -> analyzer.Diagnosis:
    (run,) = analyzer.load(SAMPLE)
    return diagnose(run)


def test_a_run_with_curves_alone_has_no_views() -> None:
    diagnosis = diagnose(synthetic.overfitting(3).run)
    assert build_report(diagnosis).views == ()
    assert "What else the log holds" not in page(diagnosis, "en")


@pytest.mark.parametrize(("lang", "title"), [("en", "Images"), ("es", "Imágenes")])
def test_all_views_of_a_sample_in_both_languages(rich, lang: str, title: str) -> None:
    views = build_report(rich, lang).views
    assert [view.key for view in views] == ["precision_recall", "histograms", "images"]
    assert views[-1].title == title
    assert all(view.sentences and "{" not in "".join(view.sentences) for view in views)


def test_the_page_holds_both_languages_and_each_drawing_once(rich) -> None:
    whole = page(rich, "es")
    assert "Histogramas por capa" in whole
    assert "Histograms by layer" in whole
    assert whole.count('<svg class="shades"') == 5


def test_each_view_takes_little_beside_its_images(rich) -> None:
    whole = page(rich, "en")
    for part in whole.split('<article class="view"')[1:]:
        view = part[: part.index("</article>")]
        images = sum(len(piece) for piece in view.split('"') if piece.startswith("data:"))
        assert len(view.encode()) - images < 25_000


def test_markdown_names_the_views(rich) -> None:
    text = render_markdown(build_report(rich))
    assert "## What else the log holds" in text
    assert "**Histograms by layer**" in text


def test_a_pdf_is_made(rich) -> None:
    assert render_pdf(build_report(rich, "es")).startswith(b"%PDF")


def test_json_has_the_numbers_and_no_image(rich, tmp_path: Path) -> None:
    made = analyzer.write_report(rich, tmp_path / "d.json")
    document = json.loads(made.read_text(encoding="utf-8"))
    assert set(document["views"]) == {"precision_recall", "histograms", "images"}
    assert document["views"]["images"]["tags"][0]["steps"]
    assert "base64" not in made.read_text(encoding="utf-8")
    assert "views" not in rich.to_dict()
    assert view_numbers(rich)["histograms"]["layers"] == 5


def test_judging_a_run_opens_no_view(monkeypatch) -> None:
    monkeypatch.setattr("analyzer.parsers._event_media.media_places", lambda path: 1 / 0)
    (run,) = analyzer.load(SAMPLE)
    assert ("views",) not in diagnose(run).run._cache
