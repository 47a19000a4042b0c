"""Formulas and findings as LaTeX, BibTeX, JSON, CSV and code: pure functions."""
