"""Ungroup series that stand by output below their set: ``{"training": {"label": {"loss": [..]}}}``.

Ludwig's ``training_statistics.json`` has a group for each output feature and one for all of them
(``combined``), whose loss is that of the whole model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analyzer.parsers._json_series import cells_of
from analyzer.parsers._nested_sets import set_split

_WHOLE = {"combined", "total", "overall", "all"}
_MOST_GROUPS = 1000

Groups = dict[str, dict[str, Any]]


def without_groups(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a document whose sets have their series without groups, or as it is.

    The names of the only group, and of the group for all, stay as they are; so do those of the
    only other group that the group for all lacks. Other names begin with their group. Groups
    without one for all are runs: ``{"train": {"cnn": ..}, "val": {"cnn": ..}}`` has one for each.
    """
    sets = {name: part for name, part in values.items() if set_split(name) and part != {}}
    grouped = {name: _groups(part) for name, part in sets.items()}
    names = list(dict.fromkeys(group for groups in grouped.values() for group in groups))
    if not names or not all(grouped.values()) or any(map(set_split, names)):
        return values
    empty = {name for name, part in values.items() if set_split(name) and part == {}}
    rest = {name: part for name, part in values.items() if name not in {*sets, *empty}}
    whole = next((name for name in names if name.lower() in _WHOLE), "")
    if not whole and len(names) > 1:
        runs = {
            group: {name: groups[group] for name, groups in grouped.items() if group in groups}
            for group in names
        }
        return {**rest, **runs}
    return {**rest, **{name: _ungrouped(groups, whole) for name, groups in grouped.items()}}


def _groups(part: Any) -> Groups:
    """Return the groups of a set, {} if it is not made of groups of series."""
    if not isinstance(part, Mapping) or not 0 < len(part) <= _MOST_GROUPS:
        return {}
    for group in part.values():
        is_group = isinstance(group, Mapping) and group and cells_of(group) is None
        if not is_group or any(cells_of(cells) is None for cells in group.values()):
            return {}
    return {name: dict(group) for name, group in part.items()}


def _ungrouped(groups: Groups, whole: str) -> dict[str, Any]:
    """Return the series of the groups of one set under one name each."""
    found = dict(groups.get(whole, {}))
    others = {name: group for name, group in groups.items() if name != whole}
    for name, group in others.items():
        for metric, cells in group.items():
            is_free = len(others) == 1 and metric not in found
            found[metric if is_free else f"{name}/{metric}"] = cells
    return found
