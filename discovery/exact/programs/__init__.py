"""Straight-line programs that approximate functions: reading, evaluation, proved error bounds."""
