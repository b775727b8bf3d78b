"""Errors and notes in Spanish: the common mistakes, and what a sentence may and may not do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from analyzer.cli._messages import in_language, template

Call = Callable[..., Result]
OnlyError = Callable[[Result, int], str]
HELP = "Consulte «main{} --help»."  # the name of the program in a test


@pytest.fixture(autouse=True)
def _spanish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALYZER_LANG", "es")


@pytest.fixture
def places() -> dict[str, str]:
    """Make files that are no logs, and settings with mistakes, in the current folder."""
    Path("empty").mkdir()
    Path("data").mkdir()
    Path("data/image.bin").write_bytes(b"\0\1\2" * 50)
    Path("log.csv").write_text("epoch,loss,val_loss\n1,3,3\n2,2,2\n3,1,1\n", encoding="utf-8")
    settings = {
        "unknown.toml": "[detectors.platau]\nx = 1\n",
        "broken.toml": "lang = [\n",
        "range.toml": "[detectors.plateau]\nmin_points = 1\n",
        "name.toml": "detector = 1\n",
    }
    for name, text in settings.items():
        Path(name).write_text(text, encoding="utf-8")
    return settings


MISTAKES: list[tuple[str, int, str]] = [
    ("reprot log.csv", 2, "No existe el comando «reprot». (¿Quiso decir uno de estos: "),
    ("log.csv", 2, "log.csv: es una ruta, no un comando; pruebe: analyzer report log.csv"),
    ("report", 2, f"Falta el argumento «RUTA». {HELP.format(' report')}"),
    ("report --bogus", 2, f"No existe la opción «--bogus». {HELP.format(' report')}"),
    ("report --langg", 2, "No existe la opción «--langg». ¿Quiso decir «--lang»? "),
    ("report log.csv --top 0", 2, "Valor no válido para «--top»: 0 no está en el intervalo x>=1. "),
    ("report log.csv --top x", 2, "Valor no válido para «--top»: «x» no es un número entero. "),
    ("report log.csv b.csv", 2, "Sobra un argumento (b.csv). "),
    ("report log.csv --map", 2, "La opción «--map» necesita un valor. "),
    ("report log.csv --json=1", 2, "La opción «--json» no admite ningún valor. "),
    ("check log.csv --fail-on bad", 2, "Valor no válido para «--fail-on»: «bad» no es ninguno de "),
    ("check log.csv --max-gap x", 2, "Valor no válido para «--max-gap»: «x» no es un número. "),
    ("note x --date 1", 2, "Valor no válido para «--date»: «1» no tiene el formato «%Y-%m-%d». "),
    ("batch log.csv", 2, "Falta la opción «-o» / «--output». "),
    ("report nope.csv", 2, "nope.csv: no existe ese archivo ni esa carpeta; compruebe la ruta"),
    ("report empty", 4, "empty: no contiene ningún archivo que pueda ser un log; revise la ruta"),
    ("batch empty -o site", 4, "empty: no contiene ningún archivo que pueda ser un log; "),
    ("inspect empty", 4, "empty: no contiene ningún archivo que pueda ser un log; revise la ruta"),
    ("report data", 4, "image.bin: no se reconoce como log de entrenamiento"),
    ("batch data -o site", 4, "data: el único archivo no es un log de entrenamiento ("),
    ("batch nope -o site", 2, "nope: no existe esa carpeta; compruebe la ruta"),
    ("batch log.csv -o site", 2, "log.csv: es un archivo; indique su carpeta, o use «analyzer "),
    ("batch data -o data", 2, "data: es la propia carpeta de los logs; elija otro -o"),
    ("batch empty -o s --every 0", 2, "Valor no válido para «--every»: «0» debe ser un segundo o "),
    ("report log.csv -o x.foo", 2, "x.foo: formato de informe desconocido; use un nombre que "),
    ("report log.csv -o log.csv", 2, "log.csv: es un log que se leyó; elija otro archivo"),
    ("report log.csv --run b", 2, "no existe la ejecución «b»; las que hay son: cwd"),
    ("report log.csv --map x", 2, "--map «x»: debe tener la forma NOMBRE=SPLIT/MÉTRICA, p. ej. "),
    ("check log.csv --map val_los=val/loss", 2, "nombre desconocido en --map: «val_los»; ¿quiso "),
    ("check log.csv --require x", 2, "requisito «x»: debe tener la forma MÉTRICA<NÚMERO, p. ej. "),
    (
        "explain platau",
        2,
        "detector, veredicto, remedio, dato o término desconocido «platau»; ¿quiso decir «plat",
    ),
    ("compare log.csv", 2, "compare: indique al menos dos ejecuciones"),
    ("plot log.csv -o x.svg --metric f", 2, "cwd: «f» no se registró; «analyzer inspect» enumera "),
    (
        "export log.csv -o x.y",
        2,
        "x.y: formato de exportación desconocido; el nombre debe termina",
    ),
    ("report log.csv --config nope", 2, "nope: no se puede leer: no existe ese archivo ni esa "),
    ("report log.csv --config unknown.toml", 2, "detector desconocido «platau»; ¿quiso decir «pla"),
    ("report log.csv --config name.toml", 2, "opción desconocida en name.toml: «detector»; ¿quiso"),
    ("report log.csv --config broken.toml", 2, "broken.toml: TOML no válido: «"),
    ("report log.csv --config range.toml", 2, "plateau.min_points = 1: debe ser "),
    ("mcp", 2, f"Falta el argumento «CARPETA». {HELP.format(' mcp')}"),
    ("init -o log.csv", 2, "log.csv: ya existe y no se modifica; elija otro archivo con -o"),
    ("train overfiting -o x", 2, "escenario desconocido «overfiting»; ¿quiso decir «overfitting»"),
    ("train --bogus", 2, "argumentos desconocidos: --bogus; consulte «analyzer train --help»"),
    ("train fleet", 2, "faltan estos argumentos: -o/--output; consulte «analyzer train fleet "),
    ("train x --epochs 0", 2, "--epochs: debe ser un número entero mayor o igual que 1, no «0»; "),
    ("train steps --lang fr", 2, "--lang: 'fr' no es ninguno de estos: 'en', 'es'; consulte «"),
    ("train steps --lr", 2, "--lr necesita al menos un valor; consulte «analyzer train steps "),
    ("note x", 2, "note: en esta carpeta no hay ningún sitio de «analyzer batch», o hay varios; "),
]


@pytest.mark.parametrize(("line", "code", "expected"), MISTAKES, ids=[row[0] for row in MISTAKES])
@pytest.mark.usefixtures("places")
def test_a_common_mistake_is_answered_in_spanish(
    call: Call, only_error: OnlyError, line: str, code: int, expected: str
) -> None:
    if "overfiting" in line:
        pytest.importorskip("torch")  # else there is nothing to choose from
    answer = only_error(call(*line.split()), code)
    assert answer.startswith(expected)
    assert "  " not in answer


@pytest.mark.usefixtures("places")
def test_the_option_wins_also_for_errors(
    call: Call, only_error: OnlyError, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert only_error(call("report", "nope", "--lang", "en"), 2).startswith("nope: no such file")
    monkeypatch.setenv("ANALYZER_LANG", "en")
    assert only_error(call("report", "nope", "--lang=es"), 2).startswith("nope: no existe")
    assert only_error(call("report", "--lang=es", "--bogus"), 2).startswith("No existe la opción")


def damaged(name: str = "torn.csv") -> Path:
    """Return a table in which a row has too many cells."""
    rows = [f"{epoch},{3 / epoch},{3 / epoch}" for epoch in range(1, 9)]
    rows[4] += ",1,2"
    path = Path(name)
    path.write_text("\n".join(["epoch,loss,val_loss", *rows]) + "\n", encoding="utf-8")
    return path


def test_a_damaged_log_is_told_in_spanish(call: Call, only_error: OnlyError) -> None:
    path = damaged()
    assert "se omitieron" in call("export", path, "-o", "points.csv").stderr
    assert "se omitieron" in only_error(call("report", path, "--strict"), 3)
    assert "se omitieron" in only_error(call("check", path, "--strict"), 3)


def test_the_junit_file_says_what_the_terminal_says(call: Call, only_error: OnlyError) -> None:
    line = only_error(call("check", "nope.csv", "--junit", "out.xml"), 2)
    assert line.startswith("nope.csv: no existe")
    document = Path("out.xml").read_text(encoding="utf-8")
    assert line in document
    assert '<testsuite name="analyzer"' in document


def test_a_line_that_nobody_translated_stays_english_as_a_whole() -> None:
    for line in (
        "the moon is too far away",
        "runs: cannot write here: Exec format error; choose another -o",
        'unknown planet "platau"; did you mean "plateau"?',
    ):
        assert in_language(line, "es") == line


def test_values_are_kept_to_the_letter() -> None:
    for path in ("a: b; c.csv", "«x»", "{path}", "a\nb", "", "\\d+"):
        line = f"{path}: no such file or folder; check the path"
        assert in_language(line, "es").startswith(f"{path}: no existe")
        assert in_language(line, "en") == line


def test_a_text_fits_a_template_only_as_a_whole() -> None:
    known = template("{path}: holds {count} runs", "")
    assert known.values_in("a: b: holds 2 runs") == {"path": "a: b", "count": "2"}
    assert known.values_in(": holds  runs") == {"path": "", "count": ""}
    for text in ("a: holds 2 runs.", "a: holds runs", "holds 2 runs", "a:holds 2 runs", ""):
        assert known.values_in(text) is None
    assert template("interrupted", "").values_in("interrupted") == {}
    assert template("interrupted", "").values_in("interrupted!") is None


def test_a_very_long_line_is_not_looked_up() -> None:
    line = f"{'x' * 10_000}: no such file or folder; check the path"
    assert in_language(line, "es") == line
