"""What went wrong with a store, in one line without an address that could hold a secret."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from analyzer.errors import AnalyzerError, PathNotFound
from analyzer.remote.places import Place

BUSY_CODES = (429, 500, 502, 503, 504)
_BUSY_NUMBERS = (errno.EBUSY, errno.EAGAIN, getattr(errno, "EREMOTEIO", 121))  # as s3fs says it
_NO_CREDENTIALS = ("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound", "AuthError")
# By the names of the exceptions of botocore, aiohttp and others, which are not always there.
_NO_CONNECTION = ("EndpointConnectionError", "ConnectTimeoutError", "ClientConnectorError")
_CUT = ("ReadTimeoutError", "IncompleteRead", "ServerDisconnectedError", "ConnectionClosedError")


def is_busy(error: BaseException) -> bool:
    """Say whether a store may do at once what it has just refused: throttled, or broke off."""
    if any(getattr(error, name, None) in BUSY_CODES for name in ("code", "status", "status_code")):
        return True
    if isinstance(error, OSError) and error.errno in _BUSY_NUMBERS:
        return True
    if isinstance(error, ConnectionRefusedError) or type(error).__name__ in _NO_CONNECTION:
        return False
    is_cut = isinstance(error, ConnectionError | TimeoutError)
    return is_cut or type(error).__name__ in _CUT


def why(error: BaseException) -> str:
    """Return the kind of an error in a few words; its text may name hosts and keys."""
    if isinstance(error, FileNotFoundError):
        return "no such object"
    if isinstance(error, PermissionError) or type(error).__name__ in _NO_CREDENTIALS:
        return "no permission"
    if isinstance(error, OSError) and error.errno in errno.errorcode:
        return errno.errorcode[error.errno or 0]
    return type(error).__name__


@contextmanager
def in_one_line(place: Place) -> Iterator[None]:
    """Raise AnalyzerError in place of whatever a file system of fsspec raises."""
    try:
        yield
    except (AnalyzerError, KeyboardInterrupt, MemoryError):
        raise
    except Exception as error:  # each store has errors of its own
        raise _worded(place, error) from error


def _worded(place: Place, error: Exception) -> AnalyzerError:
    shown, name = place.shown, type(error).__name__
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return PathNotFound(f"{shown}: no such bucket, folder or file; check the URL")
    if name in _NO_CREDENTIALS:
        fix = "set those of the store, e.g. AWS_PROFILE for s3://"
        return AnalyzerError(f"{shown}: no credentials found; {fix}")
    if isinstance(error, PermissionError):
        return AnalyzerError(f"{shown}: no permission; check the credentials and their rights")
    if is_busy(error):
        return AnalyzerError(f"{shown}: the store stays busy ({why(error)}); try again later")
    if name in _NO_CONNECTION or isinstance(error, ConnectionError | TimeoutError):
        return AnalyzerError(f"{shown}: cannot be reached; check the network and the endpoint")
    return AnalyzerError(f"{shown}: cannot be used ({why(error)}); check the URL and the settings")
