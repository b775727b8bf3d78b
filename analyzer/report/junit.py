"""The gate as JUnit XML: a suite a run, a test case for each check and each requirement; what CI systems show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from analyzer.comparing.gate import FAILED, UNKNOWN, Outcome
from analyzer.model.diagnosis import SEVERITIES, CheckResult, Diagnosis
from analyzer.report.content import title
from analyzer.safe.names import visible
from analyzer.text import Words, words

_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)  # by XML 1.0, section 2.2


def render_junit(
    diagnoses: Sequence[Diagnosis], gates: Sequence[Sequence[Outcome]], lang: str, fail_on: str
) -> str:
    """Return the document; a check fails where it found something at or above ``fail_on``."""
    text = words(lang)
    counted = SEVERITIES[: SEVERITIES.index(fail_on) + 1] if fail_on != "never" else ()
    suites = []
    for diagnosis, gate in zip(diagnoses, gates, strict=True):
        name = diagnosis.run.name
        cases = [_check(name, one, diagnosis, counted, text) for one in diagnosis.checks]
        cases += [_outcome(name, one, text) for one in gate]
        suites.append(_suite(name, cases))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'
        + "".join(suites)
        + "</testsuites>\n"
    )


def _suite(name: str, cases: Sequence[str]) -> str:
    kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    count = {
        "tests": len(cases),
        **{name: sum(f"<{kind}" in one for one in cases) for name, kind in kinds.items()},
    }
    totals = " ".join(f'{name}="{number}"' for name, number in count.items())
    return f"<testsuite name={_attribute(name)} {totals}>\n{''.join(cases)}</testsuite>\n"


def _check(
    run: str, check: CheckResult, diagnosis: Diagnosis, counted: Sequence[str], text: Words
) -> str:
    found = [one for one in check.findings if check.status == "found" and one.severity in counted]
    if found:
        said = " ".join(text.finding(one, "summary", diagnosis.run) for one in found)
        return _case(run, title(check.detector, text), "failure", said)
    if check.status in ("skipped", "error"):
        return _case(run, title(check.detector, text), check.status, text.check_reason(check))
    return _case(run, title(check.detector, text), "", "")


def _outcome(run: str, one: Outcome, text: Words) -> str:
    kind = {FAILED: "failure", UNKNOWN: "failure"}.get(one.status, "")
    return _case(run, text.requirement(one.name), kind, text.outcome(one.key, one.values))


def _case(run: str, name: str, kind: str, said: str) -> str:
    head = f"<testcase classname={_attribute(run)} name={_attribute(name)}"
    return (
        f"{head}/>\n" if not kind else f"{head}><{kind} message={_attribute(said)}/></testcase>\n"
    )


def _attribute(value: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", visible(value)))
