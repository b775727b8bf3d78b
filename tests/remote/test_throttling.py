"""A store that throttles or refuses: faults that a real server does not make on demand."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

import analyzer
from analyzer.errors import AnalyzerError, RemoteWarning
from analyzer.remote import store as stores
from tests.batch.conftest import tree
from tests.remote.conftest import S3Server, use_keys

CODES = {403: ("403 Forbidden", "AccessDenied"), 503: ("503 Slow Down", "SlowDown")}


class FaultyServer:
    """An S3 server that answers some requests with a fault.

    ``faults`` has, by a part of the path, the status and how often it is still given.
    """

    def __init__(self, serve: Callable[..., Iterable[bytes]]) -> None:
        self.serve = serve
        self.faults: dict[str, tuple[int, int]] = {}

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        asked = f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}"
        for part, (code, left) in self.faults.items():
            if part in asked and left:
                self.faults[part] = code, left - 1
                status, name = CODES[code]
                start(status, [("Content-Type", "application/xml")])
                return [f"<Error><Code>{name}</Code><Message>{name}</Message></Error>".encode()]
        return self.serve(environ, start)


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FaultyServer]:
    """Serve the bucket ``logs`` with two runs; botocore and we hardly wait."""
    s3fs = pytest.importorskip("s3fs")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        moto = pytest.importorskip("moto.moto_server.werkzeug_app")
        serving = pytest.importorskip("werkzeug.serving")
    app = FaultyServer(moto.DomainDispatcherApplication(moto.create_backend_app))
    server = serving.make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("MOTO_S3_CUSTOM_ENDPOINTS", "")
    endpoint = f"http://127.0.0.1:{server.server_port}"
    use_keys(monkeypatch, endpoint, "key", "secret")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setattr(s3fs.S3FileSystem, "retries", 1)
    monkeypatch.setattr(stores.time, "sleep", lambda _: None)
    files = s3fs.S3FileSystem(skip_instance_cache=True)
    S3Server(endpoint, files).fill("logs", tree(tmp_path / "runs", 2))
    yield app
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_throttled_listing_is_repeated_and_said_once(faulty: FaultyServer) -> None:
    faulty.faults["list-type=2"] = 503, 2
    with pytest.warns(RemoteWarning, match="s3://logs/runs: the store is busy") as said:
        assert len(analyzer.load("s3://logs/runs")) == 2
    assert len(said) == 1


def test_throttled_objects_are_repeated_and_nothing_is_lost(faulty: FaultyServer) -> None:
    faulty.faults["history.json"] = 503, 3
    with pytest.warns(RemoteWarning, match="the store is busy"):
        found = analyzer.load("s3://logs/runs")
    assert [run.points for run in found] == [40, 40]


def test_what_botocore_repeats_by_itself_is_said_too(
    faulty: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
    faulty.faults["list-type=2"] = 503, 1
    with pytest.warns(RemoteWarning, match=r"is busy \(503\); retrying with growing delays"):
        assert len(analyzer.load("s3://logs/runs")) == 2


def test_a_store_that_stays_busy_is_one_line(faulty: FaultyServer) -> None:
    faulty.faults["list-type=2"] = 503, 99
    with pytest.warns(RemoteWarning), pytest.raises(AnalyzerError) as raised:
        analyzer.load("s3://logs/runs")
    assert str(raised.value) == "s3://logs/runs: the store stays busy (EBUSY); try again later"


def test_a_listing_that_is_refused_is_one_line(faulty: FaultyServer) -> None:
    faulty.faults["list-type=2"] = 403, 99
    with pytest.raises(AnalyzerError, match="s3://logs/runs: no permission"):
        analyzer.load("s3://logs/runs")


def test_an_object_that_is_refused_is_the_only_one_lost(faulty: FaultyServer) -> None:
    faulty.faults["run000"] = 403, 99
    found = analyzer.load("s3://logs/runs")
    assert [run.name for run in found] == ["group1/run001"]
    (lost,) = found.unreadable
    assert (lost.key, lost.values) == ("cannot_open", {"error": "no permission"})
