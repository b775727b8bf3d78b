"""Damaged text logs by script: what is kept, what is said, and the exit code of ``--strict``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.hostile.judge import expect
from tests.hostile.small import BOTH, CARD, COUNT, LOGS, LOSS, VAL, Log, card, console, rows, saved

LAST = COUNT - 1
SEPARATORS = {"csv": ",", "tsv": "\t", "semicolons": ";", "blanks": " "}


def write(folder: Path, name: str, text: str | bytes) -> Path:
    data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    return saved(folder, Log(name, data, {}))


def both(loss: int, val: int | None = None) -> dict[str, int]:
    return {"loss": loss, "val_loss": loss if val is None else val}


ENDS = {
    "with its line end": ("{e},{l},{v}\n", COUNT, ()),
    "with a carriage return": ("{e},{l},{v}\r", COUNT, ()),
    "without a line end": ("{e},{l},{v}", COUNT, ("line_unended",)),
    "without its last digit": ("{e},{l},0.551", LAST, ("line_unended",)),
    "half a number": ("{e},{l},0.5", LAST, ("line_unended",)),
    "behind the point": ("{e},{l},0.", LAST, ("cut_line",)),
    "before the point": ("{e},{l},0", LAST, ("cut_line",)),
    "half an exponent": ("{e},{l},5.5e-", LAST, ("cut_line",)),
    "half a nan": ("{e},{l},na", LAST, ("cut_line",)),
    "a sign": ("{e},{l},-", LAST, ("cut_line",)),
    "without a cell": ("{e},{l}", LAST, ("cut_line",)),
    "half of the first": ("1", LAST, ("cut_line",)),
    "a blank line": ("", LAST, ()),
}


@pytest.mark.parametrize("kind", SEPARATORS)
@pytest.mark.parametrize("end", ENDS)
def test_how_a_table_ends(kind: str, end: str, tmp_path: Path) -> None:
    log = LOGS[kind]
    last, kept, losses = ENDS[end]
    text = log.data.decode().rstrip("\n")
    head = text[: text.rindex("\n") + 1]
    last = last.format(e=LAST, l=LOSS[-1], v=VAL[-1])
    if kind == "semicolons":
        last = last.replace(",", ";").replace(".", ",")
    last = last.replace(",", SEPARATORS[kind]) if kind != "semicolons" else last
    if losses == ("line_unended",):
        kept = LAST
    expect(write(tmp_path, log.name, head + last), both(kept), losses)


FIXED = [f"{at},{LOSS[at]:.4f},{VAL[at]:.4f}" for at in range(COUNT)]
CLOSED = {
    "as many decimals": ("\n".join(["epoch,loss,val_loss", *FIXED]), COUNT, ()),
    "one decimal less": ("\n".join(["epoch,loss,val_loss", *FIXED])[:-1], LAST, ("cut_line",)),
    "quoted": (LOGS["csv quoted"].data.decode().rstrip(), COUNT, ()),
    "an open quote": (LOGS["csv quoted"].data.decode().rstrip()[:-3], LAST, ("unclosed_quote",)),
    "in percent": (
        "\n".join(["epoch,loss,val_loss", *(f"{line}%" for line in FIXED)]),
        COUNT,
        (),
    ),
    "an even count": (
        "\n".join(["loss,val_loss,epoch", *(f"{LOSS[n]},{VAL[n]},{n}" for n in range(COUNT))]),
        COUNT,
        (),
    ),
    "a count that was cut": (
        "\n".join(["loss,val_loss,epoch", *(f"{LOSS[n]},{VAL[n]},{n}" for n in range(COUNT))])[:-1],
        LAST,
        ("line_unended",),
    ),
    "a text behind": (
        "\n".join(["epoch,loss,val_loss,note", *(f"{line},ok" for line in FIXED)]),
        COUNT,
        (),
    ),
    "constant rate behind": (
        "\n".join(["epoch,loss,val_loss,lr", *(f"{line},0.001" for line in FIXED)]),
        COUNT,
        (),
    ),
}


@pytest.mark.parametrize("end", CLOSED)
def test_a_last_line_without_an_end_that_is_or_is_not_whole(end: str, tmp_path: Path) -> None:
    text, kept, losses = CLOSED[end]
    found = set(losses)
    if end == "an open quote":
        found |= {"line_unended"}
    expect(write(tmp_path, "log.csv", text), both(kept), found)


@pytest.mark.parametrize("line", [0, 1, 5, COUNT])
@pytest.mark.parametrize("cell", [0, 1, 2])
def test_an_open_quote_is_ignored_and_told(line: int, cell: int, tmp_path: Path) -> None:
    lines = LOGS["csv"].data.decode().splitlines()
    cells = lines[line].split(",")
    cells[cell] = f'"{cells[cell]}'
    lines[line] = ",".join(cells)
    text = "\n".join(lines) + "\n"
    expect(write(tmp_path, "log.csv", text), both(COUNT), {"unclosed_quote"})


LINES = LOGS["csv"].data.decode().splitlines()
IN_TABLES = {
    "a row with a cell too few": ([*LINES[:5], "4,0.9", *LINES[6:]], LAST, {"ragged_rows"}),
    "a row with a cell too many": ([*LINES[:5], "4,1,2,3", *LINES[6:]], LAST, {"ragged_rows"}),
    "the header again": ([*LINES[:7], LINES[0], *LINES[7:]], COUNT, set()),
    "a blank line": ([*LINES[:7], "", *LINES[7:]], COUNT, set()),
    "a comment": ([*LINES[:7], "# resumed", *LINES[7:]], COUNT, set()),
    "NULs before a row": ([*LINES[:7], "\0\0\0" + LINES[7], *LINES[8:]], COUNT, {"nul_bytes"}),
    "NULs in a row": ([*LINES[:7], "6,0.\x005,1", *LINES[8:]], LAST, {"nul_bytes"}),
    "a text in a row": ([*LINES[:7], "Traceback (most recent", *LINES[7:]], COUNT, {"ragged_rows"}),
}


@pytest.mark.parametrize("kind", IN_TABLES)
def test_what_stands_in_a_table_costs_its_row(kind: str, tmp_path: Path) -> None:
    lines, kept, losses = IN_TABLES[kind]
    expect(write(tmp_path, "log.csv", "\n".join(lines) + "\n"), both(kept), losses)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_an_encoding_of_windows_changes_nothing(encoding: str, tmp_path: Path) -> None:
    data = LOGS["csv"].data.decode().encode(encoding)
    if encoding == "utf-16-le":
        data = b"\xff\xfe" + data
    expect(write(tmp_path, "log.csv", data), both(COUNT))


RECORDS = [json.dumps(row) for row in rows()]
DEEP = '{"a":' * 3000 + "1" + "}" * 3000
LONG = '{"epoch": 99, "loss": ' + "9" * 5000 + "}"
IN_LINES = {
    "text first": (["Training started", *RECORDS], COUNT, {"bad_lines"}),
    "much text first": (
        [*["a line of text that says nothing"] * 300, *RECORDS],
        COUNT,
        {"bad_lines"},
    ),
    "text between": ([*RECORDS[:5], "WARNING: {odd}", *RECORDS[5:]], COUNT, {"bad_lines"}),
    "text last": ([*RECORDS, "done"], COUNT, {"bad_lines"}),
    "text on every other line": (
        [line for record in RECORDS for line in ("step", record)],
        COUNT,
        {"bad_lines"},
    ),
    "a list first": (["[1, 2]", *RECORDS], COUNT, {"bad_lines"}),
    "half a record first": (['{"epoch": 0, "lo', *RECORDS], COUNT, {"bad_lines"}),
    "half a record between": ([*RECORDS[:4], RECORDS[4][:20], *RECORDS[5:]], LAST, {"bad_lines"}),
    "two records on a line": (
        [*RECORDS[:4], RECORDS[4] + RECORDS[5], *RECORDS[6:]],
        COUNT,
        set(),
    ),
    "too deep": ([*RECORDS[:4], DEEP, *RECORDS[4:]], COUNT, {"bad_lines"}),
    "a number too long": ([*RECORDS[:4], LONG, *RECORDS[4:]], COUNT, {"bad_lines"}),
    "NULs before a record": (
        [*RECORDS[:4], "\0\0" + RECORDS[4], *RECORDS[5:]],
        COUNT,
        {"nul_bytes"},
    ),
    "NULs in a record": (
        [*RECORDS[:4], RECORDS[4].replace(",", ",\0", 1), *RECORDS[5:]],
        LAST,
        {"nul_bytes"},
    ),
    "empty objects": ([*RECORDS[:4], "{}", "", *RECORDS[4:]], COUNT, set()),
    "no UTF-8": ([*RECORDS[:4], '{"note": "\udcff"}', *RECORDS[4:]], COUNT, set()),
}


@pytest.mark.parametrize("name", ["log.jsonl", "metrics.json"])
@pytest.mark.parametrize("kind", IN_LINES)
def test_a_bad_line_costs_that_line(kind: str, name: str, tmp_path: Path) -> None:
    lines, kept, losses = IN_LINES[kind]
    expect(write(tmp_path, name, "\n".join(lines) + "\n"), both(kept), losses)


@pytest.mark.parametrize(
    ("cut", "kept", "losses"),
    [
        (0, COUNT, set()),
        (1, LAST, {"cut_line"}),
        (10, LAST, {"cut_line"}),
        (40, LAST, {"cut_line"}),
    ],
)
def test_half_a_last_record_is_lost_and_told(
    cut: int, kept: int, losses: set[str], tmp_path: Path
) -> None:
    text = "\n".join(RECORDS)
    expect(write(tmp_path, "log.jsonl", text[: len(text) - cut]), both(kept), losses)


def test_texts_among_the_numbers_of_json_lines_are_told(tmp_path: Path) -> None:
    records = [
        json.dumps({**row, "loss": "oops" if row["epoch"] == 5 else row["loss"]}) for row in rows()
    ]
    expect(
        write(tmp_path, "log.jsonl", "\n".join(records) + "\n"), both(LAST, COUNT), {"text_cells"}
    )


CONSOLE = {
    "whole": (console().decode(), COUNT, COUNT, set()),
    "without a line end": (console().decode().rstrip("\n"), LAST, LAST, {"line_unended"}),
    "without a digit": (console().decode()[:-2], LAST, LAST, {"line_unended"}),
    "behind the point": (console().decode()[:-5], LAST, LAST, {"line_unended"}),
    "before the number": (console().decode()[:-7], LAST, LAST, {"cut_line"}),
    "in the second name": (console().decode()[:-12], LAST, LAST, {"cut_line"}),
    "in the first number": (console().decode()[:-17], LAST, LAST, {"cut_line"}),
    "another line last": (console().decode() + "finished in 12", COUNT, COUNT, set()),
    "a prompt last": (console().decode() + "$ ", COUNT, COUNT, set()),
    "redrawn": (console().decode().replace("\n", "\r"), COUNT, COUNT, set()),
}


@pytest.mark.parametrize("kind", CONSOLE)
def test_how_console_output_ends(kind: str, tmp_path: Path) -> None:
    text, loss, val, losses = CONSOLE[kind]
    expect(write(tmp_path, "train.log", text), both(loss, val), losses)


def bracketed(decimals: int) -> str:
    return "".join(
        f"epoch {at} [loss={LOSS[at]:.{decimals}f}, val_loss={VAL[at]:.{decimals}f}]\n"
        for at in range(COUNT)
    )


@pytest.mark.parametrize(
    ("cut", "kept", "losses"),
    [(1, COUNT, set()), (2, LAST, {"cut_line"}), (3, LAST, {"cut_line"}), (9, LAST, {"cut_line"})],
)
def test_a_bracket_shows_that_the_last_line_is_whole(
    cut: int, kept: int, losses: set[str], tmp_path: Path
) -> None:
    expect(write(tmp_path, "train.log", bracketed(4)[:-cut]), both(kept), losses)


CARDS = {
    "whole": (0, COUNT, set()),
    "without a line end": (1, COUNT, set()),
    "without the last bar": (2, LAST, {"line_unended"}),
    "without a digit": (4, LAST, {"line_unended"}),
    "behind the point": (7, LAST, {"cut_line"}),
    "without a cell": (10, LAST, {"cut_line"}),
    "in the second cell": (22, LAST, {"cut_line"}),
}


@pytest.mark.parametrize("kind", CARDS)
def test_how_a_model_card_ends(kind: str, tmp_path: Path) -> None:
    cut, kept, losses = CARDS[kind]
    data = card()
    expected = dict.fromkeys(CARD, kept)
    expect(write(tmp_path, "README.md", data[: len(data) - cut]), expected, losses, truth=CARD)


HISTORY = {"loss": LOSS, "val_loss": VAL}
IN_HISTORIES = {
    "a list of texts": ({**HISTORY, "notes": ["a"] * COUNT}, both(COUNT), set()),
    "texts first": ({"notes": ["a"] * COUNT, **HISTORY}, both(COUNT), set()),
    "texts of other lengths": ({**HISTORY, "classes": ["a", "b"]}, both(COUNT), set()),
    "different texts": (
        {**HISTORY, "file": [f"c{n}.pt" for n in range(COUNT)]},
        both(COUNT),
        set(),
    ),
    "texts for a score": ({**HISTORY, "accuracy": ["a"] * COUNT}, both(COUNT), set()),
    "texts for a loss": (
        {"loss": LOSS, "val_loss": ["?"] * COUNT},
        {"loss": COUNT},
        {"text_cells"},
    ),
    "a text in a loss": (
        {"loss": ["x", *LOSS[1:]], "val_loss": VAL},
        both(LAST, COUNT),
        {"text_cells"},
    ),
    "a number too large": (
        {"loss": [*LOSS[:-1], 10**400], "val_loss": VAL},
        both(LAST, COUNT),
        {"text_cells"},
    ),
    "numbers too large": ({**HISTORY, "accuracy": [10**400] * COUNT}, both(COUNT), {"text_cells"}),
    "nulls": ({**HISTORY, "lr": [None] * COUNT}, both(COUNT), set()),
    "numbers as texts": ({"loss": [str(n) for n in LOSS], "val_loss": VAL}, both(COUNT), set()),
    "a text among records": ([*rows(), "text"], both(COUNT), {"odd_entries"}),
    "lists in records": ([{**row, "words": ["a", "b"]} for row in rows()], both(COUNT), set()),
    "an empty list": ({**HISTORY, "lr": []}, both(COUNT), set()),
}


@pytest.mark.parametrize("kind", IN_HISTORIES)
def test_one_odd_list_costs_that_list(kind: str, tmp_path: Path) -> None:
    document, kept, losses = IN_HISTORIES[kind]
    expect(write(tmp_path, "history.json", json.dumps(document)), kept, losses)


WHOLE = json.dumps(HISTORY)
BROKEN = WHOLE.replace("]", "", 1)
REFUSED = {
    "a bracket lost": (BROKEN, "not_json"),
    "a comma twice": (WHOLE.replace(",", ",,", 1), "not_json"),
    "too deep": ('{"loss": ' + "[" * 100_000, "json_too_deep"),
    "a number too long": ('{"loss": [' + "9" * 5000 + "]}", "json_number_too_long"),
    "a half literal": (repr(HISTORY)[:-5], "not_literal"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_document_that_cannot_be_read_is_refused_with_the_reason(
    kind: str, tmp_path: Path
) -> None:
    text, key = REFUSED[kind]
    expect(write(tmp_path, "history.json", text), {}, {key})


def test_one_refused_file_costs_no_other(tmp_path: Path) -> None:
    write(tmp_path / "a", "history.json", BROKEN)
    expect(write(tmp_path / "b", "log.csv", LOGS["csv"].data).parent, both(COUNT), {"not_json"})


METRICS = [f"{1795918295000 + at} {LOSS[at]} {at}\n" for at in range(COUNT)]
IN_METRICS = {
    "whole": (METRICS, COUNT, set()),
    "text": ([*METRICS[:4], "text\n", *METRICS[4:]], COUNT, {"bad_metric_lines"}),
    "400 digits": ([*METRICS[:4], "9" * 400 + " 1 1\n", *METRICS[4:]], COUNT, {"bad_metric_lines"}),
    "a step too large": ([*METRICS[:4], f"1 0.5 {2**70}\n", *METRICS[4:]], COUNT, {"points_unfit"}),
    "half a line": ([*METRICS[:-1], METRICS[-1][:22]], LAST, {"cut_line"}),
    "no line end": ([*METRICS[:-1], METRICS[-1][:-1]], LAST, {"cut_line"}),
}


@pytest.mark.parametrize("kind", IN_METRICS)
def test_a_bad_line_of_a_metric_file_costs_that_line(kind: str, tmp_path: Path) -> None:
    from tests.parsers.test_mlflow_files import run_folder

    lines, kept, losses = IN_METRICS[kind]
    run_folder(tmp_path, metrics={"loss": "".join(lines)})
    (tmp_path / "mlruns" / "12" / "meta.yaml").unlink()
    expect(tmp_path, {"loss": kept}, losses, truth={"loss": BOTH["loss"]})
