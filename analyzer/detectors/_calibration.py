"""Slope and intercept of each margin, written by tests/benchmarks/calibrate.py."""

CALIBRATION = {
    "generalization_gap": (4.621, 0.7015),
    "no_learning.guess": (0, 3.9),
    "no_learning.known": (0, 2.211),
    "no_learning.start": (1.615, 2.412),
    "oscillation": (0.3785, 1.442),
    "overfitting.fall.known": (1.375, -0.3088),
    "overfitting.fall.unknown": (0.9385, -1.359),
    "overfitting.few": (1.936, 1.698),
    "overfitting.rise.known": (2.205, -0.464),
    "overfitting.rise.unknown": (2.312, 0.1283),
    "overfitting.stay.known": (2.654, 2.492),
    "overfitting.stay.unknown": (1.77, 2.192),
    "plateau": (0.3545, 0.4558),
    "reward_collapse": (4.135, 0.5454),
    "underfitting": (0.9027, 0.07456),
    "underfitting.little": (4.389, 0.3275),
}
