"""What a log says of its end counts behind the last epoch, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.engine import diagnose
from analyzer.model.meta import SaidEnd
from analyzer.parsers._text_ending import FINISHED, STOPPED, said_end
from tests.parsers.lines import read

LOG = "".join(f"Epoch {e}/100 loss: {1 / e:.4f} val_loss: {1.1 / e:.4f}\n" for e in range(1, 41))


def kind(text: str) -> str:
    """Return the kind of end that a text states, "" for none."""
    found = said_end(text.encode())
    return "" if found is None else found.kind


@pytest.mark.parametrize(
    "line",
    [
        "Early stopping",
        "Early stopping!",
        "EarlyStopping: stopped at epoch 40",
        "Epoch 40: early stopping",
        "Epoch 00040: early stopping",
        "2024-03-05 10:11:12 - INFO - Early stopping triggered after 40 epochs.",
        "Early stopping at epoch 40 (no improvement for 10 epochs)",
        "Early stopped at epoch 40",
        "Stopping early: val_loss has not improved for 10 epochs",
        "Early stopping, best iteration is:",
        "val_loss did not improve in the last 10 records. Signaling Trainer to stop.",
        "Training stopped early as no improvement observed in last 50 epochs.",
        "Stopped by overfitting detector  (50 iterations wait)",
        "Parada temprana en la época 40",
        "Early stopping in epoch 40",
        "No improvement for 10 epochs, stopping training",
        "No improvement for 10 epochs. Stop.",
        "No improvement since epoch 30, early stopping",
    ],
)
def test_early_stopping_in_words_behind_the_last_epoch(line: str) -> None:
    assert kind(f"{LOG}{line}\n") == STOPPED


@pytest.mark.parametrize(
    "line",
    [
        "Training finished",
        "Training finished.",
        "Training complete in 3m 20s",
        "Finished Training",
        "INFO: Training completed.",
        "Best model restored",
        "Restoring model weights from the end of the best epoch: 35.",
        "`Trainer.fit` stopped: `max_epochs=40` reached.",
        "40 epochs completed in 0.512 hours.",
        "Entrenamiento finalizado",
        "Fin del entrenamiento",
        "Training finished. Best validation loss: 0.03",
        "Training complete, starting the final test",
        "Stopped at epoch 40, training finished",
        "Finished training loop",
    ],
)
def test_a_finished_training_in_words_behind_the_last_epoch(line: str) -> None:
    assert kind(f"{LOG}{line}\nTest loss: 0.03 acc: 0.9\n") == FINISHED


@pytest.mark.parametrize(
    "line",
    [
        "EarlyStopping counter: 3 out of 5",
        "Early stopping patience: 3/5",
        "early_stopping: True",
        "Early stopping is disabled",
        "Early stopping if no improvement for 5 epochs",
        "No early stopping",
        "Training not finished",
        "Epoch 40 training complete",
        "Training complete for epoch 40",
        "Training will be finished soon",
        "Is training finished?",
        "Saved checkpoint",
        "No improvement for 3 epochs, stop patience is 10",
        "No improvement for 3 epochs, stop after 10",
        "Early stopping in 7 epochs",
        "Early stopping after 7 more epochs",
        "Early stopping on val_loss: 3 bad epochs",
        "Training stopped early because of a keyboard interrupt",
        "Stopping early: time limit reached",
        "Training stopped early by user",
        "Training completed with status FAILED",
        "Epoch 41: training completed in 20.1s, starting validation",
        "Epoch [41] - training finished",
        "Stage 1: training completed",
        "Loading best model from disk to resume",
        "Training done in 3.2 s, now validating",
        "Training finished, running validation",
        "Pre-training completed, fine-tuning starts",
        "Training of the head is over. Training done, starting stage 2",
        "Training completed 40 epochs so far",
        "End of training epoch",
        "Finished training step 3",
    ],
)
def test_what_says_no_end_proves_none(line: str) -> None:
    assert kind(f"{LOG}{line}\n") == ""


def test_a_sentence_that_more_epochs_follow_proves_nothing() -> None:
    more = "".join(f"Epoch {e}/100 loss: {1 / e:.4f}\n" for e in range(41, 43))
    assert kind(f"{LOG}Early stopping\n{more}") == ""
    again = "".join(f"Epoch {e}/100 loss: {1 / e:.4f}\n" for e in range(1, 6))
    assert kind(f"{LOG}Training finished\n{again}") == ""


def test_what_the_loop_prints_in_each_epoch_proves_nothing() -> None:
    text = "".join(f"Epoch {e}/100\nloss: 0.{e}\nTraining finished in {e}s\n" for e in range(1, 10))
    assert kind(text) == ""
    assert kind(f"{text}Early stopping\n") == STOPPED


def test_the_second_run_of_a_text_may_say_what_the_first_said() -> None:
    assert kind(f"{LOG}Training finished\n{LOG}Training finished\n") == FINISHED


def test_what_a_script_prints_behind_an_exception_proves_nothing() -> None:
    crash = "Traceback (most recent call last):\n  File 'a.py', line 3\nKeyError: 'val'\n"
    assert kind(f"{LOG}{crash}Training finished\n") == ""
    assert kind(f"{LOG}Training finished\n{crash}") == FINISHED


@pytest.mark.parametrize(
    ("line", "tags"),
    [
        ("", ("cut_epoch",)),
        ("EarlyStopping: stopped at epoch 40\n", ("early_stopping_said",)),
        ("Training finished\n", ("finished_epoch",)),
    ],
)
def test_the_report_follows_the_words(tmp_path: Path, line: str, tags: tuple[str, ...]) -> None:
    run = read(tmp_path, LOG + line)
    ended = diagnose(run).facts["how_it_ended"]
    assert ended["tags"] == tags
    assert (ended["done"], ended["planned"]) == (40, 100)
    assert ended["words"] == (line.strip() or None)


@pytest.mark.parametrize("line", ["Training finished", "Best model restored"])
def test_words_of_an_end_do_not_excuse_a_run_that_had_hardly_begun(
    tmp_path: Path, line: str
) -> None:
    diagnosis = diagnose(read(tmp_path, f"{LOG.replace('/100', '/9000')}{line}\n"))
    assert diagnosis.inconclusive_reason is not None
    assert diagnosis.inconclusive_reason.key == "cut_short"


def test_many_sentences_about_the_end_are_one() -> None:
    # comparing each with all others would take an hour
    assert kind(LOG + "training done\n" * 40_000) == FINISHED


def test_words_are_shown_without_secrets() -> None:
    found = said_end(f"{LOG}Training finished, password=hunter2\n".encode())
    assert isinstance(found, SaidEnd)
    assert "hunter2" not in found.words
