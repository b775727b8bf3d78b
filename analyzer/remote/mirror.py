"""A private folder that looks like a place in a store; its files are fetched when they are opened.

Parsers need folders, names, sizes and files that can be sought, so each stays as it is. The mirror
holds a placeholder for each object, at the path that it has in the store. Any process that has the
path of a placeholder can fetch its object: the folder says where it comes from.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from analyzer.errors import AnalyzerError, RemoteWarning
from analyzer.remote import placeholders
from analyzer.remote.failures import raise_without_thread, why
from analyzer.remote.placeholders import HEAD, ORIGIN, PARTS, PREFIX, top_of
from analyzer.remote.places import MEMORY, Place, place_of
from analyzer.remote.store import Object, Stamp, Store, store_at
from analyzer.safe.names import printable
from analyzer.safe.systems import ON_WINDOWS, is_windows_name, replace

_TREE = "tree"
_WHOLE = 2 * HEAD  # bytes: a smaller file is fetched with its start
_KEPT = 1 << 16  # bytes: a smaller file stays when its unit is done
_AT_ONCE = 1000  # ranges that are asked for together
_MANY = 100_000  # objects: how many there are is worth a line then
_SIBLINGS = 1000  # files beside the only one that is read, whose start is fetched

Wanted = Callable[[str, Stamp], bool]


@dataclass(frozen=True)
class Mirror:
    """A folder or file of this machine that stands for a place in a store.

    ``root`` is to be read in the place of the URL. ``stamps`` are by the path below it.
    """

    place: Place
    top: Path
    root: Path
    stamps: Mapping[str, Stamp]

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.top, ignore_errors=True)

    def worded(self, text: str) -> str:
        """Return a text in which the URL stands for the folder."""
        for path in (os.fspath(self.root), self.root.as_posix()):
            text = text.replace(printable(path), self.place.shown)
        return text


def mirrored(
    place: Place,
    *,
    wanted: Wanted = lambda *_: True,
    check: Callable[[Sequence[Object]], None] = lambda _: None,
) -> Mirror:
    """Make a mirror of a place in a store, to be closed.

    ``wanted(name, stamp)`` says whether the start of an object will be looked at, and is fetched
    now, with many others at a time; ``check(objects)`` may raise an error about these before.
    Raises PathNotFound or AnalyzerError.
    """
    store = store_at(place)
    found = store.objects()
    if [item.name for item in found] == [""]:
        return _of_a_file(place)
    if len(found) >= _MANY:
        warnings.warn(f"{place.shown}: lists {len(found):,} objects", RemoteWarning, stacklevel=2)
    check([item for item in found if wanted(item.name, item.stamp)])
    return _made(store, place.names, found, wanted)


def mirror_of_objects(place: Place, found: Sequence[Object], *, wanted: Wanted) -> Mirror:
    """Make a mirror of objects of a place that are known; there may be none."""
    return _made(store_at(place), place.names, found, wanted)


def ensure(root: Path, url: str, *, is_empty: bool = False) -> None:
    """Make a mirror again on a machine that lacks it, at the same path: for a worker elsewhere.

    With ``is_empty`` it is one to write into. It stays until the machine removes temporary files.
    Raises AnalyzerError.
    """
    place = place_of(url)
    top = root.parents[len(place.names)]
    placeholders.trust(top)
    if (top / ORIGIN).is_file():
        return
    store = store_at(place)
    found = [] if is_empty else store.objects()
    made = _made(store, place.names, found, lambda *_: False)
    try:
        top.parent.mkdir(parents=True, exist_ok=True)
        made.top.rename(top)
    except OSError as error:
        made.close()
        if not (top / ORIGIN).is_file():  # no other process of this machine was faster
            raise AnalyzerError(
                f"{printable(str(top.parent))}: cannot be used on a worker: set TMPDIR to a folder"
                " that every machine has, on the disk of its temporary files"
            ) from error


def _of_a_file(place: Place) -> Mirror:
    """Mirror one file with those beside it, which may hold its settings."""
    store = store_at(place.above)
    found = store.objects(below=False)
    is_few = len(found) <= _SIBLINGS
    name = place.names[-1]
    made = _made(store, place.names[:-1], found, lambda other, _: is_few or other == name)
    return Mirror(place, made.top, made.root / name, made.stamps)


def _made(store: Store, names: Sequence[str], found: Sequence[Object], wanted: Wanted) -> Mirror:
    import tempfile

    top = Path(tempfile.mkdtemp(prefix=PREFIX))
    placeholders.trust(top)
    try:
        root = top.joinpath(_TREE, *names)
        root.mkdir(parents=True)
        (top / PARTS).mkdir()
        origin = {"scheme": store.place.scheme, "url": store.place.url, "parts": len(names)}
        (top / ORIGIN).write_bytes(json.dumps(origin).encode())
        left_out: list[str] = []
        spelled: dict[str, str] | None = {} if _ignores_case(top) else None
        for start in range(0, len(found), _AT_ONCE):  # their starts would not fit in memory
            some = found[start : start + _AT_ONCE]
            heads = _heads(store, [item for item in some if wanted(item.name, item.stamp)])
            left_out += _lay_out(root, some, heads, spelled)
        if left_out:
            _warn_of(store.place, left_out, len(found))
        if store.place.scheme == MEMORY:  # other processes have another memory
            fetch_all(sorted(root.rglob("*")))
    except BaseException:
        shutil.rmtree(top, ignore_errors=True)
        raise
    return Mirror(store.place, top, root, {item.name: item.stamp for item in found})


def _heads(store: Store, found: Sequence[Object]) -> Mapping[str, bytes]:
    """Return the first bytes of objects; those of one that cannot be read are missing."""
    filled = [item for item in found if item.size]
    ends = [item.size if item.size <= _WHOLE else HEAD for item in filled]
    ranges = [(item.name, 0, end) for item, end in zip(filled, ends, strict=True)]
    read = zip(filled, store.ranges(ranges) if ranges else (), strict=True)
    return {item.name: content for item, content in read if isinstance(content, bytes)}


def _lay_out(
    root: Path,
    found: Sequence[Object],
    heads: Mapping[str, bytes],
    spelled: dict[str, str] | None,
) -> list[str]:
    """Make the placeholders; return the objects whose names no folder can hold.

    ``spelled`` has the names so far if the disk takes two spellings of one for the same.
    """
    left_out: list[str] = []
    for item in found:
        path = root / item.name
        try:
            if not all(map(_is_plain, item.name.split("/"))):
                raise OSError(0, "not a name of a file")
            if spelled is not None and not _is_spelled_alike(item.name, spelled):
                raise OSError(0, "there in other letters")
            path.parent.mkdir(parents=True, exist_ok=True)
            placeholders.make(path, item.size, heads.get(item.name, b""))
        except (OSError, ValueError) as error:
            if isinstance(error, OSError) and error.errno in _FULL:
                raise AnalyzerError(
                    "the disk for temporary files is full; set TMPDIR to another"
                ) from error
            left_out.append(item.name)
    return left_out


def _warn_of(place: Place, left_out: Sequence[str], count: int) -> None:
    warnings.warn(
        f"{place.shown}: skipped {len(left_out)} of {count} objects whose names cannot be file"
        f" names (the first: {printable(left_out[0])})",
        RemoteWarning,
        stacklevel=2,
    )


_FULL = (28, 122)  # no space, over the quota


def _ignores_case(top: Path) -> bool:
    """Say whether the disk takes a name in other letters for the same, as usual on macOS."""
    return (top / ORIGIN.upper()).exists()


def _is_spelled_alike(name: str, spelled: dict[str, str]) -> bool:
    """Note a name and its folders; say False if one of them is there in another spelling."""
    parts = name.split("/")
    for end in range(1, len(parts) + 1):
        path = "/".join(parts[:end])
        if spelled.setdefault(normalize("NFC", path).casefold(), path) != path:
            return False
    return True


def _is_plain(part: str) -> bool:
    is_name = part not in ("", ".", "..") and "\0" not in part
    return is_name and (not ON_WINDOWS or is_windows_name(part))


def fetch_all(paths: Sequence[Path]) -> None:
    """Put the whole objects in the place of those paths that are placeholders. Raises OSError."""
    for path in paths:
        if path.is_file() and placeholders.lacks(path, path.stat(), whole=True):
            fetch(path)


def fetch(path: Path) -> None:
    """Put the whole object in the place of its placeholder. Raises OSError."""
    top, store, name = _origin(path)
    with _part(top, path) as part, _as_os_error():
        store.fetch(name, part)


def fetch_head(path: Path) -> None:
    """Put a placeholder with the first bytes in the place of a bare one. Raises OSError.

    Other processes read in the same mirror, and any of them may be killed: never in place.
    """
    size = path.stat().st_size
    if size <= HEAD:
        fetch(path)
        return
    head = _range(path, 0, HEAD)
    with _part(_origin(path).top, path) as part:
        placeholders.make(part, size, head)


@contextmanager
def _part(top: Path, path: Path) -> Iterator[Path]:
    """Yield a new path in a mirror, to make a file that takes the place of another at the end."""
    part = top / PARTS / secrets.token_hex(8)
    try:
        yield part
        replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def fetch_tail(path: Path, size: int) -> bytes:
    """Return the last bytes of the object of a placeholder. Raises OSError."""
    return _range(path, max(0, size - HEAD), size)


def _range(path: Path, start: int, end: int) -> bytes:
    _, store, name = _origin(path)
    with _as_os_error():
        (content,) = store.ranges([(name, start, end)])
        if isinstance(content, Exception):
            raise content
    return content


def empty(paths: Sequence[Path]) -> None:
    """Let placeholders stand again for the larger of some files, which are no longer needed."""
    for path in paths:
        top = top_of(path)
        if top is None:
            return
        with suppress(OSError):
            status = path.stat()
            is_large = status.st_size > _KEPT and _place_of(top)[0].scheme != MEMORY
            if is_large and not placeholders.lacks(path, status, whole=True):
                with _part(top, path) as part:
                    placeholders.make(part, status.st_size)


class Origin(NamedTuple):
    """Where a file of a mirror comes from: the mirror's own folder, the store, the object."""

    top: Path
    store: Store
    name: str


def origin_of(path: Path) -> Origin | None:
    """Return where a file comes from, None if it does not lie in a mirror."""
    return None if top_of(path) is None else _origin(path)


def _origin(path: Path) -> Origin:
    top = top_of(path)
    if top is None:
        raise OSError(0, "not in a mirror", os.fspath(path))
    place, parts = _place_of(top)
    names = path.relative_to(top / _TREE).parts[parts:]
    return Origin(top, store_at(place), "/".join(names))


@lru_cache(maxsize=64)
def _place_of(top: Path) -> tuple[Place, int]:
    origin = json.loads((top / ORIGIN).read_text(encoding="utf-8"))
    return Place(origin["scheme"], origin["url"]), int(origin["parts"])


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Raise OSError in a few words in the place of any error: the file alone cannot be opened."""
    try:
        yield
    except AnalyzerError as error:
        raise OSError(0, str(error)) from error
    except MemoryError:
        raise
    except Exception as error:  # each store has errors of its own
        raise_without_thread(error)
        number = error.errno if isinstance(error, OSError) else None
        raise OSError(number or 0, why(error)) from error


@contextmanager
def spoken_of(mirror: Mirror) -> Iterator[None]:
    """Have the messages of errors name the URL, not the folder."""
    try:
        yield
    except AnalyzerError as error:
        error.args = tuple(
            mirror.worded(text) if isinstance(text, str) else text for text in error.args
        )
        raise
