"""The published algorithm, written plainly: floor and ceiling in mpmath, Berlekamp-Massey modulo 199, depth 100.

References
----------
Razon et al., ICML 2023, arXiv:2212.09470, algorithms 1 and 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import mpmath

PRIME = 199
DEPTH = 100
MAX_ORDER = 23


def count_hits(
    evaluate: Callable[[Any], Any], rows: Iterable[Sequence[int]], patterns: Sequence[Sequence[int]], bits: int
) -> int:
    """Return how many pairs of a left-hand side and a sign pattern obey a recurrence of order at most `MAX_ORDER`.

    Parameters
    ----------
    evaluate : callable
        Returns the constant in an mpmath context.
    rows : iterable of sequence of int
        P, then Q, lowest power first.
    patterns : sequence of sequence of int
        Periods of signs.
    bits : int
        Working precision.
    """
    context = mpmath.MPContext()
    context.prec = bits
    constant = evaluate(context)
    hits = 0
    for row in rows:
        half = len(row) // 2
        p, q = (sum(c * constant**i for i, c in enumerate(part)) for part in (row[:half], row[half:]))
        for signs in patterns:
            x = abs(p / q)
            terms = []
            for n in range(DEPTH):
                sign = signs[n % len(signs)]
                term = context.floor(x) if sign > 0 else context.ceil(x)
                terms.append(int(term))
                if x == term:
                    break
                x = sign / (x - term)
            hits += _order([term % PRIME for term in terms]) <= MAX_ORDER
    return hits


def _order(terms: list[int]) -> int:
    """Return the linear complexity modulo `PRIME`, by Massey's algorithm with inversions."""
    current, before, order, shift, last = [1], [1], 0, 1, 1
    for n in range(len(terms)):
        discrepancy = sum(c * terms[n - i] for i, c in enumerate(current[: order + 1])) % PRIME
        if discrepancy == 0:
            shift += 1
            continue
        factor = discrepancy * pow(last, -1, PRIME)
        longer = current + [0] * (len(before) + shift - len(current))
        for i, c in enumerate(before):
            longer[i + shift] = (longer[i + shift] - factor * c) % PRIME
        if 2 * order <= n:
            order, before, last, shift = n + 1 - order, current, discrepancy, 1
        else:
            shift += 1
        current = longer
    return order
