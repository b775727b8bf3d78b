"""The table of effects, from runs whose arms are known."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs torch (extra trainer)")

SCRIPT = runpy.run_path(str(Path(__file__).with_name("effects.py")))
Tried, rows, causes, interval = (SCRIPT[name] for name in ("Tried", "rows", "causes", "interval"))


def tried(number: int, family: str, **arms: float) -> Any:
    """Return a run that overfits; each arm has one loss, and an error of a tenth of it."""
    known = {"": 1.0, **arms}
    return Tried(
        f"1-{number:05d}",
        family,
        {"overfitting": ("few",), "plateau": ()},
        {name: (loss, loss / 10) * 3 for name, loss in known.items()},
    )


def row(table: list[dict[str, Any]], remedy: str, context: str = "") -> dict[str, Any]:
    (found,) = (
        each
        for each in table
        if (each["finding"], each["context"], each["remedy"]) == ("overfitting", context, remedy)
    )
    return found


def test_a_row_counts_runs_that_got_better_by_more_than_one_percent() -> None:
    losses = [0.5, 0.98, 0.995, 1.0, 1.2]
    runs = [tried(at, f"family {at}", dropout=loss) for at, loss in enumerate(losses)]
    found = row(rows(runs), "dropout")
    assert (found["runs"], found["families"]) == (5, 5)
    assert (found["selected"]["better"], found["worse"]) == (0.4, 0.2)
    assert found["selected"]["median"] == pytest.approx(-0.005)
    assert found["gain"] == pytest.approx(-np.mean(np.log(losses)), abs=1e-3)
    assert found["by_family"]["family 0"] == [1, 1.0, -0.5]
    assert found["error"]["better"] == 0.4


def test_the_gain_is_a_mean_over_families() -> None:
    runs = [tried(at, "many", wider=0.5) for at in range(9)] + [tried(9, "one", wider=1.0)]
    assert row(rows(runs), "wider")["gain"] == pytest.approx(np.log(2) / 2, abs=1e-3)


def test_a_lost_run_counts_as_much_as_the_largest_change() -> None:
    lost = tried(0, "a", clipping=np.inf, cosine=0.001)
    assert lost.change("clipping") == 1.0
    assert lost.change("cosine") == -1.0
    both = tried(1, "a", clipping=np.inf)
    both.arms[""] = (np.inf,) * 6
    assert both.change("clipping") == 0.0


def test_early_stopping_is_measured_against_the_last_weights() -> None:
    run = tried(0, "a")
    run.arms[""] = (0.8, 0.1, 0.9, 0.1, 1.8, 0.2)
    assert run.change("early_stopping") == pytest.approx(-np.log(2))


def test_a_context_needs_runs_of_several_families() -> None:
    few = [tried(at, f"{at % 5}", dropout=0.9) for at in range(59)]
    enough = [tried(at, f"{at % 5}", dropout=0.9) for at in range(60)]
    narrow = [tried(at, f"{at % 3}", dropout=0.9) for at in range(60)]
    contexts = [{each["context"] for each in rows(runs)} for runs in (few, enough, narrow)]
    assert contexts == [{""}, {"", "few"}, {""}]


def test_an_added_run_counts_only_for_what_it_was_chosen_for() -> None:
    """Chosen for plateau, it says nothing of a run that overfits, with or without a plateau."""
    runs = [tried(at, f"{at}", dropout=0.5, wider=0.5, again=0.5) for at in range(4)]
    added = [replace(run, counts_for={"plateau": ["dropout"]}) for run in runs]
    table = {
        (each["finding"], each["context"], each["remedy"]): each["runs"]
        for each in rows([*runs, *added])
    }
    assert table["plateau", "", "dropout"] == 8
    assert table["plateau", "", "wider"] == table["overfitting", "", "dropout"] == 4
    assert causes([*runs, *added]) == causes(runs)
    assert len(rows(added)) == 1


def test_the_interval_is_wide_where_families_disagree() -> None:
    """A hundred runs of two families that differ wholly tell nothing of a third."""
    flags = np.arange(100) < 50
    alike = interval(flags, np.array([f"{at % 10}" for at in range(100)]))
    apart = interval(flags, np.array([f"{at // 50}" for at in range(100)]))
    assert alike == (0.5, 0.5)
    assert apart == (0.0, 1.0)


def test_a_cause_is_what_its_remedy_repairs_by_five_percent() -> None:
    runs = [tried(at, f"{at}", tenth_rate=0.9, halve_rate=1.0, again=0.96) for at in range(3)]
    runs += [tried(at, f"{at}", tenth_rate=1.2, halve_rate=0.97, again=0.9) for at in range(3, 5)]
    (found,) = (row for row in causes(runs) if row["cause"] == "rate_too_high")
    assert (found["finding"], found["share"], found["chance"]) == ("plateau", 0.6, 0.64)
    assert found["low"] <= 0.6 <= found["high"]


def test_the_chance_of_a_cause_grows_with_its_remedies() -> None:
    arms = {"longer": 0.9, "halve_rate": 0.9, "weight_decay": 0.9}
    runs = [tried(at, f"{at}", again=0.9 if at < 2 else 1.0, **arms) for at in range(4)]
    chance = {row["cause"]: row["chance"] for row in causes(runs)}
    known = {"too_short": 0.5, "rate_too_high": 0.75, "regularisation_too_weak": 0.875}
    assert known.items() <= chance.items()
