"""JUnit XML: what fails, what only warns, and what was not judged."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from analyzer import synthetic
from analyzer.comparing.gate import outcomes, parse_requirement
from analyzer.engine import diagnose
from analyzer.model.diagnosis import Diagnosis
from analyzer.report.junit import _content, render_error, render_junit


@pytest.fixture(scope="module")
def overfitted() -> Diagnosis:
    return diagnose(synthetic.overfitting(3).run)


def cases(document: str) -> dict[str, ET.Element]:
    """Return the test cases of a document by their names."""
    root = ET.fromstring(document)
    return {case.attrib["name"]: case for case in root.iter("testcase")}


@pytest.mark.parametrize(
    ("lang", "name", "word"),
    [("en", "Overfitting", "warning: "), ("es", "Sobreajuste", "aviso: ")],
)
def test_a_warning_below_the_limit_passes_and_is_seen(
    overfitted: Diagnosis, lang: str, name: str, word: str
) -> None:
    case = cases(render_junit([overfitted], [[]], lang, "critical"))[name]
    assert case.find("failure") is None
    severity = case.find("properties/property")
    assert severity is not None
    assert severity.attrib == {"name": "severity", "value": "warning"}
    assert case.findtext("system-out", "").startswith(word)


def test_a_warning_at_the_limit_is_a_failure(overfitted: Diagnosis) -> None:
    case = cases(render_junit([overfitted], [[]], "en", "warning"))["Overfitting"]
    (failure,) = case.iter("failure")
    assert failure.attrib["message"].startswith("warning: Validation loss")


def test_a_check_without_a_finding_has_no_output(overfitted: Diagnosis) -> None:
    case = cases(render_junit([overfitted], [[]], "en", "never"))["Plateau"]
    assert list(case) == []


def test_requirements_are_cases_beside_the_checks(overfitted: Diagnosis) -> None:
    gate = outcomes(overfitted, [parse_requirement("val_loss<1e-9")], no_baseline=True)
    document = render_junit([overfitted], [gate], "en", "never")
    assert cases(document)["val_loss<1e-9"].find("failure") is not None
    (suite,) = ET.fromstring(document).iter("testsuite")
    assert suite.attrib["name"] == overfitted.run.name
    assert (suite.attrib["failures"], suite.attrib["skipped"]) == ("1", "1")


def test_an_early_end_is_an_error_of_its_own() -> None:
    document = render_error("no <such> path")
    assert cases(document)["check"].find("error").attrib["message"] == "no <such> path"  # type: ignore[union-attr]


def test_a_line_break_inside_a_line_of_output_is_shown_and_not_made() -> None:
    assert _content(["a<", "b\nc"]) == "a&lt;\nb␊c"
