"""What the script of the index reads: the curve of each run, and settings without a column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analyzer.batch.index import setting_shown, short
from analyzer.charts.limits import FROM_LOG
from analyzer.comparing.roles import is_label
from analyzer.report.charted import embedded
from analyzer.safe.names import visible

if TYPE_CHECKING:
    from analyzer.batch.index import Index

_MOST_KEYS = 24  # settings without a column, so that the page stays small


def index_data(index: Index, columns: Sequence[str]) -> str:
    """Return JSON in the order of the rows; nothing in it can close the element around it.

    ``runs`` has for each run [metric, unit, first, last, low, high, is_log, codes], where metric is
    a place in ``metrics``; null without a curve. ``from_log`` is the factor from which a scale is
    logarithmic, in this page as in all charts. ``more`` are settings: their values as shown, and
    for each run the place of its value, -1 without one.
    """
    text = index.text
    metrics: dict[str, int] = {}
    runs: list[list[Any] | None] = []
    for place in index.order:
        record = index.batch.records[place]
        if record.best is None or record.trace is None:
            runs.append(None)
            continue
        name = visible(text.metric(record.best.metric, record.best.split, alone=True))
        number = metrics.setdefault(name, len(metrics))
        runs.append([number, *record.trace[:5], int(record.trace.is_log), record.trace.codes])
    data = {
        "metrics": list(metrics),
        "words": text.of("_index")["compare"],
        "units": [text.axis(unit) for unit in ("epoch", "step")],
        "runs": runs,
        "from_log": FROM_LOG,
        "more": _more(index, columns),
    }
    return embedded(data)


def _more(index: Index, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return the settings that differ between runs and have no column, without mere names."""
    keys = [key for key in index.vary if key not in columns and not is_label(key)]
    found = []
    for key in keys[:_MOST_KEYS]:
        values: dict[str, int] = {}
        of = []
        for place in index.order:
            setting = index.batch.records[place].summary.settings.get(key)
            shown = setting_shown(setting, index.text)
            of.append(values.setdefault(shown, len(values)) if shown else -1)
        found.append({"name": short(key), "values": list(values), "of": of})
    return found
