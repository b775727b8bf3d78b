"""Read the YAML that frameworks write beside a log: safely, and only if small enough."""

from __future__ import annotations

from typing import Any

from analyzer.errors import ParseError
from analyzer.parsers._base import LogFile

_LARGEST = 1 << 18  # bytes; PyYAML reads about 25 KB a second
_LONGEST_VALUE = 1000  # characters of a value on a line of its own
_MERGE = "tag:yaml.org,2002:merge"


def read_yaml(file: LogFile) -> Any:
    """Return the document in a file; aliases in it are one object. Raises ParseError."""
    import yaml

    if file.size > _LARGEST:
        raise ParseError("yaml_unread", error="more than 256 KiB")
    with file.open() as handle:
        text = handle.read(_LARGEST)
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        if _merges(root):
            raise ParseError("yaml_unread", error="merge keys")
        return None if root is None else loader.construct_document(root)
    except (
        yaml.YAMLError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        RecursionError,
    ) as error:
        # a value that does not match its tag raises any of these
        raise ParseError("yaml_unread", error=type(error).__name__) from error


def _merges(root: Any) -> bool:
    """Say whether a mapping merges others ("<<").

    A few lines of such mappings can copy each other into billions of entries.
    """
    nodes = [root]
    seen = set()
    while nodes:
        node = nodes.pop()
        if id(node) in seen or not isinstance(getattr(node, "value", None), list):
            continue
        seen.add(id(node))
        for entry in node.value:
            key, *rest = entry if isinstance(entry, tuple) else (entry,)
            if rest and key.tag == _MERGE:
                return True
            nodes += [key, *rest]
    return False


def read_yaml_value(value: str) -> str:
    """Return the text of one value on a line of YAML, without its quotes; no other shape."""
    import yaml

    value = value.strip()
    if not value.startswith(('"', "'")):
        return "" if value in ("null", "~") else value
    try:
        node = yaml.SafeLoader(value[:_LONGEST_VALUE]).get_single_node()
    except yaml.YAMLError:
        return value.strip("\"'")
    return node.value if isinstance(node, yaml.ScalarNode) else value
