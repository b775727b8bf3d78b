"""The table of a comment: levels, gap and verdict of a run beside those of its baseline."""

from __future__ import annotations

import os
from collections.abc import Sequence

from analyzer.comparing.against import Against, against
from analyzer.comparing.bests import judged_by
from analyzer.comparing.contrast import Sample
from analyzer.errors import AnalyzerError
from analyzer.measures.scale import scale_of
from analyzer.model.diagnosis import Diagnosis
from analyzer.report.differences import signed, verdict_list
from analyzer.report.glance import facts, gap_text
from analyzer.report.headline import verdict_name
from analyzer.report.mark import mark
from analyzer.safe.names import without_middle
from analyzer.text import Words

LONGEST_NAME = 100  # characters of a name from a log
_MOST_METRICS = 4  # rows of best values

Row = tuple[str, ...]


def measures(diagnoses: Sequence[Diagnosis]) -> list[tuple[str, str]]:
    """Return the (split, metric) of the best values of a comment.

    The one that most runs are judged by comes first.
    """
    found: list[tuple[str, str]] = []
    if any(diagnosis.best for diagnosis in diagnoses):
        found.append(judged_by(diagnoses))
    for diagnosis in diagnoses:
        run = diagnosis.run
        for metric in run.judged_metrics:
            split = run.held_out(metric)
            if split in run.splits(metric):
                found.append((split, metric))
    return list(dict.fromkeys(found))[:_MOST_METRICS]


def short_name(name: str) -> str:
    """Return a name of a log as a comment shows it."""
    return without_middle(name, LONGEST_NAME, head=LONGEST_NAME // 2)


def side_name(these: Sequence[Diagnosis]) -> str:
    """Return the one name of a run in a comment; of repeats the first, and how many follow."""
    name = these[0].run.name
    if len(these) == 1:
        return short_name(name)
    folder = _folder_of(these)
    shown = f"{folder}/{name}" if folder and not f"/{name}/".startswith(f"/{folder}/") else name
    return short_name(f"{shown} (+{len(these) - 1})")


def _folder_of(these: Sequence[Diagnosis]) -> str:
    """Return the name of the innermost folder that all logs of some runs lie below, else ""."""
    folders = [os.path.dirname(path) for found in these for path in found.run.paths]  # noqa: PTH120 - they are texts
    try:
        return os.path.basename(os.path.commonpath(folders)) if folders else ""  # noqa: PTH119 - as above
    except ValueError:  # on two drives
        return ""


def comment_head(these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], text: Words) -> Row:
    """Return the heads of the columns."""
    sentences = text.of("_comment")
    here = side_name(these)
    return ("", sentences["base"], here, sentences["difference"]) if baseline else ("", here)


def comment_rows(
    these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], text: Words
) -> tuple[Row, ...]:
    """Return the rows; for a single run without a baseline these are its facts."""
    if not baseline and len(these) == 1:
        return tuple((fact.label, fact.line) for fact in facts(these[0], text))
    rows = [
        *_best_rows(these, baseline, text),
        *_fact_rows(these, baseline, text),
        _verdict_row(these, baseline, text),
    ]
    return tuple(rows) if baseline else tuple((row[0], row[2]) for row in rows)


def _best_rows(these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], text: Words) -> list[Row]:
    rows: list[Row] = []
    for split, metric in measures([*baseline, *these]):
        name = text.metric(metric, split, alone=True)
        try:
            found = against(these, baseline or these, (split, metric))
        except AnalyzerError:
            continue
        label = text.fill(text.of("_comment")["best"], {"metric": name})
        base, here = _spread(found.base, text), _spread(found.sample, text)
        rows.append((label, base, here, _difference(found, text)))
        points = [_point(sample, text) for sample in (found.base, found.sample)]
        if points != [_mean(sample, text) for sample in (found.base, found.sample)]:
            label = text.fill(text.of("_comment")["point"], {"metric": name})
            rows.append((label, *points, ""))
    return rows


def _fact_rows(these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], text: Words) -> list[Row]:
    """Return the mean gap to training and the mean share of the run after its best checkpoint."""
    sentences = text.of("_comment")
    rows = []
    if _have_common_gap(these, baseline):
        gaps = [_gap(group, text) for group in (baseline, these)]
        rows.append((sentences["gap"], *gaps))
    shares = [_mean_fact(group, "after_best", "share") for group in (baseline, these)]
    rows.append(
        (sentences["after"], *("" if share is None else text.percent(share) for share in shares))
    )
    return [(*row, "") for row in rows if any(row[1:])]


def _have_common_gap(these: Sequence[Diagnosis], baseline: Sequence[Diagnosis]) -> bool:
    """Say whether the gaps of all runs are of one metric, on one scale and of one kind of loss."""
    if len({_judged_by(diagnosis) for diagnosis in (*baseline, *these)}) > 1:
        return False
    if not baseline or not any(diagnosis.best for diagnosis in these):
        return True
    return against(these, baseline).mismatch is None


def _gap(diagnoses: Sequence[Diagnosis], text: Words) -> str:
    """Return the mean gap of runs; of one run what its interval tells."""
    if len(diagnoses) == 1:
        gap = diagnoses[0].facts.get("train_val_gap")
        return "" if gap is None else gap_text(gap, text)
    mean = _mean_fact(diagnoses, "train_val_gap", "at_end")
    return "" if mean is None else text.number(mean)


def _verdict_row(these: Sequence[Diagnosis], baseline: Sequence[Diagnosis], text: Words) -> Row:
    base, here = verdicts_of(baseline, text), verdicts_of(these, text)
    return text.of("_comment")["verdict"], base, here, ""


def verdicts_of(diagnoses: Sequence[Diagnosis], text: Words) -> str:
    """Return the verdict of a run in words, or those of several with their counts."""
    if len(diagnoses) == 1:
        return verdict_name(diagnoses[0], text)
    return verdict_list(
        [diagnosis.verdict for diagnosis in diagnoses], text, marks=[*map(mark, diagnoses)]
    )


def _judged_by(diagnosis: Diagnosis) -> tuple[str, str | None]:
    """Return metric and scale: gaps of other metrics or on other scales have no common row."""
    metric = diagnosis.best.metric if diagnosis.best else ""
    return metric, scale_of(diagnosis.run, metric)


def _mean_fact(diagnoses: Sequence[Diagnosis], fact: str, part: str) -> float | None:
    """Return the mean of one value of a fact, None if no run has that fact."""
    values = [diagnosis.facts[fact][part] for diagnosis in diagnoses if diagnosis.facts.get(fact)]
    return sum(values) / len(values) if values else None


def _mean(sample: Sample, text: Words) -> str:
    return "" if sample.mean is None else text.number(sample.mean)


def _point(sample: Sample, text: Words) -> str:
    """Return the mean of the best values as they were logged."""
    return "" if sample.raw_mean is None else text.number(sample.raw_mean)


def _spread(sample: Sample, text: Words) -> str:
    """Return the mean of levels, with the deviation of repeats if there is one."""
    mean = _mean(sample, text)
    if sample.deviation is None:
        return mean
    return f"{mean} ± {text.number(sample.deviation)} (n = {text.integer(len(sample.known))})"


def _difference(found: Against, text: Words) -> str:
    difference = found.difference
    if found.mismatch is not None:
        return str(text.of("_compare")["answers"][found.answer])
    if difference is None:
        return ""
    value = signed(difference.value, text)
    if difference.low is None or difference.high is None:
        return value
    low, high = signed(difference.low, text), signed(difference.high, text)
    return text.fill(
        text.of("_comment")["interval"], {"difference": value, "low": low, "high": high}
    )
