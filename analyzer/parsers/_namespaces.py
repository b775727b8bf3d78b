"""Read values that Python printed, such as ``Namespace(lr=0.1)``: parsed, never run."""

from __future__ import annotations

import ast
import warnings
from typing import Any

LONGEST = 1 << 16  # characters of a text that is parsed
_DEEPEST = 30


def literal(text: str) -> Any:
    """Return the value of a Python expression. Raises ValueError if it is not one.

    A call with names, such as ``dict(lr=0.1)``, is a dict of these; any other call, and a name, is
    its text.
    """
    if len(text) > LONGEST:
        raise ValueError("too long")
    statements = parsed(text.strip()).body
    if len(statements) != 1 or not isinstance(statements[0], ast.Expr):
        raise ValueError("not an expression")
    return _value(statements[0].value, 0)


def parsed(source: str) -> ast.Module:
    """Parse Python without printing its warnings. Raises ValueError if it is not Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in a stranger's text
            return ast.parse(source)
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError("not Python") from error


def _is_named_call(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and not node.args and all(word.arg for word in node.keywords)


def _value(node: ast.expr, depth: int) -> Any:
    """Return the value of an expression; what is computed is its text."""
    if depth > _DEEPEST:
        return "..."
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return [_value(entry, depth + 1) for entry in node.elts]
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return {
            str(_value(key, depth + 1)): _value(value, depth + 1)
            for key, value in pairs
            if key is not None
        }
    if isinstance(node, ast.Call):
        return _called(node, depth)
    return _signed(node)


def _called(node: ast.Call, depth: int) -> Any:
    """Return the named arguments of a call, or its only one: PosixPath('runs'), tensor(0.1)."""
    if node.keywords and _is_named_call(node):
        return {str(word.arg): _value(word.value, depth + 1) for word in node.keywords}
    if len(node.args) == 1 and not node.keywords:
        return _value(node.args[0], depth + 1)
    return _text(node)


def _signed(node: ast.expr) -> Any:
    """Return a number with a sign before it, or the text of any other expression."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
        number = node.operand.value
        if isinstance(number, int | float) and isinstance(node.op, ast.USub | ast.UAdd):
            return -number if isinstance(node.op, ast.USub) else number
    return _text(node)


def _text(node: ast.expr) -> str:
    try:
        return ast.unparse(node)
    except (RecursionError, ValueError):
        return "..."
