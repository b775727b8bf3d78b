"""The diagnosis as strict JSON: the keys that others build on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from analyzer.model.indented import indented
from analyzer.safe import secrets
from analyzer.safe.names import plain_json

if TYPE_CHECKING:
    from analyzer.model.diagnosis import CheckResult, Diagnosis, Finding

SCHEMA = 1
_PLAIN = (str, bool, int)


def diagnosis_dict(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return one run's diagnosis under the keys of the contract in docs/architecture.md."""
    run = diagnosis.run
    data = {
        "schema": SCHEMA,
        "run": run.name,
        "verdict": diagnosis.verdict,
        "best": diagnosis.best and asdict(diagnosis.best),
        "checks": [_check(check) for check in diagnosis.checks],
        "issues": [issue.to_dict() for issue in diagnosis.issues],
        "facts": diagnosis.facts,
        "config": secrets.config(run.config),
        "sources": list(run.meta.files),
        "points": run.points,
    }
    strict: dict[str, Any] = _strict(data)
    return strict


def dumps(data: Any) -> str:
    """Return JSON text that every strict reader accepts; keys stay in the order of the contract."""
    return document_of(_strict(data))


def document_of(data: Any) -> str:
    """Return the same JSON text of data that is strict already, as ``Diagnosis.data`` is."""
    return plain_json(indented(data)) + "\n"


def _check(check: CheckResult) -> dict[str, Any]:
    return {
        "detector": check.detector,
        "status": check.status,
        "reason": check.reason,
        "explained_by": check.explained_by,
        "findings": [_finding(finding) for finding in check.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    onset = None
    if finding.onset is not None:
        onset = {key: getattr(finding.onset, key) for key in ("step", "epoch", "low", "high")}
    return {
        "severity": finding.severity,
        "confidence": finding.confidence,
        "split": finding.split,
        "metric": finding.metric,
        "onset": onset,
        "values": dict(finding.values),
        "tags": list(finding.tags),
        "advice": [step.to_dict() for step in finding.advice.steps if step.remedy],
        "causes": [cause.to_dict() for cause in finding.advice.causes],
    }


def _strict(value: Any) -> Any:
    """Return a copy in which a float that is not finite is null, its kind beside it as KEY_is."""
    if value is None or isinstance(value, _PLAIN):  # most values
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        out: dict[str, Any] = {}
        for key, item in value.items():
            out[str(key)] = _strict(item)
            kind = _not_finite(item)
            if kind:
                out[f"{key}_is"] = kind
        return out
    if isinstance(value, Sequence):
        return [_strict(item) for item in value]
    if hasattr(value, "tolist"):
        return _strict(value.tolist())
    return str(value)


def _not_finite(value: Any) -> str | None:
    if not isinstance(value, float | np.floating) or math.isfinite(value):
        return None
    if math.isnan(value):
        return "nan"
    return "inf" if value > 0 else "-inf"
