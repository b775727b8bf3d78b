"""Listing the files that may hold settings: none outside the analysed path."""

from __future__ import annotations

from pathlib import Path

from analyzer.reading.load import load
from analyzer.reading.setting_folders import Folders


def make(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}", encoding="utf-8")


def test_settings_logs_and_hidden_files_are_told_apart(tmp_path: Path) -> None:
    make(tmp_path / "config.json", tmp_path / "log.csv", tmp_path / ".hydra" / "config.yaml")
    make(tmp_path / ".config.json")
    found = Folders(tmp_path).listing(Path())
    assert [file.shown for file in found.settings] == ["config.json"]
    assert [file.shown for file in found.hydra] == [".hydra/config.yaml"]
    assert found.others == ("log.csv",)


def test_links_that_lead_out_are_not_listed(tmp_path: Path) -> None:
    make(tmp_path / "secret" / "config.json", tmp_path / "runs" / "log.csv")
    (tmp_path / "runs" / "config.json").symlink_to(tmp_path / "secret" / "config.json")
    (tmp_path / "runs" / ".hydra").symlink_to(tmp_path / "secret")
    found = Folders(tmp_path / "runs").listing(Path())
    assert (found.settings, found.hydra) == ((), ())


def test_the_folders_above_end_at_the_root(tmp_path: Path) -> None:
    make(tmp_path / "log.csv")
    assert Folders(tmp_path).above(Path("a/b/c"), 2) == [Path("a/b"), Path("a")]
    assert Folders(tmp_path).above(Path("a"), 3) == [Path()]
    assert Folders(tmp_path / "log.csv").above(Path(), 3) == []


def test_what_may_change_the_settings_of_a_log_is_listed_once(tmp_path: Path) -> None:
    make(tmp_path / "config.yaml", tmp_path / "a" / "args.json", tmp_path / "b" / "hparams.yaml")
    found = Folders(tmp_path).files_beside([Path("a"), Path("b")])
    assert sorted(file.shown for file in found) == ["a/args.json", "b/hparams.yaml", "config.yaml"]


def test_settings_up_to_three_folders_above_a_log_count(tmp_path: Path) -> None:
    log = tmp_path / "study" / "model" / "fold" / "csv" / "metrics.csv"
    log.parent.mkdir(parents=True)
    rows = "".join(f"{epoch},{1.7 / epoch}\n" for epoch in range(1, 10))
    log.write_text(f"epoch,val_loss\n{rows}", encoding="utf-8")
    settings = tmp_path / "config.json"
    settings.write_text('{"lr": 0.6}', encoding="utf-8")
    (run,) = load(tmp_path)
    assert run.config == {}
    settings.rename(tmp_path / "study" / "config.json")
    (run,) = load(tmp_path)
    assert run.config == {"lr": 0.6}
    assert run.meta.config_files == ("study/config.json",)


def test_a_file_that_comes_later_is_listed_by_the_next_search(tmp_path: Path) -> None:
    make(tmp_path / "log.csv")
    assert Folders(tmp_path).listing(Path()).settings == ()
    make(tmp_path / "config.json")
    assert len(Folders(tmp_path).listing(Path()).settings) == 1
    (tmp_path / "config.json").unlink()
    assert Folders(tmp_path).listing(Path()).settings == ()
