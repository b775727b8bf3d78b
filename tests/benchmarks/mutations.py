"""Change one thing in the package at random and see whether a test notices.

    python tests/benchmarks/mutations.py --count 100 --seed 1
    python tests/benchmarks/mutations.py --count 20 --area detectors

A mutation turns a comparison, swaps an operator, changes a number, drops a ``not`` or swaps ``and``
with ``or``. It is made in a copy of the project, never in the working tree, and tested from near to
far: the mirror of the module, the tests of its room, then the laws and all other tests. The first
failure catches it, and so does a test that hangs. Modules with more places are drawn more often.
The trainer needs torch and is drawn only by ``--area trainer``.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPIED = (
    "analyzer",
    "tests",
    "docs",
    "report_templates",
    "sample_logs",
    "pyproject.toml",
    "README.md",
)
LEFT_OUT = (
    "trainer",
    "version.py",
    "__main__.py",
    "_calibration.py",
)  # the last is written by calibrate.py
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
SWAPPED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
SECONDS = 240.0  # for the tests of one stage: a mutation that makes them hang is caught


@dataclass(frozen=True)
class Mutation:
    """One change: the file below the root, the line, what stood there and what stands there now."""

    path: Path
    line: int
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        return f"{self.path.as_posix()}:{self.line}: {self.before} -> {self.after}"


def mutations_of(path: Path, source: str) -> list[Mutation]:
    """Return every mutation of a module, each with the whole source that results."""
    tree = ast.parse(source)
    places = list(mutable(tree))
    return [mutated(path, source, node, new) for node, new in places]


def mutable(tree: ast.Module) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield (expression, what replaces it) for all that may be changed."""
    hidden = not_run(tree)
    for node in ast.walk(tree):
        if id(node) in hidden or not isinstance(node, ast.expr):
            continue
        new = copy.deepcopy(node)
        if isinstance(new, ast.Compare) and len(new.ops) == 1 and type(new.ops[0]) in TURNED:
            new.ops = [TURNED[type(new.ops[0])]()]
        elif isinstance(new, ast.BinOp) and type(new.op) in SWAPPED and is_number(new):
            new.op = SWAPPED[type(new.op)]()
        elif isinstance(new, ast.BoolOp):
            new.op = ast.Or() if isinstance(new.op, ast.And) else ast.And()
        elif isinstance(new, ast.UnaryOp) and isinstance(new.op, ast.Not):
            new = new.operand
        elif isinstance(new, ast.Constant) and type(new.value) in (int, float):
            new.value = new.value * 3 if new.value else 1
        else:
            continue
        yield node, new


def is_number(node: ast.BinOp) -> bool:
    """Say whether an operation may be arithmetic: texts and lists are joined by + too."""
    texts = (ast.JoinedStr, ast.List, ast.Tuple, ast.ListComp)
    sides = (node.left, node.right)
    return not any(
        isinstance(side, texts) or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in sides
    )


def not_run(tree: ast.Module) -> set[int]:
    """Return the nodes that are left alone.

    No test can notice a change of annotations or of imports for type checkers, and Python 3.11 does
    not know where the parts of an f-string stand.
    """
    hidden: set[int] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST | None] = []
        if isinstance(node, ast.FunctionDef):
            arguments = [*node.args.args, *node.args.kwonlyargs, *node.args.posonlyargs]
            parts = [node.returns, *(argument.annotation for argument in arguments)]
        elif isinstance(node, ast.AnnAssign):
            parts = [node.annotation]
        elif isinstance(node, ast.JoinedStr) or is_for_type_checkers(node):
            parts = [node]
        for part in parts:
            if part is not None:
                hidden |= {id(inner) for inner in ast.walk(part)}
    return hidden


def is_for_type_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def mutated(path: Path, source: str, node: ast.expr, new: ast.expr) -> Mutation:
    """Return the mutation that replaces one expression and leaves everything else as it is."""
    lines = source.encode().split(b"\n")
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    before = ast.get_source_segment(source, node) or ""
    after = ast.unparse(new)
    head = [*lines[: node.lineno - 1], lines[node.lineno - 1][: node.col_offset]]
    tail = [lines[node.end_lineno - 1][node.end_col_offset :], *lines[node.end_lineno :]]
    text = b"\n".join(head) + f"({after})".encode() + b"\n".join(tail)
    return Mutation(path, node.lineno, " ".join(before.split()), after, text.decode())


def draw(root: Path, count: int, seed: int, area: str | None) -> list[Mutation]:
    """Return mutations drawn at random, modules with more places more often."""
    every: list[Mutation] = []
    for path in sorted((root / "analyzer").rglob("*.py")):
        parts = path.relative_to(root / "analyzer").parts
        wanted = parts[0].removesuffix(".py") == area if area else not set(parts) & set(LEFT_OUT)
        if wanted:
            every += mutations_of(path.relative_to(root), path.read_text(encoding="utf-8"))
    return random.Random(seed).sample(every, min(count, len(every)))


def stages(root: Path, path: Path) -> list[list[str]]:
    """Return the tests of a module from near to far."""
    room = path.relative_to("analyzer").parent
    name = path.stem.lstrip("_")
    mirror = Path("tests") / room / f"test_{name}.py"
    found: list[list[str]] = []
    if (root / mirror).is_file():
        found.append([mirror.as_posix()])
    if room != Path() and (root / "tests" / room).is_dir():
        found.append([(Path("tests") / room).as_posix()])
    rest = sorted(
        test.as_posix()
        for test in (Path("tests") / entry for entry in os.listdir(root / "tests"))  # noqa: PTH208
        if test.name not in ("trainer", "benchmarks", "corpus", "conftest.py", "__pycache__")
        and ((root / test).is_dir() or test.name.startswith("test_"))
    )
    found.append(
        [*(test for test in rest if "laws" in test), *(test for test in rest if "laws" not in test)]
    )
    return found


def is_caught(root: Path, mutation: Mutation) -> bool:
    """Say whether a test fails on a mutation; ``root`` is a copy of the project."""
    target = root / mutation.path
    original = target.read_text(encoding="utf-8")
    target.write_text(mutation.source, encoding="utf-8")
    try:
        return any(fails(root, tests) for tests in stages(root, mutation.path))
    finally:
        target.write_text(original, encoding="utf-8")


def fails(root: Path, tests: Sequence[str]) -> bool:
    """Run tests in a copy and say whether one fails, or none comes to an end."""
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
    ]
    surroundings = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [*words, *tests],
            cwd=root,
            env=surroundings,
            capture_output=True,
            timeout=SECONDS * len(tests),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def copy_project(to: Path) -> Path:
    """Copy what the tests need, and return where it lies."""
    to.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, to / name)
    return to


def main() -> None:
    """Print what became of each mutation, and how many were caught."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--area", help="a room or module of analyzer/, such as detectors")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    mutations = draw(ROOT, arguments.count, arguments.seed, arguments.area)
    with tempfile.TemporaryDirectory() as folder:
        copies = [copy_project(Path(folder) / str(number)) for number in range(arguments.workers)]

        def judge(number: int) -> list[bool]:
            caught = []
            for mutation in mutations[number :: arguments.workers]:
                caught.append(is_caught(copies[number], mutation))
                print(f"{'caught' if caught[-1] else 'LIVED '} {mutation}", flush=True)
            return caught

        with ThreadPoolExecutor(arguments.workers) as pool:
            results = [
                result for part in pool.map(judge, range(arguments.workers)) for result in part
            ]
    print(f"{sum(results)} of {len(results)} mutations caught (seed {arguments.seed})")


if __name__ == "__main__":
    main()
