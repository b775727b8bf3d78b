"""Comments above a table name settings, or only say where the table comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.parsers._comment_settings import comment_settings
from analyzer.reading.load import load

TABLE = "epoch,train_loss,val_loss\n0,2.0,2.1\n1,1.5,1.7\n2,1.2,1.5\n"


@pytest.mark.parametrize(
    "comments",
    [
        "# lr: 0.05\n# seed: 3\n",
        "# lr=0.05\n# seed=3\n",
        '# {"lr": 0.05, "seed": 3}\n',
        "# Namespace(lr=0.05, seed=3)\n",
    ],
)
def test_settings_in_comments_are_the_configuration(comments: str, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(comments + TABLE)
    (run,) = load(tmp_path)
    assert run.config == {"lr": 0.05, "seed": 3}
    assert len(run.curve("loss", "val").value) == 3


@pytest.mark.parametrize(
    "text",
    ["# created: today\n# by: someone\n" + TABLE, "# epoch train_loss\n1 2\n", TABLE, "", "#"],
)
def test_other_comments_are_no_settings(text: str) -> None:
    assert comment_settings(text) == {}


def test_the_header_may_be_the_last_comment(tmp_path: Path) -> None:
    text = "# lr: 0.05\n# epoch train_loss val_loss\n0 2.0 2.1\n1 1.5 1.7\n2 1.2 1.5\n3 1 1.4\n"
    (tmp_path / "log.txt").write_text(text)
    (run,) = load(tmp_path)
    assert run.config == {"lr": 0.05}
    assert len(run.curve("loss", "val").value) == 4
