"""Where a run came from: everything has a default, nothing can be changed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

import analyzer
from analyzer.model.meta import PassedOver, RunMeta


def test_a_run_needs_no_meta_and_meta_no_argument() -> None:
    meta = analyzer.Run("made", ()).meta
    assert meta == RunMeta()
    assert (meta.format, meta.files, meta.axes, meta.passed_over) == ("", (), {}, ())
    assert meta.tracker is meta.start is meta.end is meta.validation_examples is None
    assert meta.alone


def test_meta_is_public_and_frozen() -> None:
    meta = analyzer.RunMeta(format="mine")
    with pytest.raises(FrozenInstanceError):
        meta.format = "other"  # type: ignore[misc]


def test_what_was_passed_over_is_named() -> None:
    item = PassedOver("note", "text_column", {"count": 3})
    assert (item.name, item.key, item.values["count"]) == ("note", "text_column", 3)
