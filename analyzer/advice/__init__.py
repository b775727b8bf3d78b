"""What to do about a finding, ranked by how often each remedy helped in runs with known truth."""
