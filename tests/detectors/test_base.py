"""The base of detectors: which curve is judged, which reason is given, which verdict follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.detectors._base import (
    FARTHEST,
    Detector,
    calibrated,
    judge_all,
    judge_every,
    judge_first,
    judge_metric,
    onset_between,
    threshold,
)
from analyzer.detectors._calibration import CALIBRATION
from analyzer.errors import NotApplicable
from analyzer.model.diagnosis import Finding, Verdict
from analyzer.model.run import Run
from analyzer.model.values import Values

Y = np.linspace(2, 1, 20)


def run_of(*names: str) -> Run:
    """Return a run with a curve for each split/metric."""
    curves = {}
    for name in names:
        split, _, metric = name.partition("/")
        curves[split, metric] = Y
    return synthetic.of_curves("run", curves)


def found(metric: str, split: str = "", tags: tuple[str, ...] = ()) -> Finding:
    return Finding("sample", "warning", metric, split, None, Values(), tags)


class Judging:
    """Judges a curve by its name: finds something, finds nothing, or gives a reason."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def of_curve(self, run: Run, metric: str, split: str) -> Iterable[Finding]:
        run.curve(metric, split)  # raises "no_curve" where it is not logged
        return self._answer(f"{split}/{metric}", metric, split)

    def of_metric(self, _: Run, metric: str) -> Iterable[Finding]:
        return self._answer(metric, metric, "")

    def _answer(self, name: str, metric: str, split: str) -> Iterable[Finding]:
        self.asked.append(name)
        answer = self.answers.get(name, "clear")
        if answer == "found":
            return [found(metric, split)]
        if answer == "clear":
            return []
        raise NotApplicable(answer)


@dataclass(frozen=True)
class Sample(Detector):
    """A detector with two thresholds."""

    verdict_by_tag: ClassVar[Mapping[str, Verdict]] = {"late": Verdict("late", 20)}
    explains: ClassVar[frozenset[str]] = frozenset({"plateau"})
    explains_by_tag: ClassVar[Mapping[str, frozenset[str]]] = {
        "late": frozenset({"generalization_gap"})
    }
    share: float = threshold(0.5, "half of a run is enough", low=0, high=1)
    points: int = threshold(8, "fewer say nothing", low=3)

    def detect(self, run: Run) -> Iterable[Finding]:
        return []

    @classmethod
    def example(cls, seed: int) -> Run:
        return synthetic.healthy(seed).run


@dataclass(frozen=True)
class Named(Sample):
    """A detector with a verdict of its own."""

    verdict: ClassVar[Verdict | None] = Verdict("slow", 30)


def test_a_tag_may_make_more_detectors_redundant() -> None:
    plain, late = (replace(found("loss", "val"), tags=tags) for tags in ((), ("late",)))
    assert Sample().explained_by([plain]) == {"plateau"}
    assert Sample().explained_by([plain, late]) == {"plateau", "generalization_gap"}


def test_thresholds_are_listed_with_the_values_in_use() -> None:
    assert Sample().thresholds == {"share": 0.5, "points": 8}
    assert Sample(share=0.25).thresholds == {"share": 0.25, "points": 8}


def test_the_id_is_the_name_of_the_file() -> None:
    assert Sample().id == "test_base"


def test_a_tag_decides_the_verdict_before_the_detector_does() -> None:
    assert Named().verdict_of(found("loss")) == Verdict("slow", 30)
    assert Named().verdict_of(found("loss", tags=("early", "late"))) == Verdict("late", 20)


def test_without_a_verdict_of_its_own_a_finding_gives_its_id_at_the_last_place() -> None:
    assert Sample().verdict_of(found("loss")) == Verdict("sample", 100)
    assert Sample.verdicts_of("mine") == (Verdict("mine", 100), Verdict("late", 20))
    assert Named.verdicts_of("mine") == (Verdict("slow", 30), Verdict("late", 20))


@pytest.mark.parametrize(("held_out_first", "split"), [(False, "train"), (True, "val")])
def test_the_first_curve_that_can_be_judged_decides(held_out_first: bool, split: str) -> None:
    judging = Judging({"train/loss": "found", "val/loss": "found"})
    run = run_of("train/loss", "val/loss", "val/accuracy")
    (finding,) = judge_first(run, judging.of_curve, held_out_first=held_out_first)
    assert (finding.metric, finding.split) == ("loss", split)
    assert judging.asked == [f"{split}/loss"]


def test_the_other_split_and_then_the_next_metric_are_judged_if_one_cannot_be() -> None:
    judging = Judging({"train/loss": "too_few_points", "val/loss": "found"})
    run = run_of("train/loss", "val/loss")
    (finding,) = judge_metric(run, judging.of_curve, "loss", held_out_first=False)
    assert finding.split == "val"
    scores = Judging({"val/loss": "too_few_points", "val/accuracy": "found"})
    (finding,) = judge_first(
        run_of("val/loss", "val/accuracy"), scores.of_curve, held_out_first=False
    )
    assert finding.metric == "accuracy"


def test_a_clear_curve_is_an_answer() -> None:
    judging = Judging({"val/accuracy": "found"})
    run = run_of("val/loss", "val/accuracy")
    assert list(judge_first(run, judging.of_curve, held_out_first=False)) == []


def test_a_reason_about_a_logged_curve_comes_before_not_logged() -> None:
    judging = Judging({"val/loss": "too_few_points"})
    with pytest.raises(NotApplicable) as reason:
        judge_first(run_of("val/loss"), judging.of_curve, held_out_first=False)
    assert reason.value.key == "too_few_points"


def test_a_run_without_any_curve_has_no_loss() -> None:
    with pytest.raises(NotApplicable, match="no_loss"):
        judge_first(synthetic.of_curves("x", {}), Judging({}).of_curve, held_out_first=False)


PARTS = ("train/cls_loss", "train/box_loss")


@pytest.mark.parametrize(
    ("answers", "metrics"),
    [
        (("found", "found"), ["cls_loss"]),
        (("found", "clear"), []),
        (("clear", "found"), []),
        (("found", "too_few_points"), ["cls_loss"]),
        (("too_few_points", "found"), ["box_loss"]),
    ],
)
def test_of_parts_of_a_loss_only_what_all_show_is_found(
    answers: tuple[str, str], metrics: list[str]
) -> None:
    run = run_of(*PARTS)
    assert len(run.metrics_of("loss")) == 2
    judging = Judging(dict(zip(PARTS, answers, strict=True)))
    findings = judge_all(run, judging.of_curve, held_out_first=False)
    assert [finding.metric for finding in findings] == metrics


def test_parts_of_which_none_can_be_judged_give_their_reason() -> None:
    judging = Judging(dict.fromkeys(PARTS, "too_few_points"))
    with pytest.raises(NotApplicable, match="too_few_points"):
        judge_all(run_of(*PARTS), judging.of_curve, held_out_first=False)


def test_a_single_loss_is_judged_as_the_first_curve() -> None:
    judging = Judging({"train/loss": "too_few_points", "val/accuracy": "found"})
    run = run_of("train/loss", "val/accuracy")
    (finding,) = judge_all(run, judging.of_curve, held_out_first=False)
    assert finding.metric == "accuracy"


def test_every_loss_is_judged_and_no_score_after_it() -> None:
    judging = Judging({"cls_loss": "found", "box_loss": "found", "accuracy": "found"})
    findings = judge_every(run_of(*PARTS, "val/accuracy"), judging.of_metric)
    assert [finding.metric for finding in findings] == ["cls_loss", "box_loss"]
    assert "accuracy" not in judging.asked


@pytest.mark.parametrize(("scores", "metrics"), [(True, ["accuracy"]), (False, [])])
def test_scores_are_judged_if_no_loss_can_be(scores: bool, metrics: list[str]) -> None:
    judging = Judging({"loss": "too_few_points", "accuracy": "found"})
    run = run_of("val/loss", "val/accuracy")
    if metrics:
        findings = judge_every(run, judging.of_metric, scores=scores)
        assert [finding.metric for finding in findings] == metrics
        return
    with pytest.raises(NotApplicable, match="too_few_points"):
        judge_every(run, judging.of_metric, scores=scores)


def test_a_reason_that_is_an_answer_ends_the_search_and_is_given_if_nothing_was_found() -> None:
    answers = ("too_few_examples",)
    judging = Judging({"loss": "too_few_examples", "accuracy": "found"})
    with pytest.raises(NotApplicable, match="too_few_examples"):
        judge_every(run_of("val/loss", "val/accuracy"), judging.of_metric, answers=answers)
    assert judging.asked == ["loss"]
    parts = Judging({"cls_loss": "too_few_examples", "box_loss": "found"})
    findings = judge_every(run_of(*PARTS), parts.of_metric, answers=answers)
    assert [finding.metric for finding in findings] == ["box_loss"]


def test_nothing_found_in_any_loss_is_an_empty_answer() -> None:
    assert judge_every(run_of("val/loss"), Judging({}).of_metric) == []


def test_an_onset_reaches_back_to_the_earlier_point() -> None:
    curve = run_of("val/loss").curve("loss", "val")
    moved = replace(curve, step=curve.step * 100, epoch=curve.epoch + 0.5)
    onset = onset_between(moved, 7, 5)
    assert (onset.step, onset.low, onset.high) == (700, 500, 700)
    assert (onset.epoch, onset.low_epoch, onset.high_epoch) == (7.5, 5.5, 7.5)


def test_an_onset_by_step_has_no_epochs() -> None:
    curve = run_of("val/loss").curve("loss", "val")
    onset = onset_between(replace(curve, epoch=np.full(20, np.nan)), 7, 5)
    assert (onset.epoch, onset.low_epoch, onset.high_epoch) == (None, None, None)


@pytest.mark.parametrize("name", sorted(CALIBRATION))
def test_a_calibrated_margin_is_a_probability_that_never_falls(name: str) -> None:
    margins = np.linspace(-2 * FARTHEST, 2 * FARTHEST, 41)
    chances = [calibrated(name, float(margin)) for margin in margins]
    assert chances == sorted(chances)
    assert chances[0] > 0
    assert chances[-1] < 1
    assert calibrated(name, 1e9) == calibrated(name, FARTHEST)
    assert calibrated(name, -1e9) == calibrated(name, -FARTHEST)
