"""A folder of runs: found, diagnosed by a pool of processes, and laid out as a site that a second call only mends."""
