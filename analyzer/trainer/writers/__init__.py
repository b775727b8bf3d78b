"""The writers: one file a log format, through the libraries that people log with."""
