"""Plot: which runs are drawn, what is refused, and what is said of the rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

from analyzer import synthetic

Call = Callable[..., Result]
Error = Callable[[Result, int], str]
Save = Callable[..., Path]
SVG = Path("figure.svg")


def repeat(save: Save, folder: Path, seed: int, *, lr: float = 0.1) -> Path:
    loss = np.linspace(2, 1 + seed / 10 + lr, 40)
    run = synthetic.of_curves("r", {("train", "loss"): loss * 0.9, ("val", "loss"): loss})
    return save(folder / f"lr{lr}-seed{seed}", run, lr=lr, seed=seed).parent


def texts(path: Path) -> list[str]:
    """Return the texts of a figure; matplotlib leaves them as text."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text(encoding="utf-8"))


def test_the_path_of_the_figure_is_printed(call: Call, overfitted: Path) -> None:
    result = call("plot", overfitted, "-o", SVG)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "figure.svg\n", "")
    shown = texts(SVG)
    assert any(text.startswith("onset") for text in shown)


def test_two_paths_are_overlaid_under_their_names(
    call: Call, healthy: Path, overfitted: Path
) -> None:
    assert call("plot", healthy, overfitted, "-o", SVG).exit_code == 0
    assert {"good", "over"} <= set(texts(SVG))


def test_one_path_of_several_runs_asks_which(
    call: Call, only_error: Error, healthy: Path, overfitted: Path
) -> None:
    line = only_error(call("plot", healthy.parent, "-o", SVG), 2)
    assert f"{overfitted.parent}: contains 2 runs (good, over)" in line
    assert not SVG.exists()
    assert call("plot", healthy.parent, "-o", SVG, "--run", "over").exit_code == 0
    assert any(text.startswith("onset") for text in texts(SVG))


def test_an_unknown_run_is_one_line_that_lists_the_known(
    call: Call, only_error: Error, healthy: Path, overfitted: Path
) -> None:
    line = only_error(call("plot", healthy.parent, "-o", SVG, "--run", "none"), 2)
    assert line == 'no run "none"; there are: good, over'
    assert overfitted.is_dir()


def test_repeats_are_drawn_as_a_mean_even_from_one_path(
    call: Call, save: Save, tmp_path: Path
) -> None:
    for seed in range(3):
        repeat(save, tmp_path / "runs", seed)
    result = call("plot", tmp_path / "runs", "-o", SVG)
    assert result.exit_code == 0, result.stderr
    assert any("n = 3" in text for text in texts(SVG))


def test_runs_of_one_path_are_drawn_by_the_group_asked_for(
    call: Call, save: Save, tmp_path: Path
) -> None:
    for seed in range(2):
        for lr in (0.1, 0.2):
            repeat(save, tmp_path / "runs", seed, lr=lr)
    result = call("plot", tmp_path / "runs", "-o", SVG, "--group", "lr")
    assert result.exit_code == 0, result.stderr
    shown = " ".join(texts(SVG))
    assert "lr=0.1: mean" in shown
    assert "lr=0.2: mean" in shown


def test_a_figure_does_not_replace_a_log(call: Call, overfitted: Path) -> None:
    log = overfitted / "history.json"
    before = log.read_bytes()
    for path in (log, overfitted / "history.svg"):
        call("plot", overfitted, "-o", path)
    assert log.read_bytes() == before


@pytest.mark.parametrize(
    ("option", "value", "part"),
    [
        ("--width", "wide", "wide"),
        ("--width", "90in", "90in"),
        ("--metric", "val_bleu", "val_bleu"),
        ("-o", "figure.gif", "figure"),
    ],
)
def test_what_cannot_be_drawn_is_one_line(
    call: Call, only_error: Error, overfitted: Path, option: str, value: str, part: str
) -> None:
    arguments = ["-o", "figure.svg"] if option != "-o" else []
    line = only_error(call("plot", overfitted, *arguments, option, value), 2)
    assert part in line
    assert not SVG.exists()


def test_the_metrics_asked_for_are_drawn_below_each_other(call: Call, healthy: Path) -> None:
    both = call("plot", healthy, "-o", SVG, "--metric", "loss", "--metric", "accuracy")
    assert both.exit_code == 0, both.stderr
    high = height(SVG)
    call("plot", healthy, "-o", SVG, "--metric", "loss")
    assert high == pytest.approx(2 * height(SVG))


def height(path: Path) -> float:
    found = re.search(r'height="([\d.]+)pt"', path.read_text(encoding="utf-8"))
    assert found is not None
    return float(found[1])


def test_the_language_and_the_width_are_those_asked_for(call: Call, overfitted: Path) -> None:
    call("plot", overfitted, "-o", SVG, "--lang", "es", "--width", "144pt")
    assert 'width="144pt"' in SVG.read_text(encoding="utf-8")
    assert "época" in " ".join(texts(SVG))
