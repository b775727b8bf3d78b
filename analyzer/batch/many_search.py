"""What the search of a large index loads: scripts, since a page on a disk may not fetch.

A script calls a function of the page with its runs, and is loaded once somebody searches.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from analyzer.batch.index import number_shown, setting_shown, short, short_path
from analyzer.batch.many import Many
from analyzer.reading.site import PARTS
from analyzer.report.mark import marked_verdict
from analyzer.safe.names import plain_json

_IN_SHARD = 2000  # runs: about 400 KB
_SETTINGS = 12  # of a run that can be searched


def shard_names(runs: int) -> list[str]:
    """Return the paths of the scripts of so many runs."""
    count = -(-runs // _IN_SHARD)
    return [f"{PARTS}/search-{number + 1:04d}.js" for number in range(count)]


def shards(many: Many) -> Iterator[tuple[str, str]]:
    """Yield (path, script) of each part of the runs."""
    columns = many.by_weight[:_SETTINGS]
    for number, name in enumerate(shard_names(len(many.records))):
        places = range(number * _IN_SHARD, min((number + 1) * _IN_SHARD, len(many.records)))
        lines = ",\n".join(_line(place, many, columns) for place in places)
        yield name, f"foundRuns({number}, [\n{lines}\n]);\n"


def _line(place: int, many: Many, columns: Sequence[str]) -> str:
    """Return a run as an array: name, verdict and its name, level, settings, page."""
    record, text = many.records[place], many.index.text
    settings = record.summary.settings
    said = [
        f"{short(key)}={setting_shown(settings[key], text)}" for key in columns if key in settings
    ]
    cells = [
        short_path(record.run or record.source),
        record.kind,
        marked_verdict(record.verdict, record.mark, text),
        number_shown(record.result, text),
        " ".join(said),
        f"{record.folder}/{many.index.options.page_of(record)}",
    ]
    return plain_json(json.dumps(cells))
