"""Histograms of layers: what is dead, saturated or without gradient, by numbers of known layers."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.engine import diagnose
from analyzer.report.html import page
from analyzer.views.histograms import MOST_ROWS, Histograms, kind_of
from tests.views.conftest import WriteEvents, WriteWandb, histo, tensor

RNG = np.random.default_rng(5)
NORMAL = RNG.normal(size=4000)


def rows_of(run):
    content = Histograms().read(run)
    assert content is not None
    return {row["layer"]: row for row in content.numbers["rows"]}


def test_a_log_of_scalars_has_no_histograms(write_events: WriteEvents) -> None:
    assert Histograms().read(write_events([])) is None


def test_the_mean_and_deviation_are_those_of_the_values(write_events: WriteEvents) -> None:
    run = write_events([(step, histo("dense/kernel", NORMAL + step)) for step in (0, 5)])
    row = rows_of(run)["dense/kernel"]
    assert (row["kind"], row["step"], row["values"]) == ("weights", 5, 4000)
    assert row["mean"] == pytest.approx((NORMAL + 5).mean())
    assert row["deviation"] == pytest.approx(NORMAL.std())


def test_a_layer_of_zeros_is_dead_and_a_sparse_one_is_not(write_events: WriteEvents) -> None:
    dead = np.zeros(4000)
    sparse = np.where(RNG.random(4000) < 0.9, 0.0, np.abs(NORMAL))
    run = write_events(
        [(3, histo("activations/layer_1", dead)), (3, histo("activations/layer_2", sparse))]
    )
    rows = rows_of(run)
    assert rows["activations/layer_1"]["stands_out"] == "dead"
    assert rows["activations/layer_2"]["stands_out"] == ""
    says = [saying.key for saying in Histograms().read(run).says]
    assert says == ["overview", "dead"]


def test_zeros_in_a_wide_bin_are_only_nearly_dead(write_events: WriteEvents) -> None:
    values = np.zeros(4000)
    values[:3] = (1.0, 2.0, 5.0)
    row = rows_of(write_events([(3, histo("activations/layer_2", values))]))["activations/layer_2"]
    assert row["zero"] is None
    assert (row["stands_out"], row["zeros"]) == ("nearly_dead", 3997)
    assert row["zero_bin_end"] == pytest.approx(5 / 30)


@pytest.mark.parametrize(
    ("tag", "squash"),
    [("block/tanh_output", np.tanh), ("gate/sigmoid", lambda x: 1 / (1 + np.exp(-x)))],
)
def test_only_a_squashed_layer_at_its_bounds_is_saturated(write_events, tag, squash) -> None:
    run = write_events(
        [(1, histo(tag, squash(9 * NORMAL))), (1, histo(f"{tag}_2", squash(NORMAL)))]
    )
    rows = rows_of(run)
    edge = 0.05 * (2 if "tanh" in tag else 1)
    bounds = (-1 + edge, 1 - edge) if "tanh" in tag else (edge, 1 - edge)
    values = squash(9 * NORMAL)
    truth = ((values < bounds[0]) | (values > bounds[1])).mean()
    assert rows[tag]["stands_out"] == "saturated"
    assert rows[tag]["edge"] == pytest.approx(truth, abs=0.02)
    assert rows[f"{tag}_2"]["stands_out"] == ""


def test_probabilities_at_the_output_may_lie_at_their_bounds(write_events: WriteEvents) -> None:
    values = 1 / (1 + np.exp(-30 * NORMAL))
    row = rows_of(write_events([(1, histo("output/softmax/activations", values))]))
    assert row["output/softmax/activations"]["edge"] is None


def test_a_gradient_a_thousand_times_below_the_others_has_vanished(write_events) -> None:
    scales = {"layer_1": 1e-7, "layer_2": 1e-3, "layer_3": 2e-3, "layer_4": 1e-3}
    run = write_events(
        [(8, histo(f"gradients/{name}", scale * NORMAL)) for name, scale in scales.items()]
    )
    rows = rows_of(run)
    assert [row["stands_out"] for row in rows.values()] == ["vanishing", "", "", ""]
    assert rows["gradients/layer_1"]["scale"] == pytest.approx(1e-7 / 1.5e-3, rel=1e-6)


def test_layers_that_vanish_one_after_the_other_are_named(write_events) -> None:
    run = write_events([(8, histo(f"gradients/fc{n}", 6.0**n * NORMAL)) for n in range(8)])
    assert [row["stands_out"] != "" for row in rows_of(run).values()] == [True] * 2 + [False] * 6


def test_one_exploding_layer_makes_no_other_vanish(write_events) -> None:
    scales = [1.0, 2.0, 1.0, 1e6, 1.0, 0.5]
    run = write_events([(8, histo(f"grad/fc{n}", s * NORMAL)) for n, s in enumerate(scales)])
    assert {row["stands_out"] for row in rows_of(run).values()} == {""}


def test_a_lone_bias_without_gradient_is_no_finding(write_events) -> None:
    run = write_events([(8, histo("gradients/out.bias", [0.0]))])
    assert rows_of(run)["gradients/out.bias"]["stands_out"] == ""


def test_sparse_gradients_of_an_embedding_are_no_finding(write_events: WriteEvents) -> None:
    values = np.zeros(4000)
    run = write_events(
        [(1, histo("gradients/embedding.weight", values)), (1, histo("gradients/fc", NORMAL))]
    )
    assert rows_of(run)["gradients/embedding.weight"]["stands_out"] == ""


def test_the_second_encoding_gives_the_same_shares(write_events: WriteEvents) -> None:
    count, edges = np.histogram(NORMAL, bins=30)
    second = tensor("b/activations", "histograms", np.stack([edges[:-1], edges[1:], count], axis=1))
    run = write_events([(2, histo("a/activations", NORMAL)), (2, second)])
    first, other = Histograms().read(run).maps
    assert (first.levels == other.levels).all()


def test_w_and_b_histograms_with_edges_and_packed_bins(write_wandb: WriteWandb) -> None:
    count, edges = np.histogram(NORMAL, bins=20)
    width = float(edges[1] - edges[0])
    plain = {"_type": "histogram", "values": count.tolist(), "bins": edges.tolist()}
    packed = {"min": float(edges[0]), "size": width, "count": 20}
    short = {"_type": "histogram", "values": count.tolist(), "packedBins": packed}
    run = write_wandb([{"gradients/a": plain, "gradients/b": short} for _ in range(8)])
    rows = rows_of(run)
    assert list(rows) == ["gradients/a", "gradients/b"]
    assert rows["gradients/a"]["mean"] == pytest.approx(rows["gradients/b"]["mean"])
    assert rows["gradients/a"]["mean"] == pytest.approx(NORMAL.mean(), abs=width / 2)


def test_damaged_histograms_are_left_out(write_events: WriteEvents) -> None:
    wrong = histo("a/weights", NORMAL)
    del wrong.histo.bucket[3:]
    endless = histo("b/weights", NORMAL)
    endless.histo.bucket_limit[4] = float("nan")
    run = write_events([(1, wrong), (1, endless), (1, tensor("c", "histograms", [[3, 1, 5]]))])
    assert Histograms().read(run) is None


def test_many_layers_fit_on_a_page(write_events: WriteEvents) -> None:
    values = [
        (step, histo(f"model/encoder/block_{layer}/activations", np.abs(NORMAL) + layer))
        for layer in range(150)
        for step in range(0, 60, 2)
    ]
    run = write_events(values, steps=60)
    whole = page(diagnose(run), "en")
    view = whole[whole.index('id="view-histograms"') :]
    assert len(view[: view.index("</article>")].encode()) < 25_000
    content = Histograms().read(run)
    assert len(content.tables[0].rows) == MOST_ROWS
    assert content.tables[0].left_out == 150 - MOST_ROWS


def test_the_last_of_a_repeated_step_counts(write_events: WriteEvents) -> None:
    run = write_events([(4, histo("x/weights", NORMAL)), (4, histo("x/weights", NORMAL + 3))])
    assert rows_of(run)["x/weights"]["mean"] == pytest.approx((NORMAL + 3).mean())


def test_names_say_what_a_histogram_is_of() -> None:
    kinds = {
        "gradients/fc.weight": "gradients",
        "conv1/kernel_0": "weights",
        "parameters/layers.0.bias": "weights",
        "hiddenActivations": "activations",
        "attention_scores": "values",
    }
    assert {tag: kind_of(tag) for tag in kinds} == kinds
