"""What went wrong with a store, in one line without an address that could hold a secret."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from analyzer.errors import AnalyzerError, PathNotFound
from analyzer.remote.places import Place
from analyzer.safe.systems import is_no_thread

BUSY_CODES = (429, 500, 502, 503, 504)
_BUSY_NUMBERS = (errno.EBUSY, errno.EAGAIN, getattr(errno, "EREMOTEIO", 121))  # as s3fs says it
# By the names of the exceptions of botocore, aiohttp, Azure and others, which are not always there.
_NO_CREDENTIALS = (
    *("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound", "AuthError"),
    *("DefaultCredentialsError", "CredentialUnavailableError"),
)
_REFUSED = ("ClientAuthenticationError", "RefreshError")
_NO_CONNECTION = (
    *("EndpointConnectionError", "ConnectTimeoutError", "ClientConnectorError"),
    *("ServiceRequestError", "TransportError"),
)
_CUT = (
    *("ReadTimeoutError", "IncompleteRead", "ServerDisconnectedError", "ConnectionClosedError"),
    "ServiceResponseError",
)
_NO_JAVA = "Unable to load lib"  # as pyarrow begins
_NO_PERMISSION, _MISSING = (401, 403), (404,)


def is_busy(error: BaseException) -> bool:
    """Say whether a store may do at once what it has just refused: throttled, or broke off."""
    if _has_code(error, BUSY_CODES):
        return True
    if isinstance(error, OSError) and error.errno in _BUSY_NUMBERS:
        return True
    if isinstance(error, ConnectionRefusedError) or _is_a(error, _NO_CONNECTION):
        return False
    return isinstance(error, ConnectionError | TimeoutError) or _is_a(error, _CUT)


def is_missing(error: BaseException) -> bool:
    """Say whether a store has no such object, folder or bucket."""
    is_path = isinstance(error, FileNotFoundError | NotADirectoryError)
    return is_path or _has_code(error, _MISSING)


def why(error: BaseException) -> str:
    """Return the kind of an error in a few words; its text may name hosts and keys."""
    if is_missing(error):
        return "no such object"
    if _is_forbidden(error) or _is_a(error, _NO_CREDENTIALS):
        return "no permission"
    if isinstance(error, OSError) and error.errno in errno.errorcode:
        return errno.errorcode[error.errno or 0]
    return type(error).__name__


@contextmanager
def in_one_line(place: Place) -> Iterator[None]:
    """Raise AnalyzerError in place of whatever a file system of fsspec raises.

    MemoryError stays, and is raised where the system refused a thread.
    """
    try:
        yield
    except (AnalyzerError, KeyboardInterrupt, MemoryError):
        raise
    except Exception as error:  # each store has errors of its own
        raise_without_thread(error)
        raise _worded(place, error) from error


def raise_without_thread(error: Exception) -> None:
    """Raise MemoryError if the system refused a thread.

    fsspec keeps the loop whose thread did not start, and would wait for it for ever.
    """
    if not is_no_thread(error):
        return
    module: Any = sys.modules.get("fsspec.asyn")
    if module is not None and module.loop[0] is not None and not module.loop[0].is_running():
        module.loop[0].close()
        module.loop[0] = module.iothread[0] = None
    raise MemoryError(str(error)) from error


def _worded(place: Place, error: Exception) -> AnalyzerError:
    shown = place.shown
    if is_missing(error):
        return PathNotFound(f"{shown}: no such bucket, folder or file; check the URL")
    if _is_a(error, _NO_CREDENTIALS):
        fix = "set those of the store, e.g. AWS_PROFILE for s3://"
        return AnalyzerError(f"{shown}: no credentials found; {fix}")
    if _is_forbidden(error):
        return AnalyzerError(f"{shown}: no permission; check the credentials and their rights")
    if is_busy(error):
        return AnalyzerError(f"{shown}: the store stays busy ({why(error)}); try again later")
    if isinstance(error, OSError) and str(error).startswith(_NO_JAVA):
        fix = "set JAVA_HOME, HADOOP_HOME and CLASSPATH, or use webhdfs://"
        return AnalyzerError(f"{shown}: needs Java and the libraries of Hadoop; {fix}")
    if isinstance(error, TimeoutError) or _is_a(error, (*_NO_CONNECTION, "ConnectionError")):
        return AnalyzerError(f"{shown}: cannot be reached; check the network and the endpoint")
    return AnalyzerError(f"{shown}: cannot be used ({why(error)}); check the URL and the settings")


def _is_forbidden(error: BaseException) -> bool:
    """Say whether a store knows the caller and refuses, or does not know the key."""
    if isinstance(error, PermissionError) or _is_a(error, _REFUSED):
        return True
    is_gcsfs = type(error) is OSError and error.errno is None and "Forbidden" in str(error)[:9]
    return is_gcsfs or _has_code(error, _NO_PERMISSION)


def _is_a(error: BaseException, names: tuple[str, ...]) -> bool:
    return any(kind.__name__ in names for kind in type(error).__mro__)


def _has_code(error: BaseException, codes: tuple[int, ...]) -> bool:
    """Say whether an error carries one of these codes of HTTP; some libraries spell it as text."""
    for name in ("code", "status", "status_code"):
        code = getattr(error, name, None)
        if isinstance(code, int | str) and str(code) in map(str, codes):
            return True
    return False
