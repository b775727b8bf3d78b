"""One file per log format; files that start with "_" are infrastructure."""
