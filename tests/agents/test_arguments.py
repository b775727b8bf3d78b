import math
from typing import Any

import pytest

from analyzer.agents.arguments import LONGEST, Parameter, checked
from analyzer.errors import AnalyzerError

PARAMETERS = {
    "name": Parameter("string", is_required=True),
    "points": Parameter("integer", 20, low=4, high=500),
    "low": Parameter("number", -math.inf),
    "runs": Parameter("array", ()),
}


def test_what_is_not_given_has_its_default() -> None:
    assert checked(PARAMETERS, {"name": "x", "low": None}) == {
        "name": "x",
        "points": 20,
        "low": -math.inf,
        "runs": (),
    }


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert checked(PARAMETERS, {"name": "x", "points": 8.0})["points"] == 8


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "name is missing; give it as a string"),
        ({"name": 3}, "name: must be of type string"),
        ({"name": "x", "pionts": 3}, 'unknown argument "pionts"; did you mean "points"?'),
        ({"name": "x", "points": 3}, "points: must be from 4 to 500"),
        ({"name": "x", "points": 4.5}, "points: must be of type integer"),
        ({"name": "x", "points": True}, "points: must be of type integer"),
        ({"name": "x", "low": math.nan}, "low: must be from -inf to inf"),
        ({"name": "x", "runs": ["a", 1]}, "runs: must be a list of strings"),
        ({"name": "x", "runs": "a"}, "runs: must be of type array"),
        ({"name": "x" * (LONGEST + 1)}, "name: too long; use fewer or shorter texts"),
        ({"name": "x", "runs": ["a"] * 300}, "runs: too long; use fewer or shorter texts"),
    ],
)
def test_what_does_not_fit_is_one_line(given: dict[str, Any], message: str) -> None:
    with pytest.raises(AnalyzerError) as caught:
        checked(PARAMETERS, given)
    assert str(caught.value) == message


def test_the_schema_says_the_same() -> None:
    assert PARAMETERS["points"].schema("How many.") == {
        "type": "integer",
        "description": "How many.",
        "minimum": 4,
        "maximum": 500,
    }
    assert PARAMETERS["low"].schema("From.") == {"type": "number", "description": "From."}
    assert PARAMETERS["runs"].schema("Which.")["items"] == {"type": "string"}
