"""The gate: what is required is met, missed, or cannot be judged, and CI systems can read it."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from click.testing import CliRunner

from analyzer import synthetic
from analyzer.cli import main
from analyzer.comparing.gate import (
    FAILED,
    NOT_JUDGED,
    PASSED,
    UNKNOWN,
    outcomes,
    parse_requirement,
)
from analyzer.config import read_config
from analyzer.engine import diagnose
from analyzer.errors import ConfigError
from analyzer.model.run import Run
from analyzer.reading.load import load
from analyzer.report.junit import render_junit
from analyzer.report.terminal import outcome_line


def run(values: list[float], train: list[float] | None = None) -> Run:
    held_out = np.array(values)
    return synthetic.of_curves(
        "r", {("train", "loss"): np.array(train or values), ("val", "loss"): held_out}
    )


def status(text: str, values: list[float]) -> str:
    (found,) = outcomes(diagnose(run(values)), [parse_requirement(text)])
    return found.status


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("val_loss<0.5", PASSED),
        ("val/loss<=0.4", PASSED),
        ("val_loss<0.4", FAILED),
        ("last:val_loss<0.5", FAILED),
        ("last:val_loss>=0.6", PASSED),
        ("best:val_loss > 0.39", PASSED),
        ("val_accuracy>0.1", UNKNOWN),
        ("loss<0.5", PASSED),
        ("train/loss<0.1", FAILED),
    ],
)
def test_a_requirement_is_met_missed_or_unknown(text: str, expected: str) -> None:
    assert status(text, [1.0, 0.4, 0.5, 0.6]) == expected


def test_nan_meets_nothing() -> None:
    assert status("last:val_loss<9", [1.0, 0.4, float("nan")]) == FAILED
    assert status("val_loss<9", [float("nan")] * 3) == UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "val_loss",
        "val_loss=0.5",
        "<0.5",
        "val_loss<high",
        "val_loss<nan",
        "val_loss<1e999",
        "val_loss<inf",
        "val_loss>-Infinity",
        "0.1<val_loss<0.5",
        "first:val_loss<1",
        "val_loss=<0.5",
        "LAST:val_loss<1",
        "best:last:val_loss<1",
    ],
)
def test_what_cannot_be_understood_gets_one_line(text: str) -> None:
    with pytest.raises(ConfigError, match="must be METRIC<NUMBER"):
        parse_requirement(text)


def test_the_gap_at_the_end_is_bounded() -> None:
    diagnosis = diagnose(run([1.0] * 20, [0.7] * 20))
    assert [outcome.status for outcome in outcomes(diagnosis, max_gap=0.31)] == [PASSED]
    assert [outcome.status for outcome in outcomes(diagnosis, max_gap=0.29)] == [FAILED]
    alone = diagnose(synthetic.of_curves("r", {("train", "loss"): np.linspace(2, 1, 20)}))
    assert [outcome.status for outcome in outcomes(alone, max_gap=1.0)] == [UNKNOWN]


def test_a_run_fails_against_a_baseline_only_where_it_is_worse_beyond_doubt() -> None:
    good = [diagnose(run([2.0, value])) for value in (0.5, 0.51, 0.49, 0.5)]
    worse, alike = diagnose(run([2.0, 0.9])), diagnose(run([2.0, 0.505]))
    assert [outcome.status for outcome in outcomes(worse, baseline=good)] == [FAILED]
    assert [outcome.status for outcome in outcomes(alike, baseline=good)] == [PASSED]


def test_against_one_baseline_run_or_none_nothing_is_judged() -> None:
    good = [diagnose(run([2.0, value])) for value in (0.5, 0.51)]
    worse = diagnose(run([20.0, 9.0]))
    (single,) = outcomes(worse, baseline=good[:1])
    (alike,) = outcomes(worse, baseline=[good[0], good[0]])
    (missing,) = outcomes(worse, no_baseline=True)
    assert (single.status, single.key) == (NOT_JUDGED, "one_baseline_run")
    assert (alike.status, alike.key) == (NOT_JUDGED, "no_spread")
    assert (missing.status, missing.key) == (NOT_JUDGED, "no_baseline")
    assert outcome_line(single, "en").startswith("  baseline: not judged: one baseline run")
    assert outcome_line(missing, "es") == "  referencia: no se evalúa: aún no hay referencia"
    document = render_junit([worse], [[single, missing]], "en", "never")
    assert document.count('name="baseline"><skipped message="not judged: ') == 2


@pytest.mark.parametrize("lang", ["en", "es"])
def test_junit_has_a_case_for_each_check_and_requirement(lang: str) -> None:
    made = replace(synthetic.overfitting(3).run, name='a "<&>\x1b name')
    diagnosis = diagnose(made)
    gate = outcomes(
        diagnosis,
        [parse_requirement("val_loss<0.001"), parse_requirement("val_loss>0")],
        max_gap=1e9,
    )
    (suite,) = ET.fromstring(render_junit([diagnosis], [gate], lang, "warning"))
    cases = list(suite)
    assert len(cases) == int(suite.attrib["tests"]) == len(diagnosis.checks) + 3
    assert (
        sum(case.find("failure") is not None for case in cases)
        == int(suite.attrib["failures"])
        == 2
    )
    assert suite.attrib["name"] == 'a "<&>␛ name'


def config(folder: Path, text: str) -> Path:
    path = folder / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_gate_can_be_configured(tmp_path: Path) -> None:
    path = config(
        tmp_path,
        '[tool.analyzer.check]\nrequire = ["val_loss<1"]\nmax_gap = 0.2\nfail_on = "warning"\n',
    )
    assert read_config(path).check == {
        "require": ["val_loss<1"],
        "max_gap": 0.2,
        "fail_on": "warning",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("requires = []", 'did you mean "require"'),
        ("fail_on = 3", "must be"),
        ("require = 1", "must be a list"),
        ('max_gap = "x"', "must be a number"),
        ("max_gap = nan", "must be a number"),
    ],
)
def test_a_wrong_setting_of_the_gate_is_an_error(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_config(config(tmp_path, f"[tool.analyzer.check]\n{text}\n"))


def test_a_line_on_a_requirement_is_in_the_language_asked_for() -> None:
    diagnosis = diagnose(run([2.0] * 9, [1.0] * 9))
    found = outcomes(
        diagnosis, [parse_requirement("val_loss<1")], max_gap=0.5, baseline=[diagnosis, diagnosis]
    )
    assert [outcome_line(item, "es").split(":")[0].strip() for item in found] == [
        "val_loss<1",
        "diferencia",
        "referencia",
    ]
    assert outcome_line(found[1], "es") == "  diferencia: no cumple; es 1; límite 0,5"


def test_what_became_of_each_requirement_is_in_the_json(tmp_path: Path) -> None:
    log = tmp_path / "history.json"
    log.write_text(
        json.dumps({"loss": [1.0] * 10, "val_loss": [2.0] * 9 + [1.0]}), encoding="utf-8"
    )
    asked = ["--require", "val_loss<1", "--require", "val_accuracy>0.5", "--max-gap", "1"]
    done = CliRunner().invoke(main, ["check", str(log), *asked, "--json"])
    found = json.loads(done.stdout)["runs"][0]["requirements"]
    assert done.exit_code == 1
    assert found == [
        {
            "requirement": "val_loss<1",
            "status": "failed",
            "reason": "value",
            "value": 1.0,
            "bound": 1.0,
        },
        {"requirement": "val_accuracy>0.5", "status": "unknown", "reason": "not_logged"},
        {"requirement": "gap", "status": "passed", "reason": "bounded", "value": 1.0, "bound": 1.0},
    ]


@pytest.mark.parametrize("gap", ["nan", "inf"])
def test_a_largest_gap_that_is_no_number_is_refused(tmp_path: Path, gap: str) -> None:
    done = CliRunner().invoke(main, ["check", str(tmp_path), "--max-gap", gap])
    assert (done.exit_code, done.stderr) == (
        2,
        f"--max-gap {gap}: must be a number, e.g. 0.1\n",
    )


def named(**columns: list[float]) -> Run:
    """Return a run as a CSV of these columns is read."""
    length = len(next(iter(columns.values())))
    cells = [
        ["step", *columns],
        *([at, *(column[at] for column in columns.values())] for at in range(length)),
    ]
    rows = [",".join(map(str, row)) for row in cells]
    folder = Path(tempfile.mkdtemp())
    (folder / "log.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (found,) = load(folder / "log.csv")
    shutil.rmtree(folder)
    return found


def judged(text: str, made: Run) -> tuple[str, str]:
    (found,) = outcomes(diagnose(made), [parse_requirement(text)])
    return found.status, outcome_line(found, "en").strip()


def test_of_columns_that_mean_the_same_the_one_that_was_named_is_judged() -> None:
    made = named(
        loss=[1.0] * 9, val_acc=[0.9] * 9, val_accuracy=[0.2 + at / 100 for at in range(9)]
    )
    assert judged("val_accuracy>0.8", made) == (FAILED, "val_accuracy>0.8: failed; is 0.28")
    assert judged("val_acc>0.8", made)[0] == PASSED


@pytest.mark.parametrize(
    ("values", "text", "said"),
    [
        ([50.0, 79.0], "val_accuracy>=0.9", "failed; is 0.79"),
        ([0.5, 0.79], "val_accuracy>=90", "failed; is 79"),
        ([50.0, 79.0], "val_accuracy>=70", "passed; is 79"),
        ([0.5, 0.79], "val_accuracy>=0.7", "passed; is 0.79"),
        ([0.9, 1.02], "val_accuracy>=0.9", "failed; is 0.0102"),
    ],
)
def test_percent_and_share_are_held_against_a_bound_on_its_own_scale(
    values: list[float], text: str, said: str
) -> None:
    assert judged(text, named(loss=[2.0, 1.0], val_accuracy=values))[1] == f"{text}: {said}"


def test_of_what_has_no_better_and_worse_the_last_value_must_be_asked_for() -> None:
    made = named(loss=[2.0, 1.0], entropy=[0.0, 29.0])
    status, line = judged("entropy>20", made)
    assert status == UNKNOWN
    assert line.endswith("unknown whether lower or higher is better; use last:entropy")
    assert judged("last:entropy>20", made)[0] == PASSED


def test_a_near_miss_shows_the_digits_that_miss() -> None:
    assert judged("val_loss<=0.5", named(loss=[2.0, 1.0], val_loss=[1.0, 0.50004]))[1].endswith(
        "failed; is 0.50004"
    )
    assert judged("val_loss<0.5", named(loss=[2.0, 1.0], val_loss=[1.0, 0.5]))[1].endswith(
        "failed; is 0.5"
    )


def test_nothing_but_nan_is_not_said_to_be_unlogged() -> None:
    assert judged("val_loss<1", run([float("nan")] * 3))[1].endswith(
        "cannot be judged: never finite"
    )


def test_the_log_itself_is_never_replaced(tmp_path: Path) -> None:
    log = tmp_path / "history.json"
    log.write_text(json.dumps({"loss": [1.0, 0.5], "val_loss": [1.0, 0.5]}), encoding="utf-8")
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"loss": [1.0, 0.4], "val_loss": [1.0, 0.4]}), encoding="utf-8")
    before = log.read_bytes()
    for arguments in (["check", log, "--junit", log], ["compare", other, log, "-o", log]):
        done = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert (done.exit_code, done.stderr) == (
            2,
            f"{log}: is a log that was read; choose another file\n",
        )
    assert log.read_bytes() == before


def test_a_document_for_xml_holds_no_character_that_xml_forbids() -> None:
    made = replace(run([2.0] * 9), name="a\ufffe\uffff\ud800\x00b")
    ET.fromstring(render_junit([diagnose(made)], [[]], "en", "warning").encode("utf-8", "replace"))


@pytest.mark.parametrize(
    ("columns", "text", "status"),
    [
        ({"val_accuracy": [0.5, 0.79], "val_bleu": [12.0, 28.3]}, "val_accuracy>=0.7", PASSED),
        ({"val_accuracy": [50.0, 79.0], "val_f1": [0.5, 0.79]}, "val_f1>0.7", PASSED),
        ({"val_mAP": [0.2, 0.4], "val_top5_acc": [60.0, 95.0]}, "val_mAP>0.3", PASSED),
        ({"val_accuracy": [50.0, 70.0], "val_mcc": [-0.1, 0.4]}, "val_accuracy>0.9", FAILED),
        ({"val_bleu": [0.4, 0.9]}, "val_bleu>25", FAILED),
        ({"val_accuracy": [0.5, 0.79], "tokens_acc": [3000.0, 3000.0]}, "val_accuracy>=70", PASSED),
        (
            {"val_accuracy": [0.5, 0.9], "val_top5_accuracy": [3.0, 5.0]},
            "val_accuracy>=0.9",
            FAILED,
        ),
    ],
)
def test_each_score_has_a_scale_of_its_own(
    columns: dict[str, list[float]], text: str, status: str
) -> None:
    assert judged(text, named(loss=[2.0, 1.0], **columns))[0] == status


def test_no_log_is_replaced_whatever_it_is_called(tmp_path: Path) -> None:
    base = tmp_path / "base"
    for folder in (tmp_path / "new", base):
        folder.mkdir()
        (folder / "his\x01tory.json").write_text(
            json.dumps({"loss": [1.0] * 9, "val_loss": [1.0] * 9}), encoding="utf-8"
        )
    for log in ((tmp_path / "new" / "his\x01tory.json"), base / "his\x01tory.json"):
        before = log.read_bytes()
        done = CliRunner().invoke(
            main, ["check", str(tmp_path / "new"), "--baseline", str(base), "--junit", str(log)]
        )
        assert (done.exit_code, log.read_bytes()) == (2, before)


def test_a_name_that_stands_for_two_splits_is_not_guessed(tmp_path: Path) -> None:
    made = run([2.0] * 9, [1.0] * 9)
    both = replace(made, series=tuple(replace(item, tag="epoch_loss") for item in made.series))
    status, line = judged("last:epoch_loss<1.5", both)
    assert status == UNKNOWN
    assert "logged for train, val; name one of them" in line
