"""Lines of console output that put names and numbers in an order of their own, in the usual one.

pycocotools, Marian, the estimators of TensorFlow 1 and some tutorials do not write a name before
its number. What depends on other lines is rewritten in the text (``usual_text``). The rest is
rewritten in one line of each shape (``usual_line``), in which every number stays at its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from analyzer.parsers._text_class_lists import with_class_names
from analyzer.parsers._text_plan import AT_PLACE
from analyzer.parsers._text_tokens import FILL, NUMBER

# " Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.310", below a heading
# such as "IoU metric: bbox" or "Evaluate annotation type *segm*"
_COCO_SIGN = b"maxDets="
_COCO = re.compile(
    rb"(?:IoU metric: *|[Ee]valuat[^\n]{1,30}?)\b(?P<task>bbox|segm|keypoints)\b"
    rb"|Average (?P<what>Precision|Recall) *\(A[PR]\) *@ *\[ *IoU=(?P<iou>[\d.:]+) *"
    rb"\| *area= *(?P<area>\w+) *\| *maxDets= *(?P<dets>\d+) *\] *= *(?P<value>-?[\d.]+)"
)
_ALL_IOUS, _ALL_AREAS, _MOST_DETS = b"0.50:0.95", b"all", b"100"
# "第 3 轮", "第3个epoch"
_ORDINAL_SIGN = "第".encode()
_ORDINAL = re.compile(
    "第 ?(\\d+) ?(?:个 ?)?(轮|輪|回合|次迭代|步|epoch|エポック)(?:次|训练|訓練)?".encode(),
    re.IGNORECASE,
)
_STEPS_OF_ORDINALS = ("次迭代".encode(), "步".encode())
_WIDE_SIGN = b"\xef\xbc"  # most wide marks begin with these bytes
_WIDE = tuple(
    (wide.encode(), narrow.encode())
    for wide, narrow in zip("：，（）％／＝；｜", ":,()%/=;|", strict=True)
)

# "Saving dict for global step 500: accuracy = 0.94, global_step = 500, loss = 0.2"
_ESTIMATOR = re.compile(r"\bSaving dict for global(?= step \d+:)")
# "Ep. 4 : Up. 1000 : Sen. 614 : Cost 5.31 * 359,931 after 718,565 : Time 487.34s : L.r. 3e-4"
_MARIAN = re.compile(
    r"(?P<epoch>\bEp\. *\d+ *: *)(?P<update>Up\.)(?P<at> *\d+)"
    r"(?P<read>(?: *: *Sen\. *[\d,]+)?)(?P<cost>(?: *: *Cost *[^ ]+)?)"
    r"(?P<words>(?: *\* *[\d,]+)?(?: *@ *[\d,]+)?(?: *after *[\d,]+)?)"
)
_MARIAN_RATE = re.compile(r"\bL\.r\.(?= +\d)")
# "After 1001 training step(s), loss on training batch is 0.23"
_AFTER = re.compile(
    r"\bafter(?P<at> \d+)(?P<axis>(?: training)? (?P<name>step|iter|epoch)\w*(?:\(s\))?,)"
    r"(?= [^\W\d])",
    re.IGNORECASE,
)
_AVERAGED = re.compile(r" using (?:the )?(?:average|averaged|ema) model\b", re.IGNORECASE)
# "1 epoch = 2640 batches" says how long an epoch is, not which one it is
_LENGTH = re.compile(r"\b(?:1|one|each|per) epoch(?= *(?:=|:|is|has) *\d)", re.IGNORECASE)
# "epoch 1, step 10, loss_train, 0.833"
_COMMA = re.compile(
    r"(?<=[a-z]),(?= *[-+]?(?:\d+\.\d+(?:e[-+]?\d+)?|nan|inf) *(?:,|\Z))", re.IGNORECASE
)
_COUNT_COMMA = re.compile(
    r"(?<![a-z_])(?P<axis>epoch|step|iter(?:ation)?|round),(?= *\d+ *,)", re.IGNORECASE
)
# "[ Train | 003/080 ] loss = 0.5" counts epochs, "3epoch:train:51-100batch: loss=0.5" (ESPnet) says
# which batches its means are of
_SPLIT_AND_EPOCH = re.compile(r"^\[ ?(?P<split>[A-Za-z]+) ?\| ?(?=\d+/\d+ ?\])")
_BATCHES = re.compile(r"(?<=epoch):(?:train|valid):\d+-\d+batch(?=:)")
# "(epoch: 3, iters: 100, ...)" and "iters: 100, epoch: 3 | loss: 0.5" count batches
_ITERS = re.compile(r"^(?=.*\bepoch: ?\d)(?P<before>.*?)\biters(?=: ?\d)")

# MATLAB: "Epoch 25/1000, Performance 0.165/1e-12, Gradient 0.2/1e-06", values and their goals
_PERFORMANCE = re.compile(
    r"\bPerformance(?P<value> +[-+.\de]+)(?P<goal>/[-+.\de]+)(?=, Gradient)", re.IGNORECASE
)
_GRADIENT = re.compile(r"(?<=, )Gradient(?P<value> +[-+.\de]+)(?P<goal>/[-+.\de]+)", re.IGNORECASE)
# Deeplearning4j calls its loss so: "Score at iteration 100 is 0.54"
_SCORE_AT = re.compile(r"\bScore(?= at iteration \d+ is\b)")
# "It: 10, Loss: 1.2e-02"
_IT = re.compile(r"^(?P<before>\W*)It:(?= *\d+\b)")
# PaddleOCR prints "cur metric, acc: 0.91" of an evaluation
_EVALUATED = re.compile(r"\bcur metric,")
# "iter  10 value 45.678901" of R's nnet
_NNET = re.compile(r"^(?P<axis>iter +\d+ )value(?= +[-+.\d])")
# '"step": [3],' of NVIDIA's DLLogger
_ONE_ITEM = re.compile(r"(?<=\": )\[(?P<value>\d+)\](?=,)")
# "Step    100: train CrossEntropyLoss |  2.3405" of Trax
_LAST = re.compile(rf"^(?P<name>[^|]*[A-Za-z] *)\|(?P<value> +(?:{NUMBER})\s*)$", re.IGNORECASE)
# "| Train Loss | 0.5123 |", a row of a table of names and values
_PAIR = re.compile(
    rf"^(?P<name>\s*\|[^|\d]{{2,60}})\|(?P<value> *(?:{NUMBER})%? *\|\s*)$", re.IGNORECASE
)
# "Validation results@2000: {...}" and "| eval@2000 loss: 0.5" count steps behind the sign;
# "scores@1000" in each epoch is a rank (see _text_numbered.py)
_AT_STEP = re.compile(
    r"(?<![\w@])(?:step@(?=\d)|(?:results?|metrics|scores|stats)@(?=\d{3}|0\b|\d+: *\{))",
    re.IGNORECASE,
)

# "170500096it [00:30, 13670749.69it/s]" of a download, before what was printed next
_RESIDUE = re.compile(r"^\x01?\s*\d+it \[(?:\d+:)?\d\d:\d\d, *[\d.]+(?:it/s|s/it)\]")

# "mAP: 0.92 rank1: 0.94 (Best: 0.92 @epoch 4)" says again what an epoch before had
_BEST = re.compile(r"\((?:the )?best\b[^()\d\n]{0,40}\d[^()\n]{0,80}\)", re.IGNORECASE)
# "At iterate    5    f=  1.23456D+00    |proj g|=  1.2D-02" of scipy's L-BFGS-B
_LBFGS = re.compile(rb"^ *At iterate +(\d+) +f= *(-?[\d.]+)D([-+]\d+)", re.MULTILINE)

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


def usual_text(data: bytes) -> bytes:
    """Return text with the results of pycocotools and lists of scores per class named.

    East Asian marks are those of ASCII.
    """
    if not data.isascii():
        if _WIDE_SIGN in data:
            for wide, narrow in _WIDE:
                data = data.replace(wide, narrow)
        if _ORDINAL_SIGN in data:
            data = _ORDINAL.sub(_ordinal, data)
    if b"At iterate " in data:
        data = _LBFGS.sub(rb"iteration \1 loss= \2E\3", data)
    data = _with_coco_names(data) if _COCO_SIGN in data else data
    return with_class_names(data)


def _ordinal(match: re.Match[bytes]) -> bytes:
    axis = b"step" if match[2] in _STEPS_OF_ORDINALS else b"epoch"
    return b" %b %b " % (axis, match[1])


def _with_coco_names(data: bytes) -> bytes:
    """Return text in which each result has the name that papers give it: AP, AP50, AP small."""
    task = b""

    def named(match: re.Match[bytes]) -> bytes:
        nonlocal task
        if match["task"]:
            task = match["task"]
            return match[0]
        return b"val %b: %b" % (_coco_name(match, task), match["value"])

    return _COCO.sub(named, data)


def _coco_name(match: re.Match[bytes], task: bytes) -> bytes:
    """Return the name of a result; boxes are what most logs have, and are not named."""
    is_recall = match["what"] == b"Recall"
    name = b"AR" if is_recall else b"AP"
    if match["iou"] != _ALL_IOUS:
        name += match["iou"].removeprefix(b"0.").ljust(2, b"0")
    if match["area"] != _ALL_AREAS:
        name += b" " + match["area"]
    elif is_recall or match["dets"] != _MOST_DETS:
        name += b" at" + match["dets"]
    return name if task in (b"", b"bbox") else task + b" " + name


def usual_line(text: str) -> str:
    """Return a line of equal length in the usual order, its numbers where they were."""
    for pattern, rewrite in _RULES:
        text = pattern.sub(rewrite, text)
    return text


def _filled(text: str) -> str:
    return FILL * len(text)


def _of_estimator(match: re.Match[str]) -> str:
    return "[val]".ljust(len(match[0]), FILL)


def _of_marian(match: re.Match[str]) -> str:
    parts = (match["epoch"], "itr", match["at"], _filled(match["read"]), match["cost"])
    return "".join(parts) + _filled(match["words"])


def _at_place(match: re.Match[str]) -> str:
    is_step = match[0].lower().startswith("step")
    return ("step " if is_step else f"{AT_PLACE} ").rjust(len(match[0]))


def _after(match: re.Match[str]) -> str:
    axis = match["name"].rjust(len("after"), FILL)
    return axis + match["at"] + ":".ljust(len(match["axis"]))


_RULES: tuple[Rule, ...] = (
    (_ESTIMATOR, _of_estimator),
    (_MARIAN, _of_marian),
    (_MARIAN_RATE, lambda match: "lr".ljust(len(match[0]), FILL)),
    (_AFTER, _after),
    (_AVERAGED, lambda match: _filled(match[0])),
    (_LENGTH, lambda match: _filled(match[0])),
    (_SPLIT_AND_EPOCH, lambda match: f"[{match['split']}]ep".ljust(len(match[0]))),
    (_ITERS, lambda match: match["before"] + "iter".ljust(len("iters"), FILL)),
    (_BATCHES, lambda match: _filled(match[0])),
    (_AT_STEP, _at_place),
    (_RESIDUE, lambda match: _filled(match[0])),
    (_PERFORMANCE, lambda match: "loss".ljust(11, FILL) + match["value"] + _filled(match["goal"])),
    (
        _GRADIENT,
        lambda match: (
            "gnorm".ljust(len("Gradient"), FILL) + match["value"] + _filled(match["goal"])
        ),
    ),
    (_SCORE_AT, lambda _match: " Loss"),
    (_IT, lambda match: f"{match['before']}itr"),
    (_EVALUATED, lambda match: "[val]".ljust(len(match[0]), FILL)),
    (_NNET, lambda match: match["axis"] + " loss"),
    (_ONE_ITEM, lambda match: f" {match['value']} "),
    (_LAST, lambda match: f"{match['name']}:{match['value']}"),
    (_PAIR, lambda match: f"{match['name']}:{match['value']}"),
    (_COUNT_COMMA, lambda match: f"{match['axis']}:"),
    (_COMMA, lambda _match: ":"),
    (_BEST, lambda match: _filled(match[0])),
)
