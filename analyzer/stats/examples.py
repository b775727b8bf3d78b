"""How many examples a validation set has, read from the grain of its accuracies."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LARGEST = 2000  # finer grains than 1/2000 cannot be told from the rounding of a float32
_PRECISION = 2e-6  # an accuracy logged as float32 is off by up to 6e-8, one printed with six digits by 5e-7
_ROUNDED = (10, 100, 1000)
_FEWEST = 3  # as many values without a grain look as if they had one in fewer than one case in a thousand


def examples_behind(accuracies: Floats) -> int | None:
    """Return the smallest m for which every accuracy is a whole number of m-ths, or None where there is no such grain.

    Accuracies are fractions in 0..1. A grain is believed only where at least three different values share it. Tenths,
    hundredths and thousandths are not: numbers printed with so many digits have that grain whatever the set is.
    """
    values = np.unique(accuracies[np.isfinite(accuracies)])
    values = values[(values > 0) & (values < 1)]
    if len(values) < _FEWEST:
        return None
    sizes = np.arange(2, LARGEST + 1)
    scaled = values[None, :] * sizes[:, None]
    whole = (np.abs(scaled - np.round(scaled)) <= _PRECISION * sizes[:, None]).all(1)
    fits = np.flatnonzero(whole)
    size = int(sizes[fits[0]]) if len(fits) else None
    return None if size in _ROUNDED else size
