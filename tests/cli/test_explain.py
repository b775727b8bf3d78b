"""Explain: one detector, or a list of all."""

from __future__ import annotations

from collections.abc import Callable

from click.testing import Result


def test_lists_the_detectors_and_explains_one_in_both_languages(
    call: Callable[..., Result],
) -> None:
    pages = set()
    for lang in ("en", "es"):
        index = call("explain", "--lang", lang)
        page = call("explain", "plateau", "--lang", lang)
        assert index.exit_code == page.exit_code == 0
        assert {"overfitting", "plateau"} <= set(index.stdout.split())
        assert "min_share" in page.stdout
        pages.add(page.stdout)
    assert len(pages) == 2


def test_effects_prints_only_how_often_remedies_helped(call: Callable[..., Result]) -> None:
    page = call("explain", "plateau", "--effects")
    assert page.exit_code == 0
    assert "min_share" not in page.stdout
    assert call("explain", "--effects").exit_code == 0
    assert "(cosine)" in call("explain", "cosine").stdout


def test_an_unknown_remedy_gets_the_closest(
    call: Callable[..., Result], only_error: Callable[[Result, int], str]
) -> None:
    for options, kinds in (
        ((), "detector, verdict, remedy, fact or term"),
        (("--effects",), "detector or remedy"),
    ):
        line = only_error(call("explain", "weight_decy", *options), 2)
        assert line == f'unknown {kinds} "weight_decy"; did you mean "weight_decay"?'


def test_explain_of_an_unknown_detector_gives_exit_code_2(
    call: Callable[..., Result], only_error: Callable[[Result, int], str]
) -> None:
    assert (
        only_error(call("explain", "platau"), 2)
        == 'unknown detector, verdict, remedy, fact or term "platau"; did you mean "plateau"?'
    )
