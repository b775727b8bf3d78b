"""Read the settings of a configuration written as Python (MMEngine, MMCV); nothing is run.

Only plain assignments of literals, lists, dicts and ``dict(...)`` calls are understood.
"""

from __future__ import annotations

import ast
from typing import Any

from analyzer.parsers._namespaces import parsed
from analyzer.parsers._settings import settings

_LONGEST = 1 << 20  # characters
_DEEPEST = 60  # open brackets; Python's parser allows a few hundred


def python_settings(source: str) -> dict[str, Any]:
    """Return the settings that a source assigns at its top level, {} if it cannot be parsed."""
    if len(source) > _LONGEST or _depth(source) > _DEEPEST:
        return {}
    try:
        tree = parsed(source)
    except ValueError:
        return {}
    found = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            (target,) = statement.targets
            if isinstance(target, ast.Name) and not target.id.startswith("_"):
                try:
                    found[target.id] = _value(statement.value)
                except ValueError:  # computed
                    continue
    return settings(found)


def _depth(source: str) -> int:
    """Return how deep brackets are nested in a source."""
    deepest = depth = 0
    for character in source:
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth -= 1
    return deepest


def _value(node: ast.expr) -> Any:
    """Return the value of a literal. Raises ValueError for anything that has to be computed."""
    if isinstance(node, ast.Call):
        if not isinstance(node.func, ast.Name) or node.func.id != "dict" or node.args:
            raise ValueError("a call")
        return {entry.arg or "**": _value(entry.value) for entry in node.keywords}
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return [_value(entry) for entry in node.elts]
    if isinstance(node, ast.Dict):
        names = [_value(key) if key is not None else "**" for key in node.keys]
        return {str(name): _value(value) for name, value in zip(names, node.values, strict=True)}
    return ast.literal_eval(node)
