"""Integer relations between real numbers by lattice reduction, with the evidence each one carries."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb, fmpz, fmpz_mat

from discovery.exact.precision import working_precision

GUARD_BITS = 64
MANY_TERMS = 7


@dataclass(frozen=True)
class Relation:
    """Integers c with c_0 x_0 + ... + c_n x_n = 0 as far as the numbers are known.

    Parameters
    ----------
    coefficients : tuple of int
        Content 1, first non-zero one positive.
    digits : float
        Decimal digits of the numbers that were used.
    consumed_digits : float
        What a relation with coefficients of this size costs: the number of terms times log10 of the largest one.
    """

    coefficients: tuple[int, ...]
    digits: float
    consumed_digits: float

    @property
    def surplus_digits(self) -> float:
        """Digits used minus digits consumed; near or below zero, any numbers have such a relation."""
        return self.digits - self.consumed_digits


def integer_relation(values: Sequence[arb], digits: float) -> Relation | None:
    """Return the shortest integer relation between real numbers, or ``None`` if the balls refute it.

    Parameters
    ----------
    values : sequence of arb
        Two or more balls, none containing zero, of size about 1 and radius about ``10**-digits``.
    digits : float
        Decimal digits to which all of them are known, > 1.

    Returns
    -------
    Relation or None
        A candidate that is consistent with the balls; its surplus digits say what it is worth. ``None`` if the
        combination's ball excludes zero.

    References
    ----------
    Lenstra, Lenstra, Lovasz, Math. Ann. 261 (1982); Cohen, A Course in Computational Algebraic Number Theory, 2.7.2.
    """
    # At the balls' own precision: digits beyond those looked at may refute the relation.
    precision = max(math.ceil(digits * math.log2(10)), *(value.bits() for value in values))
    with working_precision(precision + GUARD_BITS):
        # The digits are those of the largest number.
        largest_value = max(abs(value).upper() for value in values)
        scale = (arb(10) ** math.floor(digits) / max(largest_value, arb(1))).mid()
        integers = [nearest_integer(value * scale) for value in values]
        # Half of the digits show a relation of many terms in a third of the time; all of them decide.
        half = max(map(abs, integers)).bit_length() // 2
        basis = fmpz_mat([[int(i == j) for j in range(len(values))] for i in range(len(values))])
        for drop in (half, 0) if len(values) >= MANY_TERMS else (0,):
            basis = _reduced(basis, integers, drop)
            coefficients = [int(basis[0, column]) for column in range(len(values))]
            residual = sum((c * value for c, value in zip(coefficients, values, strict=True)), arb(0))
            if any(coefficients) and residual.contains(0):
                break
        else:
            return None
    divisor = math.gcd(*coefficients) * (1 if next(c for c in coefficients if c) > 0 else -1)
    coefficients = [c // divisor for c in coefficients]
    largest = max(abs(c) for c in coefficients)
    return Relation(tuple(coefficients), digits, len(values) * math.log10(largest) if largest > 1 else 0.0)


def _reduced(basis: fmpz_mat, integers: Sequence[fmpz], drop: int) -> fmpz_mat:
    """Return a basis of all coefficients, reduced by their size and by the sums without their last `drop` bits.

    A basis that is reduced for the leading bits leaves only the other half of the work.
    """
    count = len(integers)
    column = basis * fmpz_mat([[integer >> drop] for integer in integers])
    rows = [[*row, column[i, 0]] for i, row in enumerate(basis.tolist())]
    return fmpz_mat([row[:count] for row in fmpz_mat(rows).lll().tolist()])


def nearest_integer(value: arb) -> fmpz:
    """Return the integer nearest to the midpoint of a ball, halves rounded up."""
    middle, exponent = value.mid().man_exp()
    return middle << int(exponent) if exponent >= 0 else (middle + (fmpz(1) << int(-exponent - 1))) >> int(-exponent)
