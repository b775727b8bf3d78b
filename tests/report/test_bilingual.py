"""Reports laid over each other: one text if the languages agree, else one per language."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from analyzer.report.bilingual import laid_over

LANGS = ("en", "es")


@dataclass(frozen=True)
class Pair:
    name: str
    values: tuple[str, ...]
    count: int


def test_texts_that_agree_appear_once_and_others_once_per_language() -> None:
    got = laid_over(LANGS, [Pair("run", ("loss", "1.5"), 2), Pair("run", ("pérdida", "1,5"), 2)])
    assert got == {
        "name": "run",
        "values": [
            '<span lang="en">loss</span><span lang="es">pérdida</span>',
            '<span lang="en">1.5</span><span lang="es">1,5</span>',
        ],
        "count": 2,
    }


def test_every_text_is_escaped_and_visible() -> None:
    assert str(laid_over(LANGS, ["<b>\x1b", "<b>\x1b"])) == "&lt;b&gt;␛"
    assert "<b>" not in laid_over(LANGS, ["<b>", "<b>é"])


def test_lists_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        laid_over(LANGS, [("a", "b"), ("a",)])
