"""TensorBoard event files: scalars in both encodings, several files per run, damage."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.plugins.histogram.summary_v2 import histogram_pb
from tensorboard.plugins.hparams.summary_v2 import hparams_pb
from tensorboard.plugins.scalar.summary_v2 import scalar_pb
from tensorboard.plugins.text.summary_v2 import text_pb
from tensorboard.summary.writer.record_writer import RecordWriter

from analyzer.errors import NothingReadable
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.parsers._tfrecord import frame
from analyzer.reading.load import load

START = 1_700_000_000.0
NAME = "events.out.tfevents.1700000000.sample-host.4711.0"
SHOWN = "events.out.tfevents.1700000000"


def write(
    folder: Path,
    summaries: Iterable[tuple[int, Summary]],
    *,
    start: float = START,
    name: str = NAME,
) -> Path:
    """Write an event file with TensorBoard's own record writer, one second an event."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    with path.open("wb") as file:
        writer = RecordWriter(file)
        writer.write(Event(wall_time=start, file_version="brain.Event:2").SerializeToString())
        for index, (step, summary) in enumerate(summaries):
            event = Event(wall_time=start + 1 + index, step=step, summary=summary)
            writer.write(event.SerializeToString())
        writer.flush()
    return path


def simple(tag: str, value: float) -> Summary:
    return Summary(value=[Summary.Value(tag=tag, simple_value=value)])


def of_tensor(tensor: TensorProto, tag: str = "loss", plugin: str = "scalars") -> Summary:
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name=plugin))
    return Summary(value=[Summary.Value(tag=tag, tensor=tensor, metadata=metadata)])


def losses(values: Iterable[float], tag: str = "loss", first: int = 0) -> list[tuple[int, Summary]]:
    return [(first + at, simple(tag, value)) for at, value in enumerate(values)]


def only(path: Path) -> Run:
    (run,) = load(path)
    return run


def series(run: Run, tag: str, split: str | None = None) -> Series:
    (found,) = [
        series for series in run.series if series.tag == tag and split in (None, series.split)
    ]
    return found


def keys(run: Run) -> list[str]:
    return [issue.key for issue in run.issues]


def test_both_encodings_of_a_scalar_give_the_same_curve(tmp_path: Path) -> None:
    values = [2.5, 1.25, 0.75]
    write(
        tmp_path,
        [(at, simple("a/loss", value)) for at, value in enumerate(values)]
        + [(at, scalar_pb("b/loss", value)) for at, value in enumerate(values)],
    )
    run = only(tmp_path)
    for tag in ("a/loss", "b/loss"):
        assert series(run, tag).value.tolist() == values
        assert series(run, tag).step.tolist() == [0, 1, 2]
    assert run.issues == ()


def test_the_clock_of_each_point_is_kept(tmp_path: Path) -> None:
    write(tmp_path, losses([3, 2, 1]))
    run = only(tmp_path)
    assert run.series[0].wall_time.tolist() == [START + 1, START + 2, START + 3]
    assert (run.meta.start, run.meta.end) == (START + 1, START + 3)


def test_a_float_is_what_32_bits_hold(tmp_path: Path) -> None:
    write(tmp_path, losses([0.1]))
    assert only(tmp_path).series[0].value.tolist() == [float(np.float32(0.1))]


CONTENT = {
    1: np.array(0.5, "<f4"),
    2: np.array(0.1, "<f8"),
    3: np.array(-7, "<i4"),
    4: np.array(200, "<u1"),
    5: np.array(-300, "<i2"),
    6: np.array(-8, "<i1"),
    9: np.array(2**53, "<i8"),
    10: np.array(True),
    17: np.array(60_000, "<u2"),
    19: np.array(0.25, "<f2"),
    22: np.array(4_000_000_000, "<u4"),
    23: np.array(2**63, "<u8"),
}


@pytest.mark.parametrize("shape", [[], [1]])
@pytest.mark.parametrize("dtype", CONTENT)
def test_a_tensor_of_every_type_is_read_from_its_content(
    dtype: int, shape: list[int], tmp_path: Path
) -> None:
    dims = TensorShapeProto(dim=[TensorShapeProto.Dim(size=size) for size in shape])
    tensor = TensorProto(dtype=dtype, tensor_shape=dims, tensor_content=CONTENT[dtype].tobytes())
    write(tmp_path, [(3, of_tensor(tensor))])
    assert only(tmp_path).series[0].value.tolist() == [float(CONTENT[dtype])]


HALF, BFLOAT16 = 0x3400, 0x3E80  # 0.25 in both
FIELDS = [
    ({"dtype": 1, "float_val": [0.5]}, 0.5),
    ({"dtype": 2, "double_val": [0.1]}, 0.1),
    ({"dtype": 3, "int_val": [-7]}, -7),
    ({"dtype": 4, "int_val": [200]}, 200),
    ({"dtype": 5, "int_val": [-300]}, -300),
    ({"dtype": 6, "int_val": [-8]}, -8),
    ({"dtype": 9, "int64_val": [-(2**40)]}, -(2**40)),
    ({"dtype": 10, "bool_val": [True]}, 1),
    ({"dtype": 14, "half_val": [BFLOAT16]}, 0.25),
    ({"dtype": 14, "half_val": [0xBE80]}, -0.25),
    ({"dtype": 17, "int_val": [60_000]}, 60_000),
    ({"dtype": 19, "half_val": [HALF]}, 0.25),
    ({"dtype": 19, "half_val": [HALF - 0x10000]}, 0.25),
    ({"dtype": 22, "uint32_val": [4_000_000_000]}, 4_000_000_000),
    ({"dtype": 23, "uint64_val": [2**63]}, 2**63),
    ({"dtype": 1}, 0),
    ({"dtype": 14, "tensor_content": struct.pack("<H", BFLOAT16)}, 0.25),
]


@pytest.mark.parametrize(("fields", "expected"), FIELDS, ids=[str(case[0]) for case in FIELDS])
def test_a_tensor_of_every_type_is_read_from_its_field(
    fields: dict[str, object], expected: float, tmp_path: Path
) -> None:
    write(tmp_path, [(3, of_tensor(TensorProto(**fields)))])
    assert only(tmp_path).series[0].value.tolist() == [expected]


@pytest.mark.parametrize(
    "tensor",
    [
        TensorProto(
            dtype=1,
            float_val=[1, 2],
            tensor_shape=TensorShapeProto(dim=[TensorShapeProto.Dim(size=2)]),
        ),
        TensorProto(dtype=7, string_val=[b"0.5"]),
        TensorProto(dtype=8, scomplex_val=[1, 0]),
        TensorProto(dtype=14, tensor_content=b"\1"),
        TensorProto(dtype=2, tensor_content=b"\1\2\3"),
    ],
    ids=["vector", "string", "complex", "half a bfloat16", "half a double"],
)
def test_a_scalar_that_is_not_one_number_is_told(tensor: TensorProto, tmp_path: Path) -> None:
    write(tmp_path, [*losses([1.0], "other/loss"), (0, of_tensor(tensor))])
    run = only(tmp_path)
    assert [series.tag for series in run.series] == ["other/loss"]
    (issue,) = run.issues
    assert (issue.severity, issue.key, issue.kept, issue.lost) == ("warning", "bad_scalar", 1, 1)
    assert issue.values == {"name": "loss", "count": 1}


def test_only_the_first_event_of_a_tag_names_its_plugin(tmp_path: Path) -> None:
    later = Summary(value=[Summary.Value(tag="notes", tensor=TensorProto(dtype=1, float_val=[9]))])
    write(tmp_path, [*losses([1.0]), (0, text_pb("notes", "hello")), (1, later)])
    run = only(tmp_path)
    assert [series.tag for series in run.series] == ["loss"]
    assert list(run.meta.passed_over) == [("text", "not_scalar", {"count": 2})]


def test_folders_named_for_splits_are_one_run(tmp_path: Path) -> None:
    for folder, values in (("train", [3.0, 2.0]), ("validation", [4.0, 3.5])):
        write(
            tmp_path / "exp" / folder,
            [(at, scalar_pb("epoch_loss", value)) for at, value in enumerate(values)],
        )
    run = only(tmp_path)
    assert run.name == "exp"
    assert [(series.split, series.metric, series.value.tolist()) for series in run.series] == [
        ("train", "loss", [3.0, 2.0]),
        ("val", "loss", [4.0, 3.5]),
    ]
    assert run.meta.files == (f"exp/train/{SHOWN}", f"exp/validation/{SHOWN}")


def test_a_split_folder_is_known_from_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "exp" / "validation", losses([2.0, 1.0], "epoch_loss"))
    monkeypatch.chdir(tmp_path / "exp" / "validation")
    run = only(Path())
    assert (run.name, run.series[0].split) == ("exp", "val")


def test_a_tag_epoch_counts_its_points_in_epochs(tmp_path: Path) -> None:
    write(
        tmp_path,
        [
            (10 * at, simple(tag, value))
            for at in range(3)
            for tag, value in (("epoch", at / 2), ("loss", 1))
        ],
    )
    assert series(only(tmp_path), "loss").epoch.tolist() == [0.0, 0.5, 1.0]


def test_a_learning_rate_has_the_epoch_of_what_follows(tmp_path: Path) -> None:
    """Lightning logs it at the start of an epoch, and other values only now and then."""
    epochs = [(step, simple("epoch", epoch)) for step, epoch in ((9, 0), (19, 1), (29, 2))]
    write(tmp_path, [*epochs, *[(step, simple("lr-Adam", 0.1)) for step in (0, 10, 20)]])
    assert series(only(tmp_path), "lr-Adam").epoch.tolist() == [0, 1, 2]


def test_an_epoch_name_counts_in_epochs_and_another_does_not(tmp_path: Path) -> None:
    write(tmp_path, losses([3, 2], "epoch_loss") + losses([3, 2], "batch_loss"))
    run = only(tmp_path)
    assert series(run, "epoch_loss").epoch.tolist() == [0.0, 1.0]
    assert np.isnan(series(run, "batch_loss").epoch).all()


def test_files_of_a_folder_are_joined_by_their_first_clock(tmp_path: Path) -> None:
    write(
        tmp_path, losses([1.0, 0.5], first=2), start=START + 100, name="events.out.tfevents.1.a.0"
    )
    write(tmp_path, losses([3.0, 2.0]), start=START, name="events.out.tfevents.2.a.0")
    run = only(tmp_path)
    assert run.series[0].value.tolist() == [3.0, 2.0, 1.0, 0.5]
    assert run.series[0].step.tolist() == [0, 1, 2, 3]
    assert run.meta.files == ("events.out.tfevents.2", "events.out.tfevents.1")


@pytest.mark.skipif(pd.__version__ < "3", reason="older versions have columns of their own")
def test_the_frame_shares_the_points_of_a_run_and_changes_none(tmp_path: Path) -> None:
    write(tmp_path / "train", losses([3, 2, 1]) + losses([0.1, 0.2], tag="lr"))
    write(tmp_path / "validation", losses([4, 3, 5]))
    run = only(tmp_path)
    tags = [points.value.tolist() for points in run.series]
    for points in run.series:
        assert np.shares_memory(points.value, run.frame["value"].to_numpy())
        assert np.shares_memory(points.step, run.frame["step"].to_numpy())
        assert np.shares_memory(points.wall_time, run.frame["wall_time"].to_numpy())
    run.frame.loc[:, "value"] = 9.0
    run.frame.loc[run.frame["step"] > 0, "step"] = 7
    assert [points.value.tolist() for points in run.series] == tags
    assert [points.step.tolist() for points in run.series] == [[0, 1, 2], [0, 1], [0, 1, 2]]


def test_a_restart_keeps_both_and_marks_the_older(tmp_path: Path) -> None:
    write(tmp_path, losses([5, 4, 3, 2, 1]), name="events.out.tfevents.1.a.0")
    write(
        tmp_path, losses([30, 20, 10], first=2), start=START + 100, name="events.out.tfevents.2.a.0"
    )
    run = only(tmp_path)
    (loss,) = run.series
    assert loss.step.tolist() == [0, 1, 2, 3, 4, 2, 3, 4]
    assert loss.superseded.tolist() == [False, False, True, True, True, False, False, False]
    assert [str(issue) for issue in run.issues] == [
        (
            "run: restart at step 2; 3 points superseded. The newer points are judged; "
            "the older ones stay in the data."
        )
    ]
    assert run.curve("loss", "train").value.tolist() == [5, 4, 30, 20, 10]


def test_steps_in_no_order_are_all_kept_and_it_is_said(tmp_path: Path) -> None:
    steps = [0, 9, 1, 8, 2, 7, 3, 6, 4, 5]
    write(tmp_path, [(step, simple("loss", 10 - step)) for step in steps])
    run = only(tmp_path)
    assert run.series[0].step.tolist() == steps
    assert not run.series[0].superseded.any()
    assert run.curve("loss", "train").step.tolist() == sorted(steps)
    assert keys(run) == ["steps_unordered"]


def test_points_at_one_step_are_all_kept_and_it_is_said(tmp_path: Path) -> None:
    write(tmp_path, [(0, simple("loss", value)) for value in (3, 2, 1)])
    run = only(tmp_path)
    assert run.series[0].value.tolist() == [3, 2, 1]
    assert keys(run) == ["one_step"]


def test_values_that_are_not_finite_are_points(tmp_path: Path) -> None:
    write(tmp_path, losses([1.0, math.nan, math.inf, -math.inf]))
    value = only(tmp_path).series[0].value
    assert np.array_equal(value, [1.0, math.nan, math.inf, -math.inf], equal_nan=True)


@pytest.mark.parametrize("step", [2**53 + 1, 2**63 - 1, -5, -(2**63)])
def test_a_step_survives_as_an_integer(step: int, tmp_path: Path) -> None:
    write(tmp_path, [(step, simple("loss", 1.0))])
    assert only(tmp_path).series[0].step.tolist() == [step]


def test_the_lowest_step_after_the_highest_is_a_restart(tmp_path: Path) -> None:
    write(tmp_path, [(step, simple("loss", 1.0)) for step in (2**63 - 1, -(2**63), 2**63 - 1)])
    assert only(tmp_path).series[0].superseded.tolist() == [True, False, False]


def test_hyper_parameters_become_the_configuration(tmp_path: Path) -> None:
    hparams = {"optimizer": "adam", "learning_rate": 0.001, "nesterov": True}
    write(
        tmp_path, [(0, hparams_pb(hparams, trial_id="one", start_time_secs=START)), *losses([2, 1])]
    )
    run = only(tmp_path)
    assert run.config == hparams
    assert [series.tag for series in run.series] == ["loss"]


def test_hyper_parameters_in_a_file_beside_belong_to_the_run(tmp_path: Path) -> None:
    write(tmp_path, losses([2, 1]))
    write(
        tmp_path,
        [(0, hparams_pb({"lr": 0.5}, start_time_secs=START))],
        name="events.out.tfevents.9.a.1.hparams",
    )
    assert only(tmp_path).config == {"lr": 0.5}


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("args/text_summary", '{\n  "learning_rate": 0.003,\n  "seed": 42\n}'),
        ("hyperparameters", "|param|value|\n|-|-|\n|learning_rate|0.003|\n|seed|42|"),
        ("config/text_summary", "learning_rate: 3e-3\nseed: 42\n"),
        ("Run/hparams", "Namespace(learning_rate=0.003, seed=42)"),
        ("args/text_summary", '    {\n      "learning_rate": 0.003,\n      "seed": 42\n    }'),
    ],
)
def test_settings_that_were_logged_as_a_text_are_the_configuration(
    tag: str, text: str, tmp_path: Path
) -> None:
    write(tmp_path, [(0, text_pb(tag, text)), *losses([3, 2, 1])])
    run = only(tmp_path)
    assert run.config == {"learning_rate": 0.003, "seed": 42}
    assert run.points == 3


def test_the_settings_of_a_model_keep_its_name_around_them(tmp_path: Path) -> None:
    text = text_pb("model_config/text_summary", '{"id2label": {"0": "a", "1": "b"}}')
    write(tmp_path, [(0, text), *losses([3, 2, 1])])
    assert only(tmp_path).config == {"model_config": {"id2label": {"0": "a", "1": "b"}}}


def test_whole_settings_in_a_damaged_record_are_kept_and_it_is_said(tmp_path: Path) -> None:
    path = write(tmp_path, [(0, text_pb("args", '{"seed": 42}')), *losses([3, 2, 1])])
    path.write_bytes(path.read_bytes().replace(b'{"seed": 42}', b'{"seed": 43}'))
    run = only(tmp_path)
    assert run.config == {"seed": 43}
    assert keys(run) == ["bad_payload_crc", "settings_salvaged"]


def test_histograms_images_texts_and_graphs_are_counted(tmp_path: Path) -> None:
    old = Summary(value=[Summary.Value(tag="weights", histo=HistogramProto(min=0, max=1, num=2))])
    picture = Summary.Image(height=1, width=1, colorspace=3, encoded_image_string=b"PNG")
    image = Summary(value=[Summary.Value(tag="picture", image=picture)])
    path = write(
        tmp_path, [*losses([1.0]), (0, old), (0, histogram_pb("biases", [1.0, 2.0])), (0, image)]
    )
    graph = Event(wall_time=START, graph_def=GraphDef().SerializeToString())
    with path.open("ab") as file:
        RecordWriter(file).write(graph.SerializeToString())
    run = only(tmp_path)
    counts = {name: values["count"] for name, _, values in run.meta.passed_over}
    assert counts == {"graph": 1, "histo": 1, "histograms": 1, "image": 1}
    assert run.points == 1


def test_a_file_of_texts_only_is_called_that(tmp_path: Path) -> None:
    write(tmp_path, [(0, text_pb("notes", "hello"))])
    with pytest.raises(NothingReadable, match=f"{SHOWN}: contains no scalars"):
        load(tmp_path)


def test_a_file_with_a_header_only_was_never_flushed(tmp_path: Path) -> None:
    write(tmp_path, [])
    with pytest.raises(
        NothingReadable, match=f"^{SHOWN}: opened by a writer that never flushed a value"
    ):
        load(tmp_path)


def test_an_empty_event_file_beside_a_run_is_no_damage(tmp_path: Path) -> None:
    write(tmp_path, losses([2, 1]))
    (tmp_path / f"{NAME}.profile-empty").write_bytes(b"")
    run = only(tmp_path)
    assert run.points == 2
    assert [(issue.severity, issue.key) for issue in run.issues] == [("info", "nothing_flushed")]
    load(tmp_path, strict=True)


def test_a_git_lfs_pointer_is_called_that(tmp_path: Path) -> None:
    text = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n"
    (tmp_path / NAME).write_text(text)
    with pytest.raises(NothingReadable, match="Git LFS pointer"):
        load(tmp_path)


NAMES = [
    ("events.out.tfevents", "events.out.tfevents"),
    ("events.out.tfevents.1700000000.host", "events.out.tfevents.1700000000"),
    ("events.out.tfevents.1700000000.host.77.0.v2", "events.out.tfevents.1700000000"),
    ("events.out.tfevents.host-a", "events.out.tfevents"),
]


@pytest.mark.parametrize(("name", "shown"), NAMES)
def test_event_files_of_every_writer_are_known_and_shown_without_host_and_process(
    name: str, shown: str, tmp_path: Path
) -> None:
    write(tmp_path, losses([2, 1]), name=name)
    run = only(tmp_path)
    assert run.meta.files == (shown,)
    assert run.points == 2


def test_an_event_file_under_a_strange_name_is_known_by_its_first_record(tmp_path: Path) -> None:
    write(tmp_path, losses([2, 1]), name="backup.bin")
    assert only(tmp_path).points == 2


def test_a_cut_file_keeps_every_point_before_the_cut(tmp_path: Path) -> None:
    path = write(tmp_path, losses([3, 2, 1]))
    whole = path.read_bytes()
    last = len(
        frame(Event(wall_time=START + 3, step=2, summary=simple("loss", 1)).SerializeToString())
    )
    path.write_bytes(whole[:-5])
    run = only(tmp_path)
    assert run.series[0].value.tolist() == [3, 2]
    (issue,) = run.issues
    assert (issue.severity, issue.key, issue.kept, issue.bytes) == (
        "warning",
        "truncated_record",
        2,
        last - 5,
    )
    assert issue.position == len(whole) - last
    assert str(issue).startswith(
        f"{SHOWN}:{len(whole) - last}: the last record is cut off; 2 points kept"
    )


def test_a_damaged_record_costs_its_points_alone(tmp_path: Path) -> None:
    path = write(tmp_path, losses(range(10)))
    data = bytearray(path.read_bytes())
    record = len(
        frame(Event(wall_time=START, step=5, summary=simple("loss", 5)).SerializeToString())
    )
    data[-4 * record + 20] ^= 0xFF  # inside the payload of step 6
    path.write_bytes(data)
    run = only(tmp_path)
    assert run.series[0].step.tolist() == [0, 1, 2, 3, 4, 5, 7, 8, 9]
    (issue,) = run.issues
    assert (issue.severity, issue.key, issue.kept, issue.bytes) == (
        "warning",
        "bad_payload_crc",
        9,
        record,
    )


def test_many_damaged_records_are_told_in_one_line(tmp_path: Path) -> None:
    path = write(tmp_path, losses(range(100)))
    record = len(
        frame(Event(wall_time=START, step=5, summary=simple("loss", 5)).SerializeToString())
    )
    data = bytearray(path.read_bytes())
    for back in range(1, 41):
        data[-back * record + 20] ^= 0xFF
    path.write_bytes(data)
    run = only(tmp_path)
    assert run.points == 60
    (issue,) = run.issues
    assert (issue.values["count"], issue.bytes) == (40, 40 * record)
    assert issue.position == len(data) - 40 * record


def test_a_payload_that_is_no_event_costs_that_record(tmp_path: Path) -> None:
    path = write(tmp_path, losses([3, 2]))
    path.write_bytes(
        path.read_bytes()
        + frame(b"\x0b no event")
        + frame(Event(wall_time=START, step=2, summary=simple("loss", 1)).SerializeToString())
    )
    run = only(tmp_path)
    assert run.series[0].value.tolist() == [3, 2, 1]
    assert [(issue.key, issue.bytes) for issue in run.issues] == [("bad_payload", 10)]


def test_a_tag_that_is_no_utf8_is_kept_with_replacement_characters(tmp_path: Path) -> None:
    path = write(tmp_path, losses([3, 2], "loss_xx"))
    payload = Event(wall_time=START, step=2, summary=simple("loss_xx", 1)).SerializeToString()
    path.write_bytes(path.read_bytes() + frame(payload.replace(b"_xx", b"_\xe9\xff")))
    run = only(tmp_path)
    assert {series.tag: series.value.tolist() for series in run.series} == {
        "loss_xx": [3, 2],
        "loss_��": [1],
    }
    assert keys(run) == ["bad_name"]


def test_a_damaged_file_does_not_cost_the_others_of_its_run(tmp_path: Path) -> None:
    write(tmp_path, losses([3, 2]), name="events.out.tfevents.1.a.0")
    (tmp_path / "events.out.tfevents.2.a.0").write_bytes(b"garbage " * 10)
    run = only(tmp_path)
    assert run.points == 2
    assert [(issue.source, issue.key) for issue in run.issues] == [
        ("events.out.tfevents.2", "bad_length_crc")
    ]


def points(run: Run) -> set[tuple[str, int, float, float]]:
    found = set()
    for series in run.series:
        arrays = (series.step.tolist(), series.wall_time.tolist(), series.value.tolist())
        found |= {(series.tag, *point) for point in zip(*arrays, strict=True)}
    return found


def test_every_flipped_byte_of_a_file_costs_one_record_and_changes_no_other(tmp_path: Path) -> None:
    path = write(tmp_path, [*losses([3, 2], "train/loss"), (1, scalar_pb("val/loss", 0.5))])
    whole = path.read_bytes()
    expected = points(only(tmp_path))
    for place in range(len(whole)):
        data = bytearray(whole)
        data[place] ^= 0x10
        path.write_bytes(data)
        run = only(tmp_path)
        assert run.issues
        assert points(run) <= expected
        assert len(points(run)) >= len(expected) - 1


def test_a_run_of_guild_has_the_name_of_its_folder_and_its_flags(tmp_path: Path) -> None:
    source = tmp_path / ".guild" / "runs" / "8e43" / ".guild"
    write(source, losses([3.0, 2.0, 1.0]))
    (source / "attrs").mkdir()
    (source / "attrs" / "flags").write_text("lr: 0.2\nepochs: 20\n")
    (run,) = load(tmp_path)
    assert run.config == {"lr": 0.2, "epochs": 20}
    assert run.name == ".guild/runs/8e43"
