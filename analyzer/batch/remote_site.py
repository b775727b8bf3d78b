"""A site in a store: made in a mirror on this machine, and put object by object.

The files of runs are put by the worker that made them, since each is done for good. Pages follow
from time to time, the index last of them, and what the batch remembers after that: so a batch that
was killed leaves a site whose pages name only what is there, and the next one reads no more than
what the state does not know.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from analyzer.batch import database
from analyzer.batch.store_lock import LOCK_NAME, StoreLock
from analyzer.batch.writing import LOCK, TEMPORARY
from analyzer.errors import AnalyzerError, PathNotFound
from analyzer.reading.site import DATABASE, NOTES, PAGES, PARTS, RUNS, STATE
from analyzer.remote.mirror import Mirror, fetch_all, mirror_of_objects, spoken_of
from analyzer.remote.placeholders import lacks
from analyzer.remote.places import MEMORY, Place
from analyzer.remote.store import Object, Store, store_at

# Results until pages and state are put, twice as many until the next time, and so on up to the
# most: a killed batch has what it had then, and putting stays a share of the work.
_FIRST, _MOST = 500, 4000
# Of the state: what is for this machine alone. The log of the database is part of its snapshot.
_NOT_KEPT = tuple(f"{STATE}/{name}" for name in (LOCK, f"{TEMPORARY}/", f"{DATABASE}-"))


class RemoteSite:
    """A site in a store that is held by this batch; ``root`` is the mirror to write it in."""

    def __init__(
        self, place: Place, mirror: Mirror, found: Collection[Object], lock: StoreLock
    ) -> None:
        self.root = mirror.root
        self._store = store_at(place)
        self._lock = lock
        parts = f"{RUNS}/", f"{PARTS}/"
        self._parts = [item.name for item in found if item.name.startswith(parts)]
        self._known = {path: _state_of(path) for path in self._own_files()}
        self._results, self._due = 0, _FIRST

    def count(self) -> None:
        """Count a result; now and then put what there is, so that a killed batch can go on.

        Raises AnalyzerError, as what puts or removes does, if another batch took the lock.
        """
        self._lock.check()
        self._results += 1
        if self._results == self._due:
            self._due += min(self._due, _MOST)
            self.put_pages()
            self.put_state()

    def put_pages(self) -> None:
        """Put the pages that changed, the index last. Raises AnalyzerError."""
        pages = [path for path in self._own_files() if STATE not in path.parts]
        self._put_changed(sorted(pages, key=lambda path: path.name == "index.html"))

    def put_state(self) -> None:
        """Put what the batch remembers, as far as it changed. Raises AnalyzerError."""
        self._put_changed([path for path in self._own_files() if STATE in path.parts])

    def remove_gone(self) -> None:
        """Remove what the batch removed from the mirror. Raises AnalyzerError."""
        self._lock.check()
        self._store.remove([name for name in self._parts if not (self.root / name).exists()])

    def _put_changed(self, paths: Collection[Path]) -> None:
        for path in paths:
            if not path.is_file() or lacks(path, path.stat(), whole=True):
                continue  # as it is in the store
            state = _state_of(path)
            if self._known.get(path) != state:
                self._lock.check()
                name = path.relative_to(self.root).as_posix()
                is_state = name == f"{STATE}/{DATABASE}"
                content = database.snapshot(self.root) if is_state else path.read_bytes()
                self._store.put(name, content)
                self._known[path] = state

    def _own_files(self) -> Iterator[Path]:
        """Yield the pages, and the files of the state but those that are not for others."""
        yield from (self.root / name for name in PAGES)
        for path in sorted((*(self.root / PARTS).glob("*"), *(self.root / STATE).rglob("*"))):
            name = path.relative_to(self.root).as_posix()
            if path.is_file() and not name.startswith(_NOT_KEPT):
                yield path


def _state_of(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except FileNotFoundError:
        return 0, 0
    log = path.with_name(f"{path.name}-wal")  # of a database, changes before it does
    if path.name == DATABASE and log.exists():
        return log.stat().st_size, log.stat().st_mtime_ns
    return status.st_size, status.st_mtime_ns


@contextmanager
def opened_site(place: Place) -> Iterator[RemoteSite]:
    """Hold a site in a store, and put what is to be put at the end.

    Raises AnalyzerError if it is no site, another batch holds it, or it cannot be written to.
    """
    if place.scheme == MEMORY:
        raise AnalyzerError(
            f"{place.shown}: exists in one process only, and a batch uses several;"
            " choose another -o"
        )
    store = store_at(place)
    _check_objects(store)
    lock = StoreLock(store)
    with lock.held(), _mirrored(place, store) as (mirror, found), spoken_of(mirror):
        site = RemoteSite(place, mirror, found, lock)
        try:
            yield site
        except BaseException:
            with suppress(AnalyzerError):  # the first error is the one to be told
                site.put_state()
            raise
        site.put_pages()
        site.remove_gone()
        site.put_state()


@contextmanager
def seen_site(place: Place) -> Iterator[Path]:
    """Mirror a site to look at, without holding it."""
    store = store_at(place)
    with _mirrored(place, store) as (mirror, _), spoken_of(mirror):
        yield mirror.root


def _check_objects(store: Store) -> None:
    """Raise AnalyzerError for a folder with objects but without the note of a batch."""
    try:
        store.read(f"{STATE}/README")
    except PathNotFound:
        others = [item.name for item in _objects(store) if item.name != LOCK_NAME]
        if others == [""]:
            raise AnalyzerError(f"{store.place.shown}: is a file; choose another -o") from None
        if others:
            raise AnalyzerError(
                f"{store.place.shown}: contains other objects; choose an empty folder for -o"
            ) from None


def _objects(store: Store) -> list[Object]:
    try:
        return store.objects()
    except PathNotFound:
        return []  # a new site; a bucket that does not exist fails at the first object


@contextmanager
def _mirrored(place: Place, store: Store) -> Iterator[tuple[Mirror, list[Object]]]:
    """Mirror a site, with its state and its notes whole and the start of its pages."""
    found = [item for item in _objects(store) if not item.name.startswith(_NOT_KEPT)]
    mirror = mirror_of_objects(place, found, wanted=lambda name, _: name in PAGES)
    try:
        kept = [item.name for item in found if item.name.startswith(f"{STATE}/")]
        fetch_all([mirror.root / name for name in kept])
        if (mirror.root / NOTES).exists():
            fetch_all([mirror.root / NOTES])
        yield mirror, found
    finally:
        mirror.close()
