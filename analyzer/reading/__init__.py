"""From a path to runs: find the files, let parsers claim them, read, name and join the runs."""
