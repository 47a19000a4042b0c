"""The shortest linear recurrence with constant coefficients of a sequence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import mul

from flint import fmpq

from discovery.exact.sequences.modular import Vector, lifted, residues
from discovery.exact.sequences.recurrence import Recurrence, recurrence_of


def connection_polynomial(sequence: Sequence[int], prime: int) -> tuple[Vector, int]:
    """Return the shortest linear recurrence of a sequence modulo a prime.

    Parameters
    ----------
    sequence : sequence of int
        Residues.
    prime : int
        The prime.

    Returns
    -------
    tuple of (list of int, int)
        c_0 = 1, c_1, ... and the order r >= degree: c_0 s(n) + c_1 s(n-1) + ... + c_r s(n-r) = 0 for all n >= r.

    References
    ----------
    J. Massey, Shift-register synthesis and BCH decoding, IEEE Trans. Inf. Theory 15 (1969), algorithm 1.
    """
    current, previous = [1], [1]
    order, gap, last = 0, 1, 1
    for n, term in enumerate(sequence):
        known = sequence[n - len(current) + 1 : n] if len(current) <= n + 1 else ()
        discrepancy = (term + sum(map(mul, reversed(known), current[1:]))) % prime
        if not discrepancy:
            gap += 1
            continue
        factor = discrepancy * pow(last, -1, prime) % prime
        longer = current + [0] * max(0, len(previous) + gap - len(current))
        for i, c in enumerate(previous):
            longer[i + gap] = (longer[i + gap] - factor * c) % prime
        if 2 * order <= n:
            order, previous, last, gap = n + 1 - order, current, discrepancy, 1
        else:
            gap += 1
        current = longer
    while current[-1] == 0:
        current.pop()
    return current, order


def constant_recurrence(terms: Sequence[fmpq]) -> tuple[Recurrence, int] | None:
    """Return the shortest recurrence with constant coefficients that all terms satisfy, if it is determined by them.

    Parameters
    ----------
    terms : sequence of fmpq
        The terms.

    Returns
    -------
    tuple of (Recurrence, int) or None
        The recurrence, verified exactly, and how many of the first terms are exceptions to it. ``None`` if its order
        r, exceptions included, is so large that 2 r terms are all there are.
    """
    found: tuple[Recurrence, int] | None = None

    def solve(prime: int) -> Vector | None:
        coefficients, order = connection_polynomial(residues(terms, prime), prime)
        if 2 * order >= len(terms) or order == 0:
            return None
        return coefficients + [0] * (order + 1 - len(coefficients))

    def accept(numbers: list[fmpq]) -> bool:
        nonlocal found
        recurrence = recurrence_of([[number] for number in numbers])
        if recurrence is not None and recurrence.order:
            exceptions = len(numbers) - 1 - recurrence.order
            if recurrence.first_failure(terms[exceptions:], 0) is None:
                found = recurrence, exceptions
        return found is not None

    lifted(solve, accept, math.lcm(*(int(term.q) for term in terms)))
    return found
