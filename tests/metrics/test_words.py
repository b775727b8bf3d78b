"""Words of other languages: names as people write them, and words that only look foreign."""

from __future__ import annotations

import tomllib
import unicodedata
from pathlib import Path

import pytest

from analyzer import metrics
from analyzer.metrics import words
from analyzer.metrics.kinds import EPOCH_AXES, STEP_AXES, kind
from analyzer.metrics.words import Context, context_of, english

TABLE = tomllib.loads(Path(words.__file__).with_name("words.toml").read_text(encoding="utf-8"))

# name in the log, split, metric
READINGS = [
    ("perdida_train", "train", "loss"),
    ("pérdida (validación)", "val", "loss"),
    ("Pérdida de entrenamiento", "train", "loss"),
    ("PÉRDIDA DE VALIDACIÓN", "val", "loss"),
    ("loss_entrenamiento", "train", "loss"),
    ("perdidaPrueba", "test", "loss"),
    ("entrenamiento/pérdida", "train", "loss"),
    ("Exactitud (validación) [%]", "val", "accuracy"),
    ("precisión_val", "val", "accuracy"),
    ("tasa de aprendizaje", "", "lr"),
    ("error_entrenamiento", "train", "error"),
    ("pérdida media de validación", "val", "loss"),
    ("error cuadrático medio (validación)", "val", "mse"),
    ("ecm_entrenamiento", "train", "mse"),
    ("error_absoluto_medio_val", "val", "mae"),
    ("tasa de error de validación", "val", "error_rate"),
    ("puntuación_validación", "val", "score"),
    ("puntaje_f1_val", "val", "f1"),
    ("perda_treino", "train", "loss"),
    ("acurácia no teste", "test", "accuracy"),
    ("Perte d'entraînement", "train", "loss"),
    ("perte_validation", "val", "loss"),
    ("taux d’apprentissage", "", "lr"),
    ("Trainingsverlust", "train", "loss"),
    ("Validierungsgenauigkeit", "val", "accuracy"),
    ("Verlust (Training)", "train", "loss"),
    ("perdita_addestramento", "train", "loss"),
    ("训练损失", "train", "loss"),
    ("验证集准确率", "val", "accuracy"),
    ("学习率", "", "lr"),
    ("検証損失", "val", "loss"),
    ("訓練_正解率", "train", "accuracy"),
    ("검증 손실", "val", "loss"),
    ("потери на валидации", "val", "loss"),
    ("Точность (тест)", "test", "accuracy"),
    ("accuratezza di validazione", "val", "accuracy"),
    ("pèrdua_validació", "val", "loss"),
    ("validatieverlies", "val", "loss"),
    ("eğitim_kaybı", "train", "loss"),
    ("doğrulama doğruluğu", "val", "accuracy"),
]


@pytest.mark.parametrize(("name", "split", "metric"), READINGS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_in_another_language_is_read(name: str, split: str, metric: str, form: str) -> None:
    read = metrics.read(unicodedata.normalize(form, name))
    assert (read.split, read.metric) == (split, metric)


@pytest.mark.parametrize(
    "name",
    [
        "test",
        "value",
        "pas",
        "precision",
        "in_loss",
        "evaluation",
        "no_loss",
        "ent",
        "media",
        "total",
    ],
)
def test_a_word_that_english_has_too_stays(name: str) -> None:
    assert english(name) == name


def test_a_word_with_an_english_twin_is_read_among_words_of_its_language() -> None:
    names = ["época", "pérdida_val", "precision_val"]
    assert metrics.read_all(names)["precision_val"] == metrics.Reading("val", "accuracy")
    assert metrics.read_all(["epoch", "precision_val"])["precision_val"].metric == "precision"


@pytest.mark.parametrize("beside", ["exactitud_val", "recall_val", "val_acc"])
def test_a_precision_beside_an_accuracy_or_a_recall_is_the_precision(beside: str) -> None:
    names = ["época", "pérdida_val", "precisión_val", beside]
    assert metrics.read_all(names)["precisión_val"].metric == "precision"


@pytest.mark.parametrize(
    ("name", "axis"),
    [
        ("Época", "epoch"),
        ("epoca", "epoch"),
        ("Número de época", "epoch_number"),
        ("paso", "step"),
        ("Paso global", "global_step"),
        ("iteração", "iteration"),
        ("Schritt", "step"),
        ("étape", "step"),
        ("valor", "value"),
        ("métrica", "metric"),
        ("fase", "phase"),
    ],
)
def test_the_name_of_a_column_is_read(name: str, axis: str) -> None:
    assert metrics.normal(name) == axis


def test_pas_is_a_step_only_in_a_french_log() -> None:
    assert metrics.normal("pas") == "pas"
    assert metrics.normal("pas", context_of(["pas", "perte", "perte_validation"])) == "step"


@pytest.mark.parametrize(
    ("cell", "split"),
    [
        ("entrenamiento", "train"),
        ("VALIDACIÓN", "val"),
        ("conjunto de prueba", "test"),
        ("Training set", "train"),
        ("treino", "train"),
        ("pretraining", ""),
        ("", ""),
    ],
)
def test_a_cell_names_a_split(cell: str, split: str) -> None:
    assert metrics.cell_split(cell) == split
    assert metrics.cell_place(cell) == split


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ("fit", "train"),
        ("validating", "val"),
        ("sanity", "sanity"),
        ("Sanity check", "sanity"),
        ("predict_step", "predict"),
        ("sanity of mind", ""),
    ],
)
def test_a_cell_names_the_place_of_its_numbers(cell: str, place: str) -> None:
    assert metrics.cell_place(cell) == place
    assert metrics.is_split(place) == (place in ("train", "val"))


@pytest.mark.parametrize(
    ("folder", "split"), [("entrenamiento", "train"), ("validación", "val"), ("prueba", "test")]
)
def test_a_folder_names_a_split(folder: str, split: str) -> None:
    assert metrics.folder_split(folder) == split


def test_names_in_english_have_no_context() -> None:
    assert context_of(["epoch", "loss", "val_loss", "precision"]) == Context()


@pytest.mark.parametrize("language", TABLE)
def test_the_words_of_a_language_are_not_english(language: str) -> None:
    known = {*metrics.SPLITS, *STEP_AXES, *EPOCH_AXES}
    for phrases in TABLE[language].get("always", {}).values():
        for phrase in phrases:
            plain = words.fold(phrase).casefold()
            assert plain not in known
            assert kind(plain) is None or english(plain) != plain


def test_a_phrase_means_the_same_in_every_language() -> None:
    meanings: dict[str, str] = {}
    for tables in TABLE.values():
        for meant, phrases in tables.get("always", {}).items():
            for phrase in phrases:
                plain = words.fold(phrase).casefold()
                assert meanings.setdefault(plain, meant) == meant


def test_a_long_name_is_left_alone() -> None:
    name = "pérdida_" * 40
    assert english(name) == name


def test_compounds_without_blanks_are_cut_at_their_words() -> None:
    assert english("标签损失") == "标签_loss"
    assert english("总训练损失") == "train_loss"
    assert kind(english("辅助分类损失")) == "loss"
    assert english("标签") == "标签"
