"""Names of one log: what they say about each other."""

from __future__ import annotations

import pytest

from analyzer import metrics
from analyzer.metrics import Reading


def splits(*names: str, **points: int) -> list[str]:
    """Return the split of each name of a log; ``points`` counts the points of some names."""
    readings = metrics.read_all(names, points=dict.fromkeys(names, 50) | points)
    return [reading.split for reading in readings.values()]


def test_a_loss_beside_the_mean_of_a_run_is_the_training_loss() -> None:
    assert splits("loss", "train_loss", "eval_loss", train_loss=1) == ["train", "train", "val"]
    assert splits("loss", "train_loss", "eval_loss") == ["", "train", "val"]


def test_the_only_loss_of_a_log_is_the_training_loss() -> None:
    assert splits("loss", "lr", "acc") == ["train", "", ""]


@pytest.mark.parametrize(
    "name", ["validation_{}-logloss", "valid_{}'s auc", "validation_{}", "valid_{}/l2"]
)
def test_the_first_of_two_numbered_sets_is_the_training_set(name: str) -> None:
    first, second = name.format(0), name.format(1)
    assert splits(first, second) == ["train", "val"]
    assert metrics.read_all([first, second])[first].assumed == "first_set_trains"
    assert splits(first) == ["val"]
    assert splits("train-logloss", first, second) == ["train", "val", "val"]
    assert splits(first.replace("0", "1"), second.replace("1", "2")) == ["val", "val"]


def test_the_test_set_of_catboost_is_for_validation() -> None:
    assert splits("learn", "test") == ["train", "val"]
    assert splits("learn-Logloss", "test-Logloss") == ["train", "val"]
    assert splits("train-Logloss", "test-Logloss") == ["train", "test"]


def test_the_scores_of_fastai_are_held_out() -> None:
    read = metrics.read_all(["train_loss", "valid_loss", "accuracy", "error_rate", "time"])
    assert read["accuracy"] == Reading("val", "accuracy")
    assert read["error_rate"] == Reading("val", "error_rate")
    assert read["time"] == Reading("", "time")


def test_the_metrics_of_ultralytics_are_held_out() -> None:
    names = ["train/box_loss", "val/box_loss", "metrics/mAP50(B)", "x/lr0", "lr/pg1"]
    read = metrics.read_all(names)
    assert read["metrics/mAP50(B)"] == Reading("val", "metrics/mAP50(B)")
    assert read["x/lr0"] == read["lr/pg1"] == Reading("", "lr")


def test_a_score_without_a_split_is_held_out_beside_losses_with_one() -> None:
    read = metrics.read_all(["train_loss", "val_loss", "acc"])
    assert read["acc"] == Reading("val", "accuracy", assumed="bare_score_held_out")
    assert splits("train_loss", "test_loss", "dice") == ["train", "test", "test"]


def test_a_score_of_each_training_step_is_not_held_out() -> None:
    assert splits("train_loss", "val_loss", "acc", val_loss=5) == ["train", "val", ""]


def test_a_score_with_a_curve_for_each_split_is_read_by_its_names() -> None:
    assert splits("loss", "val_loss", "acc", "val_acc") == ["train", "val", "train", "val"]
    assert splits("loss", "val_loss", "acc") == ["train", "val", ""]


def test_a_reward_belongs_to_no_split() -> None:
    names = ["train/loss", "val/loss", "rollout/ep_rew_mean"]
    read = metrics.read_all(names, default_split="train")
    assert read["rollout/ep_rew_mean"] == Reading("", "rollout/ep_rew_mean")


def test_initials_are_splits_only_beside_each_other() -> None:
    readings = metrics.read_all(["epoch", "tloss", "vloss", "tacc", "vacc"])
    assert readings["tloss"] == Reading("train", "loss")
    assert readings["vacc"] == Reading("val", "accuracy")
    assert metrics.read_all(["vloss", "pg_loss"])["vloss"].split != "val"
    readings = metrics.read_all(["Epoca", "Loss_T", "Loss_V"])
    assert readings["Loss_T"] == Reading("train", "loss")
    assert readings["Loss_V"] == Reading("val", "loss")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (
            ["reg_loss", "reg_val_loss", "cls_accuracy", "cls_val_accuracy"],
            [
                ("train", "reg_loss"),
                ("val", "reg_loss"),
                ("train", "cls_accuracy"),
                ("val", "cls_accuracy"),
            ],
        ),
        (
            ["head_train_loss", "head_val_loss"],
            [("train", "head_loss"), ("val", "head_loss")],
        ),
        (
            ["loss", "val_loss", "fine_tune_loss", "fine_tune_val_loss"],
            [
                ("train", "loss"),
                ("val", "loss"),
                ("train", "fine_tune_loss"),
                ("val", "fine_tune_loss"),
            ],
        ),
        (["reg_val_loss"], [("", "reg_val_loss")]),  # alone, the word may be prose
        (["q_loss", "q_val_loss"], [("", "q_loss"), ("", "q_val_loss")]),  # a value function
    ],
)
def test_a_split_inside_a_name_is_read_beside_the_name_without_it(
    tags: list[str], expected: list[tuple[str, str]]
) -> None:
    readings = metrics.read_all(tags, default_split=None)
    assert [(readings[tag].split, readings[tag].metric) for tag in tags] == expected


@pytest.mark.parametrize(
    ("names", "readings"),
    [
        (
            ["student_loss", "teacher_loss", "val_loss"],
            [("train", "loss"), ("", "teacher_loss"), ("val", "loss")],
        ),
        (
            ["train_loss", "student_val_loss", "teacher_val_loss"],
            [("train", "loss"), ("val", "loss"), ("val", "teacher_loss")],
        ),
        (
            ["Train Student Loss", "Val Student Loss", "Val Teacher Loss"],
            [("train", "loss"), ("val", "loss"), ("val", "Teacher Loss")],
        ),
        (
            ["loss", "student_loss", "teacher_loss", "val_loss"],
            [("train", "loss"), ("", "student_loss"), ("", "teacher_loss"), ("val", "loss")],
        ),
        (["student_loss", "val_loss"], [("", "student_loss"), ("val", "loss")]),
        (["student_lr", "teacher_lr"], [("", "student_lr"), ("", "teacher_lr")]),
    ],
)
def test_a_student_beside_a_teacher_is_what_is_trained(
    names: list[str], readings: list[tuple[str, str]]
) -> None:
    found = metrics.read_all(names)
    assert [(found[name].split, found[name].metric) for name in names] == readings


@pytest.mark.parametrize(("axis", "read"), [("epoca", True), ("paso", True), ("epoch", False)])
def test_the_axis_shows_the_language_of_short_names(axis: str, read: bool) -> None:
    names = ["perd_ent", "costo_val"]
    found = metrics.read_all(names, beside=[axis])
    readings = [(found[name].split, found[name].metric) for name in names]
    assert (readings == [("train", "loss"), ("val", "loss")]) == read


def test_one_number_beside_curves_is_a_result_without_a_split() -> None:
    assert splits("train loss", "val acc", "accuracy", accuracy=1) == ["train", "val", ""]
    assert splits("train loss", "val acc", "accuracy") == ["train", "val", "train"]
    names = ("train loss", "val loss", "recall")
    assert splits(*names, recall=1) == ["train", "val", ""]
    assert splits(*names) == ["train", "val", "val"]


@pytest.mark.parametrize("name", ["ndcg@10", "Recall@5", "hit_ratio@20", "mrr @ 3"])
def test_a_score_at_a_rank_is_not_taken_for_that_of_the_training(name: str) -> None:
    readings = metrics.read_all(["loss", name, "acc@1"], default_split="train")
    assert [reading.split for reading in readings.values()] == ["train", "", "train"]
