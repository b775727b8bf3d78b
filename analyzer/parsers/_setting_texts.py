"""Read settings that stand in a text: JSON, YAML, a Markdown table, what Python printed.

TensorBoard's text summaries, files beside a log and model cards hold such texts.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from textwrap import dedent
from typing import Any

from analyzer.errors import ParseError
from analyzer.metrics.words import fold
from analyzer.model.settings import name_of
from analyzer.parsers._json import load_json
from analyzer.parsers._namespaces import LONGEST, literal
from analyzer.parsers._settings import settings
from analyzer.parsers._yaml import parse_yaml

LARGEST = 1 << 18  # characters of a text that is read
_MOST_LINES = 2000
SETTING_WORDS = {
    *("config", "configs", "configuration", "cfg", "conf", "hparams", "hparam", "hyperparameters"),
    *("hyperparams", "hyperparameter", "hps", "hp", "hyp", "args", "arguments", "params", "param"),
    *("parameters", "opt", "opts", "options", "settings", "setting", "flags"),
    *("argument", "option", "flagfile", "variant"),
    # Spanish, Portuguese, Italian, French and German, without accents
    *(
        "configuracion",
        "configuracao",
        "configurazione",
        "konfiguration",
        "parametro",
        "parametros",
    ),
    *("parametri", "parametres", "parameter", "hiperparametros", "iperparametri", "ajustes"),
    *("hyperparametres", "opciones", "opcoes", "impostazioni", "einstellungen", "argumentos"),
}
_PRINTED = re.compile(r"[A-Za-z_][\w.]*\(|\{")
_ROW = re.compile(r"\s*\|?([^|\n]+)\|([^|\n]*)\|?\s*")
_RULE = re.compile(r"[\s|:-]+")
_PAIR = re.compile(
    r"\s*(?:[-*] +)?(?:--)?[`\"']?([A-Za-z_][\w./ -]{0,80}?)[`\"']?\s*(?::|=|\t)\s*(\S.*?)\s*"
)
_FLAGS = re.compile(r"(?:\S*python[\d.]*|torchrun|accelerate|deepspeed|srun|\S+\.py)\b|--?[A-Za-z]")
_FLAG = re.compile(r"--?([A-Za-z][\w.-]{0,80})(?:=(.*))?", re.S)
_DEFAULT = re.compile(r"\s*\[default: .*\]$")
_DECORATION = re.compile(r"\s*(?:$|#|--+(?:\s|$)|---|==+|\*\*+)")
_EXPONENT = re.compile(r"[-+]?\d+(?:\.\d*)?[eE][-+]?\d+")
_CARD = re.compile(r"^#+ *Training hyper-?parameters *$", re.MULTILINE | re.IGNORECASE)
_ENTRY = re.compile(r"[-*] +([\w.]+): +(\S.*)")


def setting_words(name: str) -> set[str]:
    """Return the words of a name that say that it stands for settings."""
    plain = fold(name_of(name)).replace("hyper_param", "hyperparam")
    return SETTING_WORDS.intersection(plain.split("_"))


def settings_in(text: str) -> dict[str, Any]:
    """Return the settings in a text, empty if none can be recognised."""
    text = _bare(text[:LARGEST])
    for read in (_json, _printed, _markdown, _yaml, _flags, _lines):
        found = read(text)
        if found:
            return clean(found)
    return {}


def json_settings(text: str) -> dict[str, Any]:
    """Return the settings in a text that is one JSON object, empty if it is not."""
    return clean(_json(_bare(text[:LARGEST])) or {})


def model_card(text: str) -> dict[str, Any]:
    """Return the hyperparameters that a model card of Hugging Face lists."""
    start = _CARD.search(text)
    if start is None:
        return {}
    found: dict[str, Any] = {}
    for line in text[start.end() :].splitlines()[:_MOST_LINES]:
        if line.startswith("#"):
            break
        entry = _ENTRY.fullmatch(line.strip())
        if entry:
            found[entry[1]] = scalar(entry[2])
    return clean(found)


def overrides(entries: list[Any]) -> dict[str, Any]:
    """Return the settings that a list of overrides changes, such as ["lr=0.1", "+seed=1"]."""
    pairs = [str(entry).lstrip("+~").partition("=") for entry in entries]
    return clean({name: scalar(value) for name, equals, value in pairs if equals})


def scalar(text: str) -> Any:
    """Return what the text of one setting stands for: a number, a flag, nothing, or itself."""
    text = text.strip().strip("`\"'")
    words = {"true": True, "false": False, "none": None, "null": None}
    if text.lower() in words:
        return words[text.lower()]
    if re.fullmatch(r"[-+]?\d{1,18}", text):
        return int(text)
    try:
        return text if "_" in text else float(text)
    except ValueError:
        return text


def clean(values: Mapping[Any, Any]) -> dict[str, Any]:
    """Return settings without the tables around them that say only that they are settings."""
    found = _unwrapped(settings(values))
    return {name: _numbers(value) for name, value in found.items() if not _is_private(name)}


def _unwrapped(found: dict[str, Any]) -> dict[str, Any]:
    for _ in range(5):
        tracked = {
            name: entry["value"]
            for name, entry in found.items()
            if isinstance(entry, dict) and "value" in entry and entry.keys() <= {"value", "desc"}
        }
        tracked.pop("_wandb", None)
        rest = {name for name in found if name not in tracked and name != "_wandb"}
        if tracked and rest <= {"wandb_version"}:
            found = tracked
        elif len(found) == 1:
            ((name, value),) = found.items()
            if not (isinstance(value, dict) and setting_words(name)):
                return found
            found = value
        else:
            return found
    return found


def _is_private(name: str) -> bool:
    """Say whether a setting says who ran it, or on which machine."""
    return name_of(name) in ("user", "username", "email", "host", "hostname", "node", "ip")


def _numbers(value: Any) -> Any:
    """Return a value in which 1e-3, which YAML takes for a text, is a number."""
    if isinstance(value, str) and _EXPONENT.fullmatch(value):
        return float(value)
    if isinstance(value, dict):
        return {name: _numbers(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_numbers(inner) for inner in value]
    return value


def _bare(text: str) -> str:
    """Return a text without the marks that make it a block of code."""
    lines = [line for line in text.splitlines() if not line.strip().startswith("```")]
    return dedent("\n".join(lines)).strip("\ufeff \r\n")


def _json(text: str) -> Any:
    if not text.startswith("{"):
        return None
    try:
        document = load_json(text)
    except ParseError:
        return None
    return document if isinstance(document, Mapping) else None


def _printed(text: str) -> Any:
    if not _PRINTED.match(text):
        return None
    try:
        found = literal(text)
    except ValueError:
        return None
    return found if isinstance(found, Mapping) else None


def _markdown(text: str) -> dict[str, Any]:
    """Return the rows of a table of two columns."""
    lines = text.splitlines()[:_MOST_LINES]
    rule = next((at for at, line in enumerate(lines) if _is_rule(line)), None)
    if rule is None:
        return {}
    found: dict[str, Any] = {}
    for line in lines[rule + 1 :]:
        row = _ROW.fullmatch(line)
        if row is None:
            break
        name = row[1].strip().strip("`*")
        if name:
            found[name] = scalar(row[2])
    return found


def _is_rule(line: str) -> bool:
    return "|" in line and "-" in line and _RULE.fullmatch(line) is not None


def _yaml(text: str) -> Any:
    if len(text) > LONGEST or not re.match(r"(?:#.*\n|\s|!!\S+\s)*[\w\"'./-]+ *:(?:\s|$)", text):
        return None
    try:
        document = parse_yaml(text)
    except ParseError:
        return None
    return document if isinstance(document, Mapping) else None


def _flags(text: str) -> dict[str, Any]:
    """Return the flags of a command line: "python train.py --lr 0.1 --seed=3 --amp"."""
    if not _FLAGS.match(text):
        return {}
    try:
        words = shlex.split(text.replace("\\\n", " "), comments=True)
    except ValueError:
        return {}
    found: dict[str, Any] = {}
    flag = ""
    for word in words:
        match = _FLAG.fullmatch(word)
        if match:
            flag = "" if match[2] is not None else match[1]
            found[match[1]] = True if match[2] is None else scalar(match[2])
        elif flag:
            found[flag] = scalar(word)
            flag = ""
    return found


def _lines(text: str) -> dict[str, Any]:
    """Return lines such as "lr: 0.1" or "lr = 0.1"; nothing if most lines are something else."""
    lines = [line for line in text.splitlines()[:_MOST_LINES] if not _DECORATION.match(line)]
    pairs = [_PAIR.fullmatch(_DEFAULT.sub("", line)) for line in lines if len(line) < 500]
    found = {pair[1]: scalar(pair[2]) for pair in pairs if pair}
    return found if 2 * len(found) > len(lines) else {}
