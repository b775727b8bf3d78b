"""The only module that knows there are languages: sentences, terms, numbers and places in English and Spanish."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from string import Formatter
from typing import Any

from analyzer import metrics, resources
from analyzer.errors import ConfigError
from analyzer.model.diagnosis import CheckResult, Finding, Onset
from analyzer.model.run import LogIssue, Run

LANGUAGES = ("en", "es")
_DIGITS = 3  # significant digits of a value
PRECISIONS = range(_DIGITS, 16)  # digits with which values are told apart: a float has no more
_TINY = 1e-4  # below it, and from _HUGE on, a value is written in scientific notation
_HUGE = 1e6
_TICK_PLACES = 4  # more decimals than this do not fit beside an axis
_WIDE = 1e5  # from here on a number does not fit beside a vertical axis
_LONGEST_NAME = 120  # characters of a name from a log in a sentence: more hide what is said of it
_COUNTABLE = 1e18  # a larger number is no count


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    lang: str

    def of(self, file: str) -> Mapping[str, Any]:
        """Return the table of this language in a words file."""
        table: Mapping[str, Any] = resources.words(file)[self.lang]
        return table

    def sentences(self, file: str) -> dict[str, str]:
        """Return the sentences of a words file that stand in no table of their own."""
        return {name: one for name, one in self.of(file).items() if isinstance(one, str)}

    def ui(self, key: str, **values: Any) -> str:
        """Return a sentence of the report's own, with its values set in."""
        return self.fill(self.of("_ui")[key], values)

    def fill(self, sentence: str, values: Mapping[str, Any]) -> str:
        """Set values into a sentence; ``{x:number}`` and the like say how a value is written."""
        return self._formatter.vformat(sentence, (), values)

    def number(self, value: float | None, digits: int = _DIGITS) -> str:
        """Return a value with three significant ``digits``, in scientific notation below 1e-4 and from a million on."""
        if value is None:
            return self.ui("unknown")
        if not math.isfinite(value):
            return "NaN" if math.isnan(value) else ("∞" if value > 0 else "−∞")
        if not _TINY <= abs(value) < _HUGE:
            value = float(
                f"{value:.{digits - 1}e}"
            )  # rounded here: Babel writes 9.999e-5 as "10E-5"
        size = abs(value)
        if size and (size < _TINY or size >= _HUGE):
            return self._written(value, f"0.{'#' * (digits - 1)}E0")
        places = max(0, digits - 1 - math.floor(math.log10(size))) if size else 0
        pattern = "#,##0." + "#" * places if places else "#,##0"
        return self._written(round(value, places) + 0.0, pattern)

    def tick(self, value: float, step: float, narrow: bool = False) -> str:
        """Return a value on an axis, with the decimals that its neighbours at a distance of ``step`` need.

        ``narrow`` keeps to what fits beside a vertical axis: from 100,000 on in scientific notation.
        """
        size = abs(value)
        places = (
            next((one for one in range(12) if abs(step - round(step, one)) < 1e-6 * step), 12)
            if step
            else 0
        )
        if (
            0 < size < _TINY
            or size >= (_WIDE if narrow else _HUGE)
            or (places > _TICK_PLACES and value)
        ):
            pattern = "0." + "#" * _digits_apart(size, step) + "E0"
            return self._written(value, pattern)
        if places > _TICK_PLACES:
            return "0"
        pattern = "#,##0." + "0" * places if places else "#,##0"
        return self._written(round(value, places), pattern)

    def percent(self, share: float | None, *, signed: bool = False) -> str:
        """Return a share as a percentage: one decimal below 10 %, none above; ``signed`` shows a plus too."""
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
        """Return a number by a pattern of Babel, with the sign and the separators of the language."""
        written: str = _pattern(pattern).apply(value, _locale(self.lang))
        return _minus(written)

    def metric(self, metric: str, split: str = "", *, alone: bool = False) -> str:
        """Return the name of a curve: inside a sentence, or ``alone`` as a label. Unknown metrics keep their name."""
        terms = self.of("_terms")
        short = metric if len(metric) <= _LONGEST_NAME else metric[: _LONGEST_NAME - 1] + "…"
        name = terms["labels" if alone else "metrics"].get(metric, short)
        if not split:
            return str(name)
        return str(terms["with_split"].format(split=terms["splits"][split], metric=name))

    def heading(self, metric: str) -> str:
        """Return the name of a metric as a title; unknown metrics keep their name to the letter."""
        label = self.metric(metric, alone=True)
        return label[:1].upper() + label[1:] if metric in self.of("_terms")["labels"] else label

    def split(self, split: str) -> str:
        """Return the name of a split."""
        return str(self.of("_terms")["splits"].get(split, split))

    def verdict(self, verdict: str) -> str:
        """Return a verdict in words."""
        return str(self.of("_terms")["verdicts"][verdict])

    def severity(self, severity: str) -> str:
        """Return a severity in words."""
        return str(self.of("_terms")["severities"][severity])

    def confidence(self, share: float | None) -> str:
        """Return how sure a finding is, in words and as a number; nothing where it has no calibrated confidence."""
        if share is None:
            return ""
        levels = {
            float(key.replace("_", ".")): said for key, said in self.of("_ui")["sure"].items()
        }
        shown = min(round(share, 2), 0.99)  # nothing that is read off a curve is certain
        return str(
            levels[max(level for level in levels if shown >= level)].format(
                share=self.percent(shown)
            )
        )

    def place(
        self, step: int, epoch: float | None, *, counted: bool = False, alone: bool = False
    ) -> str:
        """Return "epoch 23" or "step 2,300", saying so where the epochs were counted by us; ``alone`` in a list."""
        unit = "step" if epoch is None else "counted" if counted else "epoch"
        at = self.integer(step) if epoch is None else self.position(epoch)
        return str(self.of("_terms")[f"{'alone' if alone else 'place'}_{unit}"].format(at=at))

    def interval(self, onset: Onset) -> str:
        """Return the interval of an onset."""
        terms = self.of("_terms")
        if onset.low_epoch is None or onset.high_epoch is None:
            low, high = self.integer(onset.low), self.integer(onset.high)
            return str(terms["interval_step"].format(low=low, high=high))
        low, high = self.position(onset.low_epoch), self.position(onset.high_epoch)
        return str(terms["interval_epoch"].format(low=low, high=high))

    def position(self, x: float) -> str:
        """Return a place on an axis: whole as a whole number, else with three digits."""
        return self.integer(x) if float(x).is_integer() else self.number(x)

    def axis(self, unit: str, *, counted: bool = False) -> str:
        """Return the label of a step or epoch axis."""
        return str(
            self.of("_terms")["axis_counted" if counted and unit == "epoch" else f"axis_{unit}"]
        )

    def finding(self, finding: Finding, key: str, run: Run) -> str:
        """Return a sentence of a finding's detector ("headline", "summary", ...)."""
        return self.fill(self.of(finding.detector)[key], self.finding_values(finding, run))

    def finding_values(self, finding: Finding, run: Run) -> dict[str, Any]:
        """Return what the sentences of a finding may name; ``cost`` is what falls: of a score, its error rate."""
        metric, split = finding.metric, finding.split
        named = {
            "curve": self.metric(metric, split),
            "cost": self.metric("error_rate" if metrics.kind(metric) == "score" else metric, split),
            "held_out": self.metric(metric, run.held_out(metric)),
        }
        values = {**finding.values, **named}
        if finding.onset is not None:
            values["place"] = self.place(
                finding.onset.step, finding.onset.epoch, counted=is_counted(run)
            )
            values["interval"] = self.interval(finding.onset)
        return values

    def reason(self, key: str, values: Mapping[str, Any]) -> str:
        """Return why a check was skipped or a file passed over."""
        named = (
            {"curve": self.metric(values["metric"], values["split"])} if "metric" in values else {}
        )
        return self.fill(self.of("_reasons")[key], {**values, **named})

    def check_reason(self, check: CheckResult) -> str:
        """Return why a check has the status it has."""
        return self.reason(check.reason or "", check.reason_values)

    def requirement(self, name: str) -> str:
        """Return a requirement of the gate: as the user wrote it, or in words where it has no text of the user."""
        return str(self.of("_ui")["gate"].get(name, name))

    def outcome(self, key: str, values: Mapping[str, Any]) -> str:
        """Return what became of a requirement of the gate."""
        shown = dict(values)
        if "bound" in values:
            shown["value"] = self.apart(values["value"], values["bound"])
        return self.fill(self.of("_ui")["gate"][key], shown)

    def apart(self, value: float, other: float) -> str:
        """Return a value with as many digits as tell it from another one, at least the usual three."""
        for digits in PRECISIONS:
            if (shown := self.number(value, digits)) != self.number(other, digits):
                return shown
        return self.number(value)

    def issue(self, issue: LogIssue) -> str:
        """Return a log issue as one line."""
        return issue.line(self.of("_issues")[issue.key], integer=self.integer)

    @cached_property
    def _formatter(self) -> _Formatter:
        return _Formatter(
            {
                "number": self.number,
                "percent": self.percent,
                "signed_percent": lambda value: self.percent(value, signed=True),
                "integer": self.integer,
                "yes": lambda value: self.ui("yes" if value else "no"),
                "cap": lambda value: value[:1].upper() + value[1:],
            }
        )


def words(lang: str) -> Words:
    """Return the words of a language. Raises ConfigError for one that there is not."""
    if lang not in LANGUAGES:
        raise ConfigError(f"unknown language {lang!r}; there are: {', '.join(LANGUAGES)}")
    return Words(lang)


def languages_from(lang: str) -> list[str]:
    """Return all languages, the one of the reader first. Raises ConfigError for one that there is not."""
    first = words(lang).lang
    return [first, *(one for one in LANGUAGES if one != first)]


def is_counted(run: Run) -> bool:
    """Say whether the log had neither step nor epoch, so that its epochs were counted from 0."""
    return not {"step", "epoch"} & run.meta.axes.keys()


def _digits_apart(size: float, step: float) -> int:
    """Return how many decimals of a mantissa tell numbers of a size that are ``step`` apart: 1.25E6 from 1.5E6."""
    if not step:
        return _DIGITS - 1
    last = next(
        one
        for one in range(13)
        if one == 12 or abs(round(step, one - _exponent(step)) - step) < 1e-6 * step
    )
    return min(max(0, _exponent(size) - _exponent(step) + last), 12)


def _exponent(size: float) -> int:
    return math.floor(math.log10(size) + 1e-9)


@cache
def _pattern(pattern: str) -> Any:
    """Return a pattern understood: Babel does that anew for every number, and a report has a thousand."""
    from babel.numbers import parse_pattern

    return parse_pattern(pattern)


@cache
def _locale(lang: str) -> Any:
    from babel import Locale

    return Locale.parse(lang)


def _minus(text: str) -> str:
    """Return a number with the minus sign in place of the hyphen."""
    return str(text).replace("-", "−")


class _Formatter(Formatter):
    """``str.format`` whose format specs are the ways in which this project writes values."""

    def __init__(self, ways: Mapping[str, Callable[[Any], str]]) -> None:
        self.ways = ways

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec in self.ways:
            return self.ways[format_spec](value)
        return str(super().format_field(value, format_spec))
