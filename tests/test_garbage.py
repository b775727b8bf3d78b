"""How often Python searches for circles of objects."""

from __future__ import annotations

import gc

from analyzer.garbage import no_searches, search_rarely


def test_searches_come_after_many_objects() -> None:
    before = gc.get_threshold()
    try:
        search_rarely()
        assert gc.get_threshold()[0] > 10_000
    finally:
        gc.set_threshold(*before)


def test_no_search_comes_while_objects_only_grow() -> None:
    assert gc.isenabled()
    with no_searches():
        assert not gc.isenabled()
        with no_searches():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
