"""The Markdown of many runs: what a job summary can show, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from analyzer.batch import pages

Make = dict[str, Callable[..., Any]]


@pytest.mark.parametrize(("lang", "best"), [("en", "## Best runs"), ("es", "## Las mejores")])
def test_it_has_counts_groups_and_both_ends_of_the_ranking(
    make: Make, lang: str, best: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "LARGE", 3)
    runs = [make["record"](at, {"lr": at % 2, "seed": at}) for at in range(4)]
    text = make["files"](runs, lang=lang)["index.md"].decode()
    assert best in text
    assert f"](runs/{runs[0].folder}/report.html)" in text
    assert "{" not in text
    assert all(line.count("|") >= 4 for line in text.splitlines() if line.startswith("|"))
