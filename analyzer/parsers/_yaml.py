"""Read the YAML that frameworks write beside a log: safely, and only if small enough."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyzer.errors import ParseError
from analyzer.parsers._base import LogFile

LARGEST = 1 << 18  # bytes; PyYAML reads about 25 KB a second
_LONGEST_VALUE = 1000  # characters of a value on a line of its own
_PLAIN = "tag:yaml.org,2002:"
_MERGE = _PLAIN + "merge"
_OBJECT = _PLAIN + "python/"
_CALL = _OBJECT + "object/apply:"
_PLAIN_CALLS = (_CALL + "collections.OrderedDict", _CALL + "pathlib.")


def read_yaml(file: LogFile) -> Any:
    """Return the document in a file; aliases in it are one object. Raises ParseError."""
    if file.length > LARGEST:
        raise ParseError("yaml_unread", error="more than 256 KiB")
    with file.open() as handle:
        return parse_yaml(handle.read(LARGEST))


def parse_yaml(text: str | bytes) -> Any:
    """Return the document in a text; aliases in it are one object. Raises ParseError.

    A tag that names a Python class gives the plain values behind it: nothing is constructed. One
    that calls a function, other than an ordered dict or a path, is refused.
    """
    import yaml

    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        if _merges(root):
            raise ParseError("yaml_unread", error="merge keys")
        _untag(root)
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


def _untag(root: Any) -> None:
    """Give nodes that name a Python object the tag of the plain values that they hold."""
    for node in _nodes(root):
        is_call = node.tag.startswith(_CALL) and not node.tag.startswith(_PLAIN_CALLS)
        if is_call or not node.tag.startswith(_OBJECT):
            continue
        kinds = {"mapping": "map", "sequence": "seq"}
        node.tag = _PLAIN + kinds.get(node.id, "str")


def _merges(root: Any) -> bool:
    """Say whether a mapping merges others ("<<").

    A few lines of such mappings can copy each other into billions of entries.
    """
    for node in _nodes(root):
        for entry in node.value if isinstance(node.value, list) else ():
            if isinstance(entry, tuple) and entry[0].tag == _MERGE:
                return True
    return False


def _nodes(root: Any) -> Iterator[Any]:
    """Yield each node of a document once."""
    nodes = [] if root is None else [root]
    seen = set()
    while nodes:
        node = nodes.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        for entry in node.value if isinstance(node.value, list) else ():
            nodes += entry if isinstance(entry, tuple) else (entry,)


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
