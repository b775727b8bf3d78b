"""A batch from Python: the package is the function, and says what it wrote."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import pytest

import analyzer
from analyzer.batch import in_python
from analyzer.batch.result import Batch

HISTORY = {
    "loss": [2.0 / (epoch + 1) for epoch in range(40)],
    "val_loss": [1 + 0.02 * epoch for epoch in range(40)],
}


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    for name in "ab":
        (folder / name).mkdir(parents=True)
        (folder / name / "history.json").write_text(json.dumps(HISTORY), encoding="utf-8")
    (folder / "broken.json").write_text('{"loss": [1.0, 0.9}', encoding="utf-8")
    return folder


def test_writes_a_site_and_says_what_is_in_it(logs: Path, tmp_path: Path) -> None:
    made = analyzer.batch(logs, tmp_path / "site", reports="none", workers=1)
    assert Path(made.index).is_file()
    assert (made.runs, made.verdicts, made.fresh) == (2, {"overfitting": 2}, 3)
    assert made.unread == ("broken.json",)
    assert repr(made).endswith("2 runs (2 overfitting); 1 log without a run>")
    assert "<td>overfitting</td><td>2</td>" in made._repr_html_()
    again = analyzer.batch(logs, str(tmp_path / "site"), reports="none", workers=1)
    assert again.verdicts == made.verdicts
    assert again.fresh < made.fresh


def test_the_package_takes_the_parameters_of_the_function() -> None:
    own = inspect.signature(in_python.batch).parameters
    assert inspect.signature(analyzer.batch).parameters.keys() == own.keys()
    assert {name: value.default for name, value in own.items()} == {
        name: value.default for name, value in inspect.signature(analyzer.batch).parameters.items()
    }


def test_an_unknown_choice_gets_one_line(logs: Path, tmp_path: Path) -> None:
    with pytest.raises(analyzer.ConfigError, match="choose found, all, none"):
        analyzer.batch(logs, tmp_path / "site", reports="some")


def test_logs_and_site_may_lie_in_a_store(
    logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = pytest.importorskip("fsspec").filesystem("memory")
    store.put(str(logs), "/in_python", recursive=True)
    made = analyzer.batch("memory://in_python", tmp_path / "site", reports="none", workers=1)
    assert made.runs == 2
    with pytest.raises(analyzer.AnalyzerError, match="memory://site: "):
        analyzer.batch(logs, "memory://site")
    nothing = Batch(records=(), unread=(), fresh=0, units=0)
    monkeypatch.setattr(in_python, "run_anywhere", lambda *_, **__: nothing)
    assert analyzer.batch(logs, "s3://bucket/site").index == "s3://bucket/site/index.html"
