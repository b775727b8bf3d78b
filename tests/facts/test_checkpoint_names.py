"""Names of checkpoints as frameworks write them, and names that only look like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.facts._checkpoint_names import MOST_NAMES, checkpoints_beside, of_name


@pytest.mark.parametrize(
    ("stem", "step", "epoch", "number"),
    [
        ("epoch=3-step=400", 400, 3, None),
        ("epoch=03-val_loss=0.34", None, 3, None),
        ("model_epoch_7", None, 7, None),
        ("epoch10", None, 10, None),
        ("iter_5000", 5000, None, None),
        ("step-00001000", 1000, None, None),
        ("net_ep12_it3400", 3400, 12, None),
        ("checkpoint_2_1800", 1800, 2, None),
        ("model.05-0.34", None, None, 5),
        ("weights.12-0.08", None, None, 12),
        ("model_0004999", None, None, 4999),
        ("checkpoint12", None, None, 12),
        ("model.ckpt-1000", None, None, 1000),
    ],
)
def test_the_place_in_a_name(
    stem: str, step: int | None, epoch: int | None, number: int | None
) -> None:
    found = of_name(stem, stem)
    assert found is not None
    assert (found.step, found.epoch, found.number) == (step, epoch, number)


@pytest.mark.parametrize(
    "stem", ["resnet50", "data_2020", "embeddings-300", "optimizer", "stepper2"]
)
def test_a_name_without_the_word_for_a_model_is_none(stem: str) -> None:
    assert of_name(stem, stem) is None


@pytest.mark.parametrize(
    ("stem", "role"), [("model_best", "best"), ("best", "best"), ("last", "last"), ("bestiary", "")]
)
def test_the_role_in_a_name_without_a_number(stem: str, role: str) -> None:
    found = of_name(stem, stem)
    assert (found.role if found else "") == role


def log_with(folder: Path, *names: str) -> list[str]:
    """Return a log in a folder, with files beside it; a name that ends with / is a folder."""
    for name in names:
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    return [str(folder / "log.csv")]


def names_of(paths: list[str], *, alone: bool = True) -> list[str]:
    return sorted(item.name for item in checkpoints_beside(paths, alone=alone))


def test_checkpoints_lie_beside_the_log_or_in_the_usual_folders(tmp_path: Path) -> None:
    paths = log_with(
        tmp_path, "log.csv", "a_epoch_1.pt", "checkpoints/epoch=2-step=20.ckpt", "out/epoch_9.pt"
    )
    assert names_of(paths) == ["a_epoch_1.pt", "epoch=2-step=20.ckpt"]


def test_a_single_number_without_a_unit_is_no_series(tmp_path: Path) -> None:
    paths = log_with(tmp_path, "log.csv", "model-50.pth", "model-00001-of-00002.safetensors")
    assert names_of(paths) == []
    assert names_of(log_with(tmp_path, "model-60.pth")) == ["model-50.pth", "model-60.pth"]


def test_a_folder_of_an_epoch_counts_if_a_model_lies_in_it(tmp_path: Path) -> None:
    paths = log_with(tmp_path, "epoch_1/picture.png", "epoch_2/model.safetensors", "step_5/")
    assert names_of(paths) == ["epoch_2"]


def test_the_state_in_a_checkpoint_leads_to_its_neighbours(tmp_path: Path) -> None:
    log_with(tmp_path, "checkpoint-50/trainer_state.json", "checkpoint-100/trainer_state.json")
    log_with(tmp_path, "checkpoint-50/model.safetensors", "checkpoint-100/model.safetensors")
    paths = [str(tmp_path / "checkpoint-100" / "trainer_state.json")]
    assert names_of(paths) == ["checkpoint-100", "checkpoint-50"]


def test_checkpoints_in_the_folder_of_several_logs_belong_to_none(tmp_path: Path) -> None:
    paths = log_with(tmp_path, "log.csv", "other.csv", "epoch_1.pt", "epoch_2.pt")
    assert names_of(paths, alone=False) == []
    assert len(names_of(paths)) == 2


def test_a_link_is_not_followed_and_a_missing_folder_has_nothing(tmp_path: Path) -> None:
    log_with(tmp_path / "elsewhere", "epoch_1.pt", "epoch_2.pt")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "checkpoints").symlink_to(tmp_path / "elsewhere")
    assert names_of([str(tmp_path / "run" / "log.csv")]) == []
    assert names_of([str(tmp_path / "gone" / "log.csv")]) == []


def test_a_huge_folder_is_not_read_to_its_end(tmp_path: Path) -> None:
    for number in range(MOST_NAMES + 50):
        (tmp_path / f"epoch_{number}.pt").touch()
    assert len(names_of([str(tmp_path / "log.csv")])) == MOST_NAMES


def test_a_folder_without_weights_is_no_checkpoint(tmp_path: Path) -> None:
    for number in (500, 1000, 1500):
        folder = tmp_path / f"checkpoint-{number}"
        folder.mkdir()
        (folder / "trainer_state.json").touch()
    log_with(tmp_path, "checkpoint-1000/model.safetensors", "checkpoint-1500/model.safetensors")
    state = tmp_path / "checkpoint-1000" / "trainer_state.json"
    assert names_of([str(state)]) == ["checkpoint-1000", "checkpoint-1500"]
