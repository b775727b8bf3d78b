"""Models that a log prints by turns."""

from __future__ import annotations

from pathlib import Path

import pytest

from .lines import curves, read

FIRST = [round(2.0 / (epoch + 1) + 0.3, 4) for epoch in range(12)]
SECOND = [round(3.0 / (epoch + 1) + 0.1, 4) for epoch in range(12)]


def log(line: str) -> str:
    """Return a log with one epoch after the other; {a} and {b} are the numbers of two models."""
    epochs = zip(range(12), FIRST, SECOND, strict=True)
    return "".join(line.format(e=epoch, a=a, b=b) for epoch, a, b in epochs)


@pytest.mark.parametrize(
    "line",
    [
        "epoch {e}\n[student] loss {a}\n[teacher] loss {b}\n",
        "[student] epoch {e} loss {a}\n[teacher] epoch {e} loss {b}\n",
        "10:{e:02d}:00 INFO [student] step {e} loss={a} lr=1\n10:{e:02d}:01 [teacher] loss={b}\n",
        "[INFO] [epoch {e}] [student] loss = {a}\n[INFO] [epoch {e}] [teacher] loss = {b}\n",
        "Epoch {e}\n  student - loss: {a}\n  teacher - loss: {b}\n",
        "epoch {e}\nstudent loss {a}\nteacher loss {b}\n",
        "epoch {e} [student] loss {a} [teacher] loss {b}\n",
    ],
)
def test_each_model_keeps_its_losses(tmp_path: Path, line: str) -> None:
    found = curves(read(tmp_path, log(line)))
    assert found["train", "loss"] == FIRST
    assert found["train", "teacher loss"] == SECOND


@pytest.mark.parametrize(
    ("first", "second"), [("[G]", "[D]"), ("(netG)", "(netD)"), ("Generator:", "Discriminator:")]
)
def test_each_player_keeps_its_losses(tmp_path: Path, first: str, second: str) -> None:
    found = curves(read(tmp_path, log(f"epoch {{e}}\n{first} loss {{a}}\n{second} loss {{b}}\n")))
    names = [f"{label.strip('[]():')} loss" for label in (first, second)]
    assert found == {("train", names[0]): FIRST, ("train", names[1]): SECOND}


def test_losses_of_an_actor_and_a_critic_are_curves(tmp_path: Path) -> None:
    found = curves(read(tmp_path, log("step {e}\n(actor) loss {a}\n(critic) loss {b}\n")))
    assert found == {("", "actor loss"): FIRST, ("", "critic loss"): SECOND}


def test_each_model_has_its_splits(tmp_path: Path) -> None:
    line = (
        "epoch {e}\n[student] train loss {a} val loss {b}\n[teacher] train loss {b} val loss {a}\n"
    )
    found = curves(read(tmp_path, log(line)))
    assert found["train", "loss"] == found["val", "teacher loss"] == FIRST
    assert found["val", "loss"] == found["train", "teacher loss"] == SECOND


def test_a_trainer_and_an_evaluator_are_splits(tmp_path: Path) -> None:
    line = "[trainer] epoch {e} loss {a}\n[evaluator] epoch {e} loss {b}\n"
    assert curves(read(tmp_path, log(line))) == {("train", "loss"): FIRST, ("val", "loss"): SECOND}


def test_phases_are_one_curve(tmp_path: Path) -> None:
    lines = log("[warmup] epoch {e} loss {a}\n").splitlines()
    text = "\n".join([*lines[:5], *(line.replace("warmup", "main") for line in lines[5:])])
    assert curves(read(tmp_path, text + "\n")) == {("train", "loss"): FIRST}


def test_loggers_that_repeat_each_other_are_one_curve(tmp_path: Path) -> None:
    line = "[console] epoch {e} loss {a}\n[tracker] epoch {e} loss {a}\n"
    assert curves(read(tmp_path, log(line))) == {("train", "loss"): FIRST}


@pytest.mark.parametrize(
    "line",
    [
        "{word} - epoch {e} - loss: {a} - val_loss: {b}\n",
        "[{word}] epoch {e} loss {a} val_loss {b}\n",
        "epoch {e} ({word}) loss {a} val_loss {b}\n",
        "Epoch {e}\n[{word}] loss {a}\n[{word}] val_loss {b}\n",
        "epoch 1 step {e} [{word}] loss {a} val_loss {b}\n",
        "Epoch 1 [{e}/20] [{word}] loss {a} val_loss {b}\n",
    ],
)
@pytest.mark.parametrize("words", [("saved", "skipped"), ("ok", "slow", "fast")])
def test_a_word_on_the_state_of_an_epoch_is_no_model(
    tmp_path: Path, line: str, words: tuple[str, ...]
) -> None:
    text = ""
    for epoch, (first, second) in enumerate(zip(FIRST, SECOND, strict=True)):
        word = words[epoch * epoch // 3 % len(words)]
        text += line.format(e=epoch, a=first, b=second, word=word)
    assert curves(read(tmp_path, text)) == {("train", "loss"): FIRST, ("val", "loss"): SECOND}


def test_workers_that_take_the_next_epoch_by_turns_are_one_curve(tmp_path: Path) -> None:
    lines = log("[worker-a] epoch {e} loss {a}\n").splitlines(keepends=True)
    lines[1::2] = [line.replace("-a]", "-b]") for line in lines[1::2]]
    assert curves(read(tmp_path, "".join(lines))) == {("train", "loss"): FIRST}


def test_a_model_that_is_logged_seldom_keeps_its_losses(tmp_path: Path) -> None:
    text = ""
    for epoch, (first, second) in enumerate(zip(FIRST, SECOND, strict=True)):
        text += f"epoch {epoch}\n[student] loss {first}\n"
        text += f"[teacher] loss {second}\n" if epoch % 3 == 2 else ""
    found = curves(read(tmp_path, text))
    assert found == {("train", "loss"): FIRST, ("train", "teacher loss"): SECOND[2::3]}
