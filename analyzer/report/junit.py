"""The gate as JUnit XML, for CI systems: a suite per run, a case per check and requirement."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from analyzer.comparing.gate import FAILED, NOT_JUDGED, UNKNOWN, Outcome
from analyzer.model.diagnosis import SEVERITIES, CheckResult, Diagnosis, Finding
from analyzer.model.issues import LogIssue, Skipped
from analyzer.report.content import title
from analyzer.report.numbering import numbering
from analyzer.safe.names import visible_xml, without_command
from analyzer.text import Words, words

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_COUNTS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def render_junit(
    diagnoses: Sequence[Diagnosis],
    gates: Sequence[Sequence[Outcome]],
    lang: str,
    fail_on: str,
    unreadable: Sequence[Skipped] = (),
    refused: Sequence[LogIssue] = (),
    *,
    strict: bool = False,
) -> str:
    """Return the document; a check with a finding at or above ``fail_on`` is a failure.

    The files that cannot be opened and the logs that were ``refused`` are suites of their own, with
    an error for each. With ``strict`` so is the damage in a log that was read, beside its checks.
    """
    text = words(lang)
    severities: Sequence[str] = ()
    if fail_on != "never":
        severities = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    suites = []
    for diagnosis, gate in zip(diagnoses, gates, strict=True):
        name = diagnosis.run.name
        cases = [_check(name, check, diagnosis, severities, text) for check in diagnosis.checks]
        cases += [_outcome(name, outcome, text) for outcome in gate]
        if strict:
            cases += _damage(name, diagnosis.issues, text)
        suites.append(_suite(name, cases))
    own = text.ui("unreadable")
    cases = [
        _case(own, file.source, "error", text.reason(file.key, file.values)) for file in unreadable
    ]
    others = text.ui("refused")
    for name, suite in ((own, cases), (others, _damage(others, refused, text))):
        if suite:
            suites.append(_suite(name, suite))
    return _document(suites)


def render_error(message: str) -> str:
    """Return the document of a check that ended before it could judge a run, with the reason."""
    return _document([_suite("analyzer", [_case("analyzer", "check", "error", message)])])


def _document(suites: Sequence[str]) -> str:
    body = "".join(suites)
    return f"{HEAD}\n<testsuites>\n{body}</testsuites>\n"


def _damage(suite: str, issues: Sequence[LogIssue], text: Words) -> list[str]:
    """Return a case for each issue in which something was lost."""
    lost = [issue for issue in issues if issue.severity in ("error", "warning")]
    return [_case(suite, issue.source, "error", text.issue(issue)) for issue in lost]


def _suite(name: str, cases: Sequence[str]) -> str:
    counts = {"tests": len(cases)}
    for key, kind in _COUNTS.items():
        counts[key] = sum(f"<{kind}" in case for case in cases)
    totals = " ".join(f'{key}="{count}"' for key, count in counts.items())
    return f"<testsuite name={_attribute(name)} {totals}>\n{''.join(cases)}</testsuite>\n"


def _check(
    run: str, check: CheckResult, diagnosis: Diagnosis, severities: Sequence[str], text: Words
) -> str:
    name = title(check.detector, text)
    summaries = [_summary(finding, diagnosis, text) for finding in check.findings]
    if check.status == "found":
        worst = min(check.findings, key=lambda finding: SEVERITIES.index(finding.severity)).severity
        failing = [
            summary
            for finding, summary in zip(check.findings, summaries, strict=True)
            if finding.severity in severities
        ]
        kind = "failure" if failing else ""
        return _case(run, name, kind, " ".join(failing), severity=worst, output=summaries)
    if check.status in ("skipped", "error"):
        return _case(run, name, check.status, text.check_reason(check))
    return _case(run, name)


def _summary(finding: Finding, diagnosis: Diagnosis, text: Words) -> str:
    """Return what a finding measured; a place in it needs to know where epochs begin."""
    summary = text.finding(finding, "summary", diagnosis.run)
    first = numbering(diagnosis, text) if finding.onset is not None else ""
    return f"{text.severity(finding.severity)}: {summary} {first}".rstrip()


def _outcome(run: str, outcome: Outcome, text: Words) -> str:
    kind = "failure" if outcome.status in (FAILED, UNKNOWN) else ""
    message = text.outcome(outcome.key, outcome.values)
    if outcome.status == NOT_JUDGED:
        kind, message = "skipped", f"{text.of('_ui')['gate'][NOT_JUDGED]}: {message}"
    return _case(run, text.requirement(outcome.name), kind, message)


def _case(
    run: str,
    name: str,
    kind: str = "",
    message: str = "",
    *,
    severity: str = "",
    output: Sequence[str] = (),
) -> str:
    """Return a test case.

    A finding below the limit passes, so its ``severity`` is a property and its summary is output.
    """
    head = f"<testcase classname={_attribute(run)} name={_attribute(name)}"
    body = ""
    if severity:
        body += f'<properties><property name="severity" value={_attribute(severity)}/></properties>'
    if kind:
        body += f"<{kind} message={_attribute(message)}/>"
    if output:
        body += f"<system-out>{_content(output)}</system-out>"
    return f"{head}>{body}</testcase>\n" if body else f"{head}/>\n"


def _content(lines: Sequence[str]) -> str:
    """Return lines as the content of an element; a line break inside one is shown, not made."""
    return escape("\n".join(without_command(visible_xml(line)) for line in lines))


def _attribute(value: str) -> str:
    return quoteattr(without_command(visible_xml(value)))
