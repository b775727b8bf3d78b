"""A table of data is refused by its header with the names that reading it would give."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.model.issues import Skipped
from analyzer.parsers import csv_table
from analyzer.parsers._foreign_tables import foreign_names
from analyzer.reading.load import load, scan

ROWS = "".join(f"{at},{at * 1.5},{at % 7}\n" for at in range(1, 30))


def skipped(folder: Path, text: str) -> Skipped:
    (folder / "data.csv").write_text(text, encoding="utf-8")
    (found,) = scan(folder).skipped
    return found


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("id,price,quantity", ["id", "price", "quantity"]),
        ("id,name,height", ["id", "name", "height"]),
        ("step,price,quantity", []),
        ("id,loss,quantity", []),
        ("id,price,p\u00e9rdida", []),
        ("id,train,quantity", []),
        ("id,price,value", []),
        ("it,price,quantity", []),
        ("timestamp,price,quantity", []),
        ("id,price,", []),
        ("1,2,3", []),
        ("id,price", []),
    ],
)
def test_only_a_header_that_cannot_be_of_a_log_decides(header: str, names: list[str]) -> None:
    assert foreign_names(f"{header}\n{ROWS}") == names


@pytest.mark.parametrize(
    "row", ["epoch,loss,val_loss", '"1",2,3', "x,2,3", "#,2,3", "1,,3", "1,x,3", "1,2"]
)
def test_a_row_that_is_not_of_numbers_alone_leaves_it_to_the_reader(row: str) -> None:
    assert foreign_names(f"id,price,quantity\n{row}\n{ROWS}") == []


@pytest.mark.parametrize(
    "text",
    [
        f"id,price,quantity\n{ROWS}",
        "id;price;city\n" + "".join(f"{at};{at},5;Paris\n" for at in range(1, 20)),
        "id\tname\theight\n" + "".join(f"{at}\tAda\t1.{at}\n" for at in range(1, 20)),
    ],
)
def test_the_reason_is_that_of_the_reader(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = skipped(tmp_path, text)
    monkeypatch.setattr(csv_table, "foreign_names", lambda text: [])
    assert skipped(tmp_path, text) == early
    assert early.key == "unknown_names"


def test_a_mapped_name_or_the_name_of_the_file_leaves_it_to_the_reader(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text(f"id,price,quantity\n{ROWS}")
    (run,) = load(tmp_path, names={"price": "val/loss"})
    assert run.curve("loss", "val").value.tolist() == [at * 1.5 for at in range(1, 30)]
