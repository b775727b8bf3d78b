"""The trials and executions of a search by Keras Tuner."""

from __future__ import annotations

from analyzer.parsers._text_trials import parts_of, trials_of

TRIAL = "Search: Running Trial #{}\n\n{}Trial {} Complete [00h 00m 01s]\nbest: 0.5\n"


def test_a_trial_ends_before_its_best_score() -> None:
    text = TRIAL.format(1, "Epoch 1/2\na\n", 1) + TRIAL.format(2, "Epoch 1/2\nb\n", 2)
    found = trials_of(text.encode())
    assert [number for number, _ in found] == ["1", "2"]
    assert not any(b"best" in trial for _, trial in found)


def test_executions_of_a_trial_are_numbered_behind_it() -> None:
    text = TRIAL.format(3, "Epoch 1/2\na\nEpoch 1/2\nb\n", 3)
    assert [number for number, _ in trials_of(text.encode())] == ["3.1", "3.2"]


def test_repeats_under_headings_are_parts() -> None:
    text = b"Run 1\nepoch 1 loss 2\n=== Run 2 ===\nepoch 1 loss 3\n"
    assert parts_of(text) == [
        ("#1", b"Run 1\nepoch 1 loss 2\n"),
        ("#2", b"=== Run 2 ===\nepoch 1 loss 3\n"),
    ]
    assert parts_of(b"Seed: 42\nepoch 1 loss 2\n") == []
    assert parts_of(b"we run 3 epochs\nthen run 4 more\n") == []
