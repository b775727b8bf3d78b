"""What parsers share: opening files safely, their first bytes, and groups of files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import pytest

from analyzer.errors import ParseError
from analyzer.model.run import Run
from analyzer.parsers._base import HEAD, Group, LogFile, Parser, ReadOptions


class Sample(Parser):
    """Claims everything."""

    title: ClassVar[str] = "Sample"

    def claims(self, file: LogFile) -> bool:
        return file.size > 0

    def parse(self, group: Group) -> list[Run]:
        return [Run(str(group.name), ())]


def log_file(path: Path, relative: str = "") -> LogFile:
    size = path.stat().st_size if path.is_file() else 0
    return LogFile(path, Path(relative or path.name), path.name, size)


def write(folder: Path, name: str, content: bytes = b"loss\n1\n") -> LogFile:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return log_file(folder / name, name)


def test_a_file_is_read_as_bytes_as_they_are(tmp_path: Path) -> None:
    content = b"a\r\nb\x00\x1a\xff"
    with write(tmp_path, "log.csv", content).open() as file:
        assert file.read() == content


def test_the_head_is_the_first_4_kib(tmp_path: Path) -> None:
    content = bytes(range(256)) * 20
    assert write(tmp_path, "long", content).head == content[:4096]
    assert write(tmp_path, "short", content[:7]).head == content[:7]
    assert write(tmp_path, "empty", b"").head == b""
    assert HEAD == 4096


def test_a_head_that_comes_in_parts_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = bytes(range(256)) * 20
    read = os.read
    monkeypatch.setattr(os, "read", lambda handle, size: read(handle, min(size, 1000)))
    assert write(tmp_path, "long", content).head == content[:4096]
    assert write(tmp_path, "short", content[:1500]).head == content[:1500]


def test_a_missing_file_gives_the_reason_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(ParseError) as error:
        log_file(tmp_path / "gone").open()
    assert error.value.key == "cannot_open"
    assert error.value.values == {"error": "No such file or directory"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ParseError) as error:
        log_file(tmp_path / "pipe").open()
    assert error.value.key == "not_a_regular_file"
    with pytest.raises(ParseError):
        _ = log_file(tmp_path / "pipe").head


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParseError) as error:
        log_file(tmp_path).open()
    assert error.value.key in ("not_a_regular_file", "cannot_open")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device")
def test_an_endless_device_is_refused() -> None:
    with pytest.raises(ParseError) as error:
        log_file(Path("/dev/zero")).open()
    assert error.value.key == "not_a_regular_file"


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts open files by /proc")
def test_a_refused_file_does_not_stay_open(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        with pytest.raises(ParseError):
            log_file(tmp_path).open()
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1


def test_each_file_is_a_run_named_for_its_place_by_default(tmp_path: Path) -> None:
    files: Sequence[LogFile] = [
        write(tmp_path, name) for name in ("a/log.csv", "b/log.csv", "v1.2/log")
    ]
    groups = Sample().groups(files)
    assert [group.name.as_posix() for group in groups] == ["a/log", "b/log", "v1.2/log"]
    assert [group.files for group in groups] == [(file,) for file in files]


def test_the_size_of_a_group_is_that_of_its_files(tmp_path: Path) -> None:
    files = (write(tmp_path, "a", b"123"), write(tmp_path, "b", b"45"))
    assert Group(Path("both"), files).size == 5
    assert Group(Path("none"), ()).size == 0


def test_the_folder_of_a_file_is_where_it_lies(tmp_path: Path) -> None:
    assert write(tmp_path, "a/b/log.csv").folder == tmp_path / "a" / "b"


def test_a_parser_without_options_reads_neither_hardware_nor_split_files() -> None:
    assert Sample().options == ReadOptions(system_stats=False, split_files=False, names={})
    assert Sample(ReadOptions(split_files=True)).options.split_files
    assert Sample.specificity == 0


def test_a_parser_has_to_say_what_it_claims_and_how_it_reads() -> None:
    class Half(Parser):
        title: ClassVar[str] = "Half"

        def claims(self, file: LogFile) -> bool:
            return bool(file.size)

    with pytest.raises(TypeError, match="parse"):
        Half()  # type: ignore[abstract]
