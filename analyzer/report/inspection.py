"""How files were read: each file's format, each name's reading, and what was skipped and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analyzer import metrics
from analyzer.errors import NotApplicable
from analyzer.model.run import Run, RunSet
from analyzer.model.series import Series
from analyzer.reading.setting_patterns import suggested
from analyzer.safe import secrets
from analyzer.safe.names import visible
from analyzer.text import Words, is_counted, words

_MOST_ALIKE = 3  # skipped files of a folder that have a line each
_NAMED_ALIKE = 3  # files that are named of more
_MOST_SETTINGS = 12  # names of settings on a line
_AND = " + "  # between the formats of a run that was read from several
_WIDEST_TAG = 48  # columns of the names of series


def inspection(runs: RunSet, chosen: Sequence[Run], lang: str) -> dict[str, Any]:
    """Return what ``analyzer inspect`` shows, as plain data."""
    text = words(lang)
    return {
        "schema": 1,
        "runs": [_run(run, text) for run in chosen],
        "folder_settings": suggested(chosen),
        "refused": [
            {"source": issue.source, "key": issue.key, "reason": text.issue(issue)}
            for issue in runs.issues
        ],
        "passed_over": [
            {
                "source": file.source,
                "key": file.key,
                "reason": text.reason(file.key, file.values),
                "nearest": file.nearest,
                "unreadable": file.is_unreadable,
            }
            for file in runs.skipped
        ],
    }


def _run(run: Run, text: Words) -> dict[str, Any]:
    return {
        "run": run.name,
        "format": run.meta.format,
        "files": list(run.meta.files),
        "points": run.points,
        "axes": dict(run.meta.axes),
        "counted": is_counted(run),
        "config": secrets.config(run.config),
        "config_files": list(run.meta.config_files or run.meta.files if run.config else ()),
        "series": [_series(series, run, text) for series in run.series],
        "passed_over": [
            {"name": name, "key": key, "reason": text.reason(key, values)}
            for name, key, values in run.meta.passed_over
        ],
        "issues": [text.issue(issue) for issue in run.issues],
    }


def _series(series: Series, run: Run, text: Words) -> dict[str, Any]:
    return {
        "tag": series.tag,
        "split": series.split,
        "metric": series.metric,
        "grain": series.grain,
        "kind": metrics.kind(series.metric),
        "points": int(series.measured.sum()),
        "not_evaluated": int((~series.measured).sum()),
        "note": _note(series, run, text),
    }


def _note(series: Series, run: Run, text: Words) -> str:
    """Return why a series is not judged, "" if it is."""
    own = text.of("_ui")["inspect"]
    if metrics.is_ambiguous(series.tag) and series.metric == series.tag:
        return text.fill(own["ambiguous"], {"tag": series.tag})
    if metrics.kind(series.metric) is None:
        is_judged = any(metrics.kind(other.metric) for other in run.series)
        key = "not_judged" if is_judged else "unknown"
        if metrics.is_reinforcement_loss(series.metric):
            key = "reinforcement"
        return text.fill(own[key], {"tag": series.tag})
    try:
        used = run.curve(series.metric, series.split, at_least=0).tag
    except NotApplicable:
        return ""
    if used == series.tag:
        return ""
    curve = text.metric(series.metric, series.split)
    return text.fill(own["unused"], {"tag": used, "curve": curve})


def render_inspection(inspected: Mapping[str, Any], lang: str) -> str:
    """Return an inspection as lines of text."""
    text = words(lang)
    skipped = text.of("_ui")["inspect"]["passed_over"]
    lines = []
    for run in inspected["runs"]:
        lines += _run_lines(run, text)
    lines += [refused["reason"] for refused in inspected["refused"]]
    for pattern in inspected["folder_settings"]:
        lines.append(text.fill(text.of("_ui")["inspect"]["folder_settings"], {"pattern": pattern}))
    for line in _skipped_lines(inspected["passed_over"], text):
        lines.append(f"{skipped}: {line}")
    return "\n".join(visible(line) for line in lines)


def _skipped_lines(files: Sequence[Mapping[str, Any]], text: Words) -> list[str]:
    """Return a line for each file, or one for many of a folder that share their reason."""
    own = text.of("_ui")["inspect"]
    alike: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for file in files:
        folder = file["source"].rpartition("/")[0]
        alike.setdefault((folder, _why_skipped(file, own, text)), []).append(file)
    lines = []
    for (folder, reason), same in alike.items():
        if len(same) <= _MOST_ALIKE:
            lines += [f"{file['source']}: {reason}" for file in same]
            continue
        names = [file["source"].rpartition("/")[2] for file in same[:_NAMED_ALIKE]]
        values = {
            "folder": folder or ".",
            "files": len(same),
            "names": ", ".join([*names, "..."]),
            "reason": reason,
        }
        lines.append(text.fill(own["grouped"], values))
    return lines


def _why_skipped(file: Mapping[str, Any], own: Mapping[str, str], text: Words) -> str:
    """Return why a file was skipped, and the format that it is most like."""
    if not file["nearest"]:
        return str(file["reason"])
    nearest = _format_name(file["nearest"], text)
    return text.fill(own["nearest"], {"reason": file["reason"], "nearest": nearest})


def _format_name(title: str, text: Words) -> str:
    """Return the title of a format in words; a library's and a plug-in's own is its name."""
    return _AND.join(_one_format(part, text) for part in title.split(_AND))


def _one_format(title: str, text: Words) -> str:
    """Return one title; what stands behind it in brackets is the name of a library."""
    known = text.of("_terms")["formats"]
    plain, bracket, library = title.partition(" (")
    return str(known.get(title) or known.get(plain, plain) + bracket + library)


def _run_lines(run: Mapping[str, Any], text: Words) -> list[str]:
    own = text.of("_ui")["inspect"]
    title = _format_name(run["format"], text)
    read_as = {"format": title, "points": run["points"], "series": len(run["series"])}
    lines = [f"{run['run']}: {text.fill(own['read_as'], read_as)}"]
    lines += [f"  {file}" for file in run["files"]]
    lines.append(f"  {_axes(run, text)}")
    if run["config"]:
        lines.append(f"  {_settings(run, text)}")
    width = min(max(len(series["tag"]) for series in run["series"]), _WIDEST_TAG)
    for series in run["series"]:
        lines.append(f"  {series['tag']:<{width}}  {_reading(series, text)}")
    for column in run["passed_over"]:
        lines.append(f"  {own['passed_over']}: {column['name']}: {column['reason']}")
    return lines + [f"  {issue}" for issue in run["issues"]]


def _axes(run: Mapping[str, Any], text: Words) -> str:
    """Return which columns count steps, epochs and time."""
    own = text.of("_ui")["inspect"]
    if run["counted"]:
        return str(own["counted"])
    axes = ", ".join(f"{axis} = {column}" for axis, column in run["axes"].items())
    return text.fill(own["axes"], {"axes": axes})


def _settings(run: Mapping[str, Any], text: Words) -> str:
    """Return how many settings a run has, from which files, and the names of the first."""
    names = list(run["config"])
    more = " ..." if len(names) > _MOST_SETTINGS else ""
    values = {
        "count": len(names),
        "files": ", ".join(run["config_files"]),
        "names": ", ".join(names[:_MOST_SETTINGS]) + more,
    }
    return text.fill(text.of("_ui")["inspect"]["settings"], values)


def _reading(series: Mapping[str, Any], text: Words) -> str:
    """Return how the name of a series was read, and why it is not judged if it is not."""
    own = text.of("_ui")["inspect"]
    values = {
        "split": series["split"] or own["unsaid"],
        "metric": series["metric"],
        "points": series["points"],
    }
    reading = text.fill(own["series"], values)
    if series["note"]:
        return f"{reading} ({series['note']})"
    return reading
