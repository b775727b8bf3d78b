"""A store through fsspec: list, read ranges, fetch, put and remove, with growing waits."""

from __future__ import annotations

import errno
import hashlib
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from pathlib import Path
from threading import Timer
from typing import Any, NamedTuple, TypeVar

from analyzer.errors import AnalyzerError, ConfigError, RemoteWarning
from analyzer.remote.failures import BUSY_CODES, in_one_line, is_busy, is_missing, why
from analyzer.remote.places import Place

MOST_OBJECTS = 1_000_000  # of one listing
WAITS = (1.0, 4.0, 16.0)  # seconds between tries; libraries of stores wait by themselves before
SLOW = 10.0  # seconds of a call after which a line is worth it
_EXTRA = "pip install '.[remote]' in the checkout"
_IDENTITIES = ("ETag", "etag", "md5Hash", "content_md5", "checksum")
_VERSIONS = ("VersionId", "generation", "version_id")
_TIMES = ("LastModified", "mtime", "last_modified", "modified", "updated", "created", "ino")

Stamp = tuple[int, int, int]  # as of a LogFile, from the identity that the store gives
Answer = TypeVar("Answer")


class Object(NamedTuple):
    """A file of a store: its path below the place ("" for the place itself)."""

    name: str
    size: int
    stamp: Stamp


class Store:
    """A place in a store, opened. What a call raises is one line, an AnalyzerError."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._has_warned = self._is_known_slow = False
        with self._asked():
            self.files = _file_system(place)
            self.root = str(self.files._strip_protocol(place.url)).rstrip("/")
            self._listen()

    def at(self, name: str) -> str:
        """Return the path of an object for the file system."""
        return f"{self.root}/{name}" if name else self.root

    def objects(self, *, most: int = MOST_OBJECTS, below: bool = True) -> list[Object]:
        """Return the objects of the place, or of its first level: the place itself if it is one.

        Raises AnalyzerError if there are more than ``most``, PathNotFound if there is nothing.
        """
        with self._asked():
            return self._tried(lambda: self._objects(most, below=below))

    def _objects(self, most: int, *, below: bool) -> list[Object]:
        self.files.invalidate_cache()
        if hasattr(self.files, "_iterdir"):  # s3fs: page by page, and no more than needed
            found = self._paged(most, below=below)
        else:
            infos = self._infos(below=below)
            found = [item for item in map(self._object, infos) if item is not None]
        if len(found) > most:
            raise AnalyzerError(
                f"{self.place.shown}: more than {most:,} objects; name a folder in it"
            )
        if not found:
            info = self.files.info(self.root)  # raises FileNotFoundError
            if info.get("type") != "directory":
                return [Object("", int(info.get("size") or 0), stamp_of(info))]
        return sorted(found)

    def _infos(self, *, below: bool) -> Iterable[Mapping[str, Any]]:
        """Return what a listing says of each object."""
        if below:
            infos: Any = self.files.find(self.root, detail=True)
            return infos.values() if isinstance(infos, Mapping) else ()  # adlfs: a list for a file
        listed: list[Mapping[str, Any]] = self.files.ls(self.root, detail=True)
        return listed

    def _paged(self, most: int, *, below: bool) -> list[Object]:
        """List page by page, keeping little of each object, until there are more than ``most``."""
        from fsspec.asyn import sync

        bucket, _, key = self.root.partition("/")

        async def collected() -> list[Object]:
            found: list[Object] = []
            prefix, delimiter = (f"{key}/" if key else ""), ("" if below else "/")
            async for info in self.files._iterdir(bucket, prefix=prefix, delimiter=delimiter):
                item = self._object(info)
                if item is not None:
                    found.append(item)
                if len(found) > most:
                    break
            return found

        found: list[Object] = sync(self.files.loop, collected)
        return found

    def _object(self, info: Mapping[str, Any]) -> Object | None:
        """Return an object of a listing, None for a folder or the mark of one."""
        name = str(info["name"])[len(self.root) :].removeprefix("/")
        if info.get("type") == "directory" or name.endswith("/"):
            return None
        return Object(name, int(info.get("size") or 0), stamp_of(info))

    def ranges(self, wanted: Sequence[tuple[str, int, int]]) -> list[bytes | Exception]:
        """Return the bytes from start to end of objects, read together, or why there are none."""
        paths = [self.at(name) for name, _, _ in wanted]
        starts, ends = [start for _, start, _ in wanted], [end for _, _, end in wanted]
        read = list(self.files.cat_ranges(paths, starts, ends, on_error="return"))
        for index, content in enumerate(read):
            if isinstance(content, Exception) and is_busy(content):
                read[index] = self._again(paths[index], starts[index], ends[index])
        return read

    def _again(self, path: str, start: int, end: int) -> bytes | Exception:
        try:
            return self._tried(lambda: bytes(self.files.cat_file(path, start=start, end=end)))
        except Exception as error:  # each store has errors of its own
            return error

    def read(self, name: str) -> bytes:
        """Return an object. Raises PathNotFound if there is none, or AnalyzerError."""
        with self._asked():
            return self._tried(lambda: bytes(self.files.cat_file(self.at(name))))

    def fetch(self, name: str, target: Path) -> None:
        """Write an object to a file of this machine. Raises what the file system raises."""
        self._tried(lambda: self.files.get_file(self.at(name), str(target)))

    def put(self, name: str, content: bytes) -> None:
        """Put an object: whole or not at all. Raises AnalyzerError."""
        with self._asked():
            self._tried(lambda: self._put(name, content))

    def _put(self, name: str, content: bytes, **mode: str) -> None:
        if not hasattr(self.files, "_pipe_file"):  # of a file system: folders come first
            self.files.makedirs(self.at(name).rpartition("/")[0], exist_ok=True)
        self.files.pipe_file(self.at(name), content, **mode)

    def put_new(self, name: str, content: bytes) -> None:
        """Put an object unless there is one. Raises AnalyzerError.

        A store that knows no such condition replaces it.
        """
        with self._asked(), suppress(FileExistsError):
            try:
                self._tried(lambda: self._put(name, content, mode="create"))
            except (TypeError, NotImplementedError):  # an older fsspec
                self._tried(lambda: self._put(name, content))
            except OSError as error:
                if error.errno != errno.EINVAL:  # as s3fs says that the condition failed
                    raise

    def remove(self, names: Sequence[str]) -> None:
        """Remove objects; one that is gone already is no error. Raises AnalyzerError."""
        with self._asked():
            for path in map(self.at, names):
                try:
                    self._tried(partial(self.files.rm_file, path))
                except Exception as error:  # each store has errors of its own
                    if not is_missing(error):
                        raise

    def _tried(self, call: Callable[[], Answer]) -> Answer:
        """Return what a call gives; a store that is busy is asked again, with growing waits."""
        for wait in WAITS:
            try:
                return call()
            except Exception as error:  # each store has errors of its own
                if not is_busy(error):
                    raise
                self._warn(why(error))
                time.sleep(wait)
        return call()

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """Have an error in one line, and say once that the store is slow.

        Libraries of stores ask again for minutes without a word.
        """
        timer = Timer(SLOW, self._warn_of_slowness)
        timer.daemon = True
        try:
            with in_one_line(self.place):
                timer.start()
                yield
        finally:
            timer.cancel()

    def _warn_of_slowness(self) -> None:
        if not (self._is_known_slow or self._has_warned):
            self._is_known_slow = True
            line = f"{self.place.shown}: the store takes more than {SLOW:.0f} s to answer; waiting"
            warnings.warn(line, RemoteWarning, stacklevel=2)

    def _listen(self) -> None:
        """Hear of a throttled request that botocore repeats by itself, with growing waits."""
        if not hasattr(self.files, "_s3"):
            return

        def heard(response: Any = None, **_: Any) -> None:
            status = response[0].status_code if response else 0
            if status in BUSY_CODES:
                self._warn(str(status))

        self.files.s3.meta.events.register("needs-retry.s3", heard)

    def _warn(self, reason: str) -> None:
        if not self._has_warned:
            self._has_warned = True
            line = f"{self.place.shown}: the store is busy ({reason}); retrying with growing delays"
            warnings.warn(line, RemoteWarning, stacklevel=4)


def stamp_of(info: Mapping[str, Any]) -> Stamp:
    """Return what changes with an object: its etag and version if there are such, else its time."""
    identity = [str(info[name]) for name in _IDENTITIES if info.get(name)]
    if not identity:
        identity = [str(info[name]) for name in _TIMES if info.get(name)]
    version = [str(info[name]) for name in _VERSIONS if info.get(name)]
    return int(info.get("size") or 0), _number(identity), _number(version)


def _number(texts: Sequence[str]) -> int:
    digest = hashlib.sha256("\0".join(texts).encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:7], "big") if texts else 0


@lru_cache(maxsize=32)
def store_at(place: Place) -> Store:
    """Return a place opened, once in each process."""
    return Store(place)


def _file_system(place: Place) -> Any:
    """Open the file system of a place. Raises ConfigError if a part of it is not installed."""
    try:
        import fsspec
    except ImportError as error:
        raise ConfigError(
            f"{place.shown}: reading it needs the extra [remote]: {_EXTRA}"
        ) from error
    try:
        return fsspec.core.url_to_fs(place.url)[0]
    except ImportError as error:
        package = _package(place.scheme, error)
        fix = f"the package {package}: pip install {package}"
        if package == "s3fs":
            fix = f"the extra [remote]: {_EXTRA}"
        raise ConfigError(f"{place.shown}: needs {fix}") from error
    except ValueError as error:
        if place.scheme in fsspec.available_protocols():
            raise ConfigError(
                f"{place.shown}: cannot be opened; check the URL, and the settings and credentials"
                f" of the package {_package(place.scheme)}"
            ) from error
        raise ConfigError(
            f'{place.shown}: unknown scheme "{place.scheme}"; use s3, gs, abfs, hdfs or file'
        ) from error
    except Exception as error:  # each store has errors of its own
        with in_one_line(place):
            raise error


_PACKAGES = {"smbclient": "smbprotocol"}  # of modules that are named otherwise


def _package(scheme: str, error: BaseException | None = None) -> str:
    """Return the package that a scheme needs, by the module of it, or by what cannot be imported.

    The schemes of fsspec itself need others, such as webhdfs the package requests.
    """
    from fsspec.registry import known_implementations

    known = known_implementations.get(scheme, {})
    module = str(known.get("class", scheme)).split(".")[0]
    while module == "fsspec" and error is not None:
        module = (getattr(error, "name", None) or module).split(".")[0]
        error = error.__cause__ or error.__context__
    return _PACKAGES.get(module, module)
