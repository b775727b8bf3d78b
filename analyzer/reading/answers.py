"""Recognise what a server answered in place of a file: a page, or a few words about an error."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any

from analyzer.parsers._base import LogFile

_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,500}?-->\s*)?(?:<\?xml[^>]{0,200}>\s*)?"
    rb"<(?:!doctype\s+html|html|head|body|error)\b",
    re.IGNORECASE | re.DOTALL,
)
_PHRASES = [status.phrase.casefold() for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST]
_LINE = re.compile(rf"\s*(?:[45]\d\d\s*:?\s*)?(?:{'|'.join(map(re.escape, _PHRASES))})\.?\s*")
_LONGEST_LINE, _LONGEST_OBJECT = 100, 2000  # bytes
_SAID = ("message", "error", "detail", "title")  # members of an object that say what is wrong
_CODES = ("status", "code", "statusCode", "status_code")
_BESIDE = (  # what servers and RFC 9457 add
    *("documentation_url", "error_description", "instance", "method", "path", "reason"),
    *("requestId", "request_id", "success", "timestamp", "type", "url"),
)
_LISTS = ("details", "errors")  # of an error within an object
_MEMBERS = {*_SAID, *_CODES, *_BESIDE}


def is_answer(file: LogFile) -> bool:
    """Say whether a file is a web page, or the words or the object of an HTTP error."""
    if _PAGE.match(file.head) is not None:
        return True
    if file.size <= _LONGEST_LINE and _LINE.fullmatch(file.text.casefold()) is not None:
        return True
    is_object = file.size <= _LONGEST_OBJECT and file.head.lstrip().startswith(b"{")
    return is_object and _is_error(file.text)


def _is_error(text: str) -> bool:
    """Say whether a text is a JSON object that only tells an HTTP error.

    It has a status, or a phrase of HTTP, and no list: a harness may write errors of its own. With
    any other member it is a result.
    """
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if isinstance(answer, dict) and isinstance(answer.get("error"), dict):  # as of Google
        answer = {name: answer["error"].get(name) for name in answer["error"] if name not in _LISTS}
    if not isinstance(answer, dict) or not _MEMBERS.issuperset(answer):
        return False
    if any(isinstance(value, list) for value in answer.values()):
        return False
    said = [answer[name] for name in _SAID if isinstance(answer.get(name), str)]
    has_phrase = any(_LINE.fullmatch(words.casefold()) is not None for words in said)
    return has_phrase or bool(said and any(_is_code(answer.get(name)) for name in _CODES))


def _is_code(value: Any) -> bool:
    return re.fullmatch("[45][0-9][0-9]", str(value)) is not None
