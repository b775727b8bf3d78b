"""The nouns: run, curve, issue, finding, diagnosis."""
