"""What lies in the place of a log is called by its name."""

from __future__ import annotations

import gzip
import os
import sqlite3
import sys
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from analyzer.model.issues import UNREADABLE
from analyzer.reading import unclaimed
from analyzer.reading.load import scan
from analyzer.registry.words import reason
from tests.reading.test_answers import PAGE
from tests.reading.test_claims import log_file

RANDOM = np.random.default_rng(0).bytes(3000)


@pytest.mark.parametrize(
    "name",
    [
        *("history.json", "trainer_state.json", "catboost_training.json", "metrics.jsonl"),
        *("log.csv", "learn_error.tsv", "run.wandb", "events.out.tfevents.1767225600.host"),
        *("mlflow.db", "a.sqlite", "losses.npz", "losses.npy", "log.csv.gz", "logs.zip"),
        *("export.parquet", "history.pkl", "train.log", "log.txt", "metrics", "table.tex"),
        "config.yaml",
    ],
)
def test_a_page_in_the_place_of_a_log_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(PAGE, encoding="utf-8")
    (file,) = scan(tmp_path).skipped
    assert (file.key, file.is_unreadable) == ("web_page", True)


@pytest.mark.parametrize("name", ["notes.html", "README.md", "page.php"])
def test_a_page_that_is_named_as_one_is_no_damage(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(PAGE, encoding="utf-8")
    assert scan(tmp_path).unreadable == ()


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("log.csv", bytes(5000), "only_zeros"),
        ("history.json", bytes(10), "only_zeros"),
        ("train.log", bytes(10), "only_zeros"),
        ("log.csv", bytes(5000) + b"1,2\n", "no_text"),
        ("history.json", RANDOM, "no_text"),
        ("metrics.jsonl", RANDOM, "no_text"),
        ("notes.csv", "año,señal\nx,y\n".encode("latin-1"), "not_a_log"),
        ("notes.csv", "name,value\nx,y\n".encode("utf-16"), "not_a_log"),
        ("mlflow.db", b"text\n", "no_database"),
        ("mlflow.db", bytes(8192), "no_database"),
        ("runs.sqlite3", RANDOM, "no_database"),
        ("thumbs.db", RANDOM, "not_a_log"),
        ("x.npz", RANDOM, "numpy_damaged"),
        ("x.npy", b"", "empty_file"),
        ("x.npz", b"PK\x05\x06" + bytes(18), "empty_archive"),
        ("x.zip", b"PK\x05\x06" + bytes(18), "empty_archive"),
        ("x.zip", b"PK\x03\x04" + RANDOM, "half_archive"),
        ("x.parquet", RANDOM, "half_parquet"),
        ("x.parquet", b"PAR1" + RANDOM, "half_parquet"),
        ("git.txt", b"version https://git-lfs.github.com/spec/v1\n", "not_a_log"),
    ],
)
def test_damage_is_called_by_its_name(name: str, content: bytes, key: str, tmp_path: Path) -> None:
    assert unclaimed.why_unclaimed(log_file(tmp_path, name, content)) == key


@pytest.mark.skipif(not hasattr(os, "truncate"), reason="makes a sparse file")
def test_zeros_are_looked_for_in_files_of_limited_size(tmp_path: Path) -> None:
    file = log_file(tmp_path, "log.csv", b"")
    os.truncate(file.path, unclaimed._MOST_ZEROS + 1)
    (skipped,) = scan(tmp_path).skipped
    assert skipped.key == "no_text"


def test_a_database_of_something_else_is_whole(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "x.sqlite")) as connection:
        connection.execute("CREATE TABLE t (a)")
    assert [file.key for file in scan(tmp_path).skipped] == ["no_tracker_tables"]


def test_parquet_is_judged_by_the_library_and_without_it_by_its_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"PAR1" + RANDOM + b"\x10\0\0\0PAR1"
    file = log_file(tmp_path, "x.parquet", content)
    if find_spec("pyarrow") is not None:
        assert unclaimed.why_unclaimed(file) == "half_parquet"
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert unclaimed.why_unclaimed(file) == "not_a_log"


@pytest.mark.parametrize("name", ["history.json", "config.yaml"])
def test_a_merge_conflict_is_told(name: str, tmp_path: Path) -> None:
    conflict = '<<<<<<< HEAD\n{"loss": [2, 1]}\n=======\n{"loss": [3, 1]}\n>>>>>>> other\n'
    (tmp_path / name).write_text(conflict, encoding="utf-8")
    (file,) = scan(tmp_path).unreadable
    assert file.key == "merge_conflict"


@pytest.mark.parametrize(("end", "key"), [(None, "not_a_log"), (-1, "half_archive")])
def test_what_gzip_packed_is_looked_at(end: int | None, key: str, tmp_path: Path) -> None:
    file = log_file(tmp_path, "images-ubyte.gz", gzip.compress(RANDOM)[:end])
    assert unclaimed.why_unclaimed(file) == key


@pytest.mark.parametrize(
    ("name", "key"),
    [("train.log", "no_text"), ("notes.txt", "no_text"), ("000003.log", "not_a_log")],
)
def test_a_text_by_its_name_holds_no_binary_data(name: str, key: str, tmp_path: Path) -> None:
    assert unclaimed.why_unclaimed(log_file(tmp_path, name, RANDOM)) == key


def test_each_damage_is_listed_as_unreadable_and_has_words() -> None:
    keys = {"half_archive", "half_parquet", "no_database", "no_text", "numpy_damaged"}
    keys |= {"merge_conflict", "only_zeros", "single_array", "web_page"}
    assert keys <= UNREADABLE
    for key in (*sorted(keys), "empty_archive"):
        assert reason(key, {}, "en") != reason(key, {}, "es")
