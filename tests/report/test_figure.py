"""Figures to take away: size, text as text, embedded fonts, the same bytes every time."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from click.testing import CliRunner
from matplotlib.figure import Figure

import analyzer
from analyzer import synthetic
from analyzer.charts.styles import STYLES, inches
from analyzer.cli import main
from analyzer.comparing.comparison import compare
from analyzer.engine import diagnose
from analyzer.errors import AnalyzerError, ConfigError
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.run import Run
from analyzer.report.figure import write_charts

SVG = "{http://www.w3.org/2000/svg}"
SAMPLES = Path(__file__).parents[2] / "sample_logs"


@pytest.fixture(scope="module")
def overfitted() -> Diagnosis:
    return diagnose(synthetic.overfitting(3).run)


def texts(path: Path) -> list[str]:
    return ["".join(element.itertext()) for element in ET.parse(path).iter(f"{SVG}text")]


def run(name: str, values: list[float], **config: object) -> Run:
    return synthetic.of_curves(name, {("val", "loss"): np.array(values)}, config=config)


def test_a_figure_has_the_width_that_was_asked_for(overfitted: Diagnosis, tmp_path: Path) -> None:
    for width, wanted in (("3.3in", 237.6), ("84mm", 238.1), ("240pt", 240.0), (5, 360.0)):
        path = analyzer.write_figure(overfitted, tmp_path / "a.svg", width=width)
        assert float(ET.parse(path).getroot().attrib["width"].removesuffix("pt")) == pytest.approx(
            wanted, abs=0.1
        )


@pytest.mark.parametrize("width", ["", "3 feet", "0", "nan", "-3in", "1e9in", "41in", "1.5in"])
def test_a_width_that_is_none_gets_one_line(width: str) -> None:
    with pytest.raises(ConfigError, match=r"write a length such as 3\.3in"):
        inches(width)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_text_is_text_in_the_language_asked_for(
    overfitted: Diagnosis, tmp_path: Path, lang: str
) -> None:
    path = analyzer.write_figure(overfitted, tmp_path / "a.svg", lang=lang)
    said = texts(path)
    assert any(text.startswith({"en": "onset ", "es": "inicio "}[lang]) for text in said)
    assert {"en": "validation", "es": "validación"}[lang] in said
    assert "validation" not in said or lang == "en"


def test_a_pdf_embeds_its_fonts_and_has_no_bitmap_letters(
    overfitted: Diagnosis, tmp_path: Path
) -> None:
    content = analyzer.write_figure(overfitted, tmp_path / "a.pdf").read_bytes()
    assert b"/FontFile2" in content  # TrueType, embedded
    assert b"/Type3" not in content
    assert b"/CreationDate" not in content


@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_the_same_run_gives_the_same_bytes_in_every_process(tmp_path: Path, kind: str) -> None:
    for number in range(2):
        command = [
            sys.executable,
            "-m",
            "analyzer",
            "plot",
            str(SAMPLES / "keras_overfitting"),
            "-o",
            str(tmp_path / f"{number}.{kind}"),
        ]
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            env={"PYTHONHASHSEED": str(number), "TZ": "Asia/Tokyo"},
        )
    assert (tmp_path / f"0.{kind}").read_bytes() == (tmp_path / f"1.{kind}").read_bytes()


def test_it_draws_on_axes_of_the_caller_and_leaves_their_settings(overfitted: Diagnosis) -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    figure = Figure(figsize=(7, 3))
    axes = figure.subplots()
    assert analyzer.plot(overfitted, ax=axes) is figure
    assert len(axes.lines) > 3
    assert figure.get_size_inches().tolist() == [7, 3]
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("style", sorted(STYLES))
def test_every_style_draws(overfitted: Diagnosis, style: str) -> None:
    figure = analyzer.plot(overfitted, style=style)
    assert isinstance(figure, Figure)
    assert figure.get_size_inches()[0] == STYLES[style].width


def test_several_metrics_are_drawn_above_each_other(tmp_path: Path) -> None:
    (made,) = analyzer.load(SAMPLES / "keras_overfitting")
    path = analyzer.write_figure(diagnose(made), tmp_path / "a.svg", metrics=["loss", "accuracy"])
    assert {"accuracy", "loss (log scale)"} <= set(texts(path))


def test_several_sides_are_overlaid_with_the_band_of_their_repeats(tmp_path: Path) -> None:
    runs = [
        run(f"{lr}-{seed}", [3, 2, 1 + lr + seed / 10], lr=lr, seed=seed)
        for lr in (1, 2)
        for seed in range(3)
    ]
    figure = analyzer.plot(compare(runs, group="lr"))
    (axes,) = figure.axes
    assert len(axes.collections) == 2  # a band a side
    path = analyzer.write_figure(compare(runs, group="lr"), tmp_path / "a.svg")
    assert "lr=1: mean ± SD, n = 3" in texts(path)


@pytest.mark.parametrize(
    "name", ["_hidden", "$x_1^2$", "a $ b", "<b>&amp;", "x" * 300, "tab\tnewline\n", "日本"]
)
def test_names_from_logs_are_text(tmp_path: Path, name: str) -> None:
    sides = compare([run(name, [3, 2, 1]), run("other", [3, 2, 2])])
    said = texts(analyzer.write_figure(sides, tmp_path / "a.svg"))
    assert any(text.strip("\N{WORD JOINER}")[:5] == name[:5].replace("\t", "␉") for text in said)


def test_wrong_wishes_get_one_line(overfitted: Diagnosis, tmp_path: Path) -> None:
    with pytest.raises(AnalyzerError, match='"bleu" was not logged'):
        analyzer.plot(overfitted, metric="bleu")
    with pytest.raises(ConfigError, match='unknown style "poster"; there are: paper, talk, dark'):
        analyzer.plot(overfitted, style="poster")
    with pytest.raises(AnalyzerError, match="unknown figure format"):
        analyzer.write_figure(overfitted, tmp_path / "a.gif")
    nothing = replace(
        overfitted, run=synthetic.of_curves("n", {("", "loss"): np.full(3, np.nan)}), best=None
    )
    with pytest.raises(AnalyzerError, match="to draw"):
        analyzer.plot(nothing)


def test_one_path_of_several_runs_names_them(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["plot", str(SAMPLES), "-o", str(tmp_path / "a.svg")])
    assert done.exit_code == 2
    assert "pick one with --run NAME, overlay several by giving their paths" in done.stderr
    assert not (tmp_path / "a.svg").exists()


def test_the_command_takes_one_run_of_several_and_paths_of_several(tmp_path: Path) -> None:
    arguments = [
        "plot",
        str(SAMPLES),
        "--run",
        "keras_overfitting",
        "-o",
        str(tmp_path / "a.svg"),
        "--width",
        "3.3in",
    ]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    paths = [str(SAMPLES / "keras_overfitting"), str(SAMPLES / "keras_early_stopped")]
    several = CliRunner().invoke(
        main, ["plot", *paths, "-o", str(tmp_path / "b.svg"), "--style", "talk"]
    )
    assert (several.exit_code, several.stderr) == (0, "")
    assert {"keras_overfitting", "keras_early_stopped"} <= set(texts(tmp_path / "b.svg"))
    missing = CliRunner().invoke(main, [*arguments[:3], "no", *arguments[4:]])
    assert missing.exit_code == 2


def test_a_notebook_shows_it_without_pyplot(overfitted: Diagnosis) -> None:
    shown = analyzer.plot(overfitted)._repr_png_()  # type: ignore[union-attr]
    assert shown.startswith(b"\x89PNG")
    code = """
import sys, analyzer
from analyzer import diagnose, synthetic
analyzer.plot(diagnose(synthetic.healthy(1).run))
assert "matplotlib.pyplot" not in sys.modules"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_settings_of_the_user_change_no_byte(overfitted: Diagnosis, tmp_path: Path) -> None:
    import matplotlib as mpl

    plain = analyzer.write_figure(overfitted, tmp_path / "a.svg").read_bytes()
    theirs = {
        "savefig.bbox": "tight",
        "lines.marker": "o",
        "axes.grid": True,
        "font.weight": "bold",
        "text.usetex": True,
    }
    with mpl.rc_context(theirs):
        assert analyzer.write_figure(overfitted, tmp_path / "b.svg").read_bytes() == plain


def test_legends_stay_in_the_axes_of_the_caller(overfitted: Diagnosis) -> None:
    figure = Figure(figsize=(8, 2.5))
    for axes in figure.subplots(1, 3):
        analyzer.plot(overfitted, ax=axes)
        figure.canvas.draw()
        box, frame = axes.get_legend().get_window_extent(), axes.get_window_extent()
        assert frame.x0 <= box.x0
        assert box.x1 <= frame.x1 + 1


def test_labels_of_the_axis_do_not_run_into_each_other(tmp_path: Path) -> None:
    made = synthetic.of_curves("r", {("val", "loss"): np.linspace(2, 1, 40)})
    steps = tuple(
        replace(item, step=item.step * 10_000, epoch=np.full(40, np.nan)) for item in made.series
    )
    figure = analyzer.plot(diagnose(replace(made, series=steps)), width="3.3in")
    figure.canvas.draw()
    boxes = [
        label.get_window_extent() for label in figure.axes[0].get_xticklabels() if label.get_text()
    ]
    visible = [box for box in boxes if box.x0 >= 0 and box.x1 <= figure.bbox.width + 1]
    assert len(visible) > 2
    assert all(left.x1 < right.x0 for left, right in itertools.pairwise(visible))


def test_sides_that_are_not_drawn_are_said(tmp_path: Path) -> None:
    paths = []
    for at in range(10):
        log = tmp_path / f"r{at}" / "history.json"
        log.parent.mkdir()
        log.write_text(
            json.dumps({"val_loss": [2.0, 1.5, 1 + at / 10], "loss": [2.0, 1.0, 0.9]}),
            encoding="utf-8",
        )
        paths.append(str(log.parent))
    done = CliRunner().invoke(main, ["plot", *paths, "-o", str(tmp_path / "a.svg")])
    assert (done.exit_code, done.stderr) == (0, "The best 8 of 10 groups are drawn.\n")


def test_repeats_of_which_some_end_early_are_said_to() -> None:
    runs = [
        run(f"a{seed}", list(np.linspace(3, 1 + seed / 10, 40 if seed else 4)), lr=1, seed=seed)
        for seed in range(3)
    ]
    figure = analyzer.plot(compare([*runs, run("b", [3, 2, 1.5], lr=2)], group="lr"))
    assert "lr=1: mean ± SD, n = 3, shared part" in [
        entry.get_text() for entry in figure.axes[0].get_legend().get_texts()
    ]


def test_a_split_that_was_not_logged_is_not_another_one(overfitted: Diagnosis) -> None:
    with pytest.raises(AnalyzerError, match='"test_loss" was not logged'):
        analyzer.plot(overfitted, metric="test_loss")


def test_metrics_that_share_their_letters_have_files_of_their_own(tmp_path: Path) -> None:
    fall = np.linspace(2, 1, 30)
    made = synthetic.of_curves("r", {("val", name): fall for name in ("a/loss", "a-loss")})
    assert len({*write_charts(diagnose(made), tmp_path)}) == len(list(tmp_path.iterdir())) == 2


def test_runs_and_histories_are_judged_before_they_are_drawn() -> None:
    runs = [replace(synthetic.overfitting(seed).run, name=f"try {seed}") for seed in (1, 2)]
    labels = [
        figure.axes[0].get_ylabel()
        for figure in (
            analyzer.plot(runs[0]),
            analyzer.plot(runs),
            analyzer.plot(analyzer.RunSet(tuple(runs[:1]))),
            analyzer.plot({"loss": [3.0, 2.0, 1.0]}),
        )
    ]
    assert all(labels)
    with pytest.raises(TypeError, match="pass a dict of lists"):
        analyzer.plot(7)
