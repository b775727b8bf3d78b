from __future__ import annotations

import builtins
import errno
import warnings
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from analyzer.errors import AnalyzerError, ConfigError, PathNotFound, RemoteWarning
from analyzer.remote import store as stores
from analyzer.remote.places import place_of
from analyzer.remote.store import Store, stamp_of
from tests.remote.conftest import S3Server


@pytest.fixture
def logs(memory: Any) -> Store:
    for name in ("a/log.csv", "b/log.csv", "readme"):
        memory.pipe_file(f"/runs/{name}", name.encode())
    return Store(place_of("memory://runs"))


def test_a_listing_has_each_object_by_its_path_below_the_place(logs: Store) -> None:
    assert [item.name for item in logs.objects()] == ["a/log.csv", "b/log.csv", "readme"]
    assert [item.size for item in logs.objects()] == [9, 9, 6]
    assert [item.name for item in logs.objects(below=False)] == ["readme"]


def test_a_place_that_is_a_file_is_its_only_object(logs: Store) -> None:
    (found,) = Store(place_of("memory://runs/readme")).objects()
    assert (found.name, found.size) == ("", 6)


def test_a_place_where_nothing_is_does_not_exist(memory: Any) -> None:
    with pytest.raises(PathNotFound, match="memory://nothing: no such"):
        Store(place_of("memory://nothing")).objects()


def test_a_listing_is_bounded_and_says_so(logs: Store) -> None:
    with pytest.raises(AnalyzerError, match="more than 2 objects; name a folder in it"):
        logs.objects(most=2)


def test_ranges_come_together_and_a_missing_object_is_alone(logs: Store) -> None:
    found = logs.ranges([("a/log.csv", 0, 3), ("none", 0, 3), ("b/log.csv", 2, 9)])
    assert found[0] == b"a/l"
    assert isinstance(found[1], FileNotFoundError)
    assert found[2] == b"log.csv"


def test_what_is_put_is_read_fetched_and_removed(logs: Store, tmp_path: Path) -> None:
    logs.put("c/new", b"content")
    assert logs.read("c/new") == b"content"
    logs.fetch("c/new", tmp_path / "new")
    assert (tmp_path / "new").read_bytes() == b"content"
    logs.remove(["c/new", "c/never"])
    with pytest.raises(PathNotFound):
        logs.read("c/new")


def refused(times: int, call: Callable[..., Any]) -> Callable[..., Any]:
    """Return a call that a store refuses so many times, as one that throttles."""
    left = [times]

    def tried(*args: Any, **kwargs: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise OSError(errno.EBUSY, "SlowDown: please reduce your request rate")
        return call(*args, **kwargs)

    return tried


def test_a_store_that_throttles_is_asked_again_and_it_is_said_once(
    logs: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(stores.time, "sleep", waits.append)
    monkeypatch.setattr(logs.files, "cat_file", refused(3, logs.files.cat_file))
    with pytest.warns(RemoteWarning, match="the store is busy") as said:
        assert logs.read("readme") == b"readme"
    assert len(said) == 1
    assert waits == sorted(waits) == [1.0, 4.0, 16.0]


def test_a_store_that_stays_busy_is_an_error(logs: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores.time, "sleep", lambda _: None)
    monkeypatch.setattr(logs.files, "pipe_file", refused(99, logs.files.pipe_file))
    with pytest.warns(RemoteWarning), pytest.raises(AnalyzerError, match="stays busy"):
        logs.put("x", b"")


def test_a_stamp_follows_the_etag_and_else_the_time() -> None:
    assert stamp_of({"size": 1, "ETag": "a", "LastModified": 1}) == stamp_of(
        {"size": 1, "ETag": "a", "LastModified": 2}
    )
    different = [{"ETag": "a"}, {"ETag": "b"}, {"mtime": 1}, {"mtime": 2}]
    different += [{"ETag": "a", "VersionId": "1"}, {"ETag": "a", "size": 3}]
    assert len({stamp_of(info) for info in different}) == len(different)


def test_an_unknown_scheme_is_one_line(memory: Any) -> None:
    with pytest.raises(ConfigError, match='unknown scheme "xyz"'):
        Store(place_of("xyz://bucket/runs"))


def test_a_missing_package_is_named(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: Any, **__: Any) -> Any:
        raise ImportError("Please install gcsfs")

    import fsspec

    monkeypatch.setattr(fsspec.core, "url_to_fs", missing)
    with pytest.raises(ConfigError, match="pip install gcsfs"):
        Store(place_of("gs://bucket/runs"))


@pytest.mark.parametrize(
    ("scheme", "module", "package"),
    [
        ("webhdfs", "requests", "requests"),
        ("hdfs", "pyarrow.fs", "pyarrow"),
        ("smb", "smbclient", "smbprotocol"),
        ("abfs", "adlfs", "adlfs"),
    ],
)
def test_a_package_is_named_for_the_module_that_is_missing(
    monkeypatch: pytest.MonkeyPatch, scheme: str, module: str, package: str
) -> None:
    def missing(_: str) -> None:
        try:
            raise ModuleNotFoundError(name=module)
        except ImportError as error:
            raise ImportError("Install it") from error

    monkeypatch.setattr("fsspec.core.url_to_fs", missing)
    with pytest.raises(ConfigError, match=f"needs the package {package}: pip install {package}$"):
        Store(place_of(f"{scheme}://host/runs"))


def test_settings_that_a_store_cannot_be_opened_with_are_one_line_without_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(_: str) -> None:
        raise ValueError("Connection string SECRET is malformed")

    monkeypatch.setattr("fsspec.core.url_to_fs", refused)
    with pytest.raises(ConfigError, match=r"credentials of the package adlfs$"):
        Store(place_of("abfs://bucket/runs"))


def test_a_file_whose_listing_is_no_mapping_is_its_only_object(
    logs: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(place_of("memory://runs/readme"))
    monkeypatch.setattr(store.files, "find", lambda *_, **__: ["/runs/readme"])
    (found,) = store.objects()
    assert (found.name, found.size) == ("", 6)


def test_an_object_that_is_gone_by_its_code_is_removed_already(
    logs: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    class ResourceNotFoundError(Exception):
        status_code = 404

    def gone(_: str) -> None:
        raise ResourceNotFoundError

    monkeypatch.setattr(logs.files, "rm_file", gone)
    logs.remove(["readme"])


def test_a_store_that_is_slow_to_list_is_said(logs: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Event()
    monkeypatch.setattr(stores, "SLOW", 0.0)
    monkeypatch.setattr(stores.warnings, "warn", lambda *_, **__: heard.set())
    real = logs.files.find

    def slow(*args: Any, **kwargs: Any) -> Any:
        assert heard.wait(60)
        return real(*args, **kwargs)

    monkeypatch.setattr(logs.files, "find", slow)
    assert len(logs.objects()) == 3


def test_without_the_extra_one_line_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "fsspec":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigError, match=r"the extra \[remote\]: pip install '\.\[remote\]'"):
        Store(place_of("s3://bucket/runs"))


def test_a_page_of_s3_is_not_the_whole_listing(s3: S3Server) -> None:
    s3.files.mkdir("paged")
    s3.files.pipe({f"paged/runs/{number:04}": b"x" for number in range(1100)})
    s3.files.pipe_file("paged/runs-of-others/x", b"x")
    store = Store(place_of("s3://paged/runs"))
    assert len(store.objects()) == 1100
    with pytest.raises(AnalyzerError, match="more than 1,050 objects"):
        store.objects(most=1050)


def test_the_stamps_of_s3_stay_and_change_with_the_content(s3: S3Server) -> None:
    s3.files.mkdir("stamped")
    s3.files.pipe_file("stamped/log", b"one")
    (first,) = Store(place_of("s3://stamped")).objects()
    s3.files.pipe_file("stamped/log", b"one")
    assert Store(place_of("s3://stamped")).objects() == [first]
    s3.files.pipe_file("stamped/log", b"two")
    assert Store(place_of("s3://stamped")).objects() != [first]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Store(place_of("s3://stamped")).read("log") == b"two"


def test_without_s3fs_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> None:
        raise ImportError("s3fs")

    monkeypatch.setattr("fsspec.core.url_to_fs", missing)
    with pytest.raises(ConfigError, match=r"s3://bucket: needs the extra \[remote\]: pip install"):
        Store(place_of("s3://bucket"))
