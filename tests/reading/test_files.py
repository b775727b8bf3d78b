"""The files under a path: regular ones, each once, none outside the folder, with safe names."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from analyzer.errors import NothingReadable, ParseError, PathNotFound
from analyzer.model.issues import Skipped
from analyzer.parsers._base import LogFile
from analyzer.reading import files
from analyzer.reading.files import files_under
from analyzer.reading.load import load
from analyzer.safe.names import printable

TEXT = "epoch,loss\n0,1.0\n1,0.5\n"


def log(folder: Path, name: str = "log.csv") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(TEXT)
    return path


def found(root: Path) -> list[str]:
    return [file.shown for file in files_under(root) if isinstance(file, LogFile)]


def skipped(root: Path) -> dict[str, str]:
    return {file.source: file.key for file in files_under(root) if isinstance(file, Skipped)}


def test_files_come_in_the_order_of_their_names_and_before_the_folders(tmp_path: Path) -> None:
    for name in ("b/2.csv", "b/1.csv", "a/z.csv", "c.csv", "a.csv"):
        log((tmp_path / name).parent, Path(name).name)
    assert found(tmp_path) == ["a.csv", "c.csv", "a/z.csv", "b/1.csv", "b/2.csv"]


def test_a_file_is_its_own_root(tmp_path: Path) -> None:
    path = log(tmp_path)
    (file,) = files_under(path)
    assert isinstance(file, LogFile)
    assert (file.shown, file.relative, file.size, file.head) == (
        "log.csv",
        Path("log.csv"),
        len(TEXT),
        TEXT.encode(),
    )


def test_the_head_is_4_kib(tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.write_bytes(b"x" * 5000)
    (file,) = files_under(path)
    assert isinstance(file, LogFile)
    assert len(file.head) == 4096


def test_hidden_files_are_marked_and_those_of_tools_are_not_looked_at(tmp_path: Path) -> None:
    log(tmp_path, ".hidden.csv")
    log(tmp_path, "._log.csv")
    log(tmp_path / ".old" / "a")
    log(tmp_path / ".git")
    log(tmp_path / ".venv" / "lib")
    log(tmp_path)
    files = [file for file in files_under(tmp_path) if isinstance(file, LogFile)]
    marks = {file.shown: file.hidden for file in files}
    assert marks == {".hidden.csv": True, "log.csv": False, ".old/a/log.csv": True}
    assert skipped(tmp_path) == {}


def test_only_the_first_hidden_files_are_looked_at(tmp_path: Path) -> None:
    for number in range(300):
        log(tmp_path / ".old", f"{number}.csv")
    log(tmp_path / "run")
    shown = found(tmp_path)
    assert len(shown) == 200
    assert "run/log.csv" in shown


def test_a_path_that_is_itself_hidden_is_read(tmp_path: Path) -> None:
    log(tmp_path / ".runs")
    assert found(tmp_path / ".runs") == ["log.csv"]


def test_a_fifo_is_passed_over_and_never_opened(tmp_path: Path) -> None:
    log(tmp_path)
    os.mkfifo(tmp_path / "events.out.tfevents.1.a")
    assert found(tmp_path) == ["log.csv"]
    assert skipped(tmp_path) == {"events.out.tfevents.1": "not_a_regular_file"}


def test_a_fifo_given_by_name_is_refused_in_one_line(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NothingReadable) as refused:
        load(tmp_path / "pipe")
    assert str(refused.value) == "pipe: not a regular file; not opened."


def test_a_file_that_turned_into_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ParseError) as refused:
        LogFile(tmp_path / "pipe", Path("pipe"), "pipe", 0).open()
    assert refused.value.key == "not_a_regular_file"


def test_a_socket_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert skipped(tmp_path) == {"socket": "not_a_regular_file"}


def test_a_link_that_leads_to_itself_ends(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "ping").symlink_to("pong")
    (tmp_path / "pong").symlink_to("ping")
    log(tmp_path)
    assert found(tmp_path) == ["log.csv"]
    assert skipped(tmp_path) == dict.fromkeys(["loop", "ping", "pong"], "cannot_open")


def test_a_link_that_leads_to_itself_is_no_path(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(PathNotFound):
        load(tmp_path / "loop")


def test_links_to_folders_above_end(tmp_path: Path) -> None:
    log(tmp_path / "a" / "b")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "b" / "here").symlink_to(tmp_path / "a" / "b")
    assert found(tmp_path) == ["a/b/log.csv"]


def test_a_file_with_several_links_is_read_once(tmp_path: Path) -> None:
    log(tmp_path / "real")
    (tmp_path / "zlink").symlink_to(tmp_path / "real")
    (tmp_path / "real" / "other.csv").symlink_to(tmp_path / "real" / "log.csv")
    assert found(tmp_path) == ["real/log.csv"]


def test_a_link_out_of_the_folder_is_listed_and_not_followed(tmp_path: Path) -> None:
    log(tmp_path / "outside")
    inside = tmp_path / "inside"
    log(inside)
    (inside / "file.csv").symlink_to(tmp_path / "outside" / "log.csv")
    (inside / "folder").symlink_to(tmp_path / "outside")
    (inside / "root").symlink_to("/")
    assert found(inside) == ["log.csv"]
    assert skipped(inside) == dict.fromkeys(["file.csv", "folder", "root"], "link_out_of_folder")


def test_a_folder_whose_name_begins_like_that_of_the_root_is_outside(tmp_path: Path) -> None:
    log(tmp_path / "runs-secret")
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "link").symlink_to(tmp_path / "runs-secret")
    assert skipped(tmp_path / "runs") == {"link": "link_out_of_folder"}


def test_the_path_that_is_given_may_be_a_link(tmp_path: Path) -> None:
    log(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real" / "log.csv")
    assert found(tmp_path / "link") == ["log.csv"]
    assert found(tmp_path / "link.csv") == ["link.csv"]


def test_a_link_to_nothing_is_listed(tmp_path: Path) -> None:
    (tmp_path / "broken").symlink_to(tmp_path / "gone")
    (skipped,) = files_under(tmp_path)
    assert skipped == Skipped("broken", "cannot_open", {"error": "No such file or directory"})


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_listed_and_the_rest_goes_on(tmp_path: Path) -> None:
    log(tmp_path)
    log(tmp_path / "locked")
    log(tmp_path, "secret.csv").chmod(0)
    (tmp_path / "locked").chmod(0)
    try:
        runs = load(tmp_path)
    finally:
        (tmp_path / "locked").chmod(0o700)
    assert len(runs) == 1
    assert [(file.source, file.key, file.values["error"]) for file in runs.skipped] == [
        ("locked", "cannot_open", "Permission denied"),
        ("secret.csv", "cannot_open", "Permission denied"),
    ]


def test_a_file_that_cannot_be_opened_is_listed_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(tmp_path / "a")
    log(tmp_path / "b")
    real_open = os.open

    def refusing(path: str | Path, *args: int) -> int:
        if Path(path).parent.name == "a":
            raise PermissionError(13, "Permission denied")
        return real_open(path, *args)

    monkeypatch.setattr(os, "open", refusing)
    runs = load(tmp_path)
    assert [run.name for run in runs] == ["b"]
    assert runs.skipped == (Skipped("a/log.csv", "cannot_open", {"error": "Permission denied"}),)


def test_a_head_that_cannot_be_read_is_listed_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(tmp_path / "a")
    log(tmp_path / "b")
    real_open, real_read = os.open, os.read
    failing: list[int] = []

    def noting(path: str | Path, *args: int) -> int:
        handle = real_open(path, *args)
        if Path(path).parent.name == "a":
            failing.append(handle)
        return handle

    def read(handle: int, size: int) -> bytes:
        if failing and handle == failing[-1]:
            failing.clear()  # its number is given again
            raise OSError(5, "Input/output error")
        return real_read(handle, size)

    monkeypatch.setattr(os, "open", noting)
    monkeypatch.setattr(os, "read", read)
    runs = load(tmp_path)
    assert [run.name for run in runs] == ["b"]
    assert runs.skipped == (Skipped("a/log.csv", "cannot_open", {"error": "Input/output error"}),)


def test_a_read_that_fails_is_listed_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(tmp_path / "a")
    log(tmp_path / "b")
    opened = LogFile.open

    class Failing:
        def __enter__(self) -> Failing:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def read(self, *_: int) -> bytes:
            raise OSError(5, "Input/output error")

    def failing(self: LogFile) -> object:
        return Failing() if self.shown == "a/log.csv" else opened(self)

    monkeypatch.setattr(LogFile, "open", failing)
    runs = load(tmp_path)
    assert [run.name for run in runs] == ["b"]
    assert runs.skipped == (Skipped("a/log.csv", "cannot_open", {"error": "Input/output error"}),)


def test_a_name_that_is_no_utf8_can_be_shown_and_read(tmp_path: Path) -> None:
    name = os.fsdecode(b"run-\xff.csv")
    try:
        log(tmp_path, name)
    except OSError:
        pytest.skip("this file system wants UTF-8")
    assert found(tmp_path) == ["run-�.csv"]
    assert load(tmp_path / name)[0].name == "run-�"


def test_the_host_is_not_shown(tmp_path: Path) -> None:
    log(tmp_path / "a", "events.out.tfevents.1700000000.my-host.12.0")
    assert found(tmp_path) == ["a/events.out.tfevents.1700000000"]


def test_a_shown_name_is_one_line() -> None:
    assert (
        printable("a\nb\x1b[2J\x9b\u2028\ud800é 日本 👩\u200d🚀") == "a�b�[2J���é 日本 👩\u200d🚀"
    )


def test_a_link_that_cannot_be_read_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As /proc/1/cwd for anyone but root: a link to a link through a folder nobody may enter."""
    (tmp_path / "log.csv").write_text("epoch,loss\n0,1\n", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "log.csv")
    real = os.path.realpath

    def refusing(path: Path, **options: bool) -> str:
        if Path(path).name == "link":
            raise PermissionError(13, "Permission denied")
        return real(path, **options)

    monkeypatch.setattr(os.path, "realpath", refusing)
    link, log = files_under(tmp_path)
    assert link == Skipped("link", "cannot_open", {"error": "Permission denied"})
    assert isinstance(log, LogFile)


def test_a_root_that_cannot_be_resolved_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os.path, "realpath", refuse)
    assert skipped(tmp_path) == {tmp_path.name: "cannot_open"}


@pytest.mark.parametrize("name", [".aim", "renamed"])
def test_an_aim_repository_is_named_and_not_entered(name: str, tmp_path: Path) -> None:
    for entry in ("meta", "seqs"):
        log(tmp_path / name / entry)
    (tmp_path / name / "run_metadata.sqlite").touch()
    assert (found(tmp_path), skipped(tmp_path)) == ([], {name: "aim_repository"})
    assert list(skipped(tmp_path / name).values()) == ["aim_repository"]


def test_of_hidden_folders_only_those_of_trackers_are_entered(tmp_path: Path) -> None:
    log(tmp_path / ".cache")
    log(tmp_path / ".guild" / "runs" / "a")
    log(tmp_path / ".guild" / "trash" / "b")
    log(tmp_path / ".guild" / "runs" / "a" / ".guild" / "attrs")
    assert found(tmp_path) == [".guild/runs/a/log.csv"]


def test_a_link_to_the_folder_itself_is_not_entered(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("epoch,loss\n1,2\n")
    (tmp_path / "out").symlink_to("/")
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "up").symlink_to("..")
    files, others = [], []
    for item in files_under(tmp_path):
        if isinstance(item, LogFile):
            files.append(item.shown)
        else:
            others.append(item.source)
    assert (files, others) == (["log.csv"], ["out"])


def test_on_windows_a_stamp_is_the_same_from_an_entry_and_from_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "ON_WINDOWS", True)  # where an entry has no inode number
    (tmp_path / "a.csv").write_bytes(b"1")
    (walked,) = files_under(tmp_path)
    assert isinstance(walked, LogFile)
    assert walked.stamp[2] == 0


def test_a_junction_out_of_the_folder_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.csv").write_bytes(b"1")
    (tmp_path / "root" / "junction").symlink_to(tmp_path / "outside")
    monkeypatch.setattr(Path, "is_symlink", lambda _: False)
    monkeypatch.setattr(files, "is_link", lambda entry: entry.name == "junction")
    (found,) = files_under(tmp_path / "root")
    assert isinstance(found, Skipped)
    assert found.key == "link_out_of_folder"
