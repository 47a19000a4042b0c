"""The constants that limits of a hypergeometric field are expected to consist of, added to a bank."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from discovery.exact.expression import parse
from discovery.exact.identification.bank import Bank
from discovery.matrix_fields.domain_texts import Assignment

FIELDS = ("2f1", "3f2", "3f2_dual")
MAX_SIZE = 1000
"""Size of numerator and denominator of an argument up to which its logarithms and dilogarithm are tried."""


@lru_cache(maxsize=32)
def with_natural_constants(bank: Bank, field: str, values: Assignment) -> Bank:
    """Return a bank with a family for the argument z of a field of 2F1 or 3F2; the same bank for other fields.

    Parameters
    ----------
    bank : Bank
        What the family is added to.
    field : str
        Id of the field in the catalogue.
    values : tuple of (str, Fraction)
        Values of its parameters.

    Notes
    -----
    From integers the solutions of the equations of 2F1 and 3F2 are combinations of 1, log z, log(1-z) and Li2(z)
    (DLMF 15.4.1, 25.12.1), and the limits quotients of their minors: these contain log|z| log(1-z) beside Li2(z).
    """
    z = dict(values).get("z")
    if field not in FIELDS or z is None or not z < 1 or max(abs(z.numerator), z.denominator) > MAX_SIZE:
        return bank
    constants = list(bank.constants)
    numbers = []
    for text in _family(z):
        constant = parse(text)
        if constant not in constants:
            constants.append(constant)
        numbers.append(constants.index(constant))
    return Bank(tuple(constants), (*bank.families, tuple(numbers)))


def _family(z: Fraction) -> tuple[str, ...]:
    if z == -1:
        # Li2(-1) = -pi^2/12, DLMF 25.12.4 at z = -1
        return "pi^2", "log(2)"
    if z == Fraction(1, 2):
        # Li2(1/2) = pi^2/12 - log(2)^2/2, DLMF 25.12.6 at z = 1/2
        return "pi^2", "log(2)^2", "log(2)"
    return f"polylog(2,{z})", f"log({abs(z)})*log({1 - z})", f"log({abs(z)})", f"log({1 - z})"
