"""W&B run folders: which files belong to a run, which logs are copies, and what a run is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.parsers._base import Group, LogFile
from analyzer.parsers._leveldb import HEADER, frame
from analyzer.parsers._wandb_folder import groups, is_beside_log, is_log
from analyzer.parsers._wire import BYTES, Field, encode

RUN = "run-20240102_030405-abc123"
LOG = "run-abc123.wandb"


def part(number: int, content: bytes) -> bytes:
    return encode(Field(number, BYTES, 0, content))


HISTORY = part(2, part(1, part(1, b"loss") + part(16, b"1")))
CONSOLE = part(9, b"a line of console output")


def log_of(*records: bytes) -> bytes:
    data = HEADER
    for record in records:
        data += frame(record, len(data))
    return data


def write(root: Path, name: str, content: bytes = b"") -> LogFile:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return LogFile(path, Path(name), name, len(content))


def names(group: Group) -> list[str]:
    return [file.relative.as_posix() for file in group.files]


def test_a_log_is_known_by_its_first_bytes_or_its_name(tmp_path: Path) -> None:
    assert is_log(write(tmp_path, "renamed.bin", log_of(HISTORY)))
    assert is_log(write(tmp_path, "damaged.wandb", b"\0\0\0"))
    assert not is_log(write(tmp_path, "config.yaml", b"lr: 1"))


@pytest.mark.parametrize("name", ["config.yaml", "requirements.txt", "diff.patch", "debug.log"])
def test_files_of_a_common_name_are_wandbs_in_a_run_folder_only(tmp_path: Path, name: str) -> None:
    assert is_beside_log(write(tmp_path, f"wandb/{RUN}/files/{name}"))
    assert is_beside_log(write(tmp_path, f"wandb/offline-{RUN}/logs/{name}"))
    assert is_beside_log(write(tmp_path, f"latest-run/files/{name}"))
    assert not is_beside_log(write(tmp_path, f"project/files/{name}"))
    assert not is_beside_log(write(tmp_path, f"wandb/{RUN}/{name}"))
    assert not is_beside_log(write(tmp_path, f"wandb/{RUN}/files/sub/{name}"))


def test_a_folder_with_a_log_is_a_run_folder_whatever_its_name(tmp_path: Path) -> None:
    write(tmp_path, "mine/run-x.wandb", log_of(HISTORY))
    assert is_beside_log(write(tmp_path, "mine/files/config.yaml"))


@pytest.mark.parametrize("name", ["wandb-summary.json", "wandb-metadata.json"])
def test_files_named_for_wandb_are_its_own_anywhere(tmp_path: Path, name: str) -> None:
    assert is_beside_log(write(tmp_path, name))


def test_other_files_in_a_run_folder_are_logs_of_the_users(tmp_path: Path) -> None:
    assert not is_beside_log(write(tmp_path, f"{RUN}/files/history.csv"))


def test_console_output_is_passed_over_only_beside_a_history(tmp_path: Path) -> None:
    write(tmp_path, f"a/{RUN}/{LOG}", log_of(CONSOLE, HISTORY))
    write(tmp_path, f"b/{RUN}/{LOG}", log_of(CONSOLE))
    write(tmp_path, f"c/{RUN}/{LOG}", b"")
    shown = {folder: write(tmp_path, f"{folder}/{RUN}/files/output.log") for folder in "abc"}
    assert [is_beside_log(shown[folder]) for folder in "abc"] == [True, False, False]
    assert not is_beside_log(write(tmp_path, f"a/{RUN}/logs/output.log"))


def test_a_run_is_its_log_with_the_files_beside_it(tmp_path: Path) -> None:
    log = write(tmp_path, f"wandb/{RUN}/{LOG}", log_of(HISTORY))
    config = write(tmp_path, f"wandb/{RUN}/files/config.yaml")
    debug = write(tmp_path, f"wandb/{RUN}/logs/debug.log")
    (group,) = groups([config, log, debug])
    assert names(group) == [log.shown, config.shown, debug.shown]
    assert group.name.as_posix() == f"wandb/{RUN}"


def test_files_without_a_log_are_alone(tmp_path: Path) -> None:
    config = write(tmp_path, f"wandb/{RUN}/files/config.yaml")
    summary = write(tmp_path, "wandb-summary.json")
    found = groups([config, summary])
    assert [names(group) for group in found] == [[config.shown], [summary.shown]]
    assert found[0].name == config.relative


def test_two_runs_have_a_group_each_in_the_order_of_their_names(tmp_path: Path) -> None:
    second = write(tmp_path, "run-20240102_030406-b/run-b.wandb", log_of(HISTORY))
    first = write(tmp_path, "run-20240102_030405-a/run-a.wandb", log_of(HISTORY))
    assert [names(group) for group in groups([second, first])] == [[first.shown], [second.shown]]


def test_copies_of_a_log_are_one_run_read_from_the_longest(tmp_path: Path) -> None:
    long = log_of(*[HISTORY] * 500)
    whole = write(tmp_path, f"wandb/{RUN}/{LOG}", long)
    torn = write(tmp_path, f"backup/{LOG}", long[:5000])
    latest = write(tmp_path, f"wandb/latest-run/{LOG}", long)
    (group,) = groups([latest, torn, whole])
    assert names(group) == [whole.shown, latest.shown, torn.shown]
    assert group.name.as_posix() == f"wandb/{RUN}"


def test_a_resumed_run_of_the_same_id_is_a_run_of_its_own(tmp_path: Path) -> None:
    first = write(tmp_path, f"{RUN}/{LOG}", log_of(HISTORY, CONSOLE))
    resumed = write(tmp_path, f"run-20240103_030405-abc123/{LOG}", log_of(CONSOLE, HISTORY))
    assert [names(group) for group in groups([first, resumed])] == [[first.shown], [resumed.shown]]


def test_of_several_logs_in_a_folder_its_files_belong_to_the_one_it_is_named_for(
    tmp_path: Path,
) -> None:
    own = write(tmp_path, f"{RUN}/{LOG}", log_of(HISTORY))
    other = write(tmp_path, f"{RUN}/run-other.wandb", log_of(CONSOLE))
    config = write(tmp_path, f"{RUN}/files/config.yaml")
    found = {group.files[0].shown: names(group) for group in groups([own, other, config])}
    assert found == {own.shown: [own.shown, config.shown], other.shown: [other.shown]}


def test_a_log_outside_of_a_run_folder_is_named_for_its_file(tmp_path: Path) -> None:
    (group,) = groups([write(tmp_path, f"moved/{LOG}", log_of(HISTORY))])
    assert group.name.as_posix() == "moved/run-abc123"


def test_a_link_to_the_newest_run_is_that_run(tmp_path: Path) -> None:
    log = write(tmp_path, f"wandb/{RUN}/{LOG}", log_of(HISTORY))
    try:
        (tmp_path / "wandb" / "latest-run").symlink_to(tmp_path / "wandb" / RUN)
    except OSError:
        pytest.skip("needs symbolic links")
    linked = LogFile(tmp_path / "wandb/latest-run" / LOG, Path("latest-run") / LOG, LOG, log.size)
    (group,) = groups([linked])
    assert group.name.as_posix() == RUN
