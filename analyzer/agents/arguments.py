"""The arguments of a tool: their kinds as JSON Schema, and their check in one line."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analyzer import registry
from analyzer.errors import AnalyzerError

MOST_LISTED = 200  # entries of a list
LONGEST = 4096  # characters of a text
_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "array": (list,),
}


@dataclass(frozen=True)
class Parameter:
    """What a tool can be told: the JSON type, an array being one of strings; bounds of numbers."""

    kind: str
    default: Any = None
    is_required: bool = False
    low: float = -math.inf
    high: float = math.inf

    def schema(self, description: str) -> dict[str, Any]:
        """Return the parameter as JSON Schema."""
        made: dict[str, Any] = {"type": self.kind, "description": description}
        if self.kind == "array":
            made["items"] = {"type": "string"}
        if math.isfinite(self.low):
            made["minimum"] = self.low
        if math.isfinite(self.high):
            made["maximum"] = self.high
        return made


def checked(parameters: Mapping[str, Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a value for every parameter; null stands for its default.

    Raises AnalyzerError, with the names and kinds that are right, for anything else.
    """
    for name in given:
        registry.check_name("argument", name, parameters)
    values = {}
    for name, parameter in parameters.items():
        value = given.get(name)
        if value is None and parameter.is_required:
            raise AnalyzerError(f"{name} is missing; give it as a {parameter.kind}")
        values[name] = parameter.default if value is None else _checked(name, parameter, value)
    return values


def _checked(name: str, parameter: Parameter, value: Any) -> Any:
    """Return a value as its parameter wants it; a whole number may be written 3.0."""
    if parameter.kind == "integer" and isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, _KINDS[parameter.kind]):
        raise AnalyzerError(f"{name}: must be of type {parameter.kind}")
    if isinstance(value, int | float) and not parameter.low <= value <= parameter.high:
        raise AnalyzerError(f"{name}: must be from {parameter.low:g} to {parameter.high:g}")
    texts = value if isinstance(value, list) else [value]
    if parameter.kind == "array" and not all(isinstance(text, str) for text in texts):
        raise AnalyzerError(f"{name}: must be a list of strings")
    if len(texts) > MOST_LISTED or any(isinstance(t, str) and len(t) > LONGEST for t in texts):
        raise AnalyzerError(f"{name}: too long; use fewer or shorter texts")
    return value
