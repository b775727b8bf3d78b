"""Charts as data (spec.py), and their drawing."""
