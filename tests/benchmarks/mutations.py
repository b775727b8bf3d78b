"""Measure what the tests notice: change package code at random, one place at a time, and run them.

    python tests/benchmarks/mutations.py --count 100 --seed 1 [--area detectors] [--keep FILE]

A mutation turns a comparison, swaps an operator, changes a number, drops a ``not`` or negates a
condition or a return value. Annotations, decorators, asserts, f-strings and what runs only for type
checkers or as a script are left alone. The kinds take turns, so that numbers, which are many, do
not crowd out the rest.

The tests of a mutated module run from near to far and stop at the first failure: its mirror, its
room, the laws (which judge every sample log), and with ``--whole`` all the others. A hang counts as
caught. Everything happens in temporary copies of the project; the working tree is never touched.

An area is a room of analyzer/ ("detectors") or "spine", the files that stand in no room. The
default is every area but the trainer, whose tests need torch. The browser tests never run.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.util
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).parents[2]
SPINE = "spine"
MEMORY = 6 * 2**30  # bytes a test run may hold: an endless loop must not take the machine down
LEFT_BEHIND = (".git", "__pycache__", ".*_cache", ".venv", ".hypothesis", "build", "dist")
PYTEST = ("-m", "pytest", "-q", "-x", "--no-header", "--tb=line", "-p", "no:randomly")
PYTEST += (
    "-p",
    "no:cacheprovider",
    "--ignore-glob=*test_browser.py",
    "--ignore-glob=*test_accessibility.py",
    "--hypothesis-seed=0",
)

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}


@dataclass(frozen=True)
class Mutation:
    """One change of one file; ``start`` and ``end`` are the bytes that it replaces."""

    path: str  # of the module, from the root of the project
    line: int
    start: int
    end: int
    kind: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.kind}: {self.before} -> {self.after}"

    def applied(self, source: bytes) -> bytes:
        return source[: self.start] + self.after.encode() + source[self.end :]


@dataclass(frozen=True)
class Outcome:
    """What the tests said of a mutation: the stage that caught it, None if it lived."""

    mutation: Mutation
    caught_by: str | None
    seconds: float

    def __str__(self) -> str:
        if self.caught_by:
            return f"caught {self.mutation}  [{self.caught_by}, {self.seconds:.0f} s]"
        return f"LIVED  {self.mutation}  [{self.seconds:.0f} s]"


class Finder(ast.NodeVisitor):
    """Collects the mutations of one module."""

    def __init__(self, path: str, source: bytes) -> None:
        self.path = path
        self.source = source
        self.mutations: list[Mutation] = []
        self._returns_bool = False
        self._line_starts = [0]
        for line in source.splitlines(keepends=True):
            self._line_starts.append(self._line_starts[-1] + len(line))
        self.visit(ast.parse(source))

    def add(self, node: ast.expr, kind: str, changed: ast.expr) -> None:
        """Note that an expression may be replaced by a changed one."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        after = ast.unparse(changed)
        if not isinstance(changed, ast.Constant):
            after = f"({after})"
        mutation = Mutation(
            path=self.path,
            line=node.lineno,
            start=self._line_starts[node.lineno - 1] + node.col_offset,
            end=self._line_starts[node.end_lineno - 1] + node.end_col_offset,
            kind=kind,
            before=ast.unparse(node),
            after=after,
        )
        self.mutations.append(mutation)

    def negate(self, node: ast.expr) -> None:
        """Negate a condition, unless the change of its own comparison or ``not`` does that."""
        if not isinstance(node, ast.Compare) and not is_not(node):
            self.add(node, "negation", ast.UnaryOp(ast.Not(), node))

    def visit_Compare(self, node: ast.Compare) -> None:
        for index, operator in enumerate(node.ops):
            for turned in COMPARISONS[type(operator)]:
                changed = copy.deepcopy(node)
                changed.ops[index] = turned()
                self.add(node, "comparison", changed)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if type(node.op) in OPERATORS and not (is_sequence(node.left) or is_sequence(node.right)):
            swapped = ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)
            self.add(node, "operator", swapped)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        swapped = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        self.add(node, "operator", ast.BoolOp(swapped, node.values))
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if type(node.value) in (int, float):
            for value in {node.value * 3, node.value + 1} - {node.value}:
                self.add(node, "number", ast.Constant(value))

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if is_not(node):
            self.add(node, "not dropped", node.operand)
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        if is_name(node.test, "TYPE_CHECKING"):
            return
        if isinstance(node.test, ast.Compare) and is_name(node.test.left, "__name__"):
            return
        self.negate(node.test)
        self.generic_visit(node)

    def visit_While(self, node: ast.While) -> None:
        self.negate(node.test)
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self.negate(node.test)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for condition in node.ifs:
            self.negate(condition)
        self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None and self._returns_bool:
            self.negate(node.value)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        outer = self._returns_bool
        self._returns_bool = is_name(node.returns, "bool")
        self._visit_all([*node.args.defaults, *filter(None, node.args.kw_defaults), *node.body])
        self._returns_bool = outer

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._visit_all(node.body)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        if not is_name(node.targets[0], "__version__"):
            self.generic_visit(node)

    def visit_Assert(self, node: ast.Assert) -> None:
        """Leave asserts alone: they say what types cannot."""

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Leave f-strings alone: Python 3.11 does not know where their expressions stand."""

    def _visit_all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)


def is_not(node: ast.expr) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)


def is_name(node: ast.expr | None, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def is_sequence(node: ast.expr) -> bool:
    """Say whether an operand is text or a list as it stands: such a sum cannot be swapped."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, (str, bytes))
    return isinstance(node, (ast.JoinedStr, ast.List, ast.Tuple))


def find_mutations(path: str, source: bytes) -> list[Mutation]:
    """Return every mutation of a module, in the order of its source."""
    found = Finder(path, source).mutations
    return sorted(found, key=lambda mutation: (mutation.start, mutation.end, mutation.after))


def choose(mutations: Sequence[Mutation], count: int, seed: int) -> list[Mutation]:
    """Draw mutations, the kinds in turn and no place twice for the same kind."""
    generator = random.Random(seed)
    by_kind: dict[str, list[Mutation]] = defaultdict(list)
    for mutation in mutations:
        by_kind[mutation.kind].append(mutation)
    for kind in sorted(by_kind):
        generator.shuffle(by_kind[kind])
    chosen: dict[tuple[str, int, int, str], Mutation] = {}
    while by_kind and len(chosen) < count:
        for kind in sorted(by_kind):
            mutation = by_kind[kind].pop()
            place = (mutation.path, mutation.start, mutation.end, kind)
            chosen.setdefault(place, mutation)
            if not by_kind[kind]:
                del by_kind[kind]
    return list(chosen.values())[:count]


def area_of(module: Path) -> str:
    """Return the room of a module, given its path below analyzer/."""
    return module.parts[0] if len(module.parts) > 1 else SPINE


def stages(module: Path, tests: Path, *, whole: bool = False) -> Iterator[tuple[str, list[Path]]]:
    """Yield the tests of a module from near to far: the name of the stage and its paths."""
    room = tests / module.parent
    mirror = room / f"test_{module.stem.lstrip('_')}.py"
    if mirror.is_file():
        yield "mirror", [mirror]
    if area_of(module) == SPINE:
        yield "room", sorted(tests.glob("test_*.py"))
    elif area_of(module) == "cli":
        yield "room", sorted([*tests.glob("test_cli.py"), *tests.glob("cli/test_*.py")])
    elif room.is_dir():
        yield "room", [room]
    yield "laws", [tests / "laws"]
    if whole:
        yield "whole", [tests]


class Copy:
    """A copy of the project in which tests run on mutated code."""

    def __init__(self, folder: Path) -> None:
        self.root = folder
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_BEHIND))

    def try_out(self, mutation: Mutation, *, limit: float, whole: bool) -> Outcome:
        """Run the tests of a mutated module, and put the module back."""
        path = self.root / mutation.path
        original = path.read_bytes()
        begin = time.perf_counter()
        self._write(path, mutation.applied(original))
        try:
            caught_by = self._caught_by(mutation, begin + limit, whole=whole)
        finally:
            self._write(path, original)
        return Outcome(mutation, caught_by, time.perf_counter() - begin)

    def _caught_by(self, mutation: Mutation, deadline: float, *, whole: bool) -> str | None:
        module = Path(mutation.path).relative_to("analyzer")
        for stage, paths in stages(module, self.root / "tests", whole=whole):
            try:
                if not self.passes(paths, deadline - time.perf_counter()):
                    return stage
            except subprocess.TimeoutExpired:
                return "time limit"
        return None

    def passes(
        self, paths: Iterable[Path], seconds: float, *options: str, shown: bool = False
    ) -> bool:
        """Run tests and say whether all passed; raises TimeoutExpired.

        ``shown`` lets pytest print.
        """
        command = [sys.executable, *PYTEST, *options, *map(str, paths)]
        environment = {**os.environ, "PYTHONPATH": str(self.root)}
        process = subprocess.Popen(
            command,
            cwd=self.root,
            env=environment,
            stdout=None if shown else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=limit_memory if os.name == "posix" else None,
        )
        try:
            return process.wait(max(seconds, 0.1)) == 0
        finally:
            end_group(process)

    def _write(self, path: Path, source: bytes) -> None:
        """Write a module and drop its bytecode: Python tells versions apart by whole seconds."""
        path.write_bytes(source)
        Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)


def limit_memory() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a process with all that it started, workers of a pool included."""
    if os.name == "posix":
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # all ended by themselves
    else:
        process.kill()
    process.wait()


def candidates(area: str | None, only: str | None) -> list[Mutation]:
    """Return the mutations of all modules of an area, or of those that ``only`` names."""
    found: list[Mutation] = []
    for path in sorted((ROOT / "analyzer").rglob("*.py")):
        module_area = area_of(path.relative_to(ROOT / "analyzer"))
        if area is None and module_area == "trainer" and not only:
            continue
        if area in (None, module_area):
            found += find_mutations(path.relative_to(ROOT).as_posix(), path.read_bytes())
    if only:
        found = [item for item in found if only in (item.path, f"{item.path}:{item.line}")]
    return found


def check_unchanged(project: Copy, mutations: Iterable[Mutation], workers: int) -> None:
    """Exit unless the tests that will run pass on the code as it is."""
    paths: set[Path] = set()
    for mutation in mutations:
        module = Path(mutation.path).relative_to("analyzer")
        for _, tests in stages(module, project.root / "tests"):
            paths.update(tests)
    alone = {path for path in paths if not paths.intersection(path.parents)}
    if not project.passes(sorted(alone), 3600, "-n", str(workers), shown=True):
        sys.exit("these tests fail on unchanged code: repair them first")


def run(mutations: Sequence[Mutation], given: argparse.Namespace) -> Iterator[Outcome]:
    """Try the mutations out, each in a copy that is free, and yield the outcomes as they come."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        free: SimpleQueue[Copy] = SimpleQueue()
        for index in range(given.workers):
            free.put(Copy(Path(temporary) / f"copy{index}"))

        def try_one(mutation: Mutation) -> Outcome:
            project = free.get()
            try:
                return project.try_out(mutation, limit=given.limit, whole=given.whole)
            finally:
                free.put(project)

        if not given.unchecked:
            project = free.get()
            check_unchanged(project, mutations, given.workers)
            free.put(project)
        with ThreadPoolExecutor(given.workers) as pool:
            for future in as_completed([pool.submit(try_one, item) for item in mutations]):
                yield future.result()


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="count how many random mutations the tests catch")
    parser.add_argument("--count", type=int, default=24, help="mutations to try (default: 24)")
    parser.add_argument("--seed", type=int, default=1, help="of the draw (default: 1)")
    parser.add_argument("--area", help='a room of analyzer/, e.g. detectors, or "spine"')
    parser.add_argument("--only", help="a module, or module:line, e.g. analyzer/engine.py:90")
    parser.add_argument("--workers", type=int, default=1, help="copies that run at once")
    parser.add_argument("--limit", type=float, default=600, help="seconds a mutation (600)")
    parser.add_argument("--whole", action="store_true", help="run all tests before it has lived")
    parser.add_argument("--unchecked", action="store_true", help="skip the run on unchanged code")
    parser.add_argument("--list", action="store_true", help="print the mutations, run nothing")
    parser.add_argument("--keep", type=Path, help="write the outcomes here, a JSON line each")
    return parser.parse_args()


def main() -> None:
    given = parse_arguments()
    mutations = choose(candidates(given.area, given.only), given.count, given.seed)
    if not mutations:
        sys.exit("nothing to mutate: check --area and --only")
    if given.list:
        print(*mutations, sep="\n")
        return
    lived: list[Outcome] = []
    if given.keep:
        given.keep.write_text("", encoding="utf-8")
    for outcome in run(mutations, given):
        print(outcome, flush=True)
        if outcome.caught_by is None:
            lived.append(outcome)
        if given.keep:
            with given.keep.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(outcome)) + "\n")
    caught = len(mutations) - len(lived)
    print(f"{caught} of {len(mutations)} caught ({caught / len(mutations):.0%})")


if __name__ == "__main__":
    main()
