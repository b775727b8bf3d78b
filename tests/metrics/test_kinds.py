"""Kinds of metrics: losses, scores, shares and axes."""

from __future__ import annotations

import pytest

from analyzer import metrics


@pytest.mark.parametrize(
    ("metric", "kind"),
    [
        ("loss", "loss"),
        ("box_loss", "loss"),
        ("Logloss", "loss"),
        ("crossentropy", "loss"),
        ("cross_entropy", "loss"),
        ("CrossEntropyLoss", "loss"),
        ("rmse", "loss"),
        ("perplexity", "loss"),
        ("val error", "loss"),
        ("accuracy/error", "loss"),
        ("accuracy", "score"),
        ("Loss/acc", "score"),
        ("top5_acc", "score"),
        ("metrics/mAP50(B)", "score"),
        ("r2", "score"),
        ("f1", "score"),
        ("auc", "score"),
        ("acc_seg", "score"),
        ("entropy", None),
        ("policy/loss", None),
        ("value_loss", None),
        ("lr", None),
        ("grad_norm", None),
        ("reward", "score"),
        ("time/fps", None),
        ("glossary", None),
        ("", None),
        ("loss__MIN", None),
        ("run - acc__MAX", None),
    ],
)
def test_the_kind_says_which_way_is_better(metric: str, kind: str | None) -> None:
    assert metrics.kind(metric) == kind


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Train Loss", "train_loss"),
        ("  a--b/c ", "a_b_c"),
        ("_step", "_step"),
        ("mAP50(B)", "map50_b"),
        ("Época", "epoch"),
    ],
)
def test_a_normal_name_is_lower_case_words(name: str, expected: str) -> None:
    assert metrics.normal(name) == expected


@pytest.mark.parametrize(
    ("metric", "family"),
    [
        ("accuracy", "accuracy"),
        ("top5", "accuracy"),
        ("val top1 acc", "accuracy"),
        ("f1", "f1"),
        ("metrics/mAP50(B)", "metrics/mAP50(B)"),
        ("bleu", None),
        ("r2", None),
        ("loss", None),
        ("accuracy/error", None),
        ("stop_dice", "stop_dice"),
    ],
)
def test_scores_of_one_family_share_a_scale(metric: str, family: str | None) -> None:
    assert metrics.share_family(metric) == family


@pytest.mark.parametrize(
    ("name", "counts"),
    [("Global Step", True), ("epoch", True), ("Época", True), ("loss", False), ("", False)],
)
def test_an_axis_counts_steps_or_epochs(name: str, counts: bool) -> None:
    assert metrics.is_axis(name) == counts
