import numpy as np
import pytest

from analyzer import synthetic
from analyzer.agents.marking import marked_words
from analyzer.agents.points import Wanted, chosen, curve_lines
from analyzer.errors import AnalyzerError

EN = marked_words("en")
RUN = synthetic.overfitting(2, epochs=60).run


@pytest.mark.parametrize("points", [4, 5, 20, 59])
def test_so_many_points_with_the_ends_and_both_extremes(points: int) -> None:
    for seed in range(20):
        value = np.random.default_rng(seed).normal(size=60)
        at = chosen(value, points)
        assert len(at) == points
        assert len(set(at.tolist())) == points
        assert {0, 59, int(value.argmin()), int(value.argmax())} <= set(at.tolist())
        assert (np.diff(at) > 0).all()


def test_a_short_curve_is_shown_whole() -> None:
    assert chosen(np.arange(7.0), 20).tolist() == list(range(7))


def test_nan_is_no_extreme_and_stays_a_point() -> None:
    value = np.array([3.0, np.nan, 1.0, np.nan, 9.0, 2.0, np.inf, 4.0])
    assert {0, 2, 4, 7} <= set(chosen(value, 5).tolist())
    assert len(chosen(np.full(30, np.nan), 6)) == 6


def test_unseen_data_is_shown_unless_a_split_is_named() -> None:
    assert curve_lines(RUN, Wanted("loss", None, 5), EN)[0].startswith("validation loss of")
    assert curve_lines(RUN, Wanted("loss", "train", 5), EN)[0].startswith("training loss of")


def test_a_stretch_of_the_axis() -> None:
    lines = curve_lines(RUN, Wanted("loss", "val", 50, 10, 14), EN)
    assert [line.split()[0] for line in lines[2:]] == ["10", "11", "12", "13", "14"]


def test_a_stretch_without_points_names_the_axis() -> None:
    with pytest.raises(AnalyzerError, match="no point there; the curve has epochs"):
        curve_lines(RUN, Wanted("loss", "val", 50, 1000), EN)


@pytest.mark.parametrize(("metric", "split"), [("lozz", None), ("loss", "test"), ("", None)])
def test_an_unknown_curve_lists_those_there_are(metric: str, split: str | None) -> None:
    with pytest.raises(AnalyzerError, match=r"the run has: .*val/loss"):
        curve_lines(RUN, Wanted(metric, split, 5), EN)


def test_a_logged_name_is_a_metric_too() -> None:
    tag = next(series.tag for series in RUN.series if series.split == "val")
    assert "validation" in curve_lines(RUN, Wanted(tag, None, 5), EN)[0]


@pytest.mark.parametrize(
    ("name", "label"),
    [("val_loss", "validation loss"), ("train_loss", "training loss"), ("Loss", "validation loss")],
)
def test_a_name_that_was_not_logged_is_read_as_a_metric(name: str, label: str) -> None:
    assert curve_lines(RUN, Wanted(name, None, 5), EN)[0].startswith(f"{label} of")
