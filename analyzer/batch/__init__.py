"""A folder of runs: found, diagnosed by a pool of processes, laid out as a site.

Re-running updates the site.
"""
