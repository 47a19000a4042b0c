"""The Pareto front of programs: what has the smallest error for its number of operations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

MARGIN = Fraction(1, 1000)
"""A point improves the front only if its error is smaller by this part: the same program found again does not."""


@dataclass(frozen=True)
class Front:
    """Smallest error by number of operations; immutable.

    Parameters
    ----------
    errors : mapping of int to str
        Operations -> error, a positive decimal; falling as operations grow.
    """

    errors: Mapping[int, str] = field(default_factory=dict)

    def best(self, operations: int) -> Fraction | None:
        """Return the smallest error with at most so many operations, or ``None`` if there is none."""
        return min((Fraction(error) for count, error in self.errors.items() if count <= operations), default=None)

    def improves(self, operations: int, error: Fraction) -> bool:
        """Return whether a program with this error is better than all with as many operations or fewer."""
        best = self.best(operations)
        return best is None or error < best * (1 - MARGIN)

    def with_point(self, operations: int, error: str) -> Front:
        """Return the front with another point, without those it dominates."""
        value = Fraction(error)
        kept = {count: text for count, text in self.errors.items() if count < operations or Fraction(text) < value}
        return Front(dict(sorted((kept | {operations: error}).items())))
