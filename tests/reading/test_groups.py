"""The reading loop: runs are named and numbered, failures become issues or skipped files."""

from __future__ import annotations

import gc
from pathlib import Path

from analyzer.errors import NotThisFormat, ParseError
from analyzer.metrics import Reading
from analyzer.model.issues import Skipped
from analyzer.model.run import Run
from analyzer.parsers._base import Group, LogFile, Parser, ReadOptions
from analyzer.reading.claims import ClaimedGroup
from analyzer.reading.groups import read_groups
from analyzer.reading.load import load
from analyzer.synthetic import of_curves


class Made(Parser):
    """Returns a run with one curve, or fails as the name of the file asks."""

    def claims(self, file: LogFile) -> bool:
        raise AssertionError("the files are claimed already")

    def parse(self, group: Group) -> list[Run]:
        failures = {
            "other": NotThisFormat("no_metric"),
            "broken": ParseError("not_json", line=3, column=1, error="x"),
            "gone": FileNotFoundError(2, "No such file or directory"),
        }
        error = failures.get(group.name.name)
        if error is not None:
            raise error
        if group.name.name == "silent":
            return [of_curves("made", {})]
        return [of_curves("made", {("", "my_nll"): [3.0, 2.0, 1.0]})]


def group(folder: Path, name: str) -> ClaimedGroup:
    path = folder / name
    path.touch()
    return ClaimedGroup("made", Group(Path(name), (LogFile(path, Path(name), name, 10),)))


def test_runs_are_numbered_and_carry_their_files(tmp_path: Path) -> None:
    found = read_groups(tmp_path, [group(tmp_path, "a"), group(tmp_path, "b")], {"made": Made()})
    assert [run.name for run in found] == ["made", "made (2)"]
    assert [run.paths for run in found] == [(str(tmp_path / "a"),), (str(tmp_path / "b"),)]
    assert not any(run.meta.alone for run in found)


def test_the_path_that_reads_a_run_again_stands_in_its_meta(tmp_path: Path) -> None:
    groups = [group(tmp_path, "a")]
    (run,) = read_groups(tmp_path, groups, {"made": Made()}, path=Path("runs/a"))
    assert (run.meta.path, run.meta.alone) == ("runs/a", True)


def test_a_log_without_a_point_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    found = read_groups(tmp_path, [group(tmp_path, "silent")], {"made": Made()})
    assert found.skipped == (Skipped("silent", "no_points"),)


def test_a_group_that_fails_stops_no_other(tmp_path: Path) -> None:
    groups = [group(tmp_path, name) for name in ("other", "broken", "gone", "good")]
    found = read_groups(tmp_path, groups, {"made": Made()})
    assert len(found) == 1
    assert [(issue.source, issue.key, issue.position) for issue in found.issues] == [
        ("broken", "not_json", 3)
    ]
    assert found.skipped == (
        Skipped("other", "no_metric"),
        Skipped("gone", "cannot_open", {"error": "No such file or directory"}),
    )


def test_the_meanings_of_the_user_replace_ours(tmp_path: Path) -> None:
    parser = Made(ReadOptions(names={"my_nll": Reading("val", "loss")}))
    (run,) = read_groups(tmp_path, [group(tmp_path, "a")], {"made": parser})
    assert run.curve("loss", "val").value.tolist() == [3, 2, 1]


def test_progress_counts_bytes_before_each_group(tmp_path: Path) -> None:
    calls: list[tuple[int, int, str]] = []
    groups = [group(tmp_path, "a"), group(tmp_path, "b")]
    read_groups(tmp_path, groups, {"made": Made()}, progress=lambda *call: calls.append(call))
    assert calls == [(0, 20, "a"), (10, 20, "b")]


def test_garbage_is_collected_again_after_a_log_was_read(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("step,loss\n1,2\n2,1\n", encoding="utf-8")
    assert gc.isenabled()
    load(tmp_path)
    assert gc.isenabled()
    gc.disable()
    try:
        load(tmp_path)
        assert not gc.isenabled()
    finally:
        gc.enable()
