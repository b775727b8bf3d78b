"""Settings that a script logged as a text to TensorBoard, as Hugging Face and CleanRL do."""

from __future__ import annotations

from typing import Any

from analyzer.parsers._base import LogFile
from analyzer.parsers._event import decode_event, text_of
from analyzer.parsers._setting_texts import LARGEST, json_settings, setting_words, settings_in
from analyzer.parsers._tfrecord import Damage

_SUFFIX = "/text_summary"  # what writers add to the tag of a text
_HEADER, _FOOTER = 12, 4  # bytes around a payload


def text_settings(value: Any) -> dict[str, Any]:
    """Return the settings in a text that was logged as "args", "hparams" or the like."""
    return _named(value, settings_in(text_of(value)) if _is_for_settings(value) else {})


def salvaged(file: LogFile, damage: Damage) -> dict[str, Any]:
    """Return the settings in a record whose checksum is wrong, if they are a whole JSON object."""
    size = damage.bytes - _HEADER - _FOOTER
    if not 0 < size <= LARGEST:
        return {}
    with file.open() as handle:
        handle.seek(damage.position + _HEADER)
        payload = handle.read(size)
    try:
        event = decode_event(payload).event
    except ValueError:
        return {}
    found: dict[str, Any] = {}
    for value in event.summary.value:
        if _is_for_settings(value):
            found |= _named(value, json_settings(text_of(value)))
    return found


def _is_for_settings(value: Any) -> bool:
    return bool(setting_words(value.tag.removesuffix(_SUFFIX)))


def _named(value: Any, found: dict[str, Any]) -> dict[str, Any]:
    """Return settings; those of the model alone ("model_config") keep that name around them."""
    name = value.tag.removesuffix(_SUFFIX).rpartition("/")[2]
    return {name: found} if found and name.lower().startswith("model") else found
