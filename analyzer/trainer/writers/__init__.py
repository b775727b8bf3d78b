"""The writers, one file per log format, each using the library that users log with."""
