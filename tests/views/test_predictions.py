"""Predictions beside a log, by numbers of scikit-learn; whose they are, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import analyzer
from analyzer.cli import main
from analyzer.engine import diagnose
from analyzer.model.run import Run
from analyzer.report.html import page
from analyzer.views.predictions import PredictionsView

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{2 / (n + 1)},{2.2 / (n + 1)}\n" for n in range(20))


def examples(classes: list[str], count: int = 400) -> tuple[list[str], list[str], np.ndarray]:
    """Return truth, prediction and scores; the predicted class has the highest score."""
    rng = np.random.default_rng(len(classes))
    truth = rng.integers(0, len(classes), count)
    scores = rng.dirichlet(np.ones(len(classes)), count)
    scores[np.arange(count), truth] += 0.4 * (rng.random(count) < 0.7)
    scores /= scores.sum(axis=1, keepdims=True)
    predicted = scores.argmax(axis=1)
    return [classes[n] for n in truth], [classes[n] for n in predicted], scores


def run_beside(folder: Path, name: str, text: str) -> Run:
    (folder / "log.csv").write_text(LOG, encoding="utf-8")
    (folder / name).write_text(text, encoding="utf-8")
    (run,) = analyzer.load(folder)
    return run


def table(truth: list[str], predicted: list[str], scores: np.ndarray, classes: list[str]) -> str:
    lines = [",".join(["truth", "prediction", *(f"score_{name}" for name in classes)])]
    for true, said, own in zip(truth, predicted, scores, strict=True):
        lines.append(",".join([true, said, *(f"{score:.6f}" for score in own)]))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("classes", [["cat", "dog", "emu"], [str(n) for n in range(10)]])
def test_every_figure_is_that_of_scikit_learn(tmp_path: Path, classes: list[str]) -> None:
    judge = pytest.importorskip("sklearn.metrics")
    truth, predicted, scores = examples(classes)
    run = run_beside(tmp_path, "predictions.csv", table(truth, predicted, scores, classes))
    content = PredictionsView().read(run)
    assert content is not None
    numbers = content.numbers
    assert numbers["names"] == classes
    assert numbers["confusion"] == judge.confusion_matrix(truth, predicted, labels=classes).tolist()
    assert numbers["accuracy"] == pytest.approx(judge.accuracy_score(truth, predicted))
    macro = judge.f1_score(truth, predicted, average="macro")
    assert numbers["macro_f1"] == pytest.approx(macro)
    oracle = judge.precision_recall_fscore_support(truth, predicted, labels=classes)
    for place, name in enumerate(classes):
        (row,) = (row for row in numbers["per_class"] if row["class"] == name)
        own = [row[key] for key in ("precision", "recall", "f1", "examples")]
        assert own == pytest.approx([part[place] for part in oracle])
        assert row["f1_low"] <= row["f1"] <= row["f1_high"]
    assert numbers["per_class"][0]["f1"] == pytest.approx(min(oracle[2]))


def test_classes_that_are_unbalanced_are_told_with_the_balanced_accuracy(tmp_path: Path) -> None:
    judge = pytest.importorskip("sklearn.metrics")
    truth = ["ok"] * 180 + ["bad"] * 15 + ["odd"] * 5
    predicted = ["ok"] * 190 + ["bad"] * 10
    lines = [f"{true},{said}" for true, said in zip(truth, predicted, strict=True)]
    run = run_beside(tmp_path, "predictions.csv", "\n".join(["truth,prediction", *lines]))
    content = PredictionsView().read(run)
    assert content is not None
    (said,) = (saying for saying in content.says if saying.key == "unbalanced")
    assert (said.values["majority"], said.values["share"]) == ("ok", 0.9)
    balanced = judge.balanced_accuracy_score(truth, predicted)
    assert said.values["balanced"] == pytest.approx(balanced)


def test_classes_of_like_size_are_not_called_unbalanced(tmp_path: Path) -> None:
    classes = ["a", "b"]
    truth, predicted, scores = examples(classes)
    run = run_beside(tmp_path, "predictions.csv", table(truth, predicted, scores, classes))
    content = PredictionsView().read(run)
    assert content is not None
    assert "unbalanced" not in [saying.key for saying in content.says]


def test_the_surest_mistakes_come_first(tmp_path: Path) -> None:
    classes = ["a", "b", "c"]
    truth, predicted, scores = examples(classes)
    run = run_beside(tmp_path, "predictions.csv", table(truth, predicted, scores, classes))
    content = PredictionsView().read(run)
    assert content is not None
    (surest,) = (made for made in content.tables if made.key == "surest")
    wrong = [place for place in range(400) if truth[place] != predicted[place]]
    first = max(wrong, key=lambda place: scores[place].max())
    assert surest.rows[0]["row"] == first + 1
    assert surest.rows[0]["confidence"] == pytest.approx(scores[first].max(), abs=1e-6)
    assert surest.values == {"wrong": len(wrong)}


def test_spanish_names_lists_of_scores_and_texts(tmp_path: Path) -> None:
    lines = []
    for number in range(60):
        said = "sí" if number % 7 else "no"
        row = {"etiqueta": "sí" if number % 2 else "no", "predicción": said}
        row |= {"texto": f"frase {number}", "scores": {"sí": 0.6, "no": 0.4}}
        lines.append(json.dumps(row, ensure_ascii=False))
    run = run_beside(tmp_path, "predicciones.jsonl", "\n".join([*lines, "{broken"]))
    content = PredictionsView().read(run)
    assert content is not None
    assert content.numbers["names"] == ["no", "sí"]
    assert [saying.values["lost"] for saying in content.says if saying.key == "lost"] == [1]
    (surest,) = (made for made in content.tables if made.key == "surest")
    assert surest.rows[0]["input"].startswith("frase ")


def test_amounts_are_judged_by_their_errors(tmp_path: Path) -> None:
    judge = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(2)
    truth = rng.normal(size=200)
    said = truth + 0.3 * rng.normal(size=200)
    rows = "".join(f"{a!r};{b!r}\n" for a, b in zip(truth.tolist(), said.tolist(), strict=True))
    run = run_beside(tmp_path, "val_preds.csv", "y_true;y_pred\n" + rows)
    content = PredictionsView().read(run)
    assert content is not None
    numbers = content.numbers
    assert numbers["mae"] == pytest.approx(judge.mean_absolute_error(truth, said))
    assert numbers["rmse"] == pytest.approx(judge.mean_squared_error(truth, said) ** 0.5)
    assert numbers["r2"] == pytest.approx(judge.r2_score(truth, said))
    assert numbers["worst"][0]["row"] == int(np.abs(said - truth).argmax()) + 1


def test_a_probability_of_class_one_is_a_class_from_a_half_on(tmp_path: Path) -> None:
    rows = "".join(f"{n % 2},{0.9 if n % 2 or not n % 5 else 0.1}\n" for n in range(40))
    run = run_beside(tmp_path, "predictions.csv", "label,prediction\n" + rows)
    content = PredictionsView().read(run)
    assert content is not None
    assert content.numbers["confusion"] == [[16, 4], [0, 20]]


def test_a_confusion_matrix_alone(tmp_path: Path) -> None:
    document = {"labels": ["a", "b"], "matrix": [[30, 10], [0, 60]]}
    run = run_beside(tmp_path, "confusion_matrix.json", json.dumps(document))
    content = PredictionsView().read(run)
    assert content is not None
    assert content.numbers["accuracy"] == 0.9
    pair = next(saying.values for saying in content.says if saying.key == "pair")
    assert (pair["truth"], pair["prediction"], pair["share"]) == ("a", "b", 0.25)


def test_many_classes_are_drawn_as_shades(tmp_path: Path) -> None:
    classes = [str(n) for n in range(40)]
    truth, predicted, scores = examples(classes, 4000)
    run = run_beside(tmp_path, "predictions.csv", table(truth, predicted, scores, classes))
    content = PredictionsView().read(run)
    assert content is not None
    assert content.matrix is None
    (drawn,) = content.maps
    assert (np.diag(drawn.levels[::-1]) == drawn.levels.max(axis=1)[::-1]).all()
    whole = page(diagnose(run), "en")
    view = whole[whole.index('id="view-predictions"') :]
    assert len(view[: view.index("</article>")].encode()) < 25_000


def test_predictions_are_neither_a_run_nor_an_unreadable_file(tmp_path: Path) -> None:
    classes = ["a", "b"]
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    (tmp_path / "predictions.csv").write_text(table(*examples(classes), classes), encoding="utf-8")
    found = analyzer.load(tmp_path)
    assert [run.name for run in found] == [tmp_path.name]
    assert [(file.source, file.key) for file in found.skipped] == [("predictions.csv", "results")]
    assert not found.unreadable


def test_of_two_runs_in_a_folder_the_name_says_whose_predictions_they_are(tmp_path: Path) -> None:
    classes = ["a", "b"]
    for name in ("big", "tiny"):
        (tmp_path / f"{name}.csv").write_text(LOG.replace("2.2", name[:0] + "2.2"), "utf-8")
    (tmp_path / "big.csv").write_text(LOG.replace(",0.", ",1."), "utf-8")
    (tmp_path / "predictions.csv").write_text(table(*examples(classes), classes), "utf-8")
    (tmp_path / "tiny_predictions.csv").write_text(table(*examples(classes), classes), "utf-8")
    results = {
        run.name: [Path(path).name for path in run.results] for run in analyzer.load(tmp_path)
    }
    assert results == {"big": [], "tiny": ["tiny_predictions.csv"]}


def test_names_from_a_file_stay_text_and_short(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    rows = "".join(f'"{evil}","{"x" * 5000}"\n"b","b"\n' for _ in range(20))
    run = run_beside(tmp_path, "predictions.csv", "truth,prediction\n" + rows)
    whole = page(diagnose(run), "en")
    assert "<script>alert" not in whole
    assert "&lt;script&gt;alert" in whole
    assert "x" * 200 not in whole


def test_twelve_classes_with_texts_fit_on_a_page(tmp_path: Path) -> None:
    classes = [f"a_class_with_a_long_name_{n}" for n in range(12)]
    truth, predicted, scores = examples(classes, 2000)
    run = run_beside(tmp_path, "predictions.csv", table(truth, predicted, scores, classes))
    whole = page(diagnose(run), "en")
    view = whole[whole.index('id="view-predictions"') :]
    assert len(view[: view.index("</article>")].encode()) < 25_000


@pytest.mark.parametrize(
    "text", ["truth,prediction\n", "truth,prediction\na\nb\n", "truth,prediction\na,a\na,a\n"]
)
def test_what_has_no_two_classes_shows_nothing(tmp_path: Path, text: str) -> None:
    assert PredictionsView().read(run_beside(tmp_path, "predictions.csv", text)) is None


def test_no_report_replaces_a_file_of_results(tmp_path: Path) -> None:
    matrix = tmp_path / "confusion_matrix.json"
    run_beside(tmp_path, matrix.name, "[[3, 1], [0, 2]]")
    for path in (tmp_path, tmp_path / "log.csv"):
        with pytest.raises(SystemExit) as ended:
            main(["report", str(path), "-o", str(matrix)])
        assert ended.value.code == 2
    assert matrix.read_text(encoding="utf-8") == "[[3, 1], [0, 2]]"


def test_a_batch_reads_changed_predictions_again(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    for right in (10, 77):
        run_beside(logs, "predictions.csv", "truth,pred\n" + "a,a\n" * right + "b,a\n")
        with pytest.raises(SystemExit) as ended:
            main(["batch", str(logs), "-o", str(tmp_path / "site")])
        assert ended.value.code == 0
        (report,) = (tmp_path / "site").rglob("report.html")
        assert f"{right} of {right + 1} examples" in report.read_text(encoding="utf-8")
