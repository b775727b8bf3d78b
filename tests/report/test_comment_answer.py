"""The words on a baseline: a run that is worse never replaces it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.model.diagnosis import Diagnosis
from analyzer.report.comment import render_comment
from analyzer.report.comment_answer import answer
from analyzer.text import words

EN = words("en")


def of(name: str, floor: float, seed: int) -> Diagnosis:
    """Return a run without a problem whose loss ends at a floor."""
    loss = floor + 2 * np.exp(-np.arange(1, 81) / 12)
    noise = np.random.default_rng(seed).normal(0, 0.004, len(loss))
    curves = {("train", "loss"): loss * 0.97 - noise, ("val", "loss"): loss + noise}
    return diagnose(synthetic.of_curves(name, curves, config={"seed": seed}))


def side(name: str, floor: float, count: int) -> list[Diagnosis]:
    return [of(f"{name}{seed}", floor, seed) for seed in range(count)]


def with_settings(name: str, count: int, **settings: object) -> list[Diagnosis]:
    runs = side(name, 0.345, count)
    configs = [{**runs[at].run.config, **settings} for at in range(count)]
    return [
        replace(diagnosis, run=replace(diagnosis.run, config=config))
        for diagnosis, config in zip(runs, configs, strict=True)
    ]


def test_the_settings_that_differ_are_named_and_the_seed_is_none_of_them() -> None:
    new = with_settings("new", 3, lr=0.1, dropout=0.0, note="a*b")
    base = with_settings("base", 2, lr=0.1, dropout=0.25, note="c")
    line = "Settings that differ from the baseline: dropout 0.25 → 0"
    assert line in render_comment(new, base)
    assert "dropout 0,25 → 0" in render_comment(new, base, lang="es")
    assert answer(new, with_settings("base", 1, lr=0.1, dropout=0.0, note="a*b"), EN).changed == ""
    many = with_settings("base", 1, **{f"key_{at}": at for at in range(9)})
    assert answer(new, many, EN).changed.endswith(" …")


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_run_that_is_worse_is_never_to_be_kept_as_the_baseline(count: int, lang: str) -> None:
    new, base = side("new", 0.394, 1), side("base", 0.345, count)
    assert new[0].verdict == "healthy"
    body = render_comment(new, base, lang=lang)
    title = body.splitlines()[1]

    def not_judged(said: str) -> bool:
        """One run each shows nothing, and the title says just that."""
        return count == 1 and said in title

    first = next(line for line in body.splitlines() if line.startswith("- [ ]"))
    if lang == "en":
        assert "Keep this run as the baseline" not in body
        assert first.startswith("- [ ] Keep the present baseline")
        assert not_judged("not judged") or title.index("the baseline") < title.index("healthy")
    else:
        assert "Guarde esta ejecución como referencia" not in body
        assert first.startswith("- [ ] Conserve la referencia actual")
        assert not_judged("sin evaluar") or title.index("la referencia") < title.index(
            "sin problemas"
        )


def test_a_better_run_may_replace_the_baseline() -> None:
    found = answer(side("new", 0.30, 3), side("base", 0.36, 3), EN)
    assert found.short == "better than the baseline"
    assert found.step.startswith("This run can replace the baseline")
    assert not found.is_worse


@pytest.mark.parametrize("floor", [0.30, 0.42])
def test_one_run_each_is_not_judged_whichever_is_ahead(floor: float) -> None:
    new, base = side("new", floor, 1), side("base", 0.36, 1)
    found = answer(new, base, EN)
    assert found.short == "not judged against the baseline: one run each"
    assert found.sentence.startswith("Not judged: ")
    assert found.step.startswith("Keep the present baseline until it can be judged")
    body = render_comment(new, base)
    assert not [word for word in ("behind", "ahead", "No clear difference") if word in body]


def test_repeats_without_a_clear_difference_say_so_in_title_and_sentence() -> None:
    found = answer(side("new", 0.3601, 3), side("base", 0.36, 3), EN)
    assert found.short == "no clear difference from the baseline"
    assert found.sentence.startswith("No clear difference")


def test_the_same_level_is_no_reason_to_replace_it() -> None:
    found = answer(side("new", 0.36, 1), [of("base", 0.36, 0)], EN)
    assert found.short == "level with the baseline, one run each" or not found.short


def test_other_data_are_said_beside_the_levels() -> None:
    new = with_settings("new", 1, dataset="openwebtext")
    base = with_settings("base", 1, dataset="shakespeare_char")
    said = answer(new, base, EN).sentence
    assert "different data (dataset: shakespeare_char, openwebtext)" in said


def test_without_a_common_metric_nothing_is_said_of_the_baseline() -> None:
    silent = diagnose(synthetic.of_curves("r", {("", "lr"): np.ones(9)}))
    assert answer([silent], [silent], EN) == ("", "", "", False, "")


def test_a_run_with_the_points_of_its_baseline_is_said_to_be_no_new_one() -> None:
    base = side("base", 0.345, 3)
    again = replace(base[1], run=replace(base[1].run, name="again"))
    said = answer([again], base, EN).sentence
    assert said.endswith(
        "again has the same points as base1 of the baseline: a copied log, the same seed run "
        "again, or a change without effect."
    )
    assert "mismos puntos que base1" in answer([again], base, words("es")).sentence
    assert "same points" not in answer(side("new", 0.35, 1), base, EN).sentence
