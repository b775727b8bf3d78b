"""Several runs side by side: better and worse only where the interval says so, and what else was changed."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import analyzer
from analyzer import synthetic
from analyzer.comparison import BASELINE, BETTER, NOT_LOGGED, UNCLEAR, WORSE, against, compare
from analyzer.engine import diagnose
from analyzer.errors import AnalyzerError
from analyzer.model import Run
from analyzer.report.compared import build_compared, render_compared_terminal
from analyzer.report.write import write_comparison

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
    runs = [*repeats("a", [1.0, 1.01, 0.99, 1.0], wd=0.0), *repeats("b", [0.8, 0.81, 0.79, 0.8], wd=0.1)]
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
        found = compare([*repeats("a", list(values[:4]), wd=0), *repeats("b", list(values[4:]), wd=1)])
        (side,) = [one for one in found.sides if one.answer != BASELINE]
        assert side.difference is not None
        assert side.difference.low is not None
        assert side.difference.high is not None
        assert (side.answer == UNCLEAR) == (side.difference.low <= 0 <= side.difference.high)


def test_single_runs_are_never_told_apart() -> None:
    found = compare([run("a", 1.0), run("b", 0.01)])
    assert [one.answer for one in found.sides] == [BASELINE, UNCLEAR]
    assert "one run each" in build_compared(found).sentences[0]


def test_what_was_changed_is_named_and_more_than_one_thing_is_warned_of() -> None:
    one = compare([run("a", 1.0, lr=0.1, seed=1, output_dir="x"), run("b", 1.0, lr=0.2, seed=2, output_dir="y")])
    assert one.sides[1].changed == (("lr", 0.1, 0.2),)
    assert not build_compared(one).warnings
    two = compare([run("a", 1.0, lr=0.1, wd=0), run("b", 1.0, lr=0.2, wd=1)])
    assert "(lr, wd)" in build_compared(two).warnings[0]


def test_sides_can_be_made_by_a_setting() -> None:
    runs = [run(f"r{index}", 1 + index % 2, lr=index, dropout=0.5 * (index % 2)) for index in range(6)]
    found = compare(runs, group=("dropout",))
    assert [(side.name, len(side.members)) for side in found.sides] == [("dropout=0.0", 3), ("dropout=0.5", 3)]


def test_rank_correlations_come_above_twenty_runs_only() -> None:
    runs = [run(f"r{index}", 1 + 0.05 * index, lr=index, wd=index * 7 % 5) for index in range(25)]
    few = build_compared(compare(runs[:20]))
    assert not few.correlations
    assert "need more than 20 runs with a best value; here: 20" in few.correlations_said
    found = compare(runs).correlations
    assert (found[0].setting, round(found[0].rho, 3)) == ("lr", 1.0)
    assert found[0].chance < 0.001 < found[1].chance


def test_noise_is_seldom_called_a_correlation() -> None:
    rng = np.random.default_rng(0)
    alarms = 0
    for _ in range(20):
        settings = rng.integers(9, size=(24, 3)).tolist()
        values = np.exp(rng.standard_normal(24)).tolist()
        runs = [run(f"r{at}", values[at], a=one[0], b=one[1], c=one[2]) for at, one in enumerate(settings)]
        alarms += any(one.chance < 0.05 for one in compare(runs).correlations)
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
    with pytest.raises(AnalyzerError, match="no run holds a loss"):
        compare([nothing, nothing])


def test_a_run_without_the_metric_is_said_to_lack_it() -> None:
    other = synthetic.of_curves("c", {("train", "accuracy"): np.linspace(0, 1, 20)})
    found = compare([run("a", 1.0), run("b", 1.1), other])
    assert found.sides[2].answer == NOT_LOGGED
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
    assert json.loads(write_comparison(found, tmp_path / "c.json").read_text(encoding="utf-8")) == found.to_dict()
    assert "script" in render_compared_terminal(found, lang)


def test_eight_sides_are_drawn_and_the_rest_is_said() -> None:
    found = build_compared(compare([run(f"r{index}", 1.0, lr=index) for index in range(11)]))
    assert len(found.charts[0][0].lines) == 8
    assert found.not_drawn == "Drawn: the first 8 of 11 sides."


def test_three_optimizers_are_three_sides() -> None:
    runs = [run(f"r{seed}", 1.0, seed=seed, optimizer=name) for seed, name in enumerate(("adam", "sgd", "rmsprop"))]
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
    single = diagnose(dead[0])
    assert against(single, [diagnose(one) for one in first]).answer == WORSE


def test_a_scale_that_cannot_be_told_is_not_compared() -> None:
    scores = {("val", "r2"): np.linspace(-3, 0.9, 40)}
    other = synthetic.of_curves("c", scores)
    percent = synthetic.of_curves("d", {("val", "r2"): np.linspace(2, 90, 40)}, config={"a": 1})
    assert compare([percent, other]).sides[1].answer == NOT_LOGGED


def test_a_setting_that_no_run_has_cannot_group() -> None:
    with pytest.raises(AnalyzerError, match='unknown setting to group by "dropuot"; did you mean "dropout"'):
        compare([run("a", 1.0, dropout=0), run("b", 1.0)], group=("dropuot",))


def test_an_absurd_number_in_a_configuration_is_text() -> None:
    found = compare([run("a", 1.0, lr=10**400), run("b", 1.0, lr=1)])
    assert found.sides[1].changed == (("lr", f"{10**400:#x}"[:110] + "… #7ba4c8", 1),)


def test_a_side_of_one_run_is_named_for_its_setting_too() -> None:
    found = compare([run(f"r{index}", 1.0, lr=index // 2) for index in range(3)], group=("lr",), baseline="lr=1")
    assert [(side.name, side.answer) for side in found.sides] == [("lr=0", UNCLEAR), ("lr=1", BASELINE)]


def test_one_and_one_point_zero_are_equal_and_true_is_another_setting() -> None:
    found = compare([run("a", 1.0, lr=1, bias=1), run("b", 1.0, lr=1.0, bias=True)])
    assert found.sides[1].changed == (("bias", 1, True),)


def test_a_small_probability_is_never_nothing() -> None:
    sweep = compare([run(f"r{index}", 1 + index / 10, lr=index / 100) for index in range(25)])
    assert [row[2] for row in build_compared(sweep).correlations] == ["< 0.1%"]


def test_sides_of_the_same_seeds_are_compared_by_pairs() -> None:
    draws = [1.0, 2.0, 3.0, 4.0]  # the seed moves the value far more than the setting does
    plain, better = repeats("a", draws, lr=1), repeats("b", [one - 0.1 + one / 100 for one in draws], lr=2)
    paired = compare([*plain, *better]).sides[1]
    assert paired.answer == BETTER
    assert paired.difference is not None
    assert paired.difference.paired
    other_seeds = [replace(one, config={**one.config, "seed": 9 + at}) for at, one in enumerate(better)]
    alone = compare([*plain, *other_seeds]).sides[1]
    assert (alone.answer, alone.difference.paired) == (UNCLEAR, False)  # type: ignore[union-attr]
    assert alone.difference.value == pytest.approx(paired.difference.value)  # type: ignore[union-attr]


@pytest.mark.parametrize("seeds", [[0, 1, 1], [0, 1, None], [0, 1, 2, 3]], ids=str)
def test_seeds_that_do_not_match_one_to_one_make_no_pairs(seeds: list[int | None]) -> None:
    other = [
        run(f"b{at}", 1 + at / 10, lr=2, **({} if seed is None else {"seed": seed})) for at, seed in enumerate(seeds)
    ]
    found = compare([*repeats("a", [1.0, 1.1, 1.3], lr=1), *other], group=("lr",)).sides[1].difference
    assert found is not None
    assert not found.paired


def test_five_sides_and_more_are_warned_of_where_one_is_clear() -> None:
    values = [1.0, 1.01, 0.99]
    sides = [one for at in range(6) for one in repeats(f"r{at}", [value + (at == 5) for value in values], lr=at)]
    assert "1 in 20" in build_compared(compare(sides)).warnings[0]
    assert not build_compared(compare(sides[:15])).warnings  # none of them is clear


def test_repeats_of_one_value_are_not_said_to_be_one_run() -> None:
    alike = [
        synthetic.of_curves(
            f"{lr}{seed}", {("val", "loss"): np.array([3.0 + seed, lr])}, config={"lr": lr, "seed": seed}
        )
        for lr in (1, 1.5)
        for seed in range(3)
    ]
    assert "The repeats hold the same values" in build_compared(compare(alike)).sentences[0]


@pytest.mark.parametrize(
    ("first", "second"),
    [({"layers": [64] * 40 + [1]}, {"layers": [64] * 40 + [2]}), ({"width": 10**40}, {"width": 10**40 + 1}),
     ({"data_dir": "/data/v1/train"}, {"data_dir": "/data/v2/train"}), ({"token_dropout": 0.1}, {"token_dropout": 0.5}),
     ({f"k{at:03d}": at for at in range(600)} | {"z": 0.1}, {f"k{at:03d}": at for at in range(600)} | {"z": 0.2})],
    ids=["long list", "long number", "path", "name like a secret", "many settings"],
)  # fmt: skip
def test_runs_whose_settings_differ_are_never_repeats(first: dict[str, Any], second: dict[str, Any]) -> None:
    runs = [*repeats("a", [1.0, 1.1], **first), *repeats("b", [1.0, 1.2], **second)]
    found = compare(runs)
    assert [len(side.members) for side in found.sides] == [2, 2]
    assert len(found.sides[1].changed) == 1


def test_a_place_to_write_to_is_no_setting() -> None:
    runs = [run(f"r{seed}", 1 + seed / 10, seed=seed, ckpt=f"/scratch/{seed}/last.pt") for seed in range(3)]
    assert len(compare([*runs, run("other", 1.0, seed=0, lr=2)]).sides) == 2


def test_a_run_read_twice_is_one_run_and_said_to_be() -> None:
    runs = [*repeats("a", [1.0, 1.1, 1.2], lr=1), *repeats("b", [0.9, 1.0, 1.1], lr=2)]
    twice = [*runs, *(replace(one, name=f"{one.name} copy") for one in runs)]
    found = compare(twice, baseline="a0 copy")
    assert [side.values for side in found.sides] == [side.values for side in compare(runs).sides]
    assert found.copies[0] == ("a0 copy", "a0")
    assert "a0 copy" in build_compared(found).warnings[0]


def test_what_was_not_logged_was_not_changed() -> None:
    found = compare([synthetic.of_curves("a", {("val", "loss"): np.linspace(2, 1, 9)}), run("b", 1.0, lr=1, wd=2)])
    assert found.sides[1].changed == ()


def test_a_run_and_a_word_are_taken_for_what_they_mean() -> None:
    runs = [run("a", 1.0, lr=1), run("b", 1.1, lr=2)]
    found = compare(runs, baseline=runs[1], group="lr")
    assert found.sides[found.baseline].name == "lr=2"


def test_values_too_large_to_square_are_no_error() -> None:
    sides = [*repeats("a", [1e200, 1.1e200, 1.2e200], lr=1), *repeats("b", [3e200, 3.1e200, 3.3e200], lr=2)]
    assert compare(sides).sides[1].answer in (UNCLEAR, WORSE)
