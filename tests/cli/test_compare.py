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
