"""What leaves the program passes here: names, secrets, files."""
