"""Answers for agents: short, within one folder, with text from logs marked as data."""
