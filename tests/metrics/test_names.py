"""Names: the split, the metric and the grain that a tag says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer import metrics
from analyzer.errors import ConfigError
from analyzer.metrics import Reading

# name in the log, split, metric, grain; the first block is every loss name met in real logs
READINGS = [
    ("loss", "", "loss", ""),
    ("val_loss", "val", "loss", ""),
    ("train_loss", "train", "loss", ""),
    ("test_loss", "test", "loss", ""),
    ("eval_loss", "val", "loss", ""),
    ("train/loss", "train", "loss", ""),
    ("val/loss", "val", "loss", ""),
    ("eval/loss", "val", "loss", ""),
    ("loss/train", "train", "loss", ""),
    ("loss/val", "val", "loss", ""),
    ("train_loss_epoch", "train", "loss", "epoch"),
    ("epoch_loss", "", "loss", "epoch"),
    ("evaluation_loss_vs_iterations", "val", "loss", "step"),
    ("train_losses", "train", "loss", ""),
    ("test_losses", "test", "loss", ""),
    ("Train Loss", "train", "loss", ""),
    ("Val Loss", "val", "loss", ""),
    ("total_loss", "", "loss", ""),
    ("Logloss", "", "Logloss", ""),
    ("learn", "train", "loss", ""),
    ("validation_0", "val", "loss", ""),
    ("train/box_loss", "train", "box_loss", ""),
    ("loss_ce_0", "", "loss_ce_0", ""),
    ("decode.loss_ce", "", "decode.loss_ce", ""),
    ("Losses/Policy Loss", "", "Losses/Policy Loss", ""),
    ("train/step_loss", "train", "loss", "step"),
    ("val_loss/dataloader_idx_0", "val", "loss", ""),
    ("cv_agg's valid l2", "val", "mse", ""),
    ("test_acc/dataloader_idx_12", "test", "accuracy/dataloader_idx_12", ""),
    ("eval_g0_loss", "val", "g0_loss", ""),
    ("train/entropy_loss", "", "train/entropy_loss", ""),
    # a group that only repeats or frames what its member says
    ("Loss/train_loss", "train", "loss", ""),
    ("loss/val_loss", "val", "loss", ""),
    ("Loss/Training Loss", "train", "loss", ""),
    ("Loss/epoch_loss", "", "loss", "epoch"),
    ("Train/Loss/total", "train", "loss", ""),
    ("model/val_loss", "val", "model/loss", ""),
    ("fold1/train/loss", "train", "fold1/loss", ""),
    ("Loss/val_acc", "val", "Loss/acc", ""),
    ("val_model/train/loss", "train", "val_model/loss", ""),
    # spellings
    ("ppl", "", "perplexity", ""),
    ("valid_ppl", "val", "perplexity", ""),
    ("Validation perplexity", "val", "perplexity", ""),
    ("valloss", "val", "loss", ""),
    ("va_loss", "val", "loss", ""),
    ("loss_va", "val", "loss", ""),
    ("acc_te", "test", "accuracy", ""),
    ("vaLoss", "val", "loss", ""),
    ("vld_loss", "val", "loss", ""),
    ("vali_loss", "val", "loss", ""),
    ("holdout_loss", "val", "loss", ""),
    ("metrics/train/loss", "train", "loss", ""),
    ("dtrain-logloss", "train", "logloss", ""),
    ("dvalid-rmse", "val", "rmse", ""),
    ("testset loss", "test", "loss", ""),
    ("Test set loss", "test", "loss", ""),
    ("Validation set accuracy", "val", "accuracy", ""),
    ("trainLoss", "train", "loss", ""),
    ("val.loss", "val", "loss", ""),
    ("loss (train)", "train", "loss", ""),
    ("Validation Loss", "val", "loss", ""),
    ("valid_loss", "val", "loss", ""),
    ("dev/loss", "val", "loss", ""),
    ("minibatch_train_losses", "train", "loss", "step"),
    ("train_loss_step", "train", "loss", "step"),
    ("epoch_val_loss", "val", "loss", "epoch"),
    ("val_epoch_loss", "val", "loss", "epoch"),
    ("avg_loss", "", "loss", "epoch"),
    ("mean/loss", "", "loss", "epoch"),
    ("val_cross_entropy", "val", "cross_entropy", ""),
    # accuracies and other scores
    ("acc", "", "accuracy", ""),
    ("accuracy", "", "accuracy", ""),
    ("val_acc", "val", "accuracy", ""),
    ("val Top-1 Acc (%)", "val", "accuracy", ""),
    ("Vaild loss", "val", "loss", ""),
    ("val_accuracy", "val", "accuracy", ""),
    ("Accuracy/val", "val", "accuracy", ""),
    ("ValidationAccuracy", "val", "accuracy", ""),
    ("trainacc", "train", "accuracy", ""),
    ("train_accuracies", "train", "accuracy", ""),
    ("epoch_accuracy", "", "accuracy", "epoch"),
    ("evaluation_accuracy_vs_iterations", "val", "accuracy", "step"),
    ("binary_accuracy", "", "accuracy", ""),
    ("val_sparse_categorical_accuracy", "val", "accuracy", ""),
    ("validation_0-logloss", "val", "logloss", ""),
    ("validation_1-auc", "val", "auc", ""),
    ("metrics/mAP50(B)", "", "metrics/mAP50(B)", ""),
    ("bbox/AP50", "val", "bbox/AP50", ""),
    ("valid_1's binary_logloss", "val", "binary_logloss", ""),
    ("training's auc", "train", "auc", ""),
    ("valid_1-logloss", "val", "logloss", ""),
    ("eval_0-logloss", "val", "logloss", ""),
    ("learn-Logloss", "train", "Logloss", ""),
    ("dice (val)", "val", "dice", ""),
    ("loss_curve_", "", "loss", ""),
    ("train_loss_history", "train", "loss", ""),
    ("validation_scores_", "val", "accuracy", ""),
    ("val_loss_mean", "val", "loss", "epoch"),
    ("train/train_loss", "train", "loss", ""),
    ("accuracy (%)", "", "accuracy", ""),
    ("Loss [nats]", "", "loss", ""),
    ("val/top1", "val", "top1", ""),
    # learning rates and gradients
    ("dev_loss", "val", "loss", ""),
    ("DEV_F1", "val", "F1", ""),
    ("dev-clean_wer", "val", "clean_wer", ""),
    ("ray/tune/val_loss", "val", "loss", ""),
    ("ray/tune/episode_reward_mean", "", "episode_reward_mean", ""),
    ("lr", "", "lr", ""),
    ("learning_rate", "", "lr", ""),
    ("LearningRate", "", "lr", ""),
    ("learn_rate", "", "lr", ""),
    ("event_lr", "", "lr", ""),
    ("epoch_learning_rate", "", "lr", "epoch"),
    ("train/learning_rate", "train", "lr", ""),
    ("lr-Adam", "", "lr", ""),
    ("lr-AdamW/pg1", "", "lr", ""),
    ("lr/pg0", "", "lr", ""),
    ("lr_0", "", "lr", ""),
    ("x/lr0", "", "lr", ""),
    ("grad_norm", "", "grad_norm", ""),
    ("train/grad_norm", "train", "grad_norm", ""),
]
UNKNOWN = [
    "hp_metric",
    "time/fps",
    "rollout/ep_rew_mean",
    "_runtime",
    "std_dev",
    "dev_count",
    "device_loss",
    "lr_mult",
    "trainable_params",
    "epoch_n",
    "latest_loss",
    "train",
    "val",
    "epoch",
    "",
    "/",
    "a//b",
]


@pytest.mark.parametrize(("name", "split", "metric", "grain"), READINGS)
def test_a_name_is_read(name: str, split: str, metric: str, grain: str) -> None:
    assert metrics.read(name) == Reading(split, metric, grain)


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_unknown_name_passes_through_unchanged(name: str) -> None:
    assert metrics.read(name) == Reading("", name)


@pytest.mark.parametrize(
    "name",
    [
        "train/value_loss",
        "train/policy_gradient_loss",
        "train/approx_kl",
        "Losses/Policy Loss",
        "loss/entropy_loss",
        "train/agent_0/explained_variance",
        "train/clip_fraction",
    ],
)
def test_losses_of_reinforcement_learning_have_no_split_and_are_not_judged(name: str) -> None:
    assert metrics.read(name) == Reading("", name)
    assert metrics.kind(name) is None


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["loss", "val_loss"], ["train", "val"]),
        (["loss", "test_loss"], ["train", "test"]),
        (["acc", "loss", "val_acc", "val_loss"], ["train", "train", "val", "val"]),
        (["loss", "train_loss", "val_loss"], ["", "train", "val"]),
        (["loss", "val_acc"], ["train", "val"]),
        (["loss"], ["train"]),
        (["acc"], [""]),
        (["lr", "val_loss"], ["", "val"]),
    ],
)
def test_a_bare_name_beside_a_held_out_one_is_the_training_curve(
    names: list[str], expected: list[str]
) -> None:
    assert [reading.split for reading in metrics.read_all(names).values()] == expected


def test_a_log_can_say_what_its_bare_names_mean() -> None:
    read = metrics.read_all(["loss", "acc", "val_acc", "lr", "time/fps"], default_split="val")
    assert {name: reading.split for name, reading in read.items()} == {
        "loss": "val",
        "acc": "train",
        "val_acc": "val",
        "lr": "",
        "time/fps": "",
    }


def test_all_names_of_a_log_are_answered_in_its_order() -> None:
    names = ["lr", "val_loss", "loss", "foo"]
    assert list(metrics.read_all(iter(names))) == names


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("train", "train"),
        ("Validation", "val"),
        ("eval", "val"),
        ("learn", "train"),
        ("test", "test"),
        ("run1", ""),
    ],
)
def test_a_folder_is_named_for_a_split(name: str, split: str) -> None:
    assert metrics.folder_split(name) == split


def splits_settled(names: list[str], meanings: dict[str, Reading]) -> list[str]:
    settled = metrics.settle(metrics.read_all(names), meanings)
    return [reading.split for reading in settled.values()]


def test_a_meaning_replaces_the_reading_of_its_name() -> None:
    meanings = {"my_nll": Reading("val", "loss")}
    assert metrics.settle(metrics.read_all(["my_nll", "lr"]), meanings) == {
        "my_nll": Reading("val", "loss"),
        "lr": Reading("", "lr"),
    }


@pytest.mark.parametrize("split", ["val", "test"])
def test_a_bare_name_is_the_training_curve_of_a_mapped_held_out_one(split: str) -> None:
    assert splits_settled(["loss", "nll"], {"nll": Reading(split, "loss")}) == ["train", split]


def test_a_bare_name_stays_open_beside_a_mapped_training_curve() -> None:
    meanings = {"nll": Reading("train", "loss")}
    assert splits_settled(["loss", "nll"], meanings) == ["", "train"]
    meanings["held"] = Reading("val", "loss")
    assert splits_settled(["loss", "nll", "held"], meanings) == ["", "train", "val"]


def test_a_bare_name_of_another_metric_stays_open() -> None:
    assert splits_settled(["acc", "nll"], {"nll": Reading("val", "loss")}) == ["", "val"]


def test_a_name_that_the_user_mapped_without_a_split_stays_so() -> None:
    meanings = {"mine": Reading("", "loss"), "nll": Reading("val", "loss")}
    assert splits_settled(["mine", "nll"], meanings) == ["", "val"]


@pytest.mark.parametrize(
    ("meaning", "reading"),
    [
        ("val/loss", Reading("val", "loss")),
        (" test/acc ", Reading("test", "acc")),
        ("lr", Reading("", "lr")),
    ],
)
def test_a_meaning_is_a_split_and_a_metric(meaning: str, reading: Reading) -> None:
    assert metrics.parse_meaning("x", meaning) == reading


@pytest.mark.parametrize("meaning", ["", "val/", "/loss", "validation/loss", "a/val/loss"])
def test_a_meaning_without_a_metric_or_with_an_unknown_split_is_refused(meaning: str) -> None:
    with pytest.raises(ConfigError, match="x="):
        metrics.parse_meaning("x", meaning)


@pytest.mark.parametrize(
    ("name", "ambiguous", "judged"),
    [
        ("train", True, False),
        ("Validation", True, False),
        ("learn", False, True),
        ("val_loss", False, True),
        ("accuracy", False, True),
        ("lr", False, False),
    ],
)
def test_a_split_alone_may_mean_a_loss_or_an_accuracy(
    name: str, ambiguous: bool, judged: bool
) -> None:
    assert (metrics.is_ambiguous(name), metrics.is_judged(name)) == (ambiguous, judged)


plain = st.sampled_from(
    ["loss", "Accuracy", "acc", "lr", "epoch", "step", "box", "avg", "g0", "7", "mAP"]
)
words = plain | st.sampled_from(["cross", "entropy", "policy"])
splits = st.sampled_from(["", "train", "val", "Test", "evaluation"])
joints = st.sampled_from(["/", "_", " ", "-", "."])


@given(st.lists(words, min_size=1, max_size=3), splits, joints)
def test_what_was_read_reads_as_itself(name: list[str], split: str, joint: str) -> None:
    read = metrics.read(joint.join([split, *name] if split else name))
    again = metrics.read(read.metric)
    assert (again.split, again.metric) == ("", read.metric)


@given(st.lists(plain, min_size=1, max_size=3), joints)
def test_a_split_word_in_front_is_the_split(name: list[str], joint: str) -> None:
    read = {split: metrics.read(joint.join([split, *name])) for split in ("train", "val", "test")}
    assert {reading.metric for reading in read.values()} == {read["train"].metric}
    assert all(reading.split == split for split, reading in read.items())


@given(st.text(max_size=40))
def test_any_text_is_a_name(name: str) -> None:
    read = metrics.read(name)
    assert read.split in ("", "train", "val", "test")
    assert metrics.kind(read.metric) in ("loss", "score", None)


@pytest.mark.parametrize("name", ["cur_lr", "Current learning rate", "current_lr"])
def test_the_rate_of_now_is_the_learning_rate(name: str) -> None:
    assert metrics.read(name).metric == "lr"


@pytest.mark.parametrize("name", ["loss(dev)", "loss (dev)", "loss[dev]", "data/dev.loss"])
def test_a_split_in_brackets_is_a_word_of_its_own(name: str) -> None:
    assert metrics.read(name) == metrics.Reading("val", "loss")


def test_the_mini_batch_of_matlab_is_a_step() -> None:
    assert metrics.read("Mini-batch Loss") == metrics.Reading("", "loss", "step")
    assert metrics.read("Mini-batch RMSE") == metrics.Reading("", "RMSE", "step")
    assert metrics.read("mini_batch_size").metric == "mini_batch_size"
