"""Find circles of imports: modules of a package that need each other, directly or by others.

python tests/laws/circles.py analyzer

Reads the source by ``ast`` and runs nothing. An import counts wherever it stands, inside a function
too, and so does a module named by a string: ``import_module("analyzer.report")``,
``discover("analyzer.detectors", ...)``. The package's own ``__init__.py`` is left out: it resolves
its names on first use, for users and never for its modules. Only the standard library is needed.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Set
from pathlib import Path


def module_name(path: Path, package: Path) -> str:
    """Return the dotted name of a file, the name of the folder for its ``__init__.py``."""
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_names(tree: ast.Module, package: str) -> Iterator[str]:
    """Yield every dotted name below the package that a file imports or names in a string.

    Imports for type checkers alone do not count: they are never carried out.
    """
    hidden = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and is_dotted_name(node.value, package):
            yield node.value


def is_dotted_name(value: object, package: str) -> bool:
    """Say whether a constant may name a module of the package."""
    return (
        isinstance(value, str)
        and value.startswith(f"{package}.")
        and value.replace(".", "").isidentifier()
    )


def import_graph(package: Path) -> dict[str, set[str]]:
    """Return {module: modules of the package that it imports}."""
    files = {module_name(path, package): path for path in package.rglob("*.py")}
    del files[package.name]
    graph: dict[str, set[str]] = {}
    for module, path in files.items():
        names = imported_names(ast.parse(path.read_text(encoding="utf-8")), package.name)
        found = {nearest(name, files) for name in names}
        graph[module] = {name for name in found if name and name != module}
    return graph


def nearest(name: str, modules: Mapping[str, Path]) -> str | None:
    """Return the module that a dotted name lies in.

    ``package.module.function`` lies in ``package.module``.
    """
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name or None


def circles(graph: Mapping[str, Set[str]]) -> list[list[str]]:
    """Return the groups of modules that reach each other, the largest first."""
    reach = {module: reachable(module, graph) for module in graph}
    found = {
        frozenset(other for other in reach[module] if module in reach[other]) for module in graph
    }
    return sorted(
        (sorted(group) for group in found if group), key=lambda group: (-len(group), group)
    )


def reachable(start: str, graph: Mapping[str, Set[str]]) -> set[str]:
    """Return all modules that one imports, directly or by others.

    Itself only if it lies on a circle.
    """
    seen: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            waiting += graph[module]
    return seen


if __name__ == "__main__":
    found = circles(import_graph(Path(sys.argv[1])))
    for group in found:
        print(f"{len(group)} files: {', '.join(group)}")  # noqa: T201
    print(f"{len(found)} circles")  # noqa: T201
    sys.exit(bool(found))
