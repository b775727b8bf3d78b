"""Runs are added to a fleet of remedies for the findings whose remedies lack runs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

torch = pytest.importorskip("torch", reason="needs torch (extra trainer)")

from analyzer.advice.remedies import AGAIN, OF_THE_SAME_RUN  # noqa: E402 - needs torch
from analyzer.errors import AnalyzerError  # noqa: E402 - needs torch
from analyzer.trainer import targeted, trial_fleet  # noqa: E402 - needs torch
from analyzer.trainer.remedies import arms_of  # noqa: E402 - needs torch
from analyzer.trainer.sampling import Config  # noqa: E402 - needs torch

CPU = torch.device("cpu")
DRAWN = 4


def short(seed: int, index: int) -> Config:
    """Draw one of few configurations, with few epochs and small validation sets."""
    drawn = trial_fleet.draw(seed, index % DRAWN)
    every = drawn.log.val_every
    return dataclasses.replace(drawn, epochs=20 // every * every or every, val_examples=(50, 20))


class Added(NamedTuple):
    """Which remedies still lack runs, and the runs that were added."""

    lacking: dict[targeted.Pair, int]
    records: list[dict[str, Any]]


def fleet(folder: Path, **changes: object) -> targeted.Fleet:
    known = targeted.Fleet(folder, runs=4, seed=3, device=CPU, until=2, choose=short)
    return dataclasses.replace(known, **changes)  # type: ignore[arg-type]


def added(folder: Path, minutes: float | None = None) -> dict[targeted.Pair, int]:
    return targeted.make(fleet(folder), workers=1, minutes=minutes, per_round=DRAWN)


@pytest.fixture(autouse=True, scope="module")
def two_rounds() -> Iterator[None]:
    """End after two rounds, as some remedies do not apply to any of the few runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(targeted, "_MOST_ROUNDS", 2)
        yield


@pytest.fixture(scope="module")
def whole(two_rounds: None, tmp_path_factory: pytest.TempPathFactory) -> Added:
    """Return runs that were added in one go."""
    folder = tmp_path_factory.mktemp("whole")
    lacking = added(folder)
    return Added(lacking, list(targeted.records(folder)))


def test_every_checklist_names_remedies_and_the_control() -> None:
    advised = targeted.advised()
    assert {"overfitting", "exploding_loss", "plateau"} <= set(advised)
    assert all(remedies[-1] == AGAIN and len(remedies) > 1 for remedies in advised.values())


def test_a_run_counts_where_a_remedy_that_applies_lacks_runs() -> None:
    config = dataclasses.replace(trial_fleet.draw(3, 0), dropout=0.2)
    lacking = {("overfitting", "weight_decay"), ("overfitting", "dropout"), ("plateau", "wider")}
    assert "dropout" not in arms_of(config)
    assert targeted.choice(config, ["overfitting"], lacking) == {"overfitting": ["weight_decay"]}
    assert targeted.choice(config, ["oscillation"], lacking) == {}
    stopped = {("overfitting", OF_THE_SAME_RUN)}
    assert targeted.choice(config, ["overfitting"], stopped) == {"overfitting": [OF_THE_SAME_RUN]}


def test_only_the_arms_that_count_are_trained(whole: Added) -> None:
    assert whole.records
    for record in whole.records:
        chosen = record[targeted.COUNTS_FOR]
        assert set(chosen) <= set(targeted.advised())
        counted = {remedy for remedies in chosen.values() for remedy in remedies}
        assert set(record["arms"]) == {"", *counted} - {OF_THE_SAME_RUN}
    assert all(runs < 2 for runs in whole.lacking.values())
    index = {int(record["id"].split("-")[1]) for record in whole.records}
    assert index <= set(range(4, 4 + 2 * DRAWN))  # none of the runs of the fleet


def test_a_run_that_was_chosen_still_has_its_findings(whole: Added) -> None:
    """It is trained alone to be judged, then with its arms: that is the same run."""
    for record in whole.records:
        assert set(record[targeted.COUNTS_FOR]) <= set(targeted._found(record))


def test_runs_that_were_added_in_pieces_are_the_same(whole: Added, tmp_path: Path) -> None:
    assert added(tmp_path, minutes=0) != whole.lacking
    assert list(targeted.records(tmp_path)) == []
    assert added(tmp_path) == whole.lacking
    assert list(targeted.records(tmp_path)) == whole.records


def test_the_runs_of_the_fleet_count(tmp_path: Path) -> None:
    trial_fleet.make(runs=4, seed=3, device=CPU, output=tmp_path, workers=1, choose=short)
    added(tmp_path, minutes=0)
    path = tmp_path / targeted.FOLDER / "manifest.json"
    before = json.loads(path.read_text(encoding="utf-8"))["before"]
    found = [targeted._found(record) for record in trial_fleet.records(tmp_path)]
    assert sum(map(len, found)) > 0
    for finding, remedies in before.items():
        assert remedies["halve_rate" if "halve_rate" in remedies else AGAIN] <= sum(
            finding in names for names in found
        )


def test_runs_that_were_chosen_otherwise_are_not_mixed_in(tmp_path: Path) -> None:
    added(tmp_path, minutes=0)
    with pytest.raises(AnalyzerError, match="of another fleet"):
        targeted.make(fleet(tmp_path, until=3), workers=1, minutes=0)
    with pytest.raises(AnalyzerError, match="of another fleet"):
        targeted.make(fleet(tmp_path, seed=4), workers=1, minutes=0)
