"""The index of many runs as numbers: what is ranked, by what, and how the runs are grouped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from analyzer.batch import many
from analyzer.batch.many import build_many, middle
from analyzer.batch.many_html import matter_head, matter_rows, matter_why, ranked_by, told
from analyzer.batch.result import Options
from analyzer.comparing.importance import Importance
from analyzer.model.diagnosis import Best

Make = dict[str, Callable[..., Any]]


def built(make: Make, records: list[Any], **options: Any) -> many.Many:
    return build_many(make["batch"](records), Options(**options), missing=0)


def record(make: Make, at: int, **changes: Any) -> Any:
    settings = {"lr": 10.0 ** -(1 + at % 4), "seed": at % 3, "layers": at % 5}
    value = 0.5 + 0.1 * (at % 4) + 0.001 * (at % 7)
    best = Best("val", "loss", 10, 1.0, value)
    changes = {"source": f"top{at % 2}/run{at}/log.csv", "best": best, **changes}
    return make["record"](at, settings, **changes)


def test_runs_are_ranked_from_the_best_by_the_metric_of_most(make: Make) -> None:
    other = Best("val", "accuracy", 3, None, 0.9)
    records = [*(record(make, at) for at in range(12)), record(make, 12, best=other)]
    records.append(record(make, 13, best=None))
    found = built(make, records)
    assert found.measure == ("val", "loss")
    assert sorted(found.ranked) == list(range(12))
    levels = [records[place].result or 0 for place in found.ranked]
    assert levels == sorted(levels)


def test_of_a_score_the_highest_is_the_best(make: Make) -> None:
    records = [
        record(make, at, best=Best("val", "accuracy", 1, None, at / 10), level=None)
        for at in range(5)
    ]
    assert built(make, records).ranked == (4, 3, 2, 1, 0)


def test_runs_of_equal_levels_stay_in_their_order(make: Make) -> None:
    records = [record(make, at, best=Best("val", "loss", 1, None, 0.5)) for at in range(4)]
    assert built(make, records).ranked == (0, 1, 2, 3)


def test_runs_are_grouped_by_their_top_folder_or_by_what_is_asked_for(make: Make) -> None:
    records = [record(make, at) for at in range(12)]
    parts = built(make, records).parts
    assert [(part.name, len(part.places)) for part in parts] == [("top0", 6), ("top1", 6)]
    parts = built(make, records, group=("layers",)).parts
    assert [part.name for part in parts] == [f"layers = {at}" for at in range(5)]


@pytest.mark.parametrize("folders", [1, 12])
def test_one_folder_or_too_many_are_cut_by_their_paths(
    make: Make, folders: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "_MOST_GROUPS", 5)
    monkeypatch.setattr(many, "ON_PAGE", 4)
    records = [record(make, at, source=f"top{at % folders}/{at}.csv") for at in range(12)]
    parts = built(make, records).parts
    assert [list(part.places) for part in parts] == [[*range(4)], [*range(4, 8)], [*range(8, 12)]]
    assert parts[0].name.startswith("sweep/model-0/run-00000 … ")


def test_the_settings_that_matter_come_from_a_sample_of_groups(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sklearn")
    monkeypatch.setattr(many, "_SAMPLE", 40)
    records = [
        make["record"](
            at,
            {"lr": 10.0 ** -(at % 5), "width": at // 5, "seed": 1},
            best=Best("val", "loss", 1, None, 0.1 * (at % 5) + 1e-4 * at),
        )
        for at in range(100)
    ]
    found = built(make, records)
    assert (found.sampled, found.groups) == (40, 100)
    assert found.importances[0].setting == "lr"
    assert found.columns[0] == "lr"


def test_a_batch_without_any_best_has_no_ranking(make: Make) -> None:
    found = built(make, [record(make, at, best=None) for at in range(4)])
    assert (found.measure, found.ranked, found.importances) == (None, (), ())
    assert middle(found, range(4)) is None


def test_the_choice_of_groups_shows_a_setting_that_returns_after_a_few(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sklearn")
    monkeypatch.setattr(many, "_SAMPLE", 100)
    records = [
        make["record"](
            at,
            {"width": at // 6, "lr": 10.0 ** -(at % 6)},
            best=Best("val", "loss", 1, None, 0.1 * (at % 6) + 1e-5 * at),
        )
        for at in range(600)
    ]
    assert built(make, records).importances[0].setting == "lr"


def test_every_setting_that_can_be_a_cause_is_measured_and_the_seed_comes_last(make: Make) -> None:
    pytest.importorskip("sklearn")
    records = [
        make["record"](
            at,
            {
                **{f"flag{bit}": at >> bit & 1 for bit in range(9)},
                "lr": 10.0 ** -(at % 5),
                "seed": at % 2,
            },
            best=Best("val", "loss", 1, None, 0.1 * (at % 5) + 1e-5 * at),
        )
        for at in range(120)
    ]
    found = built(make, records)
    assert found.importances[0].setting == found.columns[0] == "lr"
    assert (len(found.columns), found.by_weight[-1]) == (8, "seed")


def test_percent_and_fractions_are_not_ranked_together_and_copies_count_once(make: Make) -> None:
    fractions = [
        record(make, at, best=Best("val", "accuracy", 1, None, at / 10), scale="fraction")
        for at in range(5)
    ]
    percent = [
        record(make, at, best=Best("val", "accuracy", 1, None, 10.0 * at), scale="percent")
        for at in range(5, 8)
    ]
    copy = replace(fractions[4], source="top1/copy.csv")
    found = built(make, [*fractions, *percent, copy])
    assert found.ranked == (4, 3, 2, 1, 0)
    assert middle(found, range(9)) == 0.2
    assert ranked_by(found) == "5 runs of 9 ranked by validation accuracy."
    assert (
        "Not ranked: 3 runs with the metric on another scale or in other units; 1 copy"
        in " ".join(told(found))
    )


def test_the_summary_warns_of_runs_that_name_different_data(make: Make) -> None:
    apart = [make["record"](at, {"dataset": f"set{at % 2}"}) for at in range(4)]
    alike = [make["record"](at, {"dataset": "set0"}) for at in range(4)]
    assert "set0, set1" in " ".join(told(built(make, apart)))
    assert "dataset" not in " ".join(told(built(make, alike)))


def test_the_forest_waits_until_no_run_is_missing(make: Make) -> None:
    records = [record(make, at) for at in range(60)]
    found = build_many(make["batch"](records), Options(), missing=1)
    assert (found.importances, found.sampled, len(found.ranked)) == ((), 0, 60)
    assert matter_why(found) == "Measured once all logs are read."


def test_the_settings_that_matter_are_shown_as_a_comparison_shows_them(make: Make) -> None:
    found = built(make, [record(make, at) for at in range(12)])
    noise = Importance("width", -0.022, -0.04, -0.005, 1.0, 40)
    found = replace(found, importances=(noise,), sampled=40, groups=100)
    assert matter_rows(found) == (("width", "none measured", "0% … 0%", "100%"),)
    assert matter_head(found)[1:3] == ["importance", "95% interval"]
    assert matter_why(found).startswith("Share of the variance of the level's ranks")
    assert matter_why(found).endswith(" The forest used a sample of 40 of 100 groups.")
