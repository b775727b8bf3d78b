"""Several runs: settings, repeats, copies, comparison, gate."""
