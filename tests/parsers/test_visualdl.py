"""VisualDL: folders are runs, split folders belong to them, damage is reported."""

from __future__ import annotations

import struct
from pathlib import Path

from analyzer.model.run import Run
from analyzer.parsers._wire import BYTES, FIXED32, VARINT, Field, encode
from analyzer.reading.load import load

NAME = "vdlrecords.1795918303.log"


def record(tag: str, step: int, value: float, *, display: bool = False) -> bytes:
    fields = [
        Field(1, VARINT, step, b""),
        Field(2, BYTES, 0, tag.encode()),
        Field(3, VARINT, 1795918303000 + 1000 * step, b""),
    ]
    if display:
        fields.append(Field(10, BYTES, 0, b""))
    else:
        fields.append(Field(4, FIXED32, 0, struct.pack("<f", value)))
    payload = encode(Field(1, BYTES, 0, b"".join(map(encode, fields))))
    return struct.pack("<Q", len(payload)) + payload


def write(path: Path, tag: str, count: int = 12, start: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = [record("meta_data_tag", 0, 0, display=True)]
    parts += [record(tag, step, 0.8**step) for step in range(start, start + count)]
    path.write_bytes(b"".join(parts))
    return path


def curves(run: Run) -> dict[str, int]:
    return {f"{series.split}/{series.metric}": len(series) for series in run.series}


def test_a_folder_is_a_run(tmp_path: Path) -> None:
    write(tmp_path / "a" / NAME, "train/loss")
    write(tmp_path / "b" / NAME, "val/loss")
    a, b = load(tmp_path)
    assert (a.name, curves(a), curves(b)) == ("a", {"train/loss": 12}, {"val/loss": 12})
    assert a.series[0].wall_time[:2].tolist() == [1795918303.0, 1795918304.0]


def test_split_folders_belong_to_the_run_above(tmp_path: Path) -> None:
    write(tmp_path / "run" / "train" / NAME, "loss")
    write(tmp_path / "run" / "eval" / NAME, "loss", 6)
    (run,) = load(tmp_path)
    assert (run.name, curves(run)) == ("run", {"val/loss": 6, "train/loss": 12})


def test_the_files_of_a_resumed_run_are_joined_in_their_order(tmp_path: Path) -> None:
    write(tmp_path / "vdlrecords.1795918303.log", "loss", 10)
    write(tmp_path / "vdlrecords.1795918999.log", "loss", 10, start=5)
    (run,) = load(tmp_path)
    assert run.series[0].step.tolist() == [*range(10), *range(5, 15)]
    assert run.series[0].superseded.sum() == 5


def test_a_file_under_another_name_is_recognised(tmp_path: Path) -> None:
    assert load(write(tmp_path / "renamed.bin", "loss"))[0].points == 12


def test_damage_is_reported_with_its_place(tmp_path: Path) -> None:
    path = write(tmp_path / NAME, "loss")
    path.write_bytes(path.read_bytes()[:-5])
    (run,) = load(tmp_path)
    (issue,) = run.issues
    assert (issue.key, issue.kept) == ("truncated_record", 11)
    assert issue.position is not None
