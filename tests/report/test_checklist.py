"""What to do next: it fits what was found, names its source, and says nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analyzer import synthetic
from analyzer.engine import diagnose
from analyzer.model.diagnosis import CheckResult, Diagnosis, Reason
from analyzer.model.issues import LogIssue
from analyzer.report.checklist import Todo, checklist, first_steps
from analyzer.sentences import LANGUAGES
from analyzer.text import words


def only_notes(verdict: str) -> Diagnosis:
    """Return the diagnosis of a plateau as if it were a note, under a verdict."""
    diagnosis = diagnose(synthetic.plateau(3).run)
    notes = []
    for finding in diagnosis.findings:
        if finding.detector == "plateau":
            notes.append(replace(finding, severity="info"))
    checks = (CheckResult("plateau", "found", findings=tuple(notes)),)
    late = {**diagnosis.facts, "after_best": {**diagnosis.facts["after_best"], "share": 0.1}}
    return replace(diagnosis, verdict=verdict, checks=checks, facts=late)


def inconclusive(reason: Reason | None, skipped: str = "") -> Diagnosis:
    """Return a diagnosis without findings that is inconclusive for a reason."""
    check = CheckResult("overfitting", "skipped", reason=skipped) if skipped else None
    return replace(
        diagnose(synthetic.healthy(3).run),
        verdict="inconclusive",
        checks=(check,) if check else (),
        inconclusive_reason=reason,
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("diagnosis", "key"),
    [
        (replace(only_notes("healthy"), checks=()), "checklist_healthy"),
        (only_notes("healthy"), "checklist_notes"),
        (only_notes("inconclusive"), "checklist_inconclusive"),
        (inconclusive(Reason("cut_short", {})), "checklist_cut_short"),
        (inconclusive(Reason("hardly_improved", {})), "checklist_hardly_improved"),
        (inconclusive(Reason("end_lost", {})), "checklist_end_lost"),
        (inconclusive(None, "few_at_best"), "checklist_few_evaluations"),
        (inconclusive(None, "too_few_examples"), "checklist_few_examples"),
        (inconclusive(None, "no_curve"), "checklist_inconclusive"),
    ],
    ids=[
        "healthy",
        "notes",
        "inconclusive",
        "cut",
        "no gain",
        "ends in text",
        "few evaluations",
        "few examples",
        "no curve",
    ],
)
def test_the_first_thing_to_do_fits_what_follows_it(
    diagnosis: Diagnosis, key: str, lang: str
) -> None:
    assert checklist(diagnosis, words(lang))[0].text == words(lang).ui(key)


def test_a_run_that_ends_worse_keeps_its_best_checkpoint_until_the_cause_is_known() -> None:
    reason = Reason("ends_worse", {"step": 30, "epoch": None, "change": 0.7, "at_least": 0.5})
    (first, *_) = checklist(inconclusive(reason), words("en"))
    assert "use the checkpoint from step 30" in first.text


@pytest.mark.parametrize("make", ["overfitting", "oscillating", "exploding", "stuck"])
def test_a_run_with_a_problem_is_not_kept_as_the_baseline(make: str) -> None:
    diagnosis = diagnose(getattr(synthetic, make)(3).run)
    text = words("en")
    openings = {text.ui(f"checklist_{key}") for key in ("healthy", "notes", "inconclusive")}
    assert not openings & {todo.text for todo in checklist(diagnosis, text)}


@pytest.mark.parametrize("make", ["overfitting", "oscillating", "exploding", "non_finite"])
def test_no_sentence_appears_twice_and_every_language_has_as_many(make: str) -> None:
    diagnosis = diagnose(getattr(synthetic, make)(3).run)
    english, spanish = (checklist(diagnosis, words(lang)) for lang in ("en", "es"))
    assert len({todo.text for todo in english}) == len(english) == len(spanish)
    assert [todo.source_key for todo in english] == [todo.source_key for todo in spanish]


def test_a_damaged_log_comes_last_and_rests_on_no_source() -> None:
    run = synthetic.overfitting(3).run
    issue = LogIssue("warning", "a.csv", "text_cells", 3, 1, 2, values={"name": "x", "cell": "y"})
    whole = checklist(diagnose(run), words("en"))
    *others, last = checklist(diagnose(replace(run, issues=(issue,))), words("en"))
    assert (last.text, last.source) == (words("en").ui("checklist_issues"), "")
    assert others == list(whole)


MEASURED = {
    ("overfitting", "", "weight_decay"): (0.7, 0.1),
    ("overfitting", "", "more_examples"): (0.9, 0.3),
    ("overfitting", "", "early_stopping"): (0.8, 0.2),
}


def measured(**config: object) -> list[Todo]:
    run = replace(synthetic.overfitting(3).run, config=config)
    return list(checklist(diagnose(run), words("en")))


def test_measured_remedies_come_after_the_checkpoint_by_their_gain(
    table: Callable[..., Path],
) -> None:
    table(MEASURED)
    first, *others = measured()
    assert first.text.startswith("Use the checkpoint")
    assert first.helped == ""
    known = [todo.helped.split(" helped")[0] for todo in others[:3]]
    assert known == [
        "Twice the training examples, and so twice the updates,",
        "Restoring the best weights instead of keeping the last",
        "Weight decay (1e-4, or ten times as much if it was on)",
    ]
    assert not any(todo.helped for todo in others[3:])


def test_a_fact_that_words_a_step_keeps_how_often_it_helped(table: Callable[..., Path]) -> None:
    table(MEASURED)
    (step,) = (todo for todo in measured() if todo.text.startswith("Turn on early stopping"))
    assert "patience" in step.text  # from the replay
    assert step.line.endswith(step.helped)
    assert "80% of 412 runs" in step.helped


def test_what_the_settings_have_on_is_raised_or_left_out(table: Callable[..., Path]) -> None:
    table(MEASURED)
    texts = [todo.text for todo in measured(weight_decay=0.001, dropout=0.5)]
    assert "Try ten times the weight decay (now 0.001)." in texts
    assert not {"Add weight decay.", "Add dropout."} & set(texts)


def test_a_step_of_a_fact_stays_if_the_item_that_it_replaces_is_left_out(
    table: Callable[..., Path],
) -> None:
    table(MEASURED)
    steps = [todo for todo in measured(early_stopping=True) if "patience" in todo.text]
    assert [todo.helped for todo in steps] == [""]


@pytest.mark.parametrize("make", ["overfitting", "oscillating", "exploding", "stuck"])
def test_a_table_changes_no_number_of_steps(table: Callable[..., Path], make: str) -> None:
    run = getattr(synthetic, make)(3).run
    table({})
    before = checklist(diagnose(run), words("es"))
    table(MEASURED)
    after = checklist(diagnose(run), words("es"))
    assert sorted(todo.text for todo in before) == sorted(todo.text for todo in after)
    assert before[0] == after[0]


def test_the_first_steps_are_the_first_item_and_the_next_measured_ones() -> None:
    plain, rare = Todo("Look.", "S1", "Course"), Todo("Try.", "S1", "Course", "Rarely.", "Rarely.")
    helped = [Todo(f"Do {n}.", "S1", "Course", "Often.", "Often.", True) for n in range(4)]
    other = Todo("Think.", "S1", "Course")
    assert first_steps((plain, other, *helped)) == (plain, *helped[:2])
    assert first_steps((plain, other, rare, helped[0])) == (plain, other, helped[0])
    assert first_steps((plain, rare, other)) == (plain, other)
    assert first_steps((plain,)) == (plain,)
    assert first_steps(()) == ()


def test_the_first_steps_go_by_the_mean_gain_and_not_by_how_often_a_remedy_helped(
    table: Callable[..., Path],
) -> None:
    table(
        {
            ("overfitting", "", "weight_decay"): (0.9, 0.1),
            ("overfitting", "", "more_examples"): (0.7, 0.3),
            ("overfitting", "", "early_stopping"): (0.8, 0.2),
        }
    )
    assert [todo.helped[:5] for todo in first_steps(measured())] == ["", "Twice", "Resto"]


def test_a_step_of_a_fact_keeps_the_number_of_the_item_that_it_replaces() -> None:
    todos = checklist(diagnose(synthetic.overfitting(3).run), words("en"))
    (stop,) = (todo for todo in todos if "early stopping" in todo.text)
    assert stop.has_helped == bool(stop.helped)


@pytest.mark.parametrize(
    ("lang", "one", "many"),
    [
        ("en", "The step with its source", "All 2 steps with their sources"),
        ("es", "El paso con su fuente", "Los 2 pasos con sus fuentes"),
    ],
)
def test_the_link_to_all_steps_counts_them_like_speech(lang: str, one: str, many: str) -> None:
    assert [words(lang).ui("all_steps", count=count) for count in (1, 2)] == [one, many]


def test_the_best_checkpoint_is_advised_only_where_something_came_after_it() -> None:
    diagnosis = diagnose(synthetic.oscillating(3).run)
    assert diagnosis.deciding_finding is not None
    after = diagnosis.facts["after_best"]
    for share, is_there in ((0.5, True), (0.0, False)):
        facts = {**diagnosis.facts, "after_best": {**after, "share": share}}
        todos = checklist(replace(diagnosis, facts=facts), words("en"))
        assert any("instead of the last one" in todo.text for todo in todos) == is_there


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_log_of_training_alone_is_asked_for_the_validation_loss(lang: str) -> None:
    run = synthetic.of_curves("r", {("train", "loss"): np.geomspace(2, 0.5, 30)})
    first = checklist(diagnose(run), words(lang))[0].text
    assert first == words(lang).ui("checklist_no_held_out")
