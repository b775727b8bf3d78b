"""Slope and intercept of each margin, written by tests/benchmarks/calibrate.py."""

CALIBRATION = {
    "generalization_gap": (3.622, 0.9212),
    "no_learning.creeping": (0, 1.253),
    "no_learning.frozen": (1.155e-05, 2.773),
    "no_learning.guess": (3.964, 1.347),
    "no_learning.known": (0, 1.926),
    "no_learning.start": (15.56, 0.8859),
    "oscillation": (0.4924, 1.351),
    "overfitting.fall.known": (1.321, 0.01894),
    "overfitting.fall.unknown": (1.025, -1.459),
    "overfitting.few": (1.936, 1.698),
    "overfitting.rise.known": (2.109, -0.6325),
    "overfitting.rise.unknown": (2.191, -0.04355),
    "overfitting.stay.known": (2.617, 2.5),
    "overfitting.stay.unknown": (1.485, 2.456),
    "plateau": (0.457, 0.1856),
    "reward_collapse": (4.135, 0.5454),
    "underfitting": (0.71, 0.3969),
    "underfitting.little": (2.091, 0.9482),
}
