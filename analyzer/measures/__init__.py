"""What detectors, facts and charts share of a run, computed once."""
