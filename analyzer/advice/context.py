"""Say in which respects a run may resemble those in which the remedies were measured."""

from __future__ import annotations

import re

from analyzer.measures.data_size import classes_of, train_examples
from analyzer.measures.optimizer import optimizer_family
from analyzer.measures.schedule import is_scheduled
from analyzer.model.diagnosis import Finding
from analyzer.model.run import Run

GENERAL = ""  # the context of all runs with a finding
CONSTANT_RATE, SCHEDULED = "constant_rate", "scheduled"
SMALL_SET, LARGE_SET = "small_set", "large_set"
CLASSES, REGRESSION = "classes", "regression"
LARGE_FROM = 500  # training examples; about half of the measured runs have fewer
_LIKELIHOODS = frozenset(
    {"crossentropy", "crossentropyloss", "xent", "bce", "nll", "nllloss", "logloss"}
    | {"perplexity", "ppl"}
)
# a tag of nearly every finding of its detector: it would hide the contexts after it
_USUAL = frozenset({"noisy"})


def contexts(finding: Finding, run: Run) -> tuple[str, ...]:
    """Return the contexts of a finding, the most specific first; the general one is not among them.

    First the tags of the finding, in the order of its detector, which puts the one that says most
    first. Then what is known of the run: whether the rate decays (``constant_rate`` or
    ``scheduled``), the family of its optimizer (``adaptive`` or ``sgd``), the size of its training
    set (``small_set`` below 500 examples, else ``large_set``), and its task (``classes`` or
    ``regression``). What neither log nor settings tell is left out.
    """
    tags = [tag for tag in finding.tags if tag not in _USUAL]
    return (*tags, *run.once(("advice", "contexts"), lambda: of_run(run)))


def of_run(run: Run) -> tuple[str, ...]:
    """Return the contexts that do not depend on a finding."""
    known = (_rate(run), optimizer_family(run.config), _size(run), _task(run))
    return tuple(context for context in known if context is not None)


def _rate(run: Run) -> str | None:
    scheduled = is_scheduled(run)
    if scheduled is None:
        return None
    return SCHEDULED if scheduled else CONSTANT_RATE


def _size(run: Run) -> str | None:
    examples = train_examples(run)
    if examples is None:
        return None
    return SMALL_SET if examples < LARGE_FROM else LARGE_SET


def _task(run: Run) -> str | None:
    """Return ``CLASSES`` if an accuracy was logged or classes are configured.

    A run with losses alone counts as ``REGRESSION``; other scores leave the task open, and so does
    a likelihood, such as the cross-entropy of a language model.
    """
    if run.splits("accuracy") or classes_of(run) is not None:
        return CLASSES
    if any(_is_likelihood(series.metric) for series in run.series):
        return None
    if run.metrics_of("loss") and not run.metrics_of("score"):
        return REGRESSION
    return None


def _is_likelihood(metric: str) -> bool:
    """Say whether a metric is no error of a regression: "cross_entropy", "val_nll", "ppl"."""
    words = re.split(r"[^a-z]+", metric.lower())
    return bool(_LIKELIHOODS & {*words, "".join(words)})
