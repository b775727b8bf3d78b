"""One event file: its scalars by tag in the order of the log, and each kind of damage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary
from tensorboard.plugins.hparams.summary_v2 import hparams_pb
from tensorboard.plugins.scalar.summary_v2 import scalar_pb
from tensorboard.plugins.text.summary_v2 import text_pb

from analyzer.parsers._base import LogFile
from analyzer.parsers._event_blocks import EventBlocks
from analyzer.parsers._event_file import EventLog, read_events
from analyzer.parsers._event_folders import EventPlace
from analyzer.parsers._event_points import Points, gathered
from analyzer.parsers._tfrecord import frame

START = 1_700_000_000.0
NAME = "events.out.tfevents.1"


def simple(tag: str, value: float) -> Summary:
    return Summary(value=[Summary.Value(tag=tag, simple_value=value)])


def event(step: int, summary: Summary) -> bytes:
    return Event(wall_time=START + step, step=step, summary=summary).SerializeToString()


def opening() -> bytes:
    return Event(wall_time=START, file_version="brain.Event:2").SerializeToString()


def read(folder: Path, *payloads: bytes) -> EventLog:
    """Read the records of an event file that begins as every one does."""
    return read_bytes(folder, b"".join(map(frame, (opening(), *payloads))))


def read_bytes(folder: Path, content: bytes) -> EventLog:
    path = folder / NAME
    path.write_bytes(content)
    file = LogFile(path, Path(NAME), NAME, len(content))
    return read_events(file, EventPlace(Path()), EventBlocks())


def points_of(log: EventLog) -> dict[str, Points]:
    return dict(zip(log.tags(), gathered(list(log.tags().values())), strict=True))


def keys(log: EventLog) -> list[tuple[str, str]]:
    return [(issue.severity, issue.key) for issue in log.issues]


def test_tags_keep_the_order_of_their_first_record_and_points_that_of_the_log(
    tmp_path: Path,
) -> None:
    payloads = [event(at, simple("b/loss", at / 2)) for at in range(3)]
    payloads.insert(1, event(9, simple("a/loss", 7)))
    log = read(tmp_path, *payloads)
    assert list(log.tags()) == ["b/loss", "a/loss"]
    points = points_of(log)
    assert points["b/loss"].step.tolist() == [0, 1, 2]
    assert points["b/loss"].value.tolist() == [0, 0.5, 1]
    assert points["a/loss"].wall_time.tolist() == [START + 9]
    assert (log.points, log.start, log.issues) == (4, START, [])


@pytest.mark.parametrize("count", [3, 7, 8, 9, 3000])
def test_few_and_many_records_of_both_encodings_give_the_same_points(
    tmp_path: Path, count: int
) -> None:
    payloads = []
    for at in range(count):
        encode = scalar_pb if at % 3 == 2 else simple
        payloads.append(event(at, encode("loss", at / 4)))
    log = read(tmp_path, *payloads)
    points = points_of(log)["loss"]
    np.testing.assert_array_equal(points.step, np.arange(count))
    np.testing.assert_array_equal(points.value, np.arange(count) / 4)
    np.testing.assert_array_equal(points.wall_time, START + np.arange(count))
    assert log.points == count


def test_what_is_not_a_scalar_is_counted_by_kind(tmp_path: Path) -> None:
    graph = Event(graph_def=GraphDef().SerializeToString()).SerializeToString()
    histogram = Summary(value=[Summary.Value(tag="w", histo=HistogramProto(num=1))])
    log = read(
        tmp_path,
        graph,
        event(0, histogram),
        event(1, histogram),
        event(0, text_pb("note", "hello")),
        event(0, simple("loss", 1)),
    )
    assert log.passed_over == {"graph": 1, "histo": 2, "text": 1}
    assert log.points == 1


def test_hyperparameters_are_settings_and_not_points(tmp_path: Path) -> None:
    log = read(tmp_path, event(0, hparams_pb({"lr": 0.1, "opt": "adam"})), event(0, simple("l", 1)))
    assert log.config == {"lr": 0.1, "opt": "adam"}
    assert list(log.tags()) == ["l"]


@pytest.mark.parametrize(
    ("payloads", "reason"),
    [([], "nothing_flushed"), ([event(0, text_pb("note", "hello"))], "no_scalars")],
)
def test_a_file_without_points_says_why(tmp_path: Path, payloads: list[bytes], reason: str) -> None:
    log = read(tmp_path, *payloads)
    assert (log.points, keys(log)) == (0, [("info", reason)])


def test_a_session_without_metrics_lacks_nothing(tmp_path: Path) -> None:
    log = read(tmp_path, event(0, hparams_pb({"lr": 0.1})))
    assert (log.points, keys(log), log.config) == (0, [], {"lr": 0.1})


def test_a_pointer_of_git_lfs_is_an_error(tmp_path: Path) -> None:
    log = read_bytes(tmp_path, b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    assert keys(log) == [("error", "git_lfs_pointer")]


def test_a_file_that_is_gone_is_an_error_and_not_an_exception(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(frame(opening()))
    file = LogFile(path, Path(NAME), NAME, 40)
    assert file.head  # read when the file was claimed
    path.unlink()
    assert keys(read_events(file, EventPlace(Path()), EventBlocks())) == [("error", "cannot_open")]


def test_a_record_cut_at_the_end_is_one_issue_with_what_was_kept(tmp_path: Path) -> None:
    whole = b"".join(frame(event(at, simple("loss", at))) for at in range(20))
    log = read_bytes(tmp_path, frame(opening()) + whole[:-5])
    (issue,) = log.issues
    assert (issue.severity, issue.kept, issue.values) == ("warning", 19, {"count": 1})
    assert points_of(log)["loss"].step.tolist() == list(range(19))


def test_damage_of_one_kind_is_one_issue_at_its_first_place(tmp_path: Path) -> None:
    payloads = [frame(event(at, simple("loss", at))) for at in range(20)]
    first = len(frame(opening())) + sum(map(len, payloads[:4]))
    for at in (4, 11):
        spoilt = bytearray(payloads[at])
        spoilt[20] ^= 0xFF
        payloads[at] = bytes(spoilt)
    log = read_bytes(tmp_path, frame(opening()) + b"".join(payloads))
    (issue,) = log.issues
    assert (issue.key, issue.position) == ("bad_payload_crc", first)
    assert (issue.kept, issue.values) == (18, {"count": 2})
    assert issue.bytes >= len(payloads[4]) + len(payloads[11]) - 2 * 16
    assert 4 not in points_of(log)["loss"].step


def test_a_record_that_is_not_an_event_is_damage_and_the_rest_is_read(tmp_path: Path) -> None:
    log = read(tmp_path, event(0, simple("loss", 1)), b"\xff\xff\xff", event(1, simple("loss", 2)))
    assert keys(log) == [("warning", "bad_payload")]
    assert points_of(log)["loss"].value.tolist() == [1, 2]


def test_a_tag_that_is_not_utf_8_is_repaired_and_said(tmp_path: Path) -> None:
    payload = event(0, simple("lXss", 1)).replace(b"lXss", b"l\xffss")
    log = read(tmp_path, payload)
    assert keys(log) == [("warning", "bad_name")]
    assert list(log.tags()) == ["l\ufffdss"]


def test_the_plugin_of_a_tag_is_remembered_for_records_that_leave_it_out(tmp_path: Path) -> None:
    first = scalar_pb("loss", 1.0)
    later = scalar_pb("loss", 2.0)
    later.value[0].ClearField("metadata")
    log = read(tmp_path, event(0, first), event(1, later))
    assert points_of(log)["loss"].value.tolist() == [1, 2]
    assert log.plugins == {"loss": "scalars"}
