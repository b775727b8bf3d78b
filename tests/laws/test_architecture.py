"""Law 1: imports point down, and each heavy library has one home."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import analyzer

PACKAGE = Path(analyzer.__file__).parent

# From the bottom up; modules of one row do not import each other (but for the files of one sub-package).
LAYERS = (
    ("errors", "resources", "visible"),
    ("redact", "metrics"),
    ("serial", "files"),
    ("model",),
    ("stats", "registry"),
    ("synthetic", "curves", "merging", "grouping"),
    ("validation", "scales", "sweep"),
    ("pairs",),
    ("parsers", "detectors", "facts"),
    ("config", "loading"),
    ("engine",),
    ("text", "charts"),
    ("comparison",),
    ("figures",),
    ("gate",),
    ("report", "exporting"),
    ("batch", "github"),
    ("trainer",),  # below the command line alone: no other part may need it
    ("cli",),
    ("__main__",),
)
HOMES = {
    "scipy": ("stats/",),
    "matplotlib": ("charts/mpl.py",),
    "tensorboard": ("parsers/tensorboard.py", "trainer/"),
    "google": ("parsers/tensorboard.py",),
    "google_crc32c": ("parsers/_tfrecord.py",),
    "jinja2": ("report/",),
    "markupsafe": ("report/",),
    "typst": ("report/",),
    "pebble": ("batch/pool.py",),
    "filelock": ("batch/writing.py",),
    "click": ("cli/",),
    "rich": ("cli/_progress.py", "trainer/command.py"),
    "babel": ("text.py",),
    "pandas": ("model.py", "comparison.py"),
    "yaml": ("parsers/_yaml.py",),
    "pyarrow": ("exporting.py",),
    "torch": ("trainer/",),
    "keras": ("trainer/",),
    "sklearn": ("trainer/",),
    "wandb": ("trainer/",),
    "PIL": ("trainer/",),
}
FILES = sorted(PACKAGE.rglob("*.py"))


def rank(part: str) -> int:
    return next(index for index, row in enumerate(LAYERS) if part in row)


def imports(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports when it runs; imports for type checkers alone do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            module = node.module or ""
            yield from (f"{module}.{alias.name}" for alias in node.names) if module == "analyzer" else (module,)


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_down(path: Path) -> None:
    own = part_of(path)
    if own == "__init__":
        pytest.skip("resolves its names on first use")
    for name in imports(path):
        parts = name.split(".")
        if parts[0] != "analyzer" or len(parts) == 1 or parts[1] == "__version__":
            continue
        if parts[1] != own:
            assert rank(parts[1]) < rank(own), f"{path.name} imports {name}, which is not below it"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_each_heavy_library_stays_in_its_home(path: Path) -> None:
    place = path.relative_to(PACKAGE).as_posix()
    for name in imports(path):
        homes = HOMES.get(name.split(".")[0])
        assert homes is None or place.startswith(homes), f"{place} imports {name}; its home is {homes}"


def test_every_module_has_a_layer() -> None:
    known = {name for row in LAYERS for name in row} | {"__init__"}
    assert {part_of(path) for path in FILES} <= known


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
    assert not loaded & {"numpy", "pandas", "scipy", "matplotlib", "tensorboard", "jinja2", "babel", "rich", "torch"}


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
    assert not set(ast.literal_eval(done.stderr)) & {"pandas", "scipy", "matplotlib", "tensorboard", "jinja2"}
