"""The pages of a site from its records: small, escaped, sorted, and what runs have in common."""

from __future__ import annotations

import csv
import json
import random
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from analyzer.batch.pages import pages
from analyzer.batch.result import Batch, Options
from analyzer.comparing.copies import twins
from analyzer.comparing.repeats import repeats, varying
from analyzer.comparing.settings import is_seed, settings_of

HOSTILE = '"><script>alert(1)</script>=cmd|@x'


def record(index: int, **changes: Any) -> dict[str, Any]:
    chance = random.Random(index)
    path = "M0 12l" + " ".join(f"3 {chance.randint(-3, 3)}" for _ in range(31))
    made = {
        "run": f"sweep/model-{index % 7}/run-{index:05d}",
        "source": f"sweep/model-{index % 7}/run-{index:05d}/events.out.tfevents",
        "folder": f"sweep-model-{index % 7}-run-{index:05d}-0123456789",
        "verdict": ("healthy", "overfitting", "plateau", "diverged")[index % 4],
        "best": {
            "split": "val",
            "metric": "loss",
            "step": 1000 + index,
            "epoch": 10.0,
            "value": 0.3 + chance.random(),
        },
        "after_best": chance.random(),
        "findings": [{"detector": "plateau", "severity": "warning", "confidence": 0.9}],
        "points": 8000,
        "issues": index % 2,
        "config": {
            "lr": 10 ** -(index % 5),
            "seed": index % 3,
            "batch_size": 32,
            "name": f"run-{index}",
        },
        "spark": [["train", path], ["val", path]],
        "curves": f"{index:016x}",
    }
    return {**made, **changes}


def made(
    records: list[dict[str, Any]], unread: tuple[dict[str, Any], ...] = (), **options: Any
) -> dict[str, bytes]:
    return dict(
        pages(Batch(tuple(records), unread, 0, len(records)), Options(**options), missing=0)
    )


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def test_the_index_takes_at_most_1200_bytes_a_run_and_60_kilobytes() -> None:
    for count in (1, 100, 5000):
        assert (
            len(made([record(index) for index in range(count)])["index.html"])
            <= 60_000 + 1200 * count
        )


@pytest.mark.parametrize("lang", ["en", "es"])
def test_names_from_logs_are_text_in_every_file(lang: str) -> None:
    config = {HOSTILE: HOSTILE, "lr": 1}
    hostile = [
        record(0, run=HOSTILE, source=HOSTILE, config=config),
        record(1, run=HOSTILE, config={HOSTILE: 1}),
    ]
    issue = {
        "severity": "error",
        "source": HOSTILE,
        "key": "cannot_open",
        "position": None,
        "kept": None,
        "lost": None,
        "bytes": 0,
        "values": {"error": HOSTILE},
    }
    unread = (
        {"source": HOSTILE, "key": "cannot_open", "values": {}, "issue": issue},
        {
            "source": HOSTILE,
            "failed": True,
            "key": "worker_error",
            "values": {"type": "E", "message": HOSTILE},
        },
    )
    found = made(hostile, unread, lang=lang)
    html = Tags(found["index.html"].decode())
    assert html.tags.count("script") == 1
    assert not [name for name, _ in html.attributes if name.startswith("on")]
    assert "<script" not in found["index.md"].decode().replace("\\<script", "")
    rows = list(csv.reader(found["runs.csv"].decode().splitlines()))
    assert not any(cell.startswith(("=", "@", "+")) for row in rows for cell in row)
    assert [json.loads(line)["run"] for line in found["findings.jsonl"].decode().splitlines()] == [
        HOSTILE,
        HOSTILE,
    ]


def test_the_same_records_give_the_same_bytes() -> None:
    records = [record(index) for index in range(50)]
    assert made(records) == made(records)


def test_only_settings_that_vary_are_columns() -> None:
    records = [record(index) for index in range(30)]
    assert varying(records) == ["seed", "lr"]
    head = next(csv.reader(made(records)["runs.csv"].decode().splitlines()))
    assert head[-2:] == ["config.seed", "config.lr"]


def test_a_setting_that_some_runs_lack_varies() -> None:
    records = [record(0, config={"lr": 1}), record(1, config={"lr": 1, "dropout": 0.1})]
    assert varying(records) == ["dropout"]


@pytest.mark.parametrize(
    "key", ["seed", "trainer.seed", "args/random_state", "Seed", "seed_everything"]
)
def test_a_seed_is_known_wherever_it_stands(key: str) -> None:
    assert is_seed(key)
    assert not is_seed("seed_corn_price")


def of(value: float, seed: int, index: int, **config: Any) -> dict[str, Any]:
    best = {"split": "val", "metric": "loss", "step": 1, "epoch": None, "value": value}
    return record(index, best=best, config={"seed": seed, **config})


def test_runs_that_differ_in_their_seed_alone_are_repeats() -> None:
    records = [
        of(1.0, 1, 0, lr=0.1),
        of(2.0, 2, 1, lr=0.1),
        of(5.0, 1, 2, lr=0.2),
        of(3.0, 3, 3, lr=0.1),
    ]
    (group,) = repeats(records, varying(records))
    assert (group.members, group.mean, group.deviation) == ((0, 1, 3), 2.0, 1.0)
    assert group.settings == {"lr": 0.1}


def test_a_run_logged_twice_is_no_repeat_but_a_twin() -> None:
    records = [of(1.0, 1, 0, lr=0.1), of(1.0, 1, 1, lr=0.1)]
    records[1]["curves"] = records[0]["curves"]
    assert repeats(records, varying(records)) == []
    assert twins(records) == {1: 0}
    assert "same points as" in made(records)["index.html"].decode()


def test_runs_are_put_together_by_the_setting_asked_for() -> None:
    records = [of(float(index), index, index, lr=0.1 * (index % 2), wd=index) for index in range(6)]
    groups = repeats(records, varying(records), ("lr",))
    assert [group.members for group in groups] == [(0, 2, 4), (1, 3, 5)]
    assert "grouped by lr" in made(records, group=("lr",))["index.html"].decode()


def test_a_run_unlike_its_repeats_is_named() -> None:
    values = [0.50, 0.51, 0.49, 0.52, 0.50, 0.48, 0.51, 0.50, 2.0]
    records = [of(value, seed, seed, lr=0.1) for seed, value in enumerate(values)]
    (group,) = repeats(records, varying(records))
    assert group.strangers == (8,)
    assert made(records)["index.html"].decode().count("unlike its repeats") == 1


def test_repeats_that_only_vary_have_a_stranger_in_one_group_of_a_hundred() -> None:
    rng = np.random.default_rng(0)
    alarms = 0
    for _ in range(2000):
        records = [
            of(float(value), seed, seed)
            for seed, value in enumerate(1 + 0.1 * rng.standard_normal(8))
        ]
        (group,) = repeats(records, ["seed"])
        alarms += bool(group.strangers)
    assert alarms <= 34  # 20 are expected; more than 34 come in 1 of 1,000 such tests


def test_seven_repeats_are_too_few_to_tell_a_stranger() -> None:
    records = [
        of(value, seed, seed, lr=0.1)
        for seed, value in enumerate([0.5, 0.51, 0.49, 0.5, 0.52, 0.48, 9.0])
    ]
    (group,) = repeats(records, varying(records))
    assert group.strangers == ()


def test_different_metrics_are_not_averaged() -> None:
    records = [of(1.0, 1, 0), of(2.0, 2, 1)]
    records[1]["best"] = {**records[1]["best"], "metric": "accuracy"}
    assert repeats(records, varying(records)) == []


def test_a_configuration_of_nothing_is_no_setting() -> None:
    assert settings_of({}) == {}
    assert settings_of({"a": {"b": 1, "c": {}}, "api_key": "x"}) == {"a.b": 1, "api_key": "***"}


def test_a_setting_that_few_runs_have_is_in_the_table_of_all_and_not_in_the_index() -> None:
    records = [
        record(index, config={"rare": index} if index < 3 else {"lr": index % 2})
        for index in range(20)
    ]
    found = made(records)
    assert "rare" not in found["index.html"].decode()
    assert "config.rare" in found["runs.csv"].decode()


def test_long_paths_keep_the_end_that_tells_them_apart() -> None:
    long = "sweeps/" + "a_folder_of_settings/" * 8 + "lr__{}"
    index = made([record(at, run=long.format(at)) for at in range(2)])["index.html"].decode()
    assert "lr__0</a>" in index
    assert "lr__1</a>" in index


def test_a_file_that_could_not_be_opened_is_named_with_its_reason() -> None:
    unread = [
        {"source": f"{name}.csv", "key": "cannot_open", "values": {"error": "Permission denied"}}
        for name in "ab"
    ]
    index = made([record(0)], tuple(unread))["index.html"].decode()
    assert [f'<th scope="row">{name}.csv</th>' in index for name in "ab"] == [True, True]
    assert index.count("Permission denied") == 2


def test_an_unknown_setting_to_group_by_puts_nothing_together() -> None:
    index = made([record(index) for index in range(6)], group=("dropuot",))["index.html"].decode()
    assert "<h2>Repeats</h2>" not in index
