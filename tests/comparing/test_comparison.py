"""Several runs side by side.

Better and worse only where the interval says so, and what else was changed.
"""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import analyzer
from analyzer import synthetic
from analyzer.comparing.comparison import (
    BASELINE,
    BETTER,
    NOT_COMPARED,
    UNCLEAR,
    WORSE,
    against,
    compare,
)
from analyzer.engine import diagnose
from analyzer.errors import AnalyzerError
from analyzer.model.run import Run
from analyzer.report.compared import build_compared, render_compared_terminal
from analyzer.report.write import write_comparison
from analyzer.stats.bootstrap import paired_difference

HOSTILE = '"><script>alert(1)</script>@x'


def run(name: str, best: float, *, metric: str = "loss", **config: Any) -> Run:
    """Return a run whose best validation value is ``best``."""
    fall = np.geomspace(3, 1, 40) * best if metric == "loss" else np.linspace(0.2, best, 40)
    curves = {("train", metric): fall * 0.9, ("val", metric): fall}
    return synthetic.of_curves(name, curves, config=config)


def repeats(name: str, values: list[float], **config: Any) -> list[Run]:
    return [run(f"{name}{seed}", value, seed=seed, **config) for seed, value in enumerate(values)]


def answers(runs: list[Run], **options: Any) -> list[str]:
    return [side.answer for side in compare(runs, **options).sides]


def test_a_side_is_better_where_the_interval_leaves_out_zero() -> None:
    runs = [
        *repeats("a", [1.0, 1.01, 0.99, 1.0], wd=0.0),
        *repeats("b", [0.8, 0.81, 0.79, 0.8], wd=0.1),
    ]
    assert answers(runs) == [BASELINE, BETTER]
    assert answers(runs, baseline="b2") == [WORSE, BASELINE]


def test_a_higher_score_is_better() -> None:
    first = repeats("a", [0.80, 0.81, 0.79, 0.80], metric="accuracy", wd=0)
    second = repeats("b", [0.90, 0.91, 0.90, 0.89], metric="accuracy", wd=1)
    assert answers([*first, *second]) == [BASELINE, BETTER]


def test_never_better_where_the_interval_holds_zero() -> None:
    rng = np.random.default_rng(0)
    for _ in range(40):
        values = np.exp(0.2 * rng.standard_normal(8))
        found = compare(
            [*repeats("a", list(values[:4]), wd=0), *repeats("b", list(values[4:]), wd=1)]
        )
        (side,) = [side for side in found.sides if side.answer != BASELINE]
        assert side.difference is not None
        assert side.difference.low is not None
        assert side.difference.high is not None
        assert (side.answer == UNCLEAR) == (side.difference.low <= 0 <= side.difference.high)


def test_single_runs_are_never_told_apart() -> None:
    found = compare([run("a", 1.0), run("b", 0.01)])
    assert [side.answer for side in found.sides] == [BASELINE, UNCLEAR]
    assert "One run each" in build_compared(found).sentences[0]


def test_what_was_changed_is_named_and_more_than_one_thing_is_warned_of() -> None:
    comparison = compare(
        [
            run("a", 1.0, lr=0.1, seed=1, output_dir="x"),
            run("b", 1.0, lr=0.2, seed=2, output_dir="y"),
        ]
    )
    assert comparison.sides[1].changed == (("lr", 0.1, 0.2),)
    assert not build_compared(comparison).warnings
    two = compare([run("a", 1.0, lr=0.1, wd=0), run("b", 1.0, lr=0.2, wd=1)])
    assert "(lr, wd)" in build_compared(two).warnings[0]


def test_sides_can_be_made_by_a_setting() -> None:
    runs = [
        run(f"r{index}", 1 + index % 2, lr=index, dropout=0.5 * (index % 2)) for index in range(6)
    ]
    found = compare(runs, group=("dropout",))
    assert [(side.name, len(side.members)) for side in found.sides] == [
        ("dropout=0.0", 3),
        ("dropout=0.5", 3),
    ]


def test_rank_correlations_come_above_twenty_runs_only() -> None:
    runs = [run(f"r{index}", 1 + 0.05 * index, lr=index, wd=index * 7 % 5) for index in range(25)]
    few = build_compared(compare(runs[:20]))
    assert not few.correlations
    assert "need more than 20 runs with a best value; there are 20" in few.correlations_said
    found = compare(runs).correlations
    assert (found[0].setting, round(found[0].rho, 3)) == ("lr", 1.0)
    assert found[0].chance < 0.001 < found[1].chance


def test_noise_is_seldom_called_a_correlation() -> None:
    rng = np.random.default_rng(0)
    alarms = 0
    for _ in range(20):
        settings = rng.integers(9, size=(24, 3)).tolist()
        values = np.exp(rng.standard_normal(24)).tolist()
        runs = [
            run(f"r{at}", values[at], a=setting[0], b=setting[1], c=setting[2])
            for at, setting in enumerate(settings)
        ]
        alarms += any(correlation.chance < 0.05 for correlation in compare(runs).correlations)
    assert alarms <= 4  # one is expected; five or more come in 1 of 400 such tests


def test_the_frame_holds_a_row_a_run() -> None:
    runs = [*repeats("a", [1.0, 1.1], wd=0.0), *repeats("b", [0.8, 0.9], wd=0.1)]
    frame = analyzer.compare(runs).frame
    assert set(frame.columns) == {"run", "side", "answer", "verdict", "best", "seed", "wd"}
    assert frame.best.tolist() == pytest.approx([1.0, 1.1, 0.8, 0.9])


@pytest.mark.parametrize("runs", [[], [run("a", 1.0)]], ids=["none", "one"])
def test_fewer_than_two_runs_are_refused(runs: list[Run]) -> None:
    with pytest.raises(AnalyzerError, match="two runs or more"):
        compare(runs)


def test_an_unknown_baseline_and_runs_without_a_metric_are_refused() -> None:
    with pytest.raises(AnalyzerError, match='no run "c"'):
        compare([run("a", 1.0), run("b", 1.0)], baseline="c")
    nothing = synthetic.of_curves("x", {("", "seconds"): np.ones(5)})
    with pytest.raises(AnalyzerError, match="no run has a loss"):
        compare([nothing, nothing])


def test_a_run_without_the_metric_is_said_to_lack_it() -> None:
    other = synthetic.of_curves("c", {("train", "accuracy"): np.linspace(0, 1, 20)})
    found = compare([run("a", 1.0), run("b", 1.1), other])
    assert found.sides[2].answer == NOT_COMPARED
    assert "was not logged in both" in build_compared(found).sentences[1]


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_page_markdown_and_json_are_written_with_names_as_text(tmp_path: Path, lang: str) -> None:
    found = compare([run(HOSTILE, 1.0, **{HOSTILE: HOSTILE}), run("b", 1.0)])
    page = write_comparison(found, tmp_path / "c.html", lang=lang).read_text(encoding="utf-8")
    tags = Tags(page).tags
    assert (tags.count("script"), tags.count("svg"), "img" in tags) == (2, 2, False)
    markdown = write_comparison(found, tmp_path / "c.md", lang=lang).read_text(encoding="utf-8")
    assert "<script" not in markdown.replace("\\<script", "")
    assert "@x" not in markdown
    assert (
        json.loads(write_comparison(found, tmp_path / "c.json").read_text(encoding="utf-8"))
        == found.to_dict()
    )
    assert "script" in render_compared_terminal(found, lang)


def test_eight_sides_are_drawn_and_the_rest_is_said() -> None:
    found = build_compared(compare([run(f"r{index}", 1.0, lr=index) for index in range(11)]))
    assert len(found.charts[0][0].lines) == 8
    assert found.not_drawn == "Only the first 8 of 11 groups are drawn."


def test_three_optimizers_are_three_sides() -> None:
    runs = [
        run(f"r{seed}", 1.0, seed=seed, optimizer=name)
        for seed, name in enumerate(("adam", "sgd", "rmsprop"))
    ]
    assert len(compare(runs).sides) == 3
    nested = [
        run(f"r{at}", 1 + at, seed=at, optimizer={"name": name})
        for at, name in enumerate(("adam", "sgd", "adam", "sgd"))
    ]
    assert [side.members for side in compare(nested).sides] == [(0, 2), (1, 3)]


def test_copies_of_a_run_make_nothing_certain() -> None:
    runs = [*repeats("a", [1.0, 1.0], wd=0), *repeats("b", [1.1, 1.1], wd=1)]
    assert answers(runs) == [BASELINE, UNCLEAR]


def test_percent_and_shares_are_one_scale() -> None:
    first = repeats("a", [80.0, 81.0, 79.0], metric="accuracy", wd=0)
    second = repeats("b", [0.92, 0.93, 0.91], metric="accuracy", wd=1, of="another script")
    assert answers([*first, *second]) == [BASELINE, BETTER]


def test_a_run_of_the_same_script_that_learnt_nothing_is_no_share() -> None:
    first = repeats("a", [60.0, 61.0, 59.0], metric="accuracy", lr=0.1)
    dead = repeats("b", [0.99, 1.0, 0.98], metric="accuracy", lr=10.0)
    assert answers([*first, *dead]) == [BASELINE, WORSE]
    _, single = against([diagnose(dead[0])], [diagnose(value) for value in first])
    assert single.answer == WORSE


def test_a_scale_that_cannot_be_told_is_not_compared() -> None:
    odd = synthetic.of_curves("c", {("val", "accuracy"): np.linspace(-3, 0.9, 40)})
    percent = synthetic.of_curves(
        "d", {("val", "accuracy"): np.linspace(2, 90, 40)}, config={"a": 1}
    )
    assert compare([percent, odd]).sides[1].answer == NOT_COMPARED


def test_a_score_beside_another_keeps_its_own_scale() -> None:
    def script(name: str, best: float, seed: int, **others: float) -> Run:
        curves = {
            ("val", metric): np.linspace(value / 3, value, 40) for metric, value in others.items()
        }
        curves["val", "accuracy"] = np.linspace(0.3, best, 40)
        return synthetic.of_curves(name, curves, config={"seed": seed, **dict.fromkeys(others, 1)})

    first = [script(f"a{seed}", 0.7 + seed / 100, seed) for seed in range(3)]
    second = [script(f"b{seed}", 0.8 + seed / 90, seed, bleu=28.0, f1=90.0) for seed in range(3)]
    assert answers([*first, *second]) == [BASELINE, BETTER]


@pytest.mark.parametrize("values", [(0.1, 0.2), (0.7, 0.69), (1.0, 1.5)])
def test_equal_repeats_are_never_told_apart_by_rounding(values: tuple[float, float]) -> None:
    runs = [
        synthetic.of_curves(
            f"{lr}{at}",
            {("val", "loss"): np.array([3.0 + at, best])},
            config={"lr": lr, "seed": at},
        )
        for lr, best in enumerate(values)
        for at in range(3)
    ]
    assert answers(runs) == [BASELINE, UNCLEAR]


def test_pairs_that_all_moved_alike_are_not_told_apart_by_float32() -> None:
    first = np.array([0.81, 0.84, 0.79])
    found = paired_difference(
        *(values.astype("f4").astype(float) for values in (first, (first + 0.01).round(4)))
    )
    assert found.low is None


def test_short_runs_of_other_seeds_are_no_copies() -> None:
    def short(lr: int, seed: int, best: float) -> Run:
        config = {"lr": lr, "seed": seed}
        return synthetic.of_curves(
            f"{lr}{seed}", {("val", "accuracy"): np.array([0.1, best])}, config=config
        )

    bests = {1: (0.90, 0.92, 0.91, 0.92, 0.90), 2: (0.93, 0.91, 0.93, 0.92, 0.94)}
    found = compare(
        [short(lr, seed, best) for lr, values in bests.items() for seed, best in enumerate(values)]
    )
    assert [len(side.members) for side in found.sides] == [5, 5]
    assert found.copies == ()


def test_a_baseline_of_copies_is_one_run() -> None:
    base = [diagnose(member) for member in repeats("a", [1.0, 1.1, 1.2])]
    new = [diagnose(run("new", 1.42))]
    once, often = (against(new, group)[1].difference for group in (base, base * 4))
    assert once == often


def test_a_run_is_the_baseline_by_what_it_is_and_not_by_its_name() -> None:
    first, other = run("history", 1.0, lr=1), run("history", 0.5, lr=2)
    found = compare([first, other], baseline=other)
    assert found.sides[found.baseline].values == (pytest.approx(0.5),)


def test_a_setting_beside_a_table_of_its_name_is_no_error() -> None:
    compare([run("a", 1.0, **{"a": {"b": 1}, "a.b": "x"}), run("b", 1.1)])


@pytest.mark.parametrize(
    "key", ["model_name_or_path", "resume_from_checkpoint", "trainDir", "datasets", "root"]
)
def test_runs_that_read_other_files_are_no_repeats(key: str) -> None:
    runs = [
        run(f"r{at}", 1 + at / 10, seed=at, **{key: f"/models/{'ab'[at // 2]}/final"})
        for at in range(4)
    ]
    assert [len(side.members) for side in compare(runs).sides] == [2, 2]


def test_what_varies_inside_the_sides_is_said() -> None:
    runs = [
        run(f"{lr}{wd}", 1 + wd / 10, lr=lr, wd=wd)
        for lr, values in ((1, (0, 1, 2)), (2, (3, 4, 5)))
        for wd in values
    ]
    found = compare(runs, group="lr")
    assert {key: (old, new) for key, old, new in found.sides[1].changed}["wd"] == (
        ("0", "1", "2"),
        ("3", "4", "5"),
    )
    said = build_compared(found)
    assert ("wd", "several values", "several values") in said.changed[0][1]
    assert "More than one setting differs" in said.warnings[0]
    same = [run(f"{lr}{wd}", 1 + wd / 10, lr=lr, wd=wd) for lr in (1, 2) for wd in (0, 1, 2)]
    assert [key for key, _, _ in compare(same, group="lr").sides[1].changed] == ["lr"]


def test_settings_that_differ_are_shown_to_differ() -> None:
    sweep = [
        run(f"r{at}", 1 + at / 10, lr=lr)
        for at, lr in enumerate((0.001, 0.0012345, 0.0012349, 0.1, 0.2, 0.3))
    ]
    shown = [row[1] for row in build_compared(compare(sweep)).settings]
    assert len(set(shown)) == 6


def test_nan_of_two_writers_is_one(tmp_path: Path) -> None:
    values = np.array([1.0, np.nan, 0.5] * 20)
    twin = values.copy()
    twin.view("u8")[1] |= 1 << 63  # the sign that x86 gives it
    first, other = (
        synthetic.of_curves(name, {("val", "loss"): value})
        for name, value in (("a", values), ("b", twin))
    )
    assert compare([first, other, run("c", 1.0)]).copies == (("b", "a"),)
