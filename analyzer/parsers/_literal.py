"""Read what Python prints of a dict or a list, such as ``str(history.history)``; nothing is run.

Besides literals, the wrappers that NumPy, PyTorch and ``collections`` print around numbers and
dicts are understood: ``np.float64(0.5)``, ``array([...], dtype=float32)``, ``defaultdict(...)``.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from analyzer.errors import ParseError

_LONGEST = 64 << 20  # characters
_DEEPEST = 50
_LONGEST_NUMBER = 400  # characters
_TOKEN = re.compile(
    r"\s*(?:"
    r"(?P<string>[bBuUrR]?(?:'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"))"
    r"|(?P<number>[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
    r"|(?:inf|Infinity|nan|NaN)\b))"
    r"|(?P<type><[^<>\n]{0,200}>)"
    r"|(?P<name>[A-Za-z_][\w.]{0,100})"
    r"|(?P<mark>[\[\](){},:=])"
    r"|(?P<end>\Z))"
)
_NUMBERS_ONLY = re.compile(r"\[[-+.\deE,\s]*\]")  # read at once
_WORDS = {"True": True, "False": False, "None": None, "null": None, "true": True, "false": False}
# of a module: np.nan, math.inf
_NUMBERS = {"nan": float("nan"), "NaN": float("nan"), "inf": float("inf")}
_DICTS = {"dict", "defaultdict", "OrderedDict", "Counter"}
_WRAPPERS = _DICTS | {"list", "tuple", "deque", "array", "tensor", "Tensor", "Parameter", "Array"}
_SCALAR = re.compile(r"(?:float|int|uint|bool)\d*_?|bfloat16|double|half|str_?")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))", re.S)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
_CLOSING = {"[": "]", "(": ")", "{": "}"}


class _Token(NamedTuple):
    """A part of the text: the name of its group in ``_TOKEN``, its text and where it begins."""

    kind: str
    text: str
    start: int


def load_literal(text: str) -> Any:
    """Return the dict or list that Python printed.

    Raises ParseError with line and column if the text is anything else, cut off or too deep.
    """
    if len(text) > _LONGEST:
        raise ParseError("literal_too_long", size=_LONGEST)
    reader = _Reader(text)
    value = reader.value(0)
    reader.take("end")
    return value


class _Reader:
    """Reads one value after another; ``token`` is the next part of the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0  # where the text after the token begins
        self.token = self._following()

    def _following(self) -> _Token:
        """Return the part of the text after the token."""
        match = _TOKEN.match(self.text, self.at)
        if match is None:
            raise self._error(self.at)
        self.at = match.end()
        kind = match.lastgroup or "end"
        return _Token(kind, match[kind], match.start(kind))

    def _error(self, at: int) -> ParseError:
        line = self.text.count("\n", 0, at) + 1
        column = at - (self.text.rfind("\n", 0, at) + 1) + 1
        return ParseError("not_literal", line=line, column=column)

    def take(self, kind: str, text: str | None = None) -> _Token:
        """Return the next token, which has to be of a kind; raises ParseError otherwise."""
        token = self.token
        if token.kind != kind or (text is not None and token.text != text):
            raise self._error(token.start)
        if kind != "end":
            self.token = self._following()
        return token

    def is_next(self, text: str) -> bool:
        """Say whether the next token is a mark."""
        return self.token.kind == "mark" and self.token.text == text

    def value(self, depth: int) -> Any:
        """Read a value of any kind."""
        token = self.token
        if depth > _DEEPEST:
            raise self._error(token.start)
        if token.kind == "string":
            return _string(self.take("string").text)
        if token.kind == "number":
            return _number(self.take("number").text)
        if token.kind == "name":
            return self._named(depth)
        if self.is_next("{"):
            return self._dict(depth)
        if self.is_next("[") or self.is_next("("):
            return self._list(depth)
        raise self._error(token.start)

    def _named(self, depth: int) -> Any:
        """Read a word such as None, or what a wrapper wraps."""
        token = self.take("name")
        if not self.is_next("("):
            if token.text in _WORDS:
                return _WORDS[token.text]
            name = token.text.rpartition(".")[2]
            if name in _NUMBERS:
                return _NUMBERS[name]
            raise self._error(token.start)
        name = token.text.rpartition(".")[2]
        if name not in _WRAPPERS and not _SCALAR.fullmatch(name):
            raise self._error(token.start)
        return _wrapped(name, self._arguments(depth))

    def _arguments(self, depth: int) -> list[Any]:
        """Read the arguments of a wrapper but for types and those with a name (dtype=...)."""
        self.take("mark", "(")
        found = []
        while not self.is_next(")"):
            if self.token.kind == "type":
                self.take("type")
            elif self.token.kind == "name" and self._skips_word():
                pass
            else:
                found.append(self.value(depth + 1))
            if not self.is_next(")"):
                self.take("mark", ",")
        self.take("mark", ")")
        return found

    def _skips_word(self) -> bool:
        """Skip an argument with a name, or a type; False if the next word begins a value."""
        name = self.token.text
        if name in _WORDS or name.rpartition(".")[2] in {*_WRAPPERS, *_NUMBERS}:
            following = self.text[self.token.start + len(name) :].lstrip()[:1]
            if following != ",":
                return False
        elif self.text.startswith("(", self.token.start + len(name)):  # np.float32(...)
            return False
        self.take("name")
        if self.is_next("="):
            self.take("mark", "=")
            if self.token.kind in ("name", "type"):
                self.take(self.token.kind)
            else:
                self.value(_DEEPEST)
        return True

    def _list(self, depth: int) -> list[Any]:
        """Read a list or a tuple; NumPy prints arrays without commas."""
        numbers = _NUMBERS_ONLY.match(self.text, self.token.start)
        if numbers is not None:
            try:
                plain: list[Any] = json.loads(numbers[0])
            except ValueError:  # no commas, or numbers that JSON writes in another way
                pass
            else:
                self.at = numbers.end()
                self.token = self._following()
                return plain
        closing = _CLOSING[self.take("mark").text]
        found = []
        while not self.is_next(closing):
            found.append(self.value(depth + 1))
            if self.is_next(","):
                self.take("mark", ",")
        self.take("mark", closing)
        return found

    def _dict(self, depth: int) -> dict[str, Any]:
        self.take("mark", "{")
        found: dict[str, Any] = {}
        while not self.is_next("}"):
            key = self.value(depth + 1)
            self.take("mark", ":")
            found[key if isinstance(key, str) else str(key)] = self.value(depth + 1)
            if not self.is_next("}"):
                self.take("mark", ",")
        self.take("mark", "}")
        return found


def _wrapped(name: str, arguments: list[Any]) -> Any:
    """Return what a wrapper wraps: its first container, else its first value."""
    if not arguments:
        return {} if name in _DICTS else []
    value = next((value for value in arguments if isinstance(value, list | dict)), arguments[0])
    is_pairs = isinstance(value, list) and all(
        isinstance(entry, list) and len(entry) == 2 for entry in value
    )
    if name in _DICTS and is_pairs:
        return {str(key): entry for key, entry in value}
    return value


def _string(token: str) -> str:
    if token[0] not in "'\"":
        token = token[1:]
    return _ESCAPE.sub(_unescaped, token[1:-1]) if "\\" in token else token[1:-1]


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPES.get(match[3], match[3])


def _number(token: str) -> int | float:
    if len(token) > _LONGEST_NUMBER:
        return float("nan")
    try:
        return int(token)
    except ValueError:
        return float(token)
