"""Compare: which run is the baseline."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from analyzer import synthetic


def test_a_baseline_can_be_named_by_any_spelling_of_its_path(
    call: Callable[..., Result], save: Callable[..., Path], healthy: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    save(other, synthetic.healthy(5, epochs=60).run)
    for spelling in (str(other), f"{other}/", f"{other.parent}/./{other.name}"):
        result = call("compare", healthy, other, "--baseline", spelling, "--json")
        assert (result.exit_code, json.loads(result.stdout)["baseline"]) == (0, "other")


def test_json_lists_the_files_that_could_not_be_looked_into(
    call: Callable[..., Result], tmp_path: Path
) -> None:
    for name, last in (("a", 0.4), ("b", 0.3)):
        (tmp_path / name).mkdir()
        curve = [1.0, 0.8, 0.6, last]
        text = json.dumps({"loss": curve, "val_loss": curve})
        (tmp_path / name / "history.json").write_text(text, encoding="utf-8")
    (tmp_path / "b" / "history.pkl").write_bytes(pickle.dumps({"loss": [1.0]}))
    paths = [str(tmp_path / "a"), str(tmp_path / "b")]
    target = tmp_path / "compared.json"
    made = call("compare", *paths, "--json", "-o", target)
    for text in (made.stdout, target.read_text(encoding="utf-8")):
        (unread,) = json.loads(text)["unreadable"]
        assert (unread["key"], Path(unread["source"]).name) == ("pickle", "history.pkl")
        assert "pickle" in unread["reason"]


def test_names_of_runs_hold_no_absolute_path(
    call: Callable[..., Result], save: Callable[..., Path], tmp_path: Path
) -> None:
    for number, parent in enumerate(("a", "b")):
        save(tmp_path / parent / "log", synthetic.healthy(number, epochs=60).run)
    result = call("compare", tmp_path / "a" / "log", tmp_path / "b" / "log")
    assert result.exit_code == 0
    assert str(tmp_path) not in result.stdout
    assert "b/log" in result.stdout


def test_what_is_no_log_beside_the_runs_is_skipped_and_named(
    call: Callable[..., Result], save: Callable[..., Path], tmp_path: Path
) -> None:
    runs = [
        save(tmp_path / name, synthetic.healthy(at, epochs=60).run) for at, name in enumerate("ab")
    ]
    (tmp_path / "notes.txt").write_text("dropout helps\n", encoding="utf-8")
    (tmp_path / "cut.json").write_text('{"author": "x", ', encoding="utf-8")
    (tmp_path / "empty").mkdir()
    beside = [tmp_path / name for name in ("empty", "cut.json", "notes.txt")]
    result = call("compare", *beside[:2], *runs, beside[2])
    assert result.exit_code == 0
    assert "Not judged" in result.stdout
    lines = result.stderr.splitlines()
    assert len(lines) == 3
    for name, line in zip(("empty", "cut.json", "notes.txt"), lines, strict=True):
        assert name in line.partition(": ")[0]
    spanish = call("compare", *runs, beside[2], "--lang", "es")
    assert "no se reconoce como log" in spanish.stderr


def test_fewer_than_two_runs_are_no_comparison(
    call: Callable[..., Result], save: Callable[..., Path], tmp_path: Path
) -> None:
    run = save(tmp_path / "a", synthetic.healthy(1, epochs=60).run)
    notes, more = tmp_path / "notes.txt", tmp_path / "more.txt"
    for path in (notes, more):
        path.write_text("dropout helps\n", encoding="utf-8")
    one = call("compare", run, notes)
    assert one.exit_code == 2
    assert "specify at least two runs" in one.stderr.splitlines()[-1]
    none = call("compare", notes, more)
    assert none.exit_code == 4
    assert [line.partition(": ")[0] for line in none.stderr.splitlines()] == [
        "notes.txt",
        "more.txt",
    ]
    assert call("compare", run, tmp_path / "missing").exit_code == 2
