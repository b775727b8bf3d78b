"""Slope and intercept of each margin, written by tests/benchmarks/calibrate.py."""

CALIBRATION = {
    "generalization_gap": (4.045, 0.8465),
    "no_learning.creeping": (0, 0.9904),
    "no_learning.guess": (3.28, 1.368),
    "no_learning.known": (0, 1.926),
    "no_learning.start": (15.56, 0.8859),
    "oscillation": (0.4924, 1.351),
    "overfitting.fall.known": (1.322, 0.007909),
    "overfitting.fall.unknown": (0.9436, -1.242),
    "overfitting.few": (1.936, 1.698),
    "overfitting.rise.known": (2.143, -0.6194),
    "overfitting.rise.unknown": (2.164, -0.0671),
    "overfitting.stay.known": (2.595, 2.47),
    "overfitting.stay.unknown": (1.587, 2.458),
    "plateau": (0.4507, 0.202),
    "reward_collapse": (4.135, 0.5454),
    "underfitting": (0.7193, 0.4037),
    "underfitting.little": (2.091, 0.9482),
}
