"""Text logs: what libraries and loops print, and texts that are no log."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from analyzer import metrics
from analyzer.errors import NothingReadable
from analyzer.model.run import Run
from analyzer.model.series import Series
from analyzer.reading.load import load

EPOCHS = 8
TRAIN = [round(2 / (epoch + 2), 4) for epoch in range(EPOCHS)]
VAL = [round(1.1 - 0.05 * epoch, 4) for epoch in range(EPOCHS)]
ACCURACY = [round(0.5 + 0.03 * epoch, 4) for epoch in range(EPOCHS)]


def save(folder: Path, text: str, name: str = "train.log", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def lines(template: str) -> str:
    """Return a text with a line (or lines) for each epoch."""
    rows = zip(range(EPOCHS), TRAIN, VAL, ACCURACY, strict=True)
    return "".join(
        template.format(
            i=epoch, e=epoch + 1, train=train, val=val, acc=accuracy, pct=100 * accuracy
        )
        for epoch, train, val, accuracy in rows
    )


def only(path: Path) -> Run:
    (run,) = load(path)
    assert run.meta.format == "text log"
    return run


def curve(run: Run, split: str, metric: str) -> Series:
    (found,) = [s for s in run.series if (s.split, s.metric) == (split, metric)]
    return found


@pytest.mark.parametrize(
    "template",
    [
        "Epoch [{e}/8], Train Loss: {train:.4f}, Val Loss: {val:.4f}, Val Acc: {pct:.2f}%\n",
        "Epoch {e}/8, loss={train}, val_loss={val}, val_acc={acc}\n",
        "Epoch: {e:03d} | Train Loss: {train:.4f} | Val. Loss: {val:.4f} | Val. Acc: {pct:.2f}%\n",
        (
            "Epoch {e}/8\n5/5 - 0s - 7ms/step - loss: {train:.4f} "
            "- val_accuracy: {acc:.4f} - val_loss: {val:.4f}\n"
        ),
        "Epoch {e}/7\n-----\ntrain Loss: {train:.4f}\nval Loss: {val:.4f} Acc: {acc:.4f}\n\n",
        (
            "2026-01-01 10:00:00,123 - INFO - trainer - epoch {e} done | train_loss {train:.4f} "
            "| val_loss {val:.4f} | val_acc {acc:.4f}\n"
        ),
        "{{'epoch': {e}, 'train_loss': {train}, 'val_loss': {val}, 'val_acc': {acc}}}\n",
        (
            "{{'epoch': '{e}', 'loss': '{train}', 'eval_loss': np.float64({val}), "
            "'eval_accuracy': '{acc}'}}\n"
        ),
        (
            'saved\n{{"epoch": {e}, "train": {{"loss": {train}}}, '
            '"val": {{"loss": {val}, "acc": {acc}}}}}\n'
        ),
        "Epoch {e} Loss - train: {train:.4f}, val: {val:.4f}; val acc: {acc:.4f}\n",
        "[Train] epoch {e} loss: {train:.4f}\n[Val] epoch {e} loss: {val:.4f} acc: {acc:.4f}\n",
        "0: Epoch {e} train_loss {train:.4f} val_loss {val:.4f} val_acc {acc:.4f}\n",
        "train loss: {train:.4f}\nval loss: {val:.4f} acc: {acc:.4f}\nFinished epoch {e}\n",
        "\x1b[1mEPOCH {e}\x1b[0m TRAIN LOSS={train:.4f} VAL LOSS={val:.4f} VAL ACC={acc:.4f}\r\n",
    ],
)
def test_a_printed_epoch_gives_its_curves(template: str, tmp_path: Path) -> None:
    run = only(save(tmp_path, "SLURM_JOB_ID=123456\nnode: gpu-03\n" + lines(template)))
    for split, values in (("train", TRAIN), ("val", VAL)):
        found = curve(run, split, "loss")
        assert found.value.tolist() == values
        assert found.epoch[0] in (1, 0)
        assert np.diff(found.epoch).tolist() == [1] * (EPOCHS - 1)
    accuracy = curve(run, "val", "accuracy")
    scale = 100 if accuracy.value[0] > 1 else 1
    assert accuracy.value == pytest.approx([scale * value for value in ACCURACY])
    assert not run.issues


def test_steps_come_from_the_line(tmp_path: Path) -> None:
    text = "".join(
        f"step {250 * i}: train loss {TRAIN[i]}, val loss {VAL[i]}\n"
        f"iter {250 * i}: loss {TRAIN[i] + 1:.4f}, time 31.20ms, mfu 12.30%\n"
        for i in range(EPOCHS)
    )
    run = only(save(tmp_path, text))
    assert curve(run, "val", "loss").step.tolist() == [250 * i for i in range(EPOCHS)]
    assert curve(run, "", "loss").value[0] == pytest.approx(TRAIN[0] + 1)


def axis_words() -> list[str]:
    """Return what all languages call an epoch, a step, an iteration, a round or an episode."""
    languages = tomllib.loads((Path(metrics.__file__).parent / "words.toml").read_text("utf-8"))
    found = set()
    for language in languages.values():
        for kind in (language.get("always", {}), language.get("alone", {})):
            for axis in ("epoch", "step", "iteration", "round", "episode"):
                found.update(kind.get(axis, ()))
    return sorted(found)


@pytest.mark.parametrize("word", [*axis_words(), "Époque", "Epoch number", "generation", "update"])
def test_an_axis_is_known_in_every_language(word: str, tmp_path: Path) -> None:
    run = only(save(tmp_path, lines(word + " {e} loss: {train}\n")))
    loss = curve(run, "train", "loss")
    np.testing.assert_allclose(loss.value, TRAIN)
    assert loss.step[-1] - loss.step[0] == EPOCHS - 1


def test_the_last_state_of_a_bar_counts(tmp_path: Path) -> None:
    bars = []
    for epoch in range(EPOCHS):
        states = [
            f"{n:2d}/10 [{'=' * n}>{'.' * (10 - n)}] - ETA: 0s - loss: {9 - n}.5000"
            for n in range(1, 10)
        ]
        last = f"10/10 [==========] - 1s 9ms/step - loss: {TRAIN[epoch]} - val_loss: {VAL[epoch]}"
        bars.append(f"Epoch {epoch + 1}/8\n\r" + ("\b" * 60 + "\r").join([*states, last]) + "\n")
    evaluation = "\r1/3 [==>......] - ETA: 0s - loss: 7.0\r3/3 [======] - 0s - loss: 8.0\n"
    run = only(save(tmp_path, "".join(bars) + evaluation))
    assert curve(run, "train", "loss").value.tolist() == TRAIN
    assert curve(run, "val", "loss").step.tolist() == list(range(1, EPOCHS + 1))


def test_one_bar_over_the_epochs_gives_a_point_for_each_count(tmp_path: Path) -> None:
    states = [
        f"Training:  {12 * n}%|##   | {n}/8 [00:0{n}<00:07,  1.00it/s, "
        f"loss={TRAIN[n]}, val_loss={VAL[n]}]"
        for n in range(EPOCHS)
    ]
    run = only(save(tmp_path, "\r".join(["", *states, states[-1]]) + "\n"))
    assert curve(run, "train", "loss").value.tolist() == TRAIN
    assert curve(run, "val", "loss").step.tolist() == list(range(EPOCHS))


def test_batches_get_the_step_of_their_count_and_the_epoch_stands_at_its_last(
    tmp_path: Path,
) -> None:
    text = ""
    for e in range(EPOCHS):
        for b in range(3):
            text += f"Train Epoch: {e + 1} [{b * 100}/300 ({b * 33}%)]\tLoss: {TRAIN[e]:.6f}\n"
        text += f"\nTest set: Average loss: {VAL[e]}, Accuracy: {50 + e}/100 ({50 + e}%)\n\n"
    run = only(save(tmp_path, text))
    train, test = curve(run, "train", "loss"), curve(run, "test", "loss")
    assert train.step.tolist() == [100 * n for n in range(3 * EPOCHS)]
    assert test.step.tolist() == [300 * e + 200 for e in range(EPOCHS)]
    assert test.value.tolist() == VAL
    assert curve(run, "test", "accuracy").value.tolist() == [(50 + e) / 100 for e in range(EPOCHS)]


@pytest.mark.parametrize(
    ("template", "split", "metric", "first"),
    [
        ("[{i}]\ttrain-logloss:{train:.5f}\teval-logloss:{val:.5f}\n", "val", "logloss", 0),
        (
            "[10:00:01] [{i}]#011train-rmse:{train:.5f}#011validation-rmse:{val:.5f}\n",
            "val",
            "rmse",
            0,
        ),
        ("[{i}]\ttrain-rmse:{train:.5f}+0.00123\ttest-rmse:{val:.5f}+0.01234\n", "test", "rmse", 0),
        (
            "[{e}]\ttraining's binary_logloss: {train}\tvalid_1's binary_logloss: {val}\n",
            "val",
            "binary_logloss",
            0,
        ),
        (
            "[{e}]\tvalid_0's binary_logloss: {train}\tvalid_1's binary_logloss: {val}\n",
            "val",
            "binary_logloss",
            0,
        ),
        (
            (
                "{i}:\tlearn: {train:.7f}\ttest: {val:.7f}\t"
                "best: {val:.7f} ({i})\ttotal: 4ms\tremaining: 1s\n"
            ),
            "val",
            "loss",
            0,
        ),
    ],
)
def test_rounds_of_boosters_are_counted(
    template: str, split: str, metric: str, first: int, tmp_path: Path
) -> None:
    run = only(save(tmp_path, lines(template)))
    found = curve(run, split, metric)
    assert found.value.tolist() == VAL
    assert found.step.tolist() == list(range(first, first + EPOCHS))
    assert curve(run, "train", metric).value.tolist() == TRAIN


@pytest.mark.parametrize(
    ("printed", "metric"),
    [("l2", "mse"), ("l1", "mae"), ("rmse", "rmse"), ("multiclass", "logloss"), ("auc", "auc")],
)
def test_lightgbms_first_valid_set_is_the_training_set_with_a_note(
    printed: str, metric: str, tmp_path: Path
) -> None:
    both = f"[{{e}}]\tvalid_0's {printed}: {{train}}\tvalid_1's {printed}: {{val}}\n"
    run = only(save(tmp_path, lines(both)))
    assert curve(run, "train", metric).value.tolist() == TRAIN
    assert curve(run, "val", metric).value.tolist() == VAL
    assert [issue.key for issue in run.issues] == ["first_set_trains"]
    assert f'"valid_0\'s {printed}=val/METRIC"' in str(run.issues[0])
    mapped = {f"valid_0's {printed}": f"val/{metric}", f"valid_1's {printed}": f"test/{metric}"}
    (run,) = load(save(tmp_path, lines(both)), names=mapped)
    assert not run.issues
    assert curve(run, "val", metric).value.tolist() == TRAIN


def test_lightgbms_only_valid_set_is_held_out(tmp_path: Path) -> None:
    run = only(save(tmp_path, lines("[{e}]\tvalid_0's l2: {val}\n")))
    assert curve(run, "val", "mse").value.tolist() == VAL
    assert not run.issues


def test_the_best_iteration_of_lightgbm_is_no_restart(tmp_path: Path) -> None:
    text = lines("[{e}]\ttraining's binary_logloss: {train}\tvalid_1's binary_logloss: {val}\n")
    run = only(save(tmp_path, text + "Best iteration is:\n" + text.splitlines()[4] + "\n"))
    assert len(curve(run, "val", "binary_logloss").value) == EPOCHS
    assert not run.issues


@pytest.mark.parametrize(
    "text",
    [
        "epoch     train_loss  valid_loss  accuracy  time    \n"
        + lines("{i}         {train:.6f}    {val:.6f}    {acc:.6f}  00:12     \n"),
        "  epoch    train_loss    valid_loss    cp     dur\n"
        "-------  ------------  ------------  ----  ------\n"
        + lines(
            "      {e}        \x1b[36m{train:.4f}\x1b[0m  "
            "      \x1b[35m{val:.4f}\x1b[0m     +  0.0123\n"
        ),
        "+-------+------------+----------+\n| epoch | train_loss | val_loss |\n"
        "+-------+------------+----------+\n"
        + lines("|     {e} |     {train:.4f} |   {val:.4f} |\n"),
        "┃ Epoch ┃ Train Loss ┃ Val Loss ┃\n"
        + lines("│ {e:5d} │     {train:.4f} │   {val:.4f} │\n"),
        "starting\nepoch train_loss val_loss\n" + lines("{i} {train:.4f} {val:.4f}\n"),
    ],
)
def test_printed_tables_are_read_by_their_header(text: str, tmp_path: Path) -> None:
    run = only(save(tmp_path, text))
    assert curve(run, "train", "loss").value.tolist() == TRAIN
    assert curve(run, "val", "loss").value.tolist() == VAL
    assert np.diff(curve(run, "val", "loss").epoch).tolist() == [1] * (EPOCHS - 1)


def test_iterations_of_scikit_learn_are_epochs(tmp_path: Path) -> None:
    text = lines("Iteration {e}, loss = {train:.8f}\nValidation score: {acc:.6f}\n")
    found = curve(only(save(tmp_path, text)), "train", "loss")
    assert found.epoch.tolist() == list(range(1, EPOCHS + 1))


def test_the_last_record_of_hugging_face_is_no_point(tmp_path: Path) -> None:
    text = lines("{{'loss': '{train}', 'learning_rate': '5e-05', 'epoch': '{e}'}}\n")
    text += "{'train_runtime': '12.1', 'train_loss': '0.5', 'epoch': '8'}\n"
    run = only(save(tmp_path, text))
    assert curve(run, "train", "loss").value.tolist() == TRAIN


def test_a_step_that_goes_back_is_a_restart(tmp_path: Path) -> None:
    text = lines("Epoch {e} train_loss {train} val_loss {val}\n")
    again = "".join(f"Epoch {e} train_loss 0.{e}7 val_loss 0.{e}8\n" for e in range(6, 12))
    run = only(save(tmp_path, text + "resuming\n" + again))
    assert curve(run, "train", "loss").superseded.sum() == 3
    assert [issue.key for issue in run.issues] == ["restart"]


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1", "utf-8-sig"])
def test_encodings_are_read(encoding: str, tmp_path: Path) -> None:
    text = "época única\r\n" + lines("Epoch {e} train_loss {train} val_loss {val}\r\n")
    assert len(curve(only(save(tmp_path, text, encoding=encoding)), "val", "loss").value) == EPOCHS


@pytest.mark.parametrize("name", ["train.log", "slurm-12.out", "job.o123", "nohup"])
def test_a_log_behind_a_long_banner_is_found_by_its_end(name: str, tmp_path: Path) -> None:
    text = "import module  # nothing to see\nloss = 0.5\n" * 400
    text += lines("Epoch {e} train_loss {train} val_loss {val}\n")
    assert curve(only(save(tmp_path, text, name)), "val", "loss").value.tolist() == VAL


@pytest.mark.parametrize(
    "text",
    [
        "The loss of step 3 was 1.5 million.\n" * 20,
        "torch==2.1.0\nnumpy==1.26.0\nmap==1.0\n" * 5,
        "epochs: 100\nlr: 0.001\nloss: mse\nstep: 10\naccuracy: 0.9\n",
        "for epoch in range(10):\n    loss = 0.5\n    step = 3\n    acc = 0.9\n" * 9,
        lines("model {e}: accuracy {acc} f1 {acc}\n"),
        lines("{e}. Loss functions ........ {train}\n"),
        "We find loss 0.3 at epoch 100 and loss 0.2 at epoch 200.\n" * 10,
        lines("- Step {e}: fixed the loss of memory\n"),
        "".join(lines("Epoch {e} train_loss {train}\n").splitlines(keepends=True)[:4]),
    ],
)
def test_a_text_that_is_no_log_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(NothingReadable):
        load(save(tmp_path, text, "notes.txt"))


@pytest.mark.parametrize("name", ["loop.py", "README.md", "train.yaml", "table.csv"])
def test_sources_and_documents_are_never_logs(name: str, tmp_path: Path) -> None:
    with pytest.raises(NothingReadable):
        load(save(tmp_path, lines("Epoch {e} train_loss {train} val_loss {val}\n"), name))


def test_binary_data_is_refused(tmp_path: Path) -> None:
    text = "\0\1\2" + lines("Epoch {e} train_loss {train}\n")
    with pytest.raises(NothingReadable):
        load(save(tmp_path, text))


def test_a_line_of_ones_own_is_read_by_an_expression(tmp_path: Path) -> None:
    path = save(tmp_path, lines("E{i}~{train}/{val}\n"))
    with pytest.raises(NothingReadable):
        load(path)
    (run,) = load(path, lines=[r"E(?P<epoch>\d+)~(?P<train_loss>[\d.]+)/(?P<val_loss>[\d.]+)"])
    assert curve(run, "val", "loss").value.tolist() == VAL


def test_console_output_beside_the_log_of_its_run_adds_no_run(tmp_path: Path) -> None:
    rows = zip(range(EPOCHS), TRAIN, VAL, ACCURACY, strict=True)
    table = "".join(f"{i},{t + 1e-5},{v - 1e-5},{a}\n" for i, t, v, a in rows)
    save(tmp_path, "epoch,loss,val_loss,val_acc\n" + table, "metrics.csv")
    save(
        tmp_path,
        lines("Epoch {e}/8 train loss {train:.3f} val loss {val:.3f} val acc {pct:.1f}%\n"),
    )
    (run,) = load(tmp_path)
    assert run.name == "metrics"
    assert [issue.key for issue in run.issues] == ["same_run_twice"]


def test_the_executions_of_one_trial_are_runs(tmp_path: Path) -> None:
    text = ""
    for trial in (1, 2):
        text += f"Search: Running Trial #{trial}\n\n"
        for execution in (0, 0.01):
            for e, (train, val) in enumerate(zip(TRAIN, VAL, strict=True), 1):
                text += f"Epoch {e}/8\n8/8 - 0s - loss: {train + execution:.4f}"
                text += f" - val_loss: {val + execution:.4f}\n"
        text += f"Trial {trial} Complete [00h 00m 02s]\nval_loss: 0.5\n\n"
    runs = load(save(tmp_path, text))
    assert [run.name.rpartition("#")[2] for run in runs] == ["1.1", "1.2", "2.1", "2.2"]
    assert all(len(curve(run, "val", "loss")) == EPOCHS for run in runs)
    assert not any(run.issues for run in runs)


@pytest.mark.parametrize(
    "template",
    [
        "Epoch: {e} | train loss: {train} | train acc: {pct:.1f}% | val loss: {val}\n",
        "Epoch {e} train_loss=tensor({train}, device='cuda:0') val_loss={val} tr_acc {acc}\n",
        "ep {e:02d} tr_loss {train} val_loss {val} tr_acc {acc:.3f}\n",
    ],
)
def test_every_number_of_the_line_is_read(template: str, tmp_path: Path) -> None:
    run = only(save(tmp_path, lines(template)))
    assert curve(run, "train", "loss").value.tolist() == TRAIN
    assert curve(run, "val", "loss").value.tolist() == VAL
    assert len(curve(run, "train", "accuracy")) == EPOCHS


def test_a_table_that_rich_drew_is_read(tmp_path: Path) -> None:
    head = "┏━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━━━━┓\n┃ Epoch ┃ Train Loss ┃ Val Loss ┃\n"
    head += "┡━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━━┩\n"
    run = only(
        save(tmp_path, head + lines("│ {e:5d} │ {train:10.4f} │ {val:8.4f} │\n") + "└─────┘\n")
    )
    assert curve(run, "train", "loss").value.tolist() == TRAIN
    assert curve(run, "val", "loss").value.tolist() == VAL


@pytest.mark.parametrize("name", ["loss (train/val)", "train/val loss", "Loss train/valid"])
def test_two_splits_may_share_a_slash(name: str, tmp_path: Path) -> None:
    run = only(save(tmp_path, lines(f"Epoch {{e}}: {name} = {{train:.4f}}/{{val:.4f}}\n")))
    assert curve(run, "train", "loss").value.tolist() == TRAIN
    assert curve(run, "val", "loss").value.tolist() == VAL


def test_an_epoch_and_a_batch_in_brackets_are_the_axes(tmp_path: Path) -> None:
    places = [(epoch, batch) for epoch in (1, 2) for batch in (2000, 4000, 6000)]
    rows = [f"[{epoch}, {batch:5d}] loss: {9 / batch:.4f}\n" for epoch, batch in places]
    run = only(save(tmp_path, "".join(rows)))
    assert curve(run, "train", "loss").step.tolist() == list(range(2000, 12001, 2000))
    assert curve(run, "train", "loss").epoch.tolist() == [1, 1, 1, 2, 2, 2]


def test_a_printed_table_may_be_in_spanish(tmp_path: Path) -> None:
    text = " epoca    perdida    val_perdida\n" + lines("{e:>5} {train:>10} {val:>10}\n")
    run = only(save(tmp_path, f"Inicio\n{text}"))
    assert curve(run, "val", "loss").value.tolist() == VAL


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("epoch {n} [mse: {a}] [mIoU: {b}]", {"mse", "miou"}),
        ("Epoch {n} - train:acc:{a} - val:acc:{b} - lr 0.1", {"acc"}),
        ("epoch {n} margin 1000 loss {a}", {"margin", "loss"}),
        ("warmup: 5epoch, epoch {n} loss {a}", {"loss"}),
    ],
)
def test_no_name_is_taken_for_a_code_a_place_or_a_month(
    template: str, names: set[str], tmp_path: Path
) -> None:
    text = "".join(
        f"{template.format(n=n, a=round(2 / n, 4), b=round(0.5 + n / 50, 4))}\n"
        for n in range(1, 12)
    )
    run = only(save(tmp_path, text))
    found = {metrics.normal(series.metric) for series in run.series}
    assert all(any(name in metric for metric in found) for name in names), found


def test_a_number_on_a_line_of_its_own_counts_once_in_each_epoch(tmp_path: Path) -> None:
    text = lines("Epoch {e}/8\n  LR: 0.00{e}\n  Train Loss: {train}\n  Val PA: {acc}\n")
    run = only(save(tmp_path, "LR: 0.5\n" + text))
    assert curve(run, "", "lr").value.tolist() == [float(f"0.00{e + 1}") for e in range(EPOCHS)]
    assert curve(run, "val", "PA").value.tolist() == ACCURACY


def test_the_score_of_an_episode_is_what_an_agent_earned(tmp_path: Path) -> None:
    text = lines("Episode {e}00\tAverage Score: {acc}\tScore: {train}\n")
    run = only(save(tmp_path, text))
    assert curve(run, "", "Average Score").step.tolist() == list(range(100, 900, 100))
    assert curve(run, "train", "Score").value.tolist() == TRAIN


def test_scores_of_rankings_are_read(tmp_path: Path) -> None:
    text = lines(
        "Epoch {e}00 | evaluation\nINFO:2024-05-19 16:26:31:mrr: {acc}\nhits@10: {train}\n"
    )
    run = only(save(tmp_path, text))
    assert curve(run, "val", "mrr").epoch.tolist() == list(range(100, 900, 100))
    assert curve(run, "val", "hits@10").value.tolist() == TRAIN


def test_marks_of_markdown_around_numbers_are_skipped(tmp_path: Path) -> None:
    run = only(save(tmp_path, lines("- epoch `{i}`, **Trainning loss:** `{train}`\n")))
    assert curve(run, "train", "loss").epoch.tolist() == list(range(EPOCHS))


def test_losses_of_pix2pix_do_not_say_that_they_are(tmp_path: Path) -> None:
    row = "(epoch: {e}, iters: %d00, time: 0.123, data: 0.002) G_GAN: {train} D_real: {%s} \n"
    run = only(save(tmp_path, lines(row % (1, "acc") + row % (2, "val"))))
    assert {series.tag for series in run.series} == {"G_GAN", "D_real", "time"}
    assert curve(run, "", "D_real").step.tolist()[:3] == [100, 200, 300]
    assert curve(run, "", "D_real").value.tolist()[:2] == [ACCURACY[0], VAL[0]]
    with pytest.raises(NothingReadable):
        load(save(tmp_path, lines("(epoch: {e}, iters: 100, time: 0.1) D_real: {acc} \n")))


def test_a_score_without_episodes_is_none(tmp_path: Path) -> None:
    with pytest.raises(NothingReadable):
        load(save(tmp_path, lines("Level {e}: Score: {acc}\n")))


@pytest.mark.parametrize(
    "template",
    [
        "第 {e} 轮：训练损失：{train}，验证损失：{val}，验证准确率：{pct:.1f}％\n",
        "轮次: {e}/8 训练损失={train} 验证损失={val} 验证准确率={acc}\n",
        "エポック {e}/8 訓練損失: {train} 検証損失: {val} 検証精度: {acc}\n",
        "에포크 {e}/8 - 훈련 손실: {train} - 검증 손실: {val} - 검증 정확도: {acc}\n",
        "Эпоха {e}/8 Потери на обучении: {train} Потери на валидации: {val} Val точность {acc}\n",
    ],
)
def test_other_scripts_are_read(tmp_path: Path, template: str) -> None:
    run = only(save(tmp_path, lines(template)))
    assert curve(run, "train", "loss").value.tolist() == TRAIN
    assert curve(run, "val", "loss").value.tolist() == VAL
    assert curve(run, "val", "accuracy").epoch.tolist() == list(range(1, EPOCHS + 1))


def test_three_epochs_of_a_fine_tuning_are_a_log(tmp_path: Path) -> None:
    text = lines("Epoch {e}/3\nTrain Loss: {train}\nVal Loss: {val}, Val Acc: {acc}\n")
    rows = text.splitlines(keepends=True)
    run = only(save(tmp_path, "".join(rows[:9])))
    assert curve(run, "train", "loss").value.tolist() == TRAIN[:3]
    assert curve(run, "val", "loss").epoch.tolist() == [1, 2, 3]
    with pytest.raises(NothingReadable):
        load(save(tmp_path, "".join(rows[:6])))
    with pytest.raises(NothingReadable):
        load(save(tmp_path, lines("Epoch {e}: loss {train}\n")[: 3 * 19]))


@pytest.mark.parametrize(
    "form",
    [
        "epoch {at} train box loss {a} train cls loss {b} val box loss {c} val cls loss {d}",
        "epoch {at} | box loss: {a} | cls loss: {b} | val box loss: {c} | val cls loss: {d}",
        "Epoch {at}: box loss train {a}, box loss val {c}, cls loss train {b}, cls loss val {d}",
        "Epoch {at}\ntrain: box_loss {a} cls_loss {b}\nval: box_loss {c} cls_loss {d}",
    ],
)
def test_parts_of_a_loss_keep_their_split(tmp_path: Path, form: str) -> None:
    lines = [
        form.format(at=at, a=2 / at, b=3 / at, c=1 + 2 / at, d=1 + 3 / at) for at in range(1, 13)
    ]
    (tmp_path / "train.log").write_text("\n".join(lines) + "\n")
    (run,) = load(tmp_path)
    last = {
        (series.split, series.metric.replace("_", " ")): round(float(series.value[-1]), 3)
        for series in run.series
    }
    assert last == {
        ("train", "box loss"): 0.167,
        ("train", "cls loss"): 0.25,
        ("val", "box loss"): 1.167,
        ("val", "cls loss"): 1.25,
    }


def test_the_perplexities_of_training_and_validation_are_one_metric(tmp_path: Path) -> None:
    text = lines("Step {e}00/9000; acc: 40.00; ppl: {train}; lr: 0.0005; 1500/1600 tok/s\n")
    rows = zip(text.splitlines(), VAL, strict=True)
    both = "".join(f"{row}\nValidation perplexity: {value}\n" for row, value in rows)
    run = only(save(tmp_path, both))
    curves = {series.split: series for series in run.series if series.metric == "perplexity"}
    assert curves["train"].value.tolist() == TRAIN
    assert curves["val"].value.tolist() == VAL
