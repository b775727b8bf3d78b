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
            {"source": one.source, "key": one.key, "reason": text.issue(one)} for one in runs.issues
        ],
        "passed_over": [
            {"source": one.source, "key": one.key, "reason": text.reason(one.key, one.values)}
            for one in runs.skipped
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
        width = min(max(len(one["tag"]) for one in run["series"]), 48)
        for one in run["series"]:
            split = one["split"] or own["unsaid"]
            values = {
                "split": split,
                "metric": one["metric"],
                "points": one["points"],
            }
            tail = f" ({one['note']})" if one["note"] else ""
            lines.append(f"  {one['tag']:<{width}}  {text.fill(own['series'], values)}{tail}")
        lines += [
            f"  {own['passed_over']}: {one['name']}: {one['reason']}" for one in run["passed_over"]
        ]
        lines += [f"  {line}" for line in run["issues"]]
    lines += [one["reason"] for one in found["refused"]]
    lines += [
        f"{own['passed_over']}: {one['source']}: {one['reason']}" for one in found["passed_over"]
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
                "tag": one.tag,
                "split": one.split,
                "metric": one.metric,
                "grain": one.grain,
                "kind": metrics.kind(one.metric),
                "points": len(one),
                "note": _note(one, run, text),
            }
            for one in run.series
        ],
        "passed_over": [
            {"name": name, "key": key, "reason": text.reason(key, values)}
            for name, key, values in run.meta.passed_over
        ],
        "issues": [text.issue(one) for one in run.issues],
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
