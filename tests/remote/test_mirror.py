from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analyzer.errors import AnalyzerError, PathNotFound, RemoteWarning
from analyzer.parsers._base import LogFile
from analyzer.reading.files import files_under
from analyzer.remote import fetching, placeholders
from analyzer.remote import mirror as mirrors
from analyzer.remote.mirror import Mirror, empty, ensure, mirrored, spoken_of
from analyzer.remote.placeholders import lacks
from analyzer.remote.places import Place, place_of
from tests.remote.conftest import forget_stores

LARGE = b"epoch,loss\n" + b"1,0.5\n" * 20_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that is read by ``file://``: a store that other processes see too."""
    pytest.importorskip("fsspec")
    forget_stores()
    root = tmp_path / "store" / "runs"
    for name, content in {"a/large.csv": LARGE, "a/b/small.csv": b"x,y\n", "empty": b""}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def url(folder: Path) -> Place:
    return place_of(f"file://{folder.as_posix()}")


@pytest.fixture
def made(folder: Path) -> Iterator[Mirror]:
    made = mirrored(url(folder))
    yield made
    made.close()
    assert not made.top.exists()


def is_whole(path: Path) -> bool:
    return not lacks(path, path.stat(), whole=True)


def test_a_mirror_has_the_names_and_sizes_and_the_last_part_of_the_url(
    made: Mirror, folder: Path
) -> None:
    assert made.root.name == "runs"
    for path in folder.rglob("*"):
        twin = made.root / path.relative_to(folder)
        assert twin.is_dir() == path.is_dir()
        assert path.is_dir() or twin.stat().st_size == path.stat().st_size


def test_a_walk_reads_the_start_and_the_end_and_fetches_nothing(made: Mirror) -> None:
    files = {file.name: file for file in files_under(made.root) if isinstance(file, LogFile)}
    large = files["large.csv"]
    assert large.head == LARGE[:4096]
    assert large.tail == LARGE[-4096:]
    assert not is_whole(large.path)
    assert is_whole(files["small.csv"].path)  # came with its start


def test_an_opened_file_is_whole(made: Mirror) -> None:
    (large,) = [
        file
        for file in files_under(made.root)
        if isinstance(file, LogFile) and file.name == "large.csv"
    ]
    with large.open() as file:
        assert file.read() == LARGE
    assert is_whole(large.path)
    empty([large.path])
    assert not is_whole(large.path)
    assert large.path.stat().st_size == len(LARGE)
    with large.open() as file:
        assert file.read() == LARGE


def test_files_that_are_known_are_not_looked_at_until_somebody_asks(folder: Path) -> None:
    made = mirrored(url(folder), wanted=lambda name, _: name != "a/large.csv")
    large = LogFile(made.root / "a/large.csv", Path("a/large.csv"), "large.csv", len(LARGE))
    assert (made.root / "a/large.csv").read_bytes()[:10] == bytes(10)
    assert large.head == LARGE[:4096]
    made.close()


def test_a_start_that_is_not_fetched_to_its_end_leaves_the_placeholder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = mirrored(url(folder), wanted=lambda *_: False)
    path = made.root / "a/large.csv"

    def stopped(part: Path, size: int, head: bytes) -> None:
        part.write_bytes(head[: size // 2])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(placeholders, "make", stopped)
        with pytest.raises(KeyboardInterrupt):
            mirrors.fetch_head(path)
    assert lacks(path, path.stat(), whole=False)
    assert not list((made.top / placeholders.PARTS).iterdir())
    mirrors.fetch_head(path)
    assert not lacks(path, path.stat(), whole=False)
    assert lacks(path, path.stat(), whole=True)
    made.close()


def test_a_file_that_another_worker_empties_while_it_is_opened_is_fetched_again(
    made: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made.root / "a/large.csv"
    file = LogFile(path, Path("a/large.csv"), "large.csv", len(LARGE))
    bring = fetching.bring
    calls = []

    def emptied_once(path: Path, *, whole: bool) -> None:
        bring(path, whole=whole)
        calls.append(path)
        if len(calls) == 1:
            empty([path])

    monkeypatch.setattr(fetching, "bring", emptied_once)
    with file.open() as opened:
        assert opened.read() == LARGE
    assert len(calls) == 2


def test_the_url_of_a_file_brings_those_beside_it(folder: Path) -> None:
    made = mirrored(url(folder / "a" / "b" / "small.csv"))
    assert made.root.read_bytes() == b"x,y\n"
    made.close()
    made = mirrored(url(folder / "empty"))
    assert [path.name for path in made.root.parent.iterdir()] == ["empty"]
    made.close()


def test_a_file_that_went_meanwhile_cannot_be_opened(made: Mirror, folder: Path) -> None:
    (folder / "a" / "large.csv").unlink()
    file = LogFile(made.root / "a/large.csv", Path("a/large.csv"), "large.csv", len(LARGE))
    with pytest.raises(AnalyzerError) as raised:
        file.open()
    assert raised.value.values == {"error": "no such object"}  # type: ignore[attr-defined]


def test_a_place_where_nothing_is_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fsspec")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with pytest.raises(PathNotFound):
        mirrored(url(tmp_path / "none"))
    assert not list(tmp_path.iterdir())


def test_names_that_no_folder_can_hold_are_left_out_and_said(memory: Any) -> None:
    memory.store["/runs/log.csv"] = memory.open("/runs/log.csv", "wb")
    memory.pipe_file("/runs/log.csv", b"a,b\n")
    for name in ("../../escaped", "log.csv/below", "x" * 300, "a//b"):
        memory.store[f"/runs/{name}"] = memory.store["/runs/log.csv"]
    with pytest.warns(
        RemoteWarning, match="skipped 4 of 5 objects whose names cannot be file names"
    ):
        made = mirrored(place_of("memory://runs"))
    assert [path.name for path in made.root.iterdir()] == ["log.csv"]
    assert (made.root / "log.csv").read_bytes() == b"a,b\n"
    made.close()


def test_memory_is_fetched_at_once_since_no_other_process_sees_it(memory: Any) -> None:
    memory.pipe_file("/runs/large.csv", LARGE)
    made = mirrored(place_of("memory://runs"))
    assert (made.root / "large.csv").read_bytes() == LARGE
    made.close()


def test_a_machine_that_lacks_a_mirror_makes_it_at_the_same_path(folder: Path) -> None:
    made = mirrored(url(folder))
    made.close()
    placeholders._top_of.cache_clear()  # as in the process of another machine
    for _ in range(2):
        ensure(made.root, made.place.url)
        file = LogFile(made.root / "a/large.csv", Path("a/large.csv"), "large.csv", len(LARGE))
        with file.open() as opened:
            assert opened.read() == LARGE
    made.close()
    ensure(made.root, made.place.url, is_empty=True)
    assert list(made.root.iterdir()) == []
    made.close()


def test_many_objects_are_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirrors, "_MANY", 3)
    with pytest.warns(RemoteWarning, match="lists 3 objects"):
        mirrored(url(folder)).close()


def test_an_error_names_the_url_and_not_the_folder(made: Mirror, folder: Path) -> None:
    with pytest.raises(AnalyzerError) as raised, spoken_of(made):
        raise AnalyzerError(f"{made.root}/a: bad")
    assert str(raised.value) == f"file://{folder.as_posix()}/a: bad"


def test_a_disk_that_ignores_case_leaves_out_what_is_there_in_other_letters(
    memory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirrors, "_ignores_case", lambda _: True)
    for name in ("A.csv", "a.csv", "runs/x.csv", "Runs/y.csv", "se\u00f1al", "sen\u0303al"):
        memory.pipe_file(f"/store/{name}", b"a,b\n")
    with pytest.warns(RemoteWarning, match="skipped 3 of 6"):
        made = mirrored(place_of("memory://store"))
    names = [path for path in made.root.rglob("*") if path.is_file()]
    assert len(names) == 3
    made.close()


def test_on_windows_its_reserved_names_are_left_out(
    memory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirrors, "ON_WINDOWS", True)
    for name in ("fine.csv", "aux.txt", "a:b", "dot.", "NUL"):
        memory.pipe_file(f"/store/{name}", b"a,b\n")
    with pytest.warns(RemoteWarning, match="skipped 4 of 5"):
        made = mirrored(place_of("memory://store"))
    assert [path.name for path in made.root.iterdir()] == ["fine.csv"]
    made.close()
