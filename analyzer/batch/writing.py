"""Files of the site, written so that a kill at any time leaves each of them whole, old or new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from analyzer.errors import AnalyzerError
from analyzer.reading.site import RUNS, STATE
from analyzer.remote.mirror import origin_of
from analyzer.safe.files import cannot_write
from analyzer.safe.folders import Folder, opened
from analyzer.safe.names import printable

TEMPORARY = "tmp"  # below STATE: what a killed worker left is cleared there, and nowhere else
LOCK = "lock"
_OTHER_PLACE = "choose another -o"
_STUB = b"-"  # in the place of what was put in a store
REPEAT = "finished runs are kept; run the command again"


def put(site: str | Path, target: Path, content: bytes | Iterable[bytes]) -> None:
    """Write a file of the site, whole or from its parts, and its folder.

    Raises AnalyzerError, as on a full disk. If the site lies in a store, a file of a run is put
    there at once, and the note that marks the site; a stub stays here in the place of the first.
    All else is put later (remote_site.py).
    """
    away = origin_of(target)
    if away is not None and away.name.startswith((f"{RUNS}/", f"{STATE}/README")):
        content = content if isinstance(content, bytes) else b"".join(content)
        away.store.put(away.name, content)
        content = content if away.name.startswith(STATE) else _STUB
    folders = target.parent.relative_to(site).parts
    try:
        with (
            inside(site, *folders, make=True) as folder,
            inside(site, STATE, TEMPORARY) as unfinished,
        ):
            folder.write(target.name, content, temporary=unfinished)
    except OSError as error:
        raise cannot_write(target, error, REPEAT) from error


@contextmanager
def inside(site: str | Path, *names: str, make: bool = False) -> Iterator[Folder]:
    """Open a folder of the site. Raises AnalyzerError if a part of it is a link, or OSError."""
    with ExitStack() as stack:
        folder = stack.enter_context(opened(Path(site)))
        for name in names:
            folder = stack.enter_context(folder.inside(name, make=make))
        yield folder


@contextmanager
def held(site: Path) -> Iterator[None]:
    """Make the folders of a site and hold it for one batch; clear what a killed batch left there.

    Raises AnalyzerError if another batch holds it or it cannot be written to.
    """
    from filelock import FileLock, Timeout

    try:
        site.mkdir(parents=True, exist_ok=True)
        with inside(site, STATE, make=True) as state, suppress(FileNotFoundError):
            state.append(LOCK).close()  # a link, or a second name of a file, is refused
        lock = FileLock(site / STATE / LOCK)
        with suppress(NotImplementedError):  # a file system without locks: as good as it gets
            lock.acquire(timeout=0)
        with inside(site, STATE) as state, state.inside(TEMPORARY, make=True) as unfinished:
            unfinished.clear_unfinished()
    except Timeout as error:
        raise AnalyzerError(
            f"{printable(str(site))}: another batch writes here; wait for it, or {_OTHER_PLACE}"
        ) from error
    except OSError as error:
        raise cannot_write(site, error, _OTHER_PLACE) from error
    try:
        yield
    finally:
        lock.release()
