"""A web page, and the words or the object of an HTTP error, in place of a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.reading.answers import is_answer
from tests.reading.test_claims import log_file

PAGE = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body></body></html>\n"


@pytest.mark.parametrize(
    "content",
    [
        PAGE,
        PAGE.upper(),
        f"\ufeff\n\n  {PAGE}",
        f"<!-- saved\nfrom a browser -->\n{PAGE}",
        f'<?xml version="1.0"?>\n{PAGE}',
        '<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>',
        "<head><title>x</title></head>",
        "404: Not Found",
        "403 Forbidden\n",
        "Unauthorized",
        '{"message": "Not Found", "documentation_url": "https://example.org"}',
        '{"error": "Repository is private", "status": "401"}',
        '{"detail": "Not found."}',
        '{"error": {"code": 404, "message": "No such run", "errors": [{"domain": "global"}]}}',
        '{"type": "about:blank", "title": "Forbidden", "status": 403, "instance": "/runs/1"}',
    ],
)
def test_what_a_server_sends_instead_is_recognised(content: str, tmp_path: Path) -> None:
    assert is_answer(log_file(tmp_path, "x", content.encode()))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<tr><td>0.5</td></tr>",
        "<htmlish>",
        "epoch,loss\n404,0.5\n",
        "404: Not Found\n" + "step 1 loss 2\n" * 20,
        '{"error": "CUDA out of memory"}',
        '{"message": "done", "loss": [2.0, 1.0], "status": 404}',
        '{"title": "ablation 3", "code": 412, "val_loss": 0.31}',
        '{"title": "Not Found", "val_loss": 0.31}',
        '{"loss": 404}',
        '{"status": 500}',
        '{"error": {"message": "CUDA out of memory", "step": 12}}',
        "{" * 1000,
        "[404]",
    ],
)
def test_a_log_and_the_error_of_a_program_are_no_answers(content: str, tmp_path: Path) -> None:
    assert not is_answer(log_file(tmp_path, "x", content.encode()))
