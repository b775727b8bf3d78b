"""Diagnosis to Report to a page, a terminal or JSON."""
