"""The pages and tables of a site, from its records alone.

Index.html, index.md, runs.csv, findings.jsonl.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from analyzer.batch.tree import UNOPENED
from analyzer.comparing.copies import twins
from analyzer.comparing.repeats import Repeats, repeats, varying
from analyzer.comparing.settings import Record
from analyzer.engine import known_verdicts
from analyzer.model.run import LogIssue
from analyzer.report.charted import asset, digest
from analyzer.report.markdown import plain
from analyzer.report.templates import template
from analyzer.safe.names import harmless, visible
from analyzer.text import Words, words
from analyzer.version import __version__

if TYPE_CHECKING:
    from analyzer.batch.result import Batch, Options

_COLUMNS = 8  # of settings in the table: more do not fit; runs.csv has all
_MOST_FILES = 200  # without a run, one by one; behind them only the count
_MOST_ROWS = 1000  # of the Markdown: a job summary takes one mebibyte
_NAME, _HEAD = 80, 24  # characters of a name in the index, and how many of its beginning


def pages(batch: Batch, options: Options, *, missing: int) -> Iterable[tuple[str, bytes]]:
    """Yield (name, content) of each file of a site; ``missing`` runs are still to come."""
    text = words(options.lang)
    vary = varying(batch.records)
    groups = repeats(batch.records, vary, options.group)
    notes = _notes(batch.records, groups, text)
    yield "runs.csv", _table(batch.records, vary).encode("utf-8", "replace")
    yield "findings.jsonl", _findings(batch.records).encode("utf-8", "replace")
    yield "index.md", _markdown(batch, groups, options, text, missing).encode("utf-8", "replace")
    yield (
        "index.html",
        _html(batch, vary, groups, notes, options, text, missing).encode("utf-8", "replace"),
    )


def _html(
    batch: Batch,
    vary: Sequence[str],
    groups: Sequence[Repeats],
    notes: Mapping[int, list[str]],
    options: Options,
    text: Words,
    missing: int,
) -> str:
    style, script = asset("chart.css") + asset("index.css"), asset("index.js")
    sentences = text.of("_index")
    count = Counter(record["verdict"] for record in batch.records)
    columns = [key for key in vary if _is_common(key, batch.records)][:_COLUMNS]
    file = "report.html" if options.reports else "diagnosis.json"
    table = _Runs(text, file, columns, _names(batch.records), notes, _is_mixed(batch.records))
    rows = "".join(_row(index, record, table) for index, record in enumerate(batch.records))
    return template("index.html.j2").render(
        lang=options.lang,
        title=sentences["title"],
        said=sentences,
        summary=text.fill(sentences["summary"], _counts(batch)),
        partial=text.fill(sentences["partial"], {"missing": missing}) if missing else "",
        verdicts=[
            (name, text.verdict(name), text.integer(count[name]))
            for name in known_verdicts()
            if count[name]
        ],
        columns=[visible(key)[:_NAME] for key in columns],
        rows=rows,
        groups=[_group(group, batch.records, text) for group in groups],
        groups_why=_why(options, text),
        unread=_unread(batch, text),
        made_by=text.fill(sentences["made_by"], {"version": __version__}),
        style=style,
        script=script,
        hashes={"style": digest(style), "script": digest(script)},
    )


def _is_common(key: str, records: Sequence[Record]) -> bool:
    """Say whether every other run has a setting: a column that is empty as a rule tells nothing."""
    return 2 * sum(key in record["config"] for record in records) >= len(records)


def _counts(batch: Batch) -> dict[str, int]:
    return {"runs": len(batch.records), "unread": len(batch.unread)}


def _why(options: Options, text: Words) -> str:
    sentences = text.of("_index")
    return (
        text.fill(sentences["groups_by"], {"keys": ", ".join(options.group)})
        if options.group
        else str(sentences["groups_why"])
    )


@dataclass(frozen=True)
class _Runs:
    """What all rows of the table share; ``file`` is what each run links to."""

    text: Words
    file: str
    columns: Sequence[str]
    names: Sequence[str]
    notes: Mapping[int, list[str]]
    mixed: bool


def _row(index: int, record: Record, table: _Runs) -> str:
    """Return one row of the table.

    Written by hand and not by the template: there may be ten thousand.
    """
    best, after, text = record["best"], record["after_best"], table.text
    name = escape(_middle_out(visible(table.names[index])))
    cells = [
        f'<th scope="row"><a href="runs/{record["folder"]}/{table.file}">{name}</a></th>',
        f"<td>{escape(text.verdict(record['verdict']))}</td>",
        _cell(best and best["value"], _best(best, mixed=table.mixed, text=text)),
        f"<td>{escape(_place(best, text))}</td>",
        _cell(after, text.percent(after) if after is not None else ""),
        f"<td>{_spark(record['spark'])}</td>",
        f'<td class="n">{escape("; ".join(table.notes.get(index, ())))}</td>',
        *(_setting(record["config"].get(key), text) for key in table.columns),
    ]
    return f'<tr class="{record["verdict"]}">{"".join(cells)}</tr>\n'


def _best(best: Mapping[str, Any] | None, *, mixed: bool, text: Words) -> str:
    """Return a best value, with its metric where the runs of the table are judged by several."""
    if best is None or best["value"] is None:
        return ""
    shown = text.number(best["value"])
    return (
        f"{shown} {_short(text.metric(best['metric'], best['split'], alone=True))}"
        if mixed
        else shown
    )


def _is_mixed(records: Sequence[Record]) -> bool:
    return (
        len(
            {
                (record["best"]["split"], record["best"]["metric"])
                for record in records
                if record["best"]
            }
        )
        > 1
    )


def _names(records: Sequence[Record]) -> list[str]:
    """Return what each run is called.

    Runs of one name in different places have their first file beside it.
    """
    count = Counter(record["run"] for record in records)
    return [
        record["run"] if count[record["run"]] == 1 else f"{record['run']} · {record['source']}"
        for record in records
    ]


def _cell(value: float | None, shown: str) -> str:
    return "<td></td>" if value is None else f'<td data-v="{value:.6g}">{escape(shown)}</td>'


def _setting(value: Any, text: Words) -> str:
    sortable = (
        f' data-v="{value:.6g}"'
        if isinstance(value, int | float) and not isinstance(value, bool)
        else ""
    )
    return f"<td{sortable}>{escape(_shown(value, text))}</td>"


def _shown(value: Any, text: Words) -> str:
    """Return a setting as the table shows it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return text.integer(value) if isinstance(value, int) else text.number(value)
    return _short("" if value is None else value if isinstance(value, str) else json.dumps(value))


def _short(name: str) -> str:
    name = visible(name)
    return name if len(name) <= _NAME else name[: _NAME - 1] + "…"


def _middle_out(name: str) -> str:
    """Return a long path without its middle: the end tells runs of one sweep apart."""
    return name if len(name) <= _NAME else f"{name[:_HEAD]}…{name[_HEAD + 1 - _NAME :]}"


def _place(best: Mapping[str, Any] | None, text: Words) -> str:
    return text.place(best["step"], best["epoch"], alone=True) if best else ""


def _spark(spark: Sequence[Sequence[str]]) -> str:
    paths = "".join(f'<path class="smooth {role}" d="{path}"/>' for role, path in spark)
    return f'<svg viewBox="0 0 100 24" aria-hidden="true">{paths}</svg>' if paths else ""


def _notes(
    records: Sequence[Record], groups: Sequence[Repeats], text: Words
) -> dict[int, list[str]]:
    sentences = text.of("_index")
    notes: dict[int, list[str]] = {}
    for index, first in twins(records).items():
        notes.setdefault(index, []).append(
            text.fill(sentences["twin"], {"run": _short(records[first]["run"])})
        )
    for group in groups:
        for index in group.strangers:
            notes.setdefault(index, []).append(sentences["stranger"])
    for index, record in enumerate(records):
        if record["issues"]:
            notes.setdefault(index, []).append(
                text.fill(sentences["issues"], {"count": record["issues"]})
            )
    return notes


def _group(group: Repeats, records: Sequence[Record], text: Words) -> dict[str, Any]:
    settings = ", ".join(
        f"{_short(key)} = {_shown(value, text)}"
        for key, value in group.settings.items()
        if value is not None
    )
    count = Counter(records[index]["verdict"] for index in group.members)
    return {
        "settings": settings or text.of("_index")["no_settings"],
        "members": text.integer(len(group.members)),
        "metric": _short(text.metric(group.metric, group.split, alone=True))
        if group.metric
        else "",
        "mean": text.number(group.mean) if group.mean is not None else "",
        "deviation": text.number(group.deviation) if group.deviation is not None else "",
        "verdicts": ", ".join(
            f"{text.verdict(name)} {text.integer(count[name])}"
            for name in known_verdicts()
            if count[name]
        ),
    }


def _unread(batch: Batch, text: Words) -> list[tuple[str, str, str]]:
    """Return (file, reason, count).

    Failures, refused and unopened files one by one, what is no log by its reason.
    """
    failed = text.of("_index")["failed"]
    single, kinds = [], Counter[str]()
    for file in batch.unread:
        if file.get("failed"):
            single.append(
                (_short(file["source"]), text.fill(failed[file["key"]], file["values"]), "1")
            )
        elif "issue" in file:
            single.append(("", text.issue(LogIssue(**file["issue"])), "1"))
        elif file["key"] == UNOPENED:
            single.append((_short(file["source"]), text.reason(file["key"], file["values"]), "1"))
        else:
            kinds[text.reason(file["key"], file["values"])] += 1
    rest = len(single) - _MOST_FILES
    if rest > 0:
        single = [*single[:_MOST_FILES], ("…", "", text.integer(rest))]
    return [*single, *(("", reason, text.integer(count)) for reason, count in kinds.most_common())]


def _table(records: Sequence[Record], vary: Sequence[str]) -> str:
    """Return runs.csv: one row per run, numbers unrounded, no cell that a spreadsheet would run."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    head = [
        "run",
        "source",
        "verdict",
        "metric",
        "split",
        "best",
        "best_step",
        "best_epoch",
        "after_best",
        "points",
        "issues",
        "findings",
        "folder",
    ]
    writer.writerow([*head, *(harmless(f"config.{key}") for key in vary)])
    for record in records:
        best = record["best"] or dict.fromkeys(("metric", "split", "value", "step", "epoch"))
        found = " ".join(
            f"{finding['detector']}:{finding['severity']}" for finding in record["findings"]
        )
        row = [
            record["run"],
            record["source"],
            record["verdict"],
            best["metric"],
            best["split"],
            best["value"],
            best["step"],
            best["epoch"],
            record["after_best"],
            record["points"],
            record["issues"],
            found,
            record["folder"],
            *(record["config"].get(key) for key in vary),
        ]
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue()


def _findings(records: Sequence[Record]) -> str:
    lines = (
        {"run": record["run"], "source": record["source"], **finding}
        for record in records
        for finding in record["findings"]
    )
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _markdown(
    batch: Batch, groups: Sequence[Repeats], options: Options, text: Words, missing: int
) -> str:
    sentences = text.of("_index")
    count = Counter(record["verdict"] for record in batch.records)
    head = [sentences[name] for name in ("run", "verdict", "best", "at", "after")]
    mixed = _is_mixed(batch.records)
    rows = [
        [
            plain(_middle_out(visible(name))),
            text.verdict(record["verdict"]),
            plain(_best(record["best"], mixed=mixed, text=text)),
            _place(record["best"], text),
            text.percent(record["after_best"]) if record["after_best"] is not None else "",
        ]
        for name, record in zip(_names(batch.records), batch.records[:_MOST_ROWS], strict=False)
    ]
    lines = [f"# {sentences['title']}", "", text.fill(sentences["summary"], _counts(batch))]
    if missing:
        lines += ["", text.fill(sentences["partial"], {"missing": missing})]
    lines += [
        "",
        *(
            f"- {text.verdict(name)}: {text.integer(count[name])}"
            for name in known_verdicts()
            if count[name]
        ),
    ]
    lines += ["", *_rows(head, rows)]
    if len(batch.records) > _MOST_ROWS:
        lines += [
            "",
            text.fill(sentences["few"], {"count": text.integer(len(batch.records) - _MOST_ROWS)}),
        ]
    if groups:
        made = [_group(group, batch.records, text) for group in groups[:_MOST_ROWS]]
        names = ("settings", "members", "mean", "deviation", "verdicts")
        head = [sentences[name] for name in ("group", "members", "mean", "deviation", "verdicts")]
        lines += ["", f"## {sentences['groups']}", "", plain(_why(options, text)), ""]
        lines += _rows(head, [[plain(item[name]) for name in names] for item in made])
    unread = _unread(batch, text)
    if unread:
        lines += ["", f"## {sentences['unread']}", ""]
        lines += _rows(
            [sentences["file"], sentences["reason"], sentences["count"]],
            [[plain(cell) for cell in row] for row in unread],
        )
    return "\n".join(lines) + "\n"


def _rows(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
