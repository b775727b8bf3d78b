"""One file per fact: not a condition, but worth knowing."""
