"""What was read and how: each file's format, each name's reading, and what was passed over with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analyzer import metrics
from analyzer.errors import NotApplicable
from analyzer.model.run import Run, RunSet, Series
from analyzer.safe.names import visible
from analyzer.text import Words, is_counted, words


def inspection(runs: RunSet, chosen: Sequence[Run], lang: str) -> dict[str, Any]:
    """Return what ``analyzer inspect`` shows, as plain data."""
    text = words(lang)
    return {
        "schema": 1,
        "runs": [_run(run, text) for run in chosen],
        "refused": [
            {"source": issue.source, "key": issue.key, "reason": text.issue(issue)}
            for issue in runs.issues
        ],
        "passed_over": [
            {"source": file.source, "key": file.key, "reason": text.reason(file.key, file.values)}
            for file in runs.skipped
        ],
    }


def render_inspection(found: Mapping[str, Any], lang: str) -> str:
    """Return an inspection as lines of text."""
    text = words(lang)
    own = text.of("_ui")["inspect"]
    lines = []
    for run in found["runs"]:
        said = text.fill(
            own["read_as"],
            {
                "format": run["format"],
                "points": run["points"],
                "series": len(run["series"]),
            },
        )
        lines += [f"{run['run']}: {said}", *(f"  {file}" for file in run["files"])]
        axes = ", ".join(f"{axis} = {column}" for axis, column in run["axes"].items())
        lines.append(
            "  " + (own["counted"] if run["counted"] else text.fill(own["axes"], {"axes": axes}))
        )
        width = min(max(len(series["tag"]) for series in run["series"]), 48)
        for series in run["series"]:
            split = series["split"] or own["unsaid"]
            values = {
                "split": split,
                "metric": series["metric"],
                "points": series["points"],
            }
            tail = f" ({series['note']})" if series["note"] else ""
            lines.append(f"  {series['tag']:<{width}}  {text.fill(own['series'], values)}{tail}")
        lines += [
            f"  {own['passed_over']}: {column['name']}: {column['reason']}"
            for column in run["passed_over"]
        ]
        lines += [f"  {line}" for line in run["issues"]]
    lines += [file["reason"] for file in found["refused"]]
    lines += [
        f"{own['passed_over']}: {name['source']}: {name['reason']}" for name in found["passed_over"]
    ]
    return "\n".join(visible(line) for line in lines)


def _run(run: Run, text: Words) -> dict[str, Any]:
    return {
        "run": run.name,
        "format": run.meta.format,
        "files": list(run.meta.files),
        "points": run.points,
        "axes": dict(run.meta.axes),
        "counted": is_counted(run),
        "series": [
            {
                "tag": series.tag,
                "split": series.split,
                "metric": series.metric,
                "grain": series.grain,
                "kind": metrics.kind(series.metric),
                "points": len(series),
                "note": _note(series, run, text),
            }
            for series in run.series
        ],
        "passed_over": [
            {"name": name, "key": key, "reason": text.reason(key, values)}
            for name, key, values in run.meta.passed_over
        ],
        "issues": [text.issue(issue) for issue in run.issues],
    }


def _note(series: Series, run: Run, text: Words) -> str:
    """Say why a series is not judged, "" where it is."""
    own = text.of("_ui")["inspect"]
    if metrics.is_ambiguous(series.tag) and series.metric == series.tag:
        return text.fill(own["ambiguous"], {"tag": series.tag})
    if metrics.kind(series.metric) is None:
        return str(own["not_judged"])
    try:
        used = run.curve(series.metric, series.split, at_least=0).tag
    except NotApplicable:
        return ""
    curve = text.metric(series.metric, series.split)
    return "" if used == series.tag else text.fill(own["unused"], {"tag": used, "curve": curve})
