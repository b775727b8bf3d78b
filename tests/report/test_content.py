"""What a report says before it has a form."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.model.diagnosis import CheckResult, Diagnosis
from analyzer.report.checklist import checklist
from analyzer.text import LANGUAGES, words


def only_notes(verdict: str) -> Diagnosis:
    """Return the diagnosis of a plateau as if it were a note, under a verdict."""
    found = diagnose(synthetic.plateau(3).run)
    notes = tuple(
        replace(one, severity="info") for one in found.findings if one.detector == "plateau"
    )
    return replace(
        found, verdict=verdict, checks=(CheckResult("plateau", "found", findings=notes),)
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("diagnosis", "key"),
    [
        (replace(only_notes("healthy"), checks=()), "checklist_healthy"),
        (only_notes("healthy"), "checklist_notes"),
        (only_notes("inconclusive"), "checklist_inconclusive"),
    ],
    ids=["healthy", "notes", "inconclusive"],
)
def test_the_first_thing_to_do_fits_what_follows_it(
    diagnosis: Diagnosis, key: str, lang: str
) -> None:
    assert checklist(diagnosis, words(lang))[0].text == words(lang).ui(key)
