"""Linear recurrences with polynomial coefficients, and what they say about the next terms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flint import fmpq, fmpz, fmpz_poly


@dataclass(frozen=True)
class Recurrence:
    """q_0(n) a(n) + q_1(n) a(n-1) + ... + q_r(n) a(n-r) = 0 for all n from the first index + r on.

    Parameters
    ----------
    coefficients : tuple of tuple of int
        Coefficients of q_0, ..., q_r from low to high; q_0 and q_r are not zero, the content is 1, and the leading
        coefficient of q_0 is positive. All q_i are constants: a recurrence with constant coefficients.
    """

    coefficients: tuple[tuple[int, ...], ...]

    @property
    def order(self) -> int:
        """The order r."""
        return len(self.coefficients) - 1

    @property
    def degree(self) -> int:
        """Largest degree of a coefficient."""
        return max(len(coefficient) for coefficient in self.coefficients) - 1

    @cached_property
    def polynomials(self) -> tuple[fmpz_poly, ...]:
        """q_0, ..., q_r."""
        return tuple(fmpz_poly(list(coefficient)) for coefficient in self.coefficients)

    def primitive(self) -> Recurrence:
        """Return the recurrence without the polynomial that all coefficients have in common."""
        common = fmpz_poly([0])
        for q in self.polynomials:
            common = common.gcd(q)
        if common.degree() < 1:
            return self
        reduced = [q // common for q in self.polynomials]
        sign = 1 if reduced[0].leading_coefficient() > 0 else -1
        return Recurrence(tuple(tuple(sign * int(c) for c in q.coeffs()) for q in reduced))

    def next_term(self, before: Sequence[fmpq], n: int) -> fmpq | None:
        """Return a(n) from the terms before it; ``None`` where q_0(n) = 0 and the recurrence does not say it.

        Parameters
        ----------
        before : sequence of fmpq
            At least r terms, the last one a(n-1).
        n : int
            The index.
        """
        leading, *rest = self.polynomials
        divisor = leading(fmpz(n))
        if divisor == 0:
            return None
        total = sum((q(fmpz(n)) * before[-i] for i, q in enumerate(rest, 1)), fmpq(0))
        return -total / divisor

    def holds_at(self, terms: Sequence[fmpq], place: int, first: int) -> bool:
        """Return whether the equation holds whose newest term is terms[place], with index first + place."""
        n = fmpz(first + place)
        return sum((q(n) * terms[place - i] for i, q in enumerate(self.polynomials)), fmpq(0)) == 0

    def first_failure(self, terms: Sequence[fmpq], first: int) -> int | None:
        """Return the first place whose term the terms before it contradict; ``None`` if the recurrence holds."""
        places = range(self.order, len(terms))
        return next((place for place in places if not self.holds_at(terms, place, first)), None)

    def passed_over(self, terms: Sequence[fmpq], first: int) -> list[int]:
        """Return the places of terms that are in none of the equations, although these are two or more.

        Notes
        -----
        A wrong term a(k) does not keep a sequence from having a recurrence: multiples of the true one exist with
        q_i(k + i) = 0 for all i.
        """
        roots = (int(root) - first for root, _ in self.polynomials[0].roots())
        places = {*range(1, self.order), *(place for place in roots if self.order <= place < len(terms))}
        return [place for place in sorted(places) if self._passes_over(place, len(terms), first)]

    def _passes_over(self, place: int, count: int, first: int) -> bool:
        shifts = [i for i in range(self.order + 1) if self.order <= place + i < count]
        unused = all(self.polynomials[i](first + place + i) == 0 for i in shifts)
        return unused and (len(shifts) > 1 or place >= self.order)

    def continued(self, terms: Sequence[fmpq], first: int, count: int) -> list[fmpq]:
        """Return up to `count` terms after the given ones; it ends where the recurrence does not say the next one."""
        known = list(terms[len(terms) - self.order :]) if self.order else []
        start = first + len(terms)
        found: list[fmpq] = []
        for n in range(start, start + count):
            term = self.next_term(known, n)
            if term is None:
                break
            found.append(term)
            known.append(term)
        return found


def recurrence_of(vector: Sequence[Sequence[fmpq]]) -> Recurrence | None:
    """Return the recurrence with rational coefficients as one with integers.

    Parameters
    ----------
    vector : sequence of sequence of fmpq
        Coefficients of q_0, ..., q_r from low to high.

    Returns
    -------
    Recurrence or None
        ``None`` if all are zero, or q_0 is. Leading zeros are left out, and so are the last q_i if they vanish.
    """
    denominator = math.lcm(*(int(c.q) for row in vector for c in row))
    rows = [[int(c.p) * (denominator // int(c.q)) for c in row] for row in vector]
    divisor = math.gcd(*(c for row in rows for c in row))
    rows = [row[: max((i + 1 for i, c in enumerate(row) if c), default=0)] for row in rows]
    while rows and not rows[-1]:
        rows.pop()
    if not rows or not rows[0]:
        return None
    divisor = divisor if rows[0][-1] > 0 else -divisor
    return Recurrence(tuple(tuple(c // divisor for c in row) for row in rows))
