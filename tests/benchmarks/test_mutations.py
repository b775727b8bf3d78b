"""The mutation script: each mutation changes one place, and the same seed draws the same ones."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("mutations.py")
spec = importlib.util.spec_from_file_location("mutations", SCRIPT)
assert spec is not None
assert spec.loader is not None
MUTATIONS = importlib.util.module_from_spec(spec)
sys.modules["mutations"] = MUTATIONS  # dataclasses look their module up
spec.loader.exec_module(MUTATIONS)

TINY = '''"""A tiny module: 3 < 4 in its docstring."""
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    LIMIT = 4
__version__ = "1.2"
WIDTH: Literal[5] = 5


@cache(6)
def judge(años: int = 2, *, least: "Literal[7]" = 0) -> bool:
    """Return 8."""
    assert años < 9
    if not años and least <= WIDTH:
        return False
    return f"{años + 10}" == "é" + str(3 * años)
'''


def found() -> list[object]:
    return MUTATIONS.find_mutations("analyzer/tiny.py", TINY.encode())


def test_every_mutation_changes_one_place_and_still_parses() -> None:
    source = TINY.encode()
    for mutation in found():
        mutated = mutation.applied(source)
        head, tail = source[: mutation.start], source[mutation.end :]
        assert mutated == head + mutation.after.encode() + tail
        assert mutated != source
        ast.parse(mutated)


def test_what_a_test_can_notice_is_mutated_and_nothing_else() -> None:
    changes = {(mutation.line, mutation.before, mutation.after) for mutation in found()}
    assert changes == {
        (7, "5", "15"),
        (7, "5", "6"),
        (11, "2", "6"),
        (11, "2", "3"),
        (11, "0", "1"),
        (14, "not años and least <= WIDTH", "(not años or least <= WIDTH)"),
        (14, "not años and least <= WIDTH", "(not (not años and least <= WIDTH))"),
        (14, "not años", "(años)"),
        (14, "least <= WIDTH", "(least < WIDTH)"),
        (14, "least <= WIDTH", "(least > WIDTH)"),
        (15, "False", "(not False)"),
        (16, "f'{años + 10}' == 'é' + str(3 * años)", "(f'{años + 10}' != 'é' + str(3 * años))"),
        (16, "3", "9"),
        (16, "3", "4"),
        (16, "3 * años", "(3 / años)"),
    }


def test_a_seed_draws_the_same_mutations_again() -> None:
    draws = [MUTATIONS.choose(found(), 8, seed) for seed in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]
    assert len(set(draws[0])) == 8


def test_the_kinds_take_turns() -> None:
    kinds = {mutation.kind for mutation in found()}
    assert {mutation.kind for mutation in MUTATIONS.choose(found(), len(kinds), 3)} == kinds


@pytest.mark.parametrize(
    ("module", "stages"),
    [
        ("stats/flat.py", {"mirror": ["stats/test_flat.py"], "room": ["stats"], "laws": ["laws"]}),
        ("parsers/_table.py", {"mirror": ["parsers/test_table.py"], "room": ["parsers"]}),
        ("engine.py", {"mirror": ["test_engine.py"]}),
        ("batch/holding.py", {"room": ["batch"]}),
    ],
)
def test_the_nearest_tests_run_first(module: str, stages: dict[str, list[str]]) -> None:
    tests = Path(__file__).parents[1]
    run = dict(MUTATIONS.stages(Path(module), tests))
    assert list(run)[-1] == "laws"
    for stage, paths in stages.items():
        assert run[stage] == [tests / path for path in paths]
    assert ("mirror" in run) == ("mirror" in stages)
