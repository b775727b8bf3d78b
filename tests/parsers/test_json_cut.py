"""JSON that ends in the middle: what is certainly whole is kept, and the cut is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import analyzer
from analyzer.errors import ParseError
from analyzer.parsers._json_cut import before_cut, load_json_or_start
from tests.hostile.effort import IS_LONG

EPOCHS = 24
LOSS = [round(1 / (epoch + 1), 6) for epoch in range(EPOCHS)]
STATE = [{"step": 10 * step, "epoch": step / 4, "loss": loss} for step, loss in enumerate(LOSS, 1)]
DOCUMENTS = {
    "history.json": {"loss": LOSS, "val_loss": [loss + 0.125 for loss in LOSS]},
    "rows.json": [{"epoch": epoch, "val_loss": loss} for epoch, loss in enumerate(LOSS)],
    "trainer_state.json": {"global_step": 240, "log_history": STATE, "max_steps": 240},
}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('{"a": [1, 2, 3', '{"a": [1, 2]}'),
        ('{"a": [1, 2, ', '{"a": [1, 2]}'),
        ('{"a": [1, 2], "b', '{"a": [1, 2]}'),
        ('{"a": [1, 2], "b": ', '{"a": [1, 2]}'),
        ('{"a": [1, 2]', '{"a": [1, 2]}'),
        ('[{"a": 1}, {"a": 2, "b": "x, y', '[{"a": 1}, {"a": 2}]'),
        ('{"a": "]", "b": [[1], [2', '{"a": "]", "b": [[1], []]}'),
        ('{"a": "\\"", "b": 1', '{"a": "\\""}'),
    ],
)
def test_the_last_value_that_is_whole_ends_it(text: str, kept: str) -> None:
    assert before_cut(text) == kept
    assert load_json_or_start(text) == (json.loads(kept), True)


@pytest.mark.parametrize("text", ['{"a": [1, 2}', '{"a" 1, "b": [', "[1, 2]]", "plain", '"a'])
def test_other_damage_is_no_cut(text: str) -> None:
    assert before_cut(text) is None
    with pytest.raises(ParseError):
        load_json_or_start(text)


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("indent", [None, 2])
def test_every_cut_gives_a_beginning_of_the_points(
    name: str, indent: int | None, tmp_path: Path
) -> None:
    text = json.dumps(DOCUMENTS[name], indent=indent)
    path = tmp_path / name
    path.write_text(text)
    whole = values(path)[0]
    last = 0
    for end in range(120, len(text), 1 if IS_LONG else 97):
        path.write_text(text[:end])
        kept, keys = values(path)
        assert "json_cut" in keys
        assert all(series == whole[key][: len(series)] for key, series in kept.items())
        assert sum(map(len, kept.values())) >= last
        last = sum(map(len, kept.values()))


def values(path: Path) -> tuple[dict[tuple[str, str], list[float]], list[str]]:
    """Return the values of each metric of the only run, and the keys of its issues."""
    (run,) = analyzer.load(path)
    kept = {
        (str(split), str(metric)): list(points["value"])
        for (split, metric), points in run.frame.groupby(["split", "metric"], observed=True)
    }
    return kept, [issue.key for issue in run.issues]
