"""From a path to runs."""
