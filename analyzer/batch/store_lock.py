"""The lock of a site in a store: an object with an owner and a time.

A store has no locks that end with a process. So a thread writes the object again while the batch
works, and one that was not for a quarter of an hour is taken to be of a batch that was killed. Each
writing looks at the owner first; a batch whose lock was taken stops at its next result or object.

No store replaces an object only if it is still that of an owner, and some cannot refuse to replace
one at all. So two batches that take one lock within a moment are told apart by a second look, and
what is written between two looks can be by both.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Event, Thread

from analyzer.batch.writing import LOCK
from analyzer.errors import AnalyzerError, PathNotFound
from analyzer.reading.site import STATE
from analyzer.remote.store import Store

LOCK_NAME = f"{STATE}/{LOCK}"
_BEAT = 60.0  # seconds between two writings of a lock
_SECOND_LOOK = 2.0  # seconds after an abandoned lock was taken, which another may have done too
_ABANDONED = 900.0  # seconds after which a lock is nobody's


class StoreLock:
    """Holds a site for one batch."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._owner = secrets.token_hex(8)
        self._is_over = Event()
        self._is_lost = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Take the lock, and let it go at the end. Raises AnalyzerError if another has it."""
        heart = Thread(target=self._beat_on, daemon=True)
        try:
            self._take()
            heart.start()
            yield
        finally:
            self._is_over.set()
            if heart.ident is not None:  # it was started
                heart.join()
            with suppress(AnalyzerError):  # it will be abandoned
                if self._holder()[0] == self._owner:
                    self._store.remove([LOCK_NAME])

    def check(self) -> None:
        """Raise AnalyzerError if the lock was found to be no longer ours."""
        if self._is_lost:
            raise AnalyzerError(
                f"{self._store.place.shown}: another batch took {LOCK_NAME}, or it was removed;"
                " wait for the other batch, then run the command again"
            )

    def beat(self) -> None:
        """Say that the batch still works, unless the lock is no longer ours."""
        with suppress(AnalyzerError):  # the store is away: the next beat may find it
            if self._holder()[0] == self._owner:
                self._store.put(LOCK_NAME, self._content())
            else:
                self._is_lost = True

    def _beat_on(self) -> None:
        while not self._is_lost and not self._is_over.wait(_BEAT):
            self.beat()

    def _take(self) -> None:
        owner, since = self._holder()
        if owner:
            if since:
                self._refuse(since)
            self._store.remove([LOCK_NAME])
        self._store.put_new(LOCK_NAME, self._content())  # a repeated one finds its own: look
        if owner:
            time.sleep(_SECOND_LOOK)
        owner, since = self._holder()
        if owner != self._owner:
            self._refuse(since)

    def _refuse(self, since: float) -> None:
        when = datetime.fromtimestamp(since, UTC).strftime("%H:%M:%S UTC")
        place = self._store.place
        raise AnalyzerError(
            f"{place.shown}: another batch is writing here (last sign of life at {when});"
            f" wait for it, or remove {LOCK_NAME} if it was killed"
        )

    def _holder(self) -> tuple[str, float]:
        """Return who holds the lock and when it was last written; "" if nobody does.

        A time that is not near now is no time of a batch that works: the lock is abandoned.
        """
        try:
            kept = json.loads(self._store.read(LOCK_NAME))
            owner, since = str(kept["owner"]), float(kept["at"])
        except PathNotFound:
            return "", 0.0
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return "unknown", 0.0  # no lock of ours: abandoned
        return owner, since if abs(time.time() - since) < _ABANDONED else 0.0

    def _content(self) -> bytes:
        return json.dumps({"owner": self._owner, "at": time.time()}).encode()
