from __future__ import annotations

import errno
import threading

import pytest
from fsspec import asyn

from analyzer.errors import AnalyzerError, ConfigError, PathNotFound
from analyzer.remote.failures import in_one_line, is_busy, why
from analyzer.remote.places import place_of

PLACE = place_of("s3://bucket/runs")


class HttpError(Exception):
    """As the libraries of other stores raise it."""

    def __init__(self, code: int | str) -> None:
        super().__init__("https://host/?signature=SECRET")
        self.code = code


class ResourceNotFoundError(Exception):
    """As Azure raises it."""

    status_code = 404


class ClientConnectorError(OSError):
    """As aiohttp raises it."""


class ClientConnectorDNSError(ClientConnectorError):
    """As aiohttp raises it for a host without an address."""


class DefaultCredentialsError(Exception):
    """As the library of Google raises it."""


class RequestsConnectionError(OSError):
    """As requests raises it, under the name of an error of Python."""


RequestsConnectionError.__name__ = "ConnectionError"


class NoCredentialsError(Exception):
    """As botocore raises it."""


class EndpointConnectionError(Exception):
    """As botocore raises it."""


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EBUSY, "SlowDown"),
        HttpError(429),
        HttpError(503),
        HttpError("503"),
        TimeoutError(),
        BrokenPipeError(),
    ],
)
def test_a_store_that_throttles_is_busy(error: Exception) -> None:
    assert is_busy(error)


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(),
        PermissionError(),
        HttpError(404),
        ConnectionRefusedError(),
        ValueError(),
    ],
)
def test_what_would_fail_again_is_not(error: Exception) -> None:
    assert not is_busy(error)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (FileNotFoundError(), PathNotFound, "no such bucket, folder or file"),
        (PermissionError(), AnalyzerError, "no permission"),
        (NoCredentialsError(), AnalyzerError, "no credentials found"),
        (EndpointConnectionError(), AnalyzerError, "cannot be reached"),
        (ConnectionRefusedError(), AnalyzerError, "cannot be reached"),
        (HttpError(503), AnalyzerError, "stays busy"),
        (HttpError(404), PathNotFound, "no such bucket"),
        (ResourceNotFoundError(), PathNotFound, "no such bucket"),
        (HttpError(401), AnalyzerError, "no permission"),
        (HttpError("403"), AnalyzerError, "no permission"),
        (OSError("Forbidden: https://host/SECRET"), AnalyzerError, "no permission"),
        (DefaultCredentialsError(), AnalyzerError, "no credentials found"),
        (ClientConnectorDNSError(), AnalyzerError, "cannot be reached"),
        (RequestsConnectionError("SECRET"), AnalyzerError, "cannot be reached"),
        (OSError("Unable to load libjvm SECRET"), AnalyzerError, "needs Java"),
        (HttpError(418), AnalyzerError, "cannot be used (HttpError)"),
    ],
)
def test_each_failure_is_a_line_with_the_url(
    error: Exception, kind: type[AnalyzerError], words: str
) -> None:
    with pytest.raises(kind) as raised, in_one_line(PLACE):
        raise error
    line = str(raised.value)
    assert line.startswith("s3://bucket/runs: ")
    assert words in line
    assert "SECRET" not in line
    assert "\n" not in line


def test_errors_of_ours_stay_as_they_are() -> None:
    with pytest.raises(ConfigError, match="as it is"), in_one_line(PLACE):
        raise ConfigError("as it is")


def test_why_names_the_kind_and_never_the_text() -> None:
    assert why(OSError(errno.EBUSY, "https://host")) == "EBUSY"
    assert why(HttpError(500)) == "HttpError"
    assert why(PermissionError(13, "x")) == "no permission"


def test_a_thread_that_is_refused_is_a_matter_of_memory() -> None:
    with pytest.raises(MemoryError, match="can't start new thread"), in_one_line(PLACE):
        raise RuntimeError("can't start new thread")


def test_the_loop_of_a_thread_that_did_not_start_is_waited_for_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(asyn, "loop", [None])
    monkeypatch.setattr(asyn, "iothread", [None])
    with monkeypatch.context() as short_of_memory:
        short_of_memory.setattr(threading.Thread, "start", refuse)
        with pytest.raises(MemoryError), in_one_line(PLACE):
            asyn.get_loop()
    assert asyn.loop == [None]

    async def answer() -> int:
        return 7

    assert asyn.sync(asyn.get_loop(), answer, timeout=20) == 7
    (loop,), (thread,) = asyn.loop, asyn.iothread
    loop.call_soon_threadsafe(loop.stop)
    thread.join(20)
    loop.close()
