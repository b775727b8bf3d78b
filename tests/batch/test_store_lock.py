from __future__ import annotations

import json
import time
from typing import Any

import pytest

from analyzer.batch import store_lock
from analyzer.batch.store_lock import LOCK_NAME, StoreLock
from analyzer.errors import AnalyzerError
from analyzer.remote.places import place_of
from analyzer.remote.store import Store

fsspec = pytest.importorskip("fsspec")


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(store_lock, "_SECOND_LOOK", 0.0)
    fsspec.filesystem("memory").store.clear()
    return Store(place_of("memory://site"))


def kept(store: Store) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(store.read(LOCK_NAME))
    return content


def test_it_is_an_object_with_an_owner_and_a_time_and_goes_at_the_end(store: Store) -> None:
    with StoreLock(store).held():
        assert kept(store).keys() == {"owner", "at"}
        assert abs(kept(store)["at"] - time.time()) < 60
    assert store.files.find("/site") == []


def test_a_second_batch_is_refused_and_the_lock_stays(store: Store) -> None:
    with StoreLock(store).held():
        first = kept(store)
        with pytest.raises(AnalyzerError, match="another batch is writing here"):
            StoreLock(store)._take()
        assert kept(store) == first


def test_a_lock_that_is_not_written_for_long_is_nobodys(store: Store) -> None:
    store.put(LOCK_NAME, json.dumps({"owner": "killed", "at": time.time() - 1000}).encode())
    with StoreLock(store).held():
        assert kept(store)["owner"] != "killed"


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[1]", b"[" * 100_000]
    + [b'{"owner": "x", "at": %s}' % at for at in (b"null", b"Infinity", b"NaN", b"1e15")]
    + [b'{"owner": "x", "at": 1%s}' % (b"0" * 400)],
)
def test_what_is_no_lock_holds_nobody_up(store: Store, content: bytes) -> None:
    store.put(LOCK_NAME, content)
    with StoreLock(store).held():
        assert kept(store)["owner"]


def test_it_is_renewed_while_the_batch_says_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_lock, "_BEAT", 0.01)
    lock = StoreLock(store)
    with lock.held():
        first = kept(store)
        end = time.monotonic() + 30
        while kept(store)["at"] == first["at"]:
            assert time.monotonic() < end, "no beat"
            time.sleep(0.01)
        lock.check()
        assert kept(store)["owner"] == first["owner"]
    assert store.files.find("/site") == []


@pytest.mark.parametrize("is_removed", [False, True])
def test_a_batch_whose_lock_was_taken_writes_it_no_more_and_stops(
    store: Store, *, is_removed: bool
) -> None:
    lock = StoreLock(store)
    with lock.held():
        store.put(LOCK_NAME, json.dumps({"owner": "another", "at": time.time()}).encode())
        if is_removed:
            store.remove([LOCK_NAME])
        lock.beat()
        with pytest.raises(AnalyzerError, match=f"another batch took {LOCK_NAME}"):
            lock.check()
        if not is_removed:
            assert kept(store)["owner"] == "another"


def test_an_abandoned_lock_is_not_taken_twice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(LOCK_NAME, json.dumps({"owner": "killed", "at": time.time() - 1000}).encode())

    def taken(_: float) -> None:
        """Let the other batch, which saw the same abandoned lock, replace ours."""
        store.put(LOCK_NAME, json.dumps({"owner": "another", "at": time.time()}).encode())

    monkeypatch.setattr(store_lock.time, "sleep", taken)
    with pytest.raises(AnalyzerError, match="another batch is writing"), StoreLock(store).held():
        pass
    assert kept(store)["owner"] == "another"


def test_a_lock_that_another_took_over_is_not_removed(store: Store) -> None:
    with StoreLock(store).held():
        store.put(LOCK_NAME, json.dumps({"owner": "another", "at": time.time()}).encode())
    assert kept(store)["owner"] == "another"


def test_where_two_write_at_once_only_one_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replaced(name: str, content: bytes) -> None:
        """Put as a store that knows no condition, where another batch is faster."""
        store.put(name, json.dumps({"owner": "faster", "at": time.time()}).encode())

    monkeypatch.setattr(store, "put_new", replaced)
    with pytest.raises(AnalyzerError, match="another batch"), StoreLock(store).held():
        pass


def test_a_lock_whose_answer_was_cut_is_ours(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def repeated(name: str, content: bytes) -> None:
        store.put(name, content)  # done, but no answer comes; the next try finds it there

    monkeypatch.setattr(store, "put_new", repeated)
    with StoreLock(store).held():
        assert kept(store)["owner"]
    assert store.files.find("/site") == []


def test_a_lock_that_was_put_before_a_failure_is_removed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(name: str, content: bytes) -> None:
        store.put(name, content)
        raise AnalyzerError("cut")

    monkeypatch.setattr(store, "put_new", cut)
    with pytest.raises(AnalyzerError, match="cut"), StoreLock(store).held():
        pass
    assert store.files.find("/site") == []
