"""Dicts on a line of console output."""

from __future__ import annotations

from pathlib import Path

from analyzer.parsers._text_dict import read_dict
from analyzer.reading.load import load
from tests.parsers.lines import curves


def test_nested_keys_are_joined_and_an_axis_is_found() -> None:
    text = (
        "INFO {'epoch': 3, 'train': {'loss': 0.5}, 'note': 'x', 'lr': tensor(0.1, device='cuda:0')}"
    )
    found = read_dict(text)
    assert found is not None
    names = [
        (field.role, field.name, text[field.span.start : field.span.end]) for field in found.fields
    ]
    assert names == [
        ("epoch", "epoch", "3"),
        ("value", "train/loss", "0.5"),
        ("value", "lr", "0.1"),
    ]
    assert text[found.start] == "{"


def test_numbers_as_strings_and_json_are_read() -> None:
    found = read_dict('{"loss": "0.5", "nan": NaN, "none": null, "list": [1, 2]}')
    assert found is not None
    assert [field.name for field in found.fields] == ["loss", "nan"]


def test_of_two_steps_the_global_one_counts() -> None:
    found = read_dict("{'iter': 5, 'global_step': 105, 'loss': 0.5}")
    assert found is not None
    assert [field.name for field in found.fields if field.role == "step"] == ["global_step"]


def test_the_summary_of_hugging_face_is_told() -> None:
    found = read_dict("{'train_runtime': 3.1, 'train_loss': 0.5}")
    assert found is not None
    assert found.is_summary


def test_braces_without_keys_are_no_dict() -> None:
    assert read_dict("f{x} = {1, 2}") is None


def test_dicts_of_python_are_read_from_a_file_for_json_lines(tmp_path: Path) -> None:
    loss = [0.9, 0.7, 0.6, 0.55, 0.5]
    rows = ({"epoch": at, "loss": value, "best": None} for at, value in enumerate(loss))
    (tmp_path / "log.jsonl").write_text("".join(f"{row}\n" for row in rows))
    (run,) = load(tmp_path)
    assert curves(run) == {("train", "loss"): loss}


def test_a_precision_at_one_alone_makes_a_log(tmp_path: Path) -> None:
    lines = [f"Epoch: [{at}] Train Prec@1 {60 + at}.25 Val Prec@1 {50 + at}.5" for at in range(6)]
    (tmp_path / "out.log").write_text("\n".join(lines) + "\n")
    (run,) = load(tmp_path)
    assert curves(run)["val", "Prec@1"] == [50.5 + at for at in range(6)]
