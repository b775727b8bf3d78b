from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import NothingReadable, RemoteWarning
from analyzer.reading import remote
from analyzer.reading.load import load
from analyzer.reading.remote import mirror_of
from analyzer.remote.placeholders import lacks
from analyzer.remote.places import Place, place_of

pytest.importorskip("fsspec")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Return a folder of more objects than are looked at without a trial."""
    for number in range(30):
        (tmp_path / "data" / f"{number:02}.bin").parent.mkdir(exist_ok=True)
        (tmp_path / "data" / f"{number:02}.bin").write_bytes(bytes(9000))
    monkeypatch.setattr(remote, "MANY", 10)
    monkeypatch.setattr(remote, "_OTHERS", 4)
    return place_of(f"file://{tmp_path.as_posix()}")


def test_very_many_objects_without_a_log_are_not_all_looked_at(place: Place) -> None:
    with pytest.raises(NothingReadable) as raised:
        mirror_of(place)
    assert str(raised.value) == (
        f"{place.url}: none of 4 of its 30 objects is a log; name the folder of the runs"
    )


def test_one_log_among_them_is_enough(place: Place, tmp_path: Path) -> None:
    rows = "".join(f"{epoch},{1 / (epoch + 1)}\n" for epoch in range(9))
    (tmp_path / "data" / "17.csv").write_text(f"epoch,val_loss\n{rows}", encoding="utf-8")
    mirror = mirror_of(place)
    assert len(list((mirror.root / "data").iterdir())) == 31
    mirror.close()


def test_tables_of_something_else_are_said(place: Place, tmp_path: Path) -> None:
    rows = "".join(f"{number},{number * 3}\n" for number in range(30))
    (tmp_path / "data" / "17.csv").write_text(f"id,price\n{rows}", encoding="utf-8")
    with pytest.warns(RemoteWarning, match=r"none of 1 tables .* now reading all 31 objects"):
        mirror_of(place).close()


def test_what_is_known_is_neither_tried_nor_fetched(place: Place) -> None:
    mirror = mirror_of(place, lambda *_: True)
    path = mirror.root / "data" / "00.bin"
    assert lacks(path, path.stat(), whole=False)
    mirror.close()


def test_files_of_tools_are_not_looked_at(tmp_path: Path) -> None:
    for name in (".git/x", "runs/.ipynb_checkpoints/y", ".hydra/config.yaml", "z"):
        (tmp_path / "logs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "logs" / name).write_bytes(bytes(9000))
    mirror = mirror_of(place_of(f"file://{(tmp_path / 'logs').as_posix()}"))
    files = [path for path in mirror.root.rglob("*") if path.is_file()]
    bare = [path.name for path in files if lacks(path, path.stat(), whole=False)]
    assert sorted(bare) == ["x", "y"]
    mirror.close()


def test_a_url_of_this_machine_is_read_by_the_rules_for_paths(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("step,loss\n1,0.5\n2,0.4\n", encoding="utf-8")
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "run.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(NothingReadable):
        load(f"file://{(tmp_path / 'logs').as_posix()}")
