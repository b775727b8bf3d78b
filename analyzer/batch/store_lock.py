"""The lock of a site in a store: an object with an owner and a time.

A store has no locks that end with a process. So the object is written again while the batch works,
and one that was not for a quarter of an hour is taken to be of a batch that was killed. Where a
store cannot refuse to replace an object (some servers ignore the condition), two batches that start
in the same second may both think that they hold it; each looks once more after it wrote, which
leaves only the moment in between.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from analyzer.batch.writing import LOCK
from analyzer.errors import AnalyzerError, PathNotFound
from analyzer.reading.site import STATE
from analyzer.remote.store import Store

LOCK_NAME = f"{STATE}/{LOCK}"
_BEAT = 60.0  # seconds between two writings of a lock
_ABANDONED = 900.0  # seconds after which a lock is nobody's


class StoreLock:
    """Holds a site for one batch."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._owner = secrets.token_hex(8)
        self._beaten = 0.0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Take the lock, and let it go at the end. Raises AnalyzerError if another has it."""
        self._take()
        try:
            yield
        finally:
            with suppress(AnalyzerError):  # it will be abandoned
                if self._holder()[0] == self._owner:
                    self._store.remove([LOCK_NAME])

    def beat(self) -> None:
        """Say that the batch still works, if that was some time ago. Raises AnalyzerError."""
        if time.monotonic() - self._beaten >= _BEAT:
            self._store.put(LOCK_NAME, self._content())
            self._beaten = time.monotonic()

    def _take(self) -> None:
        owner, since = self._holder()
        if owner:
            if time.time() - since < _ABANDONED:
                self._refuse(since)
            self._store.remove([LOCK_NAME])
        is_new = self._store.put_new(LOCK_NAME, self._content())
        self._beaten = time.monotonic()
        owner, since = self._holder()
        if not is_new or owner != self._owner:
            self._refuse(since)

    def _refuse(self, since: float) -> None:
        when = datetime.fromtimestamp(since, UTC).strftime("%H:%M:%S UTC")
        place = self._store.place
        raise AnalyzerError(
            f"{place.shown}: another batch writes here (last heard of at {when}); wait for it, or"
            f" remove {LOCK_NAME} if it was killed"
        )

    def _holder(self) -> tuple[str, float]:
        """Return who holds the lock and when it was last written; "" if nobody does."""
        try:
            kept = json.loads(self._store.read(LOCK_NAME))
            return str(kept["owner"]), float(kept["at"])
        except PathNotFound:
            return "", 0.0
        except (ValueError, KeyError, TypeError):
            return "unknown", 0.0  # no lock of ours: abandoned

    def _content(self) -> bytes:
        return json.dumps({"owner": self._owner, "at": time.time()}).encode()
