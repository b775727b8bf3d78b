"""Standard deviations of many small samples, each steadied by all others."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analyzer.stats.arrays import Floats

_STEPS = 50  # of Newton's method, which needs fewer than ten
_LEAST = 1e-12  # of the largest variance: repeats that agree wholly would have a logarithm of -inf


class Prior(NamedTuple):
    """What all samples say of the variance of another: its usual value, and its weight.

    The weight is in degrees of freedom; it is infinite where all samples vary alike.
    """

    variance: float
    freedom: float


def prior_of(variances: Floats, freedom: Floats) -> Prior | None:
    """Return the prior of the variances of samples, None if fewer than two vary at all.

    The variances, each with its degrees of freedom (n - 1), are taken as drawn from a scaled
    inverse chi-squared distribution, which is fitted to the mean and the variance of their
    logarithms. Shapes: (k,), (k,); samples with no freedom do not count.

    References
    ----------
    Smyth, G. K. (2004). Linear models and empirical Bayes methods for assessing differential
    expression in microarray experiments. Statistical Applications in Genetics and Molecular
    Biology 3(1). DOI 10.2202/1544-6115.1027.
    """
    from scipy.special import digamma, polygamma

    counted = (freedom > 0) & np.isfinite(variances)
    variances, freedom = variances[counted], freedom[counted]
    if len(variances) < 2 or variances.max() <= 0:
        return None
    logs = np.log(np.maximum(variances, _LEAST * variances.max()))
    evened = logs - digamma(freedom / 2) + np.log(freedom / 2)
    middle = float(evened.mean())
    extra = float(evened.var(ddof=1) - polygamma(1, freedom / 2).mean())
    if extra <= 0:
        return Prior(float(np.exp(middle)), np.inf)
    weight = 2 * _inverse_trigamma(extra)
    return Prior(float(np.exp(middle + digamma(weight / 2) - np.log(weight / 2))), weight)


def moderated(variance: float, freedom: int, prior: Prior) -> Prior:
    """Return the variance of a sample steadied by the prior, with the degrees of freedom it has.

    A sample without freedom, a single number, gets the prior's.
    """
    if not freedom or np.isinf(prior.freedom):
        return prior
    total = prior.freedom + freedom
    return Prior((prior.freedom * prior.variance + freedom * variance) / total, total)


def _inverse_trigamma(value: float) -> float:
    """Return the number whose trigamma function has this value, by Newton's method (Smyth)."""
    from scipy.special import polygamma

    y = 0.5 + 1 / value
    for _ in range(_STEPS):
        trigamma = float(polygamma(1, y))
        step = trigamma * (1 - trigamma / value) / float(polygamma(2, y))
        y += step
        if -step / y < 1e-8:
            break
    return y


def student(level: float, freedom: float) -> float:
    """Return the quantile of Student's t; of the normal distribution if the freedom is infinite."""
    from scipy.special import ndtri, stdtrit

    return float(ndtri(level) if np.isinf(freedom) else stdtrit(freedom, level))
