"""Sentences, terms, numbers and places in English and Spanish; no other module knows a language."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from analyzer import metrics, resources
from analyzer.errors import ConfigError
from analyzer.model.diagnosis import CheckResult, Finding, Onset
from analyzer.model.run import LogIssue, Run
from analyzer.registry.third_party import warn
from analyzer.registry.words import DetectorWords, detector_words, sentence
from analyzer.sentences import SentenceFormatter

LANGUAGES = ("en", "es")
_DIGITS = 3  # significant digits of a value
PRECISIONS = range(_DIGITS, 16)  # digits with which values are told apart: a float has no more
_TINY = 1e-4  # below it, and from _HUGE on, a value is written in scientific notation
_HUGE = 1e6
_TICK_PLACES = 4  # more decimals than this do not fit beside an axis
_WIDE = 1e5  # from here on a number does not fit beside a vertical axis
_LONGEST_NAME = 120  # characters of a name from a log: a longer one hides its sentence
_COUNTABLE = 1e18  # a larger number is not a count
_MOST_PLACES = 12  # decimals that are tried for a tick
_CANNOT_FILL = (LookupError, ValueError, TypeError, AttributeError)


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    lang: str

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

    def number(self, value: float | None, digits: int = _DIGITS) -> str:
        """Return a value with three significant ``digits``.

        It is in scientific notation below 1e-4 and from a million on.
        """
        if value is None:
            return self.ui("unknown")
        if not math.isfinite(value):
            return _not_finite(value)
        if not _TINY <= abs(value) < _HUGE:
            # Rounded here, since Babel writes 9.999e-5 as "10E-5".
            value = float(f"{value:.{digits - 1}e}")
        size = abs(value)
        if size and (size < _TINY or size >= _HUGE):
            return self._written(value, f"0.{'#' * (digits - 1)}E0")
        places = 0
        if size:
            places = max(0, digits - 1 - math.floor(math.log10(size)))
        return self._written(round(value, places) + 0.0, _decimals("#", places))

    def tick(self, value: float, step: float, narrow: bool = False) -> str:
        """Return a value on an axis, with the decimals that ticks at a distance of ``step`` need.

        ``narrow`` fits it beside a vertical axis: in scientific notation from 100,000 on.
        """
        size = abs(value)
        places = _places_of(step)
        limit = _WIDE if narrow else _HUGE
        if 0 < size < _TINY or size >= limit or (places > _TICK_PLACES and value):
            pattern = "0." + "#" * _digits_apart(size, step) + "E0"
            return self._written(value, pattern)
        if places > _TICK_PLACES:
            return "0"
        return self._written(round(value, places), _decimals("0", places))

    def percent(self, share: float | None, *, signed: bool = False) -> str:
        """Return a share as a percentage: one decimal below 10 %, none above; ``signed`` adds +."""
        if share is None:
            return self.ui("unknown")
        if not math.isfinite(share):
            return self.number(share)
        value = 100 * share
        places = 1 if abs(value) < 10 else 0
        if abs(value) >= _HUGE:
            text = self.number(value)
        else:
            text = self._written(round(value, places) + 0.0, "#,##0." + "#" * places)
        sign = "+" if signed and not text.startswith("−") else ""
        space = "" if self.lang == "en" else "\N{NO-BREAK SPACE}"
        return f"{sign}{text}{space}%"

    def integer(self, value: float) -> str:
        """Return a whole number with the separators of the language."""
        if not abs(value) < _COUNTABLE:
            return self.number(value)
        return self._written(round(value), "#,##0")

    def _written(self, value: float, pattern: str) -> str:
        """Return a number in a pattern of Babel, with the separators of the language."""
        written: str = _pattern(pattern).apply(value, _locale(self.lang))
        return _minus(written)

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

        ``counted`` epochs are marked as counted by us.
        """
        if epoch is None:
            unit, at = "step", self.integer(step)
        else:
            unit, at = "counted" if counted else "epoch", self.position(epoch)
        form = "alone" if alone else "place"
        return str(self.of("_terms")[f"{form}_{unit}"].format(at=at))

    def interval(self, onset: Onset) -> str:
        """Return the interval of an onset."""
        terms = self.of("_terms")
        if onset.low_epoch is None or onset.high_epoch is None:
            low, high = self.integer(onset.low), self.integer(onset.high)
            return str(terms["interval_step"].format(low=low, high=high))
        low, high = self.position(onset.low_epoch), self.position(onset.high_epoch)
        return str(terms["interval_epoch"].format(low=low, high=high))

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
        """Return the "headline" or "summary" of a finding; without words, its id and values."""
        words_: Mapping[str, str] = vars(self.detector(finding.detector))
        values = self.finding_values(finding, run)
        plain = self._without_words(finding, values)
        if not words_[key]:
            return plain
        return self.fill_or(plain, words_[key], values, finding.detector)

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

        ``cost`` is the quantity that should fall: for a score, its error rate.
        """
        metric, split = finding.metric, finding.split
        cost = "error_rate" if metrics.kind(metric) == "score" else metric
        named = {
            "curve": self.metric(metric, split),
            "cost": self.metric(cost, split),
            "held_out": self.metric(metric, run.held_out(metric)),
        }
        values = {**finding.thresholds, **finding.values, **named}
        if finding.onset is not None:
            values["place"] = self.place(
                finding.onset.step, finding.onset.epoch, counted=is_counted(run)
            )
            values["interval"] = self.interval(finding.onset)
        return values

    def reason(self, key: str, values: Mapping[str, Any], detector: str = "") -> str:
        """Return why a check (of a ``detector``) was skipped or a file passed over."""
        named = dict(values)
        if {"metric", "split"} <= values.keys():
            named["curve"] = self.metric(values["metric"], values["split"])
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
        return self.fill(self.of("_ui")["gate"][key], shown)

    def apart(self, value: float, other: float) -> str:
        """Return a value with as many digits as distinguish it from another, at least three."""
        for digits in PRECISIONS:
            if (shown := self.number(value, digits)) != self.number(other, digits):
                return shown
        return self.number(value)

    def issue(self, issue: LogIssue) -> str:
        """Return a log issue as one line."""
        template = sentence("_issues", self.lang, issue.key, issue.values)
        return issue.line(template, formatter=self._formatter)

    @cached_property
    def _formatter(self) -> SentenceFormatter:
        return SentenceFormatter(
            {
                "number": self.number,
                "percent": self.percent,
                "signed_percent": lambda value: self.percent(value, signed=True),
                "integer": self.integer,
                "yes": lambda value: self.ui("yes" if value else "no"),
                "cap": _capitalised,
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


def _digits_apart(size: float, step: float) -> int:
    """Return how many decimals of a mantissa distinguish numbers that are ``step`` apart.

    Such as two for 1.25E6 and 1.5E6, whose ``size`` is 1e6.
    """
    if not step:
        return _DIGITS - 1
    last = _MOST_PLACES
    for places in range(_MOST_PLACES):
        if abs(round(step, places - _exponent(step)) - step) < 1e-6 * step:
            last = places
            break
    return min(max(0, _exponent(size) - _exponent(step) + last), _MOST_PLACES)


def _places_of(step: float) -> int:
    """Return how many decimals a distance has."""
    if not step:
        return 0
    for places in range(_MOST_PLACES):
        if abs(step - round(step, places)) < 1e-6 * step:
            return places
    return _MOST_PLACES


def _decimals(digit: str, places: int) -> str:
    """Return a pattern of Babel: "0" shows every decimal, "#" leaves zeros at the end out."""
    if not places:
        return "#,##0"
    return "#,##0." + digit * places


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _not_finite(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "∞" if value > 0 else "−∞"


def _exponent(size: float) -> int:
    return math.floor(math.log10(size) + 1e-9)


@cache
def _pattern(pattern: str) -> Any:
    """Return a parsed pattern; Babel would parse it again for each number of a report."""
    from babel.numbers import parse_pattern

    return parse_pattern(pattern)


@cache
def _locale(lang: str) -> Any:
    from babel import Locale

    return Locale.parse(lang)


def _minus(text: str) -> str:
    """Return a number with the minus sign in place of the hyphen."""
    return str(text).replace("-", "−")
