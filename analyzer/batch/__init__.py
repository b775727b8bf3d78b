"""A folder of runs as a site, diagnosed by a pool of processes; a second call updates it."""
