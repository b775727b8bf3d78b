"""Law 1: imports point down, and each heavy library has one home."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

import analyzer

PACKAGE = Path(analyzer.__file__).parent


def load_circles() -> ModuleType:
    """Load the script beside this file, which users run on its own."""
    spec = spec_from_file_location("circles", Path(__file__).with_name("circles.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CIRCLES = load_circles()

# From the bottom up; modules of one row do not import each other (but for the files of one
# sub-package).
LAYERS = (
    ("errors", "garbage", "resources", "sentences", "stats", "version"),
    ("registry", "metrics", "safe", "numbers"),
    ("model", "remote"),
    ("measures", "synthetic"),
    ("parsers", "detectors", "facts"),
    ("config", "reading", "views"),
    ("text", "advice"),
    ("engine",),
    ("charts", "comparing"),
    ("report",),
    ("batch", "trainer", "agents"),
    ("cli",),
    ("__main__",),
)
# Files that stand in no room: with more, the listing no longer reads like the way of the data.
MOST_LOOSE = 12
HOMES = {
    "scipy": ("stats/",),
    "matplotlib": ("charts/mpl.py",),
    "tensorboard": ("parsers/_event.py", "trainer/"),
    "google": ("parsers/_event.py",),
    "google_crc32c": ("parsers/_checksums.py",),
    "jinja2": ("report/",),
    "markupsafe": ("report/",),
    "typst": ("report/",),
    "pebble": ("batch/pool.py",),
    "dask": ("batch/connection.py",),
    "mcp": ("agents/server.py",),
    "anyio": ("agents/server.py",),
    "distributed": ("batch/connection.py", "batch/cluster.py", "batch/remote_pool.py"),
    "fsspec": ("remote/store.py",),
    "filelock": ("batch/writing.py",),
    "click": ("cli/",),
    "rich": ("cli/_progress.py", "trainer/progress.py"),
    "babel": ("numbers.py",),
    "pandas": (
        "model/run.py",
        "model/columns.py",
        "comparing/comparison.py",
        "parsers/_number_rows.py",
    ),
    "yaml": ("parsers/_yaml.py",),
    "pyarrow": ("report/export.py", "parsers/_parquet.py", "batch/parquet.py"),
    "torch": ("trainer/",),
    "keras": ("trainer/",),
    "sklearn": ("trainer/", "stats/forest.py"),
    "wandb": ("trainer/",),
    "PIL": ("trainer/",),
}
FILES = sorted(PACKAGE.rglob("*.py"))


PARTS = {
    path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in FILES
}  # "analyzer.toml" names no module


def rank(part: str) -> int:
    return next(index for index, row in enumerate(LAYERS) if part in row)


def imports(path: Path) -> Iterator[str]:
    """Yield what a file imports when it runs.

    Either by a statement or by a string that names a module of ours.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    relative = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
    assert not relative, f"{path}: imports are absolute"
    yield from CIRCLES.imported_names(tree, "analyzer")


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_down(path: Path) -> None:
    own = part_of(path)
    if own == "__init__":
        pytest.skip("resolves its names on first use")
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "analyzer" and parts[1:2] and parts[1] in PARTS - {own}:
            assert rank(parts[1]) < rank(own), f"{path.name} imports {name}, which is not below it"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_each_heavy_library_stays_in_its_home(path: Path) -> None:
    place = path.relative_to(PACKAGE).as_posix()
    for name in imports(path):
        homes = HOMES.get(name.split(".")[0])
        assert homes is None or place.startswith(homes), (
            f"{place} imports {name}; its home is {homes}"
        )


def test_no_circle_of_imports() -> None:
    found = CIRCLES.circles(CIRCLES.import_graph(PACKAGE))
    assert not found, f"these modules need each other: {found}"


def test_a_circle_is_found(tmp_path: Path) -> None:
    package = tmp_path / "round"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "first.py").write_text("from round.second import two\n", encoding="utf-8")
    (package / "second.py").write_text(
        "def two():\n    import_module('round.third')\n", encoding="utf-8"
    )
    (package / "third.py").write_text("import round.first\n", encoding="utf-8")
    (package / "beside.py").write_text("import round.first\n", encoding="utf-8")
    assert CIRCLES.circles(CIRCLES.import_graph(package)) == [
        ["round.first", "round.second", "round.third"]
    ]


def test_few_files_stand_in_no_room() -> None:
    loose = sorted(path.name for path in PACKAGE.glob("*.py"))
    assert len(loose) <= MOST_LOOSE, f"{len(loose)} files in analyzer/: {loose}"


def test_every_module_has_a_layer() -> None:
    known = {name for row in LAYERS for name in row} | {"__init__"}
    assert {part_of(path) for path in FILES} <= known


def test_the_page_about_the_architecture_shows_the_same_layers() -> None:
    page = Path(__file__).parents[2] / "docs" / "architecture.md"
    rows = re.findall(r"^\| (`.*?) \|", page.read_text(encoding="utf-8"), flags=re.M)
    shown = [tuple(re.findall(r"`(\w+)`", row)) for row in rows]
    assert shown == list(LAYERS)


def test_plug_in_packages_are_blind_to_each_other() -> None:
    assert rank("parsers") == rank("detectors") == rank("facts")


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_loads_click_and_nothing_heavy(option: str) -> None:
    code = (
        "import sys\nfrom analyzer.cli import main\n"
        f"try: main(['{option}'])\nexcept SystemExit: pass\n"
        "print(sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(ast.literal_eval(done.stderr))
    assert "click" in loaded
    assert not loaded & {
        "numpy",
        "pandas",
        "scipy",
        "matplotlib",
        "tensorboard",
        "jinja2",
        "babel",
        "rich",
        "torch",
    }


def test_checking_a_table_loads_neither_pandas_nor_scipy(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    rows = "\n".join(f"{epoch},{1 / (epoch + 1)},{1.1 / (epoch + 1)}" for epoch in range(30))
    log.write_text(f"epoch,loss,val_loss\n{rows}\n", encoding="utf-8")
    code = (
        "import sys\nfrom analyzer.cli import main\n"
        f"try: main(['check', {str(log)!r}])\nexcept SystemExit: pass\n"
        "print(sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(ast.literal_eval(done.stderr)) & {
        "pandas",
        "scipy",
        "matplotlib",
        "tensorboard",
        "jinja2",
    }
