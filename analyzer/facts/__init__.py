"""One file per fact: what is no condition but worth knowing."""
