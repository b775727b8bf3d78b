"""A parser that fails in an unforeseen way costs one file, and says what it raised."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from analyzer import registry
from analyzer.cli import main
from analyzer.errors import NothingReadable, ParseError, PluginWarning
from analyzer.parsers._base import Group, LogFile, Parser
from analyzer.parsers.csv_table import CsvTable
from analyzer.parsers.keras_history import KerasHistory
from analyzer.parsers.tensorboard import TensorBoard
from analyzer.reading.claims import ClaimedGroup, parsers_for
from analyzer.reading.failures import failure
from analyzer.reading.groups import read_groups
from analyzer.reading.load import ReadOptions, load, scan

PARSERS = registry.discover("analyzer.parsers", Parser)
ERRORS = (OverflowError("int too large"), MemoryError(), RecursionError("deep"), SystemExit(3))
COMMANDS = ("check", "report", "inspect", "export", "comment", "compare", "plot")


def curves(first: float = 2.0) -> dict[str, list[float]]:
    return {
        "loss": [first * 0.8**step for step in range(12)],
        "val_loss": [first * 0.85**step for step in range(12)],
    }


def write_json(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(curves()), encoding="utf-8")


def write_csv(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    named = curves(3.0)
    rows = zip(range(12), named["loss"], named["val_loss"], strict=True)
    lines = [f"{epoch},{loss},{val}" for epoch, loss, val in rows]
    path.write_text("\n".join(["epoch,loss,val_loss", *lines, ""]), encoding="utf-8")


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Return a folder with a history that KerasHistory reads and a table that it does not."""
    write_json(tmp_path / "a" / "history.json")
    write_csv(tmp_path / "b" / "log.csv")
    return tmp_path


def raising(error: BaseException) -> Callable[..., object]:
    def fail(*_: object) -> object:
        raise error

    return fail


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_what_a_parser_raises_is_an_issue_of_its_file_and_the_others_go_on(
    error: BaseException, two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KerasHistory, "parse", raising(error))
    found = scan(two)
    assert [run.name for run in found] == ["b"]
    (issue,) = found.issues
    key = "parser_no_memory" if isinstance(error, MemoryError) else "parser_failed"
    assert (issue.severity, issue.source, issue.key) == ("error", "a/history.json", key)
    assert issue.values["error"].startswith(type(error).__name__)
    assert type(error).__name__ in str(issue)


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_ends_because_of_one_file(
    command: str, two: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(KerasHistory, "parse", raising(OverflowError("int too large")))
    arguments = [command, str(two)]
    if command == "compare":
        write_csv(two / "c" / "log.csv")
    if command in ("export", "plot"):
        monkeypatch.chdir(tmp_path)
        arguments += ["-o", "points.csv" if command == "export" else "figure.svg"]
        arguments += (
            ["--force"] if "--force" in CliRunner().invoke(main, [command, "-h"]).output else []
        )
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code in (0, 1), result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "OverflowError" in result.output


def test_strict_loading_raises_what_failed(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KerasHistory, "parse", raising(OverflowError("int too large")))
    with pytest.raises(ParseError, match="OverflowError: int too large"):
        load(two, strict=True)


def test_a_file_alone_that_fails_is_one_line(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KerasHistory, "parse", raising(MemoryError()))
    with pytest.raises(NothingReadable, match=r"history\.json: .*MemoryError"):
        load(two / "a")


@pytest.mark.parametrize("name", PARSERS)
def test_any_parser_may_fail_while_it_looks_at_a_file(
    name: str, two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PARSERS[name], "claims", raising(ValueError("odd")))
    found = scan(two)
    runs = [run.name for run in found]
    lost = {"csv_table": "b", "keras_history": "a"}.get(name)
    assert runs == [folder for folder in ("a", "b") if folder != lost]
    failed = [file for file in found.skipped if file.key == "parser_failed"]
    assert len(failed) == (0 if lost is None else 1)
    assert len(found.unreadable) == len(failed)


def test_a_parser_that_exits_on_a_hidden_log_is_no_end(
    two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (two / "a" / "history.json").rename(two / "a" / ".history.json")
    monkeypatch.setattr(KerasHistory, "parse", raising(SystemExit(3)))
    found = scan(two)
    assert [run.name for run in found] == ["b"]
    assert [file.key for file in found.unreadable] == ["hidden_log"]


@pytest.mark.parametrize("name", PARSERS)
def test_any_parser_may_fail_while_it_reads_a_file(
    name: str, two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PARSERS[name], "parse", raising(ZeroDivisionError("division by zero")))
    file = LogFile(two / "a" / "history.json", Path("a/history.json"), "a/history.json", 1)
    claimed = ClaimedGroup(name, Group(Path("a/history"), (file,)))
    found = read_groups(two, [claimed], parsers_for(ReadOptions()))
    assert [issue.key for issue in found.issues] == ["parser_failed"]
    assert "ZeroDivisionError" in str(found.issues[0])


def test_of_several_files_of_a_run_only_the_one_that_fails_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_csv(tmp_path / "log.csv")
    for name in ("train.csv", "val.csv"):
        (tmp_path / name).write_text(
            "epoch,loss\n" + "".join(f"{row},{2 / (row + 1)}\n" for row in range(9)),
            encoding="utf-8",
        )
    tables = CsvTable._tables

    def failing(self: CsvTable, file: LogFile, *, is_alone: bool) -> object:
        if file.name == "val.csv":
            raise IndexError("list index out of range")
        return tables(self, file, is_alone=is_alone)

    monkeypatch.setattr(CsvTable, "_tables", failing)
    found = scan(tmp_path)
    assert [issue.source for issue in found.issues] == ["val.csv"]
    files = [name for run in found for name in run.meta.files]
    assert sorted(files) == ["log.csv", "train.csv"]


@pytest.fixture
def forgotten() -> Iterator[None]:
    from analyzer.registry import third_party

    third_party.warn.cache_clear()
    yield
    third_party.warn.cache_clear()


def test_files_that_a_parser_fails_to_group_are_read_each_alone(
    two: Path, monkeypatch: pytest.MonkeyPatch, forgotten: None
) -> None:
    monkeypatch.setattr(CsvTable, "groups", raising(KeyError("folder")))
    with pytest.warns(PluginWarning, match="KeyError"):
        found = scan(two)
    assert [run.name for run in found] == ["a", "b"]


def test_settings_beside_a_log_never_cost_its_points(
    two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (two / "b" / "config.json").write_text('{"lr": 0.1}', encoding="utf-8")
    monkeypatch.setattr(
        "analyzer.reading.settings_beside.read_settings", raising(OverflowError("odd"))
    )
    run = next(run for run in load(two) if run.name == "b")
    assert run.points == 24
    assert "settings_unread" in [issue.key for issue in run.issues]


def test_what_a_file_put_into_an_exception_is_shown_as_text() -> None:
    values = failure(TensorBoard(), ValueError("\x1b[31mred\n::error::" + "x" * 900))
    assert "\x1b" not in values["error"]
    assert "\n" not in values["error"]
    assert len(values["error"]) < 300


def test_too_little_memory_is_no_fault_of_the_reader(
    two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for error in (MemoryError(), RuntimeError("can't start new thread")):
        monkeypatch.setattr(KerasHistory, "parse", raising(error))
        (issue,) = scan(two).issues
        assert "too little memory to read it" in str(issue)
        assert "report it" not in str(issue)
