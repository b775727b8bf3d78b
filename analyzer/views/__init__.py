"""What a log holds beside its curves, read when a report shows it; one file for each view."""
