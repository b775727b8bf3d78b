"""The script that mutates the package changes exactly one place, and the same one for a seed."""

from __future__ import annotations

import ast
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "mutations.py"
SOURCE = '''
def share(part: int, whole: int = 4) -> float:
    """Return 3 parts."""
    if not whole or part < 0:
        return 0.0
    return part / whole  # é: columns are counted in bytes
'''


@pytest.fixture(scope="module")
def mutations() -> ModuleType:
    spec = spec_from_file_location("mutations", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["mutations"] = module
    spec.loader.exec_module(module)
    return module


def test_each_mutation_changes_one_place_and_still_compiles(mutations):
    found = mutations.mutations_of(Path("share.py"), SOURCE)
    assert sorted(mutation.before for mutation in found) == [
        "0",
        "0.0",
        "4",
        "not whole",
        "not whole or part < 0",
        "part / whole",
        "part < 0",
    ]
    for mutation in found:
        compile(mutation.source, "share.py", "exec")
        before, after = (ast.dump(ast.parse(text)) for text in (SOURCE, mutation.source))
        assert before != after
        kept = zip(SOURCE.splitlines(), mutation.source.splitlines(), strict=True)
        assert sum(old != new for old, new in kept) == 1


def test_parts_of_an_f_string_and_annotations_are_left_alone(mutations):
    source = 'def name(x: "1 + 1") -> str:\n    return f"{x + 1:.3f}"\n'
    assert mutations.mutations_of(Path("name.py"), source) == []


def test_a_seed_draws_the_same_mutations_again(mutations):
    first, second = (mutations.draw(SCRIPT.parents[2], 5, 7, "stats") for _ in range(2))
    assert first == second
    assert all(mutation.path.parts[1] == "stats" for mutation in first)
