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
        ("prec1", "score"),
        ("metrics/mAP50(B)", "score"),
        ("r2", "score"),
        ("hits10", "score"),
        ("cos", "score"),
        ("cosine_similarity", "score"),
        ("cosine_loss", "loss"),
        ("cosine_distance", None),
        ("cos_sim_neg", None),
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
        ("val_DSC", "score"),
        ("si_sdr", "score"),
        ("prec@1", "score"),
        ("eval_exact_match", None),  # a whole name, without the split
        ("exact_match", "score"),
        ("BestFitness", "score"),
        ("SSE", "loss"),
        ("CRPS", "loss"),
        ("HD95", "loss"),
        ("alpha_loss", None),
        ("ent_coef_loss", None),
        ("loss__MIN", None),
        ("val_dice_coef", "score"),
        ("Dice Coefficient", "score"),
        ("jaccard index", "score"),
        ("dice_weight", None),
        ("loss_coef", None),
        ("class_index", None),
        ("c_index", "score"),
        ("Rank-1", "score"),
        ("average HITS@10", "score"),
        ("hits", None),
        ("rank", None),
        ("TrainDeviance", "loss"),
        ("global correct", "score"),
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


@pytest.mark.parametrize("name", ["psnr", "val_bleu", "rougeL", "sacrebleu_chrf"])
def test_a_score_whose_best_value_nothing_comes_near_to_is_unbounded(name: str) -> None:
    assert metrics.kind(name) == "score"
    assert not metrics.is_bounded(name)


@pytest.mark.parametrize(
    "name",
    [
        "rollout/ep_rew_mean",
        "Environment/Cumulative Reward",
        "episode_return",
        "charts/episodic_return",
        "AverageEpRet",
        "Eval_AverageReturn",
        "eval/mean_reward",
        "recompensa_media",
    ],
)
def test_a_reward_is_an_unbounded_score(name: str) -> None:
    assert metrics.is_reward(name)
    assert metrics.kind(name) == "score"
    assert not metrics.is_bounded(name)
    assert metrics.share_family(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "rewards/chosen",
        "rewards/margins",
        "rewards/accuracies",
        "reward_loss",
        "reward_std",
        "reward_scale",
        "reward/episode_len_mean",
        "return_code",
        "daily_returns",
        "accuracy",
    ],
)
def test_what_only_sounds_like_a_reward_is_none(name: str) -> None:
    assert not metrics.is_reward(name)


@pytest.mark.parametrize(
    "name",
    [
        "loss_scale",
        "lr_loss_weight",
        "loss_time",
        "train-logloss-std",
        "binary_logloss-stdv",
        "val_acc_std",
        "grad_norm_loss",
        "f1_threshold",
        "evaluation_time",
    ],
)
def test_what_is_about_a_metric_is_none(name: str) -> None:
    assert metrics.kind(name) is None


@pytest.mark.parametrize(
    ("metric", "kind"),
    [
        ("jaccard", "score"),
        ("sensitivity", "score"),
        ("specificity", "score"),
        ("PSNR", "score"),
        ("ssim", "score"),
        ("rougeL", "score"),
        ("F1Score", "score"),
        ("win_rate", "score"),
        ("l2", "loss"),
        ("l2_norm", None),
        ("top1_err", "loss"),
        ("class_3_error", "loss"),
        ("val_rmse", "loss"),
        ("bce", "loss"),
    ],
)
def test_the_usual_metrics_have_a_direction(metric: str, kind: str | None) -> None:
    assert metrics.kind(metric) == kind


def test_the_extremes_of_a_reward_give_way_to_its_mean() -> None:
    names = ["episode_reward_min", "episode_reward_max", "episode_reward_mean"]
    assert metrics.summaries(names) == ["episode_reward_mean"]
    assert metrics.summaries(names[:2]) == names[:2]


@pytest.mark.parametrize(
    "name",
    ["LossPi", "LossV", "LossQ", "td_loss", "losses/qf1_loss", "loss/vf", "pi_loss", "v_loss"],
)
def test_losses_of_an_agent_are_not_judged(name: str) -> None:
    assert metrics.kind(name) is None


@pytest.mark.parametrize("name", ["q_error", "loss_a", "rpn_loss", "vae_loss", "pi_accuracy"])
def test_a_letter_alone_makes_no_loss_of_an_agent(name: str) -> None:
    assert metrics.kind(name) is not None


@pytest.mark.parametrize("name", ["StdEpRet", "std_reward", "eval/std_ep_reward", "stddev_loss"])
def test_a_spread_is_no_metric(name: str) -> None:
    assert metrics.kind(name) is None
    assert not metrics.is_reward(name)


@pytest.mark.parametrize(
    ("names", "players"),
    [
        (["d_loss", "g_loss"], ["g_loss", "d_loss"]),
        (["loss_G", "loss_D", "fid"], ["loss_G", "loss_D"]),
        (["generator_loss", "critic_loss"], ["generator_loss", "critic_loss"]),
        (["rec_loss", "train/disc_loss", "train/g_loss"], ["train/g_loss", "train/disc_loss"]),
        (["g_loss", "loss"], []),
        (["actor_loss", "critic_loss"], []),
        (["loss", "accuracy"], []),
    ],
)
def test_a_generator_and_its_discriminator_play_a_game(
    names: list[str], players: list[str]
) -> None:
    assert metrics.adversarial(names) == players


def test_of_a_score_more_is_better() -> None:
    assert metrics.more_is_better("qwk")
    assert metrics.more_is_better("Average Score")
    assert not metrics.more_is_better("loss")


def test_a_set_of_several_has_the_kind_of_its_metric() -> None:
    kinds = [metrics.kind(f"{name}/dataloader_idx_3") for name in ("loss", "accuracy", "lr", "idx")]
    assert kinds == ["loss", "score", None, None]
    assert metrics.kind("loss_idx") is None


def test_the_f1_of_catboost_is_a_score_and_a_share() -> None:
    assert metrics.kind("TotalF1") == "score"
    assert metrics.share_family("TotalF1") is not None


def test_a_mean_is_what_an_agent_earned_if_nothing_else_is() -> None:
    assert metrics.agent_scores(["Avg", "epsilon"], ["Episode"]) == ["Avg"]
    assert metrics.agent_scores(["Avg", "loss"], ["Episode"]) == ["Avg"]
    assert metrics.agent_scores(["Avg", "reward"], ["Episode"]) == []
    assert metrics.agent_scores(["Avg", "Score"], ["Episode"]) == ["Score"]
    assert metrics.agent_scores(["Avg"], ["epoch"]) == []
