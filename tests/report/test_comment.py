"""The comment for a pull request.

Short, safe to post, honest about a baseline, drawn by Mermaid.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from analyzer import synthetic
from analyzer.charts.mermaid import POINTS
from analyzer.cli import main
from analyzer.engine import diagnose
from analyzer.model.diagnosis import Diagnosis
from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.report import comment
from analyzer.report.comment import LONGEST, MOST_BOXES, marker, render_comment
from analyzer.text import words

SAMPLES = Path(__file__).parents[2] / "sample_logs"
HOSTILE = (
    "@octocat closes #1 `x` ![a](data:image/png;base64,AA) <script>alert(1)</script> "
    "--> | \n# h1 https://evil.example"
)


def run(name: str, best: float, length: int = 40, **config: object) -> Run:
    fall = np.geomspace(3, 1, length) * best
    return synthetic.of_curves(
        name, {("train", "loss"): fall * 0.9, ("val", "loss"): fall}, config=config
    )


@pytest.fixture(scope="module")
def overfitted() -> Diagnosis:
    return diagnose(synthetic.overfitting(3).run)


def chart_of(body: str) -> tuple[list[list[float]], str]:
    """Return the numbers of each line of the Mermaid chart, and its code."""
    (code,) = re.findall(r"```mermaid\n(.*?)\n```", body, re.S)
    return [json.loads(numbers) for numbers in re.findall(r"^  line (\[.*\])$", code, re.M)], code


@pytest.mark.parametrize("lang", ["en", "es"])
def test_it_has_verdict_table_chart_boxes_and_folded_evidence(
    overfitted: Diagnosis, lang: str
) -> None:
    body = render_comment([overfitted], name="runs/a", lang=lang)
    assert body.startswith(marker("runs/a") + "\n### ")
    assert {"en": "Training: overfitting", "es": "Entrenamiento: sobreajuste"}[lang] in body
    assert body.count("\n| --- |") == 1
    assert 1 <= body.count("- [ ] ") <= MOST_BOXES
    assert body.count("<details>") == body.count("</details>") == 1
    assert body.index("- [ ]") < body.index("<details>")
    assert "data:" not in body


def test_the_chart_has_two_lines_of_sixty_points_at_most_and_its_palette(
    overfitted: Diagnosis,
) -> None:
    lines, code = chart_of(render_comment([overfitted]))
    assert len(lines) == 2
    assert all(2 <= len(line) <= POINTS for line in lines)
    assert 'plotColorPalette: "#0072b2, #d55e00"' in code


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9, 1e130])
def test_numbers_of_the_chart_have_no_exponent(scale: float) -> None:
    made = diagnose(synthetic.of_curves("r", {("val", "loss"): np.linspace(2, 1, 30) * scale}))
    lines, code = chart_of(render_comment([made]))
    assert not re.search(r"\d[eE][+-]?\d", code.split("xychart-beta")[1])
    assert max(map(abs, lines[0])) < 1e5
    assert ("× 10^" in code) == (scale != 1.0)


def test_a_run_of_one_point_has_no_chart() -> None:
    assert "mermaid" not in render_comment(
        [diagnose(synthetic.of_curves("r", {("val", "loss"): np.ones(1)}))]
    )


def test_against_a_baseline_it_says_what_the_comparison_says() -> None:
    base = [diagnose(run(f"b{seed}", 1 + seed / 100, lr=1, seed=seed)) for seed in range(3)]
    new = [diagnose(run(f"n{seed}", 0.8 + seed / 90, lr=2, seed=seed)) for seed in range(3)]
    body = render_comment(new, base)
    assert "n0 (+2) is better than the baseline: Validation loss −0." in body.replace(
        "validation loss", "Validation loss"
    )
    assert (
        "| validation loss at its best, smoothed | 1.01 ± 0.01 (n = 3) | 0.811 ± 0.0111 (n = 3) |"
        in body
    )
    assert "3 repeats. Findings and checklist are those of n1" in body
    single = render_comment(new[:1], base[:1])
    assert "n0 against the baseline" in single


@pytest.mark.parametrize("lang", ["en", "es"])
def test_no_log_can_mention_close_link_or_inject(overfitted: Diagnosis, lang: str) -> None:
    made = replace(
        overfitted.run,
        name=HOSTILE,
        issues=(LogIssue("warning", HOSTILE, "truncated_record", 1, 2, 3),),
    )
    body = render_comment(
        [diagnose(made)], [diagnose(replace(made, name=f"b {HOSTILE}"))], name=HOSTILE, lang=lang
    )
    text = re.sub(r"```mermaid.*?```", "", body, flags=re.S)
    assert "@octocat" not in text
    assert "#1" not in text
    assert not re.search(r"(?<!\\)<script", body)
    links = re.findall(r"(?<!\\)\]\((.*?)\)", body)
    assert set(links) <= set(words(lang).of("_terms")["source_links"].values())
    assert "https://evil" not in text
    assert body.count("-->") == 1 + len(re.findall(r"^  [xy]-axis .* --> ", body, re.M))
    assert "\n# h1" not in body


def test_a_name_cannot_leave_the_block_of_the_chart() -> None:
    evil = 'loss" 1 --> 2\n```\n@x ; %%{init}%%'
    body = render_comment(
        [diagnose(synthetic.of_curves("r", {("val", evil): np.linspace(2, 1, 30)}))]
    )
    assert body.count("```") == 2
    _, code = chart_of(body)
    (label,) = re.findall(r'^  y-axis "(.*)" \S+ --> \S+$', code, re.M)
    assert re.fullmatch(r"[\w .,()/+×=^-]+", label)
    assert "%%" not in code


def test_it_is_never_longer_than_a_comment_may_be_and_says_what_is_missing(
    overfitted: Diagnosis,
) -> None:
    issues = tuple(LogIssue("warning", "x" * 5000, "truncated_record", 1, 2, 3) for _ in range(50))
    long = replace(overfitted, run=replace(overfitted.run, issues=issues))
    body = render_comment([diagnose(long.run)])
    assert len(body) <= LONGEST
    assert "Shortened to fit; left out: " in body
    assert "- [ ]" in body


def test_the_marker_is_the_same_for_a_path_and_differs_between_paths() -> None:
    assert marker("a") == marker("a") != marker("b")
    assert re.fullmatch(r"<!-- analyzer-comment [0-9a-f]{16} -->", marker("--> \ud800"))


def test_the_command_prints_it_and_writes_pictures(tmp_path: Path) -> None:
    log = str(SAMPLES / "keras_overfitting")
    done = CliRunner().invoke(
        main, ["comment", log, "--png", str(tmp_path / "charts"), "--lang", "es"]
    )
    assert (done.exit_code, done.stderr) == (0, "")
    assert "Qué hacer ahora" in done.stdout
    assert sorted(path.name for path in (tmp_path / "charts").iterdir()) == [
        "accuracy.png",
        "loss.png",
    ]
    assert (tmp_path / "charts" / "loss.png").read_bytes().startswith(b"\x89PNG")


def test_runs_that_are_no_repeats_are_named() -> None:
    done = CliRunner().invoke(main, ["comment", str(SAMPLES)])
    assert done.exit_code == 2
    assert "that are not repeats of one run; pick one with --run NAME" in done.stderr


def test_repeats_without_a_baseline_have_a_table() -> None:
    body = render_comment(
        [diagnose(run(f"r{seed}", 1 + seed / 100, seed=seed)) for seed in range(3)]
    )
    assert "| validation loss at its best, smoothed | 1.01 ± 0.01 (n = 3) |" in body


def test_a_run_and_a_short_baseline_are_drawn_to_their_ends() -> None:
    short, long = diagnose(run("b", 1.0, length=20)), diagnose(run("n", 1.0, length=80))
    body = render_comment([long], [short])
    _, code = chart_of(body)
    assert 'x-axis "epoch' in code or 'x-axis "step' in code
    assert "--> 79" in code
    assert (
        "From epoch 19 on, the line of baseline only holds its last value: it ended there." in body
    )


def test_copies_count_once_in_every_row() -> None:
    base = [diagnose(run(f"b{seed}", 1 + seed / 20, seed=seed)) for seed in range(2)]
    body = render_comment([diagnose(run("n", 1.1, seed=9))], base + base[:1] * 4)
    assert "(n = 2)" in body
    assert "2 undertrained" in body or "2 healthy" in body
    alone = render_comment(
        [diagnose(run(f"n{seed}", 1.1 + seed / 100, seed=seed)) for seed in range(3)], base[:1] * 3
    )
    assert "| 1 |" in alone


def test_percent_and_share_are_one_scale_in_chart_and_table() -> None:
    def scores(name: str, values: np.ndarray, **config: object) -> Diagnosis:
        curves = {("train", "accuracy"): values + 0.05 * values.max(), ("val", "accuracy"): values}
        return diagnose(synthetic.of_curves(name, curves, config=config))

    base = [scores(f"b{seed}", np.linspace(10, 85, 40) + seed, seed=seed) for seed in range(3)]
    body = render_comment(
        [scores("n", np.linspace(0.1, 0.8, 40), seed=0, of="another script")], base
    )
    assert "gap to training" not in body
    lines, _ = chart_of(body)
    assert max(max(line) for line in lines) <= 1


STUCK = 2.302585 + 1e-6 * np.linspace(1, 0, 40)


@pytest.mark.parametrize(
    "values",
    [
        1_234_567 + np.arange(40.0),
        STUCK,
        123456 + np.linspace(3, 0, 40),
        99990 + np.arange(10.0)[::-1],
    ],
    ids=["large", "stuck", "offset", "ninety-nine"],
)
def test_small_changes_of_large_values_are_drawn(values: np.ndarray) -> None:
    lines, code = chart_of(
        render_comment([diagnose(synthetic.of_curves("r", {("val", "loss"): values}))])
    )
    assert len(set(lines[0])) > 5
    (low, high) = re.findall(r'y-axis ".*" (\S+) --> (\S+)', code)[0]
    assert float(low) < float(high)


def test_a_constant_has_an_axis_around_it() -> None:
    lines, code = chart_of(
        render_comment([diagnose(synthetic.of_curves("r", {("val", "loss"): np.full(20, 2.3)}))])
    )
    (low, high) = re.findall(r'y-axis ".*" (\S+) --> (\S+)', code)[0]
    assert float(low) < lines[0][0] < float(high)


def test_late_steps_have_an_axis() -> None:
    made = synthetic.of_curves("r", {("val", "loss"): np.linspace(2, 1, 40)})
    late = replace(
        made,
        series=tuple(
            replace(item, step=item.step + 1_234_567, epoch=np.full(40, np.nan))
            for item in made.series
        ),
    )
    _, code = chart_of(render_comment([diagnose(late)]))
    (low, high) = re.findall(r'x-axis ".*" (\S+) --> (\S+)', code)[0]
    assert float(high) - float(low) == 39


def test_validation_is_drawn_beside_training_whatever_else_there_is() -> None:
    fall = np.geomspace(3, 1, 40)
    made = synthetic.of_curves(
        "r", {("train", "loss"): fall, ("", "loss"): fall, ("val", "loss"): fall * 1.1}
    )
    assert "🟦 Blue: training; 🟧 orange: validation." in render_comment([diagnose(made)])


def test_what_was_left_out_is_counted(overfitted: Diagnosis) -> None:
    issues = tuple(LogIssue("warning", f"f{at}", "truncated_record", 1, 2, 3) for at in range(50))
    body = render_comment([diagnose(replace(overfitted.run, issues=issues))])
    assert "left out: 0 findings, 30 log issues" in body


def test_a_name_as_long_as_a_book_is_shortened(overfitted: Diagnosis) -> None:
    body = render_comment([diagnose(replace(overfitted.run, name="x_" * 40000))], [overfitted])
    assert len(body) <= LONGEST


def test_boxes_that_do_not_fit_are_counted(
    overfitted: Diagnosis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comment, "MOST_BOXES", 99)
    assert "more." not in render_comment([overfitted])
    boxes = render_comment([overfitted]).count("- [ ] ")
    monkeypatch.setattr(comment, "MOST_BOXES", 1)
    body = render_comment([overfitted])
    assert body.count("- [ ] ") == 1
    assert f"The report has {boxes - 1} more." in body


def test_it_ends_with_one_newline_and_names_its_sources(overfitted: Diagnosis) -> None:
    body = render_comment([overfitted])
    assert body.endswith("\n")
    assert not body.endswith("\n\n")
    assert "\nSources: [Google" in body or "\nSources: Course" in body


def test_the_full_report_is_linked_where_there_is_one(overfitted: Diagnosis) -> None:
    address = "https://example.org/artifacts/1"
    assert f"[Full report]({address})" in render_comment([overfitted], report_url=address)
    assert "Full report" not in render_comment([overfitted])
