"""The remedies whose effect is measured, and the causes that they tell, by their ids."""

from __future__ import annotations

RATES = ("halve_rate", "double_rate", "tenth_rate", "tenfold_rate")
REGULARISERS = ("weight_decay", "dropout", "label_smoothing")
# measured only in runs that had the fault, so their gain does not compare with that of the others
REPAIRS = ("clear_gradients", "scale_inputs", "restart_units")
REMEDIES = (
    *RATES,
    *REGULARISERS,
    *("narrower", "wider", "more_examples", "larger_batch", "smaller_batch"),
    *("clipping", "cosine", "warmup", "early_stopping", "averaging", "longer"),
    *REPAIRS,
)
AGAIN = "again"  # no remedy: the same run from other initial weights, what chance alone changes
OF_THE_SAME_RUN = "early_stopping"  # other weights of the run itself: no chance to compare it with
# each holds in the runs whose loss a remedy against it lowered by 5 % or more
CAUSES = (
    *("rate_too_high", "rate_too_low", "set_too_small", "network_too_narrow", "too_short"),
    "regularisation_too_weak",
)
