"""Sentences, terms and places in English and Spanish; no other module knows a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from analyzer import metrics, resources
from analyzer.errors import ConfigError
from analyzer.model.diagnosis import CheckResult, Finding, Onset
from analyzer.model.issues import LogIssue
from analyzer.model.run import Run
from analyzer.numbers import Numbers
from analyzer.registry.third_party import warn
from analyzer.registry.words import DetectorWords, detector_words, sentence
from analyzer.sentences import LANGUAGES, SentenceFormatter

_LONGEST_NAME = 120  # characters of a name from a log: a longer one hides its sentence
_MOST_LISTED = 6  # names in a sentence
_CANNOT_FILL = (LookupError, ValueError, TypeError, AttributeError)


@dataclass(frozen=True)
class Words(Numbers):
    """The words of one language, and its way to write numbers."""

    def of(self, file: str) -> Mapping[str, Any]:
        """Return the table of this language in a words file."""
        table: Mapping[str, Any] = resources.words(file)[self.lang]
        return table

    def sentences(self, file: str) -> dict[str, str]:
        """Return the top-level sentences of a words file, without its tables."""
        return {key: value for key, value in self.of(file).items() if isinstance(value, str)}

    def ui(self, key: str, **values: Any) -> str:
        """Return a sentence of the report itself, filled with values."""
        return self.fill(self.of("_ui")[key], values)

    def detector(self, detector: str) -> DetectorWords:
        """Return the words of a detector, ours or a plug-in's."""
        return detector_words(detector, self.lang)

    def fill(self, sentence: str, values: Mapping[str, Any]) -> str:
        """Fill a sentence with values; ``{x:number}`` and the like say how a value is written."""
        return self._formatter.vformat(sentence, (), values)

    def fill_or(self, fallback: str, sentence: str, values: Mapping[str, Any], owner: str) -> str:
        """Fill a sentence of a plug-in; warn and return the fallback if it fails."""
        try:
            return self.fill(sentence, values)
        except _CANNOT_FILL as error:
            warn(f"words of {owner}: cannot fill {sentence!r} [{self.lang}]: {error!r}; fix it")
            return fallback

    def metric(self, metric: str, split: str = "", *, alone: bool = False) -> str:
        """Return the name of a curve, for a sentence or ``alone`` as a label.

        Unknown metrics keep their name.
        """
        terms = self.of("_terms")
        short = metric if len(metric) <= _LONGEST_NAME else metric[: _LONGEST_NAME - 1] + "…"
        known = terms["labels"] if alone else terms["metrics"]
        name = known.get(metric, short)
        if not split:
            return str(name)
        return str(terms["with_split"].format(split=self.split(split), metric=name))

    def heading(self, metric: str) -> str:
        """Return the name of a metric as a title; unknown metrics keep their name to the letter."""
        label = self.metric(metric, alone=True)
        if metric in self.of("_terms")["labels"]:
            return _capitalised(label)
        return label

    def split(self, split: str) -> str:
        """Return the name of a split."""
        return str(self.of("_terms")["splits"].get(split, split))

    def verdict(self, verdict: str) -> str:
        """Return a verdict in words; one of a plug-in's own is its word."""
        return str(self.of("_terms")["verdicts"].get(verdict, verdict))

    def severity(self, severity: str) -> str:
        """Return a severity in words."""
        return str(self.of("_terms")["severities"][severity])

    def confidence(self, share: float | None) -> str:
        """Return how sure a finding is, in words and as a number; "" if it is not calibrated."""
        if share is None:
            return ""
        shown = min(round(share, 2), 0.99)  # nothing that is read off a curve is certain
        sentences = self.of("_ui")["sure"]
        levels = {float(key.replace("_", ".")): key for key in sentences}
        level = max(level for level in levels if level <= shown)
        return str(sentences[levels[level]].format(share=self.percent(shown)))

    def place(
        self, step: int, epoch: float | None, *, counted: bool = False, alone: bool = False
    ) -> str:
        """Return "epoch 23" or "step 2,300", for a sentence or ``alone`` in a list.

        ``counted`` marks one that was counted by us, for a line that stands by itself: a report
        says it once, in the sentence of its verdict.
        """
        unit, at = "step", self.integer(step)
        if epoch is not None:
            unit, at = "epoch", self.position(epoch)
        terms, form = self.of("_terms"), "alone" if alone else "place"
        place = terms[f"{form}_{unit}"].format(at=at)
        return str(terms["counted"].format(place=place) if counted else place)

    def interval(self, onset: Onset) -> str:
        """Return the interval of an onset; one place if both of its ends are the same."""
        unit, low, high = "step", self.integer(onset.low), self.integer(onset.high)
        if onset.low_epoch is not None and onset.high_epoch is not None:
            unit = "epoch"
            low, high = self.position(onset.low_epoch), self.position(onset.high_epoch)
        key = f"interval_{unit}" if low != high else f"single_{unit}"
        return str(self.of("_terms")[key].format(low=low, high=high, at=low))

    def position(self, x: float) -> str:
        """Return a place on an axis: a whole number as it is, else three digits."""
        if float(x).is_integer():
            return self.integer(x)
        return self.number(x)

    def axis(self, unit: str, *, counted: bool = False) -> str:
        """Return the label of a step or epoch axis."""
        if counted and unit == "epoch":
            unit = "counted"
        return str(self.of("_terms")[f"axis_{unit}"])

    def finding(self, finding: Finding, key: str, run: Run) -> str:
        """Return the "headline", "action" or "summary" of a finding.

        Without words: its id and values.
        """
        sentence_ = self.detector(finding.detector).of_finding(key, finding.tags)
        values = self.finding_values(finding, run)
        plain = self._without_words(finding, values)
        if not sentence_:
            return plain
        return self.fill_or(plain, sentence_, values, finding.detector)

    def _without_words(self, finding: Finding, values: Mapping[str, Any]) -> str:
        """Return a finding of a plug-in that has no words: "spike, warning: loss; height 3"."""
        places = [self.metric(finding.metric, finding.split, alone=True)]
        if "place" in values:
            places.append(values["place"])
        numbers = [f"{name} {self.value(value)}" for name, value in finding.values.items()]
        head = f"{finding.detector}, {self.severity(finding.severity)}: {', '.join(places)}"
        return "; ".join([head, *numbers]) + "."

    def value(self, value: Any) -> str:
        """Return a value of any type: numbers in the way of the language, others as they are."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return str(value)
        return self.number(value)

    def evidence(self, finding: Finding, run: Run) -> tuple[tuple[str, str], ...]:
        """Return the evidence of a finding as (label, value); without words, all its values."""
        rows = self.detector(finding.detector).evidence
        if rows is None:
            return tuple((name, self.value(value)) for name, value in finding.values.items())
        values, unknown = self.finding_values(finding, run), self.ui("unknown")
        return tuple(
            (row.label, self.fill_or(unknown, row.value, values, finding.detector)) for row in rows
        )

    def about(self, detector: str, key: str, thresholds: Mapping[str, float]) -> str:
        """Return a sentence about a check ("clear", "how" ...) that may name its thresholds."""
        template = getattr(self.detector(detector), key)
        return self.fill_or(template, template, thresholds, detector)

    def finding_values(self, finding: Finding, run: Run) -> dict[str, Any]:
        """Return what the sentences of a finding may name.

        ``cost`` is the quantity that should fall: for a score, its error rate. ``best_step`` and
        ``best_epoch`` give ``best_place`` (in a list ``best_at``), in epochs if they are known.
        """
        metric, split = finding.metric, finding.split
        cost = "error_rate" if metrics.kind(metric) == "score" else metric
        named = {
            "curve": self.metric(metric, split),
            "cost": self.metric(cost, split),
            "held_out": self.metric(metric, run.held_out(metric)),
        }
        values = {**finding.thresholds, **finding.values, **named}
        for name, step in finding.values.items():
            start = name.removesuffix("_step")
            if start != name and step is not None:
                epoch = finding.values.get(f"{start}_epoch")
                values[f"{start}_place"] = self.place(step, epoch)
                values[f"{start}_at"] = self.place(step, epoch, alone=True)
        if finding.onset is not None:
            values["place"] = self.place(finding.onset.step, finding.onset.epoch)
            values["interval"] = self.interval(finding.onset)
        return values

    def reason(self, key: str, values: Mapping[str, Any], detector: str = "") -> str:
        """Return why a check (of a ``detector``) was skipped or a file passed over."""
        named = dict(values)
        if {"metric", "split"} <= values.keys():
            named["curve"] = self.metric(values["metric"], values["split"])
        if key == "too_few_points":
            key = _too_few(values)
        template = sentence("_reasons", self.lang, key, values, detector)
        return self.fill_or(f"{key}.", template, named, detector or key)

    def check_reason(self, check: CheckResult) -> str:
        """Return why a check has the status it has."""
        return self.reason(check.reason or "", check.reason_values, check.detector)

    def requirement(self, name: str) -> str:
        """Return a requirement of the gate as the user wrote it, or in words if nobody wrote it."""
        return str(self.of("_ui")["gate"].get(name, name))

    def outcome(self, key: str, values: Mapping[str, Any]) -> str:
        """Return the result of a requirement of the gate."""
        shown = dict(values)
        if "bound" in values:
            shown["value"] = self.apart(values["value"], values["bound"])
        sentences = self.of("_ui")["gate"]
        if "mismatch" in values:
            unnamed = self.of("_compare")["loss_unnamed"]
            shown["loss"] = values.get("loss") or unnamed
            shown["baseline_loss"] = values.get("baseline_loss") or unnamed
        line = self.fill(sentences[key], shown)
        if "mismatch" not in values or "metric" not in values:
            return line
        shown["metric"] = self.metric(values["metric"], values["split"])
        key = f"by_{values['mismatch']}"
        return f"{line}; {self.fill(sentences[key], shown)}"

    def issue(self, issue: LogIssue) -> str:
        """Return a log issue as one line."""
        template = sentence("_issues", self.lang, issue.key, issue.values)
        return issue.line(template, formatter=self._formatter)

    def issue_words(self, issue: LogIssue) -> str:
        """Return a log issue without its file."""
        template = sentence("_issues", self.lang, issue.key, issue.values)
        return issue.worded(template, formatter=self._formatter)

    def _cap(self, text: str) -> str:
        """Return a text with a capital, unless it begins with the name of a metric of the log."""
        terms = self.of("_terms")
        for split in terms["splits"].values():
            end = terms["with_split"].format(split=split, metric="")
            if text.endswith(end) and text.removesuffix(end) not in terms["metrics"].values():
                return text  # "auc de validación": a language that puts the metric first
        return _capitalised(text)

    def _beside(self, difference: float) -> str:
        """Return how far a value is from another one: "12% above" or "12% below"."""
        side = "below" if difference < 0 else "above"
        return self.ui(side, share=abs(difference))

    def _settings(self, names: Sequence[str]) -> str:
        """Return usual settings by their terms, with commas between them."""
        terms = self.of("_terms")["settings"]
        return _listed([terms.get(name, name) for name in names])

    @cached_property
    def _formatter(self) -> SentenceFormatter:
        return SentenceFormatter(
            {
                "number": self.number,
                "percent": self.percent,
                "signed_percent": lambda value: self.percent(value, signed=True),
                "change": self.change,
                "as_change": lambda fall: self.percent(-fall, signed=True),
                "beside": self._beside,
                "integer": self.integer,
                "position": self.position,
                "duration": self.duration,
                "names": _listed,
                "settings": self._settings,
                "yes": lambda value: self.ui("yes" if value else "no"),
                "cap": self._cap,
            }
        )


def words(lang: str) -> Words:
    """Return the words of a language. Raises ConfigError for an unknown one."""
    if lang not in LANGUAGES:
        raise ConfigError(f"unknown language {lang!r}; there are: {', '.join(LANGUAGES)}")
    return Words(lang)


def languages_from(lang: str) -> list[str]:
    """Return all languages, the reader's first. Raises ConfigError for an unknown one."""
    first = words(lang).lang
    return [first, *(other for other in LANGUAGES if other != first)]


def is_counted(run: Run) -> bool:
    """Return whether the log had neither step nor epoch, so that we counted from 0."""
    return not {"step", "epoch"} & run.meta.axes.keys()


def _too_few(values: Mapping[str, Any]) -> str:
    """Return the key of the sentence for a curve with too few finite points."""
    if values.get("points", 1):
        return "too_few_finite" if values.get("not_finite") else "too_few_points"
    # "0 of the 8 points needed" reads as if some were there
    return "never_finite" if values.get("not_finite") else "no_value"


def _listed(names: Sequence[str]) -> str:
    """Return names with commas between them; an ellipsis stands for those beyond the sixth."""
    shown = [*names[:_MOST_LISTED], *(["…"] if len(names) > _MOST_LISTED else [])]
    return ", ".join(shown)


def _capitalised(text: str) -> str:
    """Return a text with a capital, unless it begins with a name of a log such as g0_loss."""
    word = text.split(" ", 1)[0]
    is_name = any(letter.isdigit() or letter in "_/" for letter in word)
    return text if is_name else text[:1].upper() + text[1:]
