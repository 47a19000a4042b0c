"""Continued fractions: signed and polynomial ones, their values, convergence and irrationality exponents."""
