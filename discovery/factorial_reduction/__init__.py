"""Factorial reduction: polynomial continued fractions whose convergents lose their factorial to common factors."""
