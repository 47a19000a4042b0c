"""Rational numbers modulo primes, and back."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from flint import fmpq, fmpz

FIRST_PRIME = 2**31 - 1
"""Products of two residues fit into 64 bits."""
MAX_PRIMES = 16
"""Enough for coefficients of about 70 digits."""

Vector = list[int]


def primes(denominators: int = 1) -> Iterator[int]:
    """Yield large primes that do not divide a number, the largest first."""
    candidate = FIRST_PRIME
    while True:
        if fmpz(candidate).is_prime() and denominators % candidate:
            yield candidate
        candidate -= 2


def residues(terms: Sequence[fmpq], prime: int) -> Vector:
    """Return rational numbers modulo a prime that divides no denominator."""
    return [int(term.p) % prime * pow(int(term.q), -1, prime) % prime for term in terms]


def rational(residue: int, modulus: int) -> fmpq | None:
    """Return p/q with p = q residue modulo `modulus` and 2 p^2, 2 q^2 <= modulus; ``None`` if there is none.

    References
    ----------
    P. Wang, A p-adic algorithm for univariate partial fractions, SYMSAC 1981.
    """
    bound = math.isqrt(modulus // 2)
    older, newer = (modulus, 0), (residue % modulus, 1)
    while newer[0] > bound:
        quotient = older[0] // newer[0]
        older, newer = newer, (older[0] - quotient * newer[0], older[1] - quotient * newer[1])
    if abs(newer[1]) > bound or math.gcd(*newer) != 1:
        return None
    return fmpq(newer[0], newer[1])


def lifted(solve: Callable[[int], Vector | None], accept: Callable[[list[fmpq]], bool], denominators: int) -> bool:
    """Find rational numbers from their residues modulo one prime after the other.

    Parameters
    ----------
    solve : callable
        From a prime to the residues, always as many; ``None`` if there is no solution modulo the prime, which ends
        the search.
    accept : callable
        Tells whether rational numbers are the ones looked for; it is asked after 1, 2, 4, ... primes.
    denominators : int
        Number whose divisors are no good primes.

    Returns
    -------
    bool
        Whether some were accepted.
    """
    combined: Vector = []
    modulus = 1
    for prime, count in zip(primes(denominators), range(1, MAX_PRIMES + 1), strict=False):
        found = solve(prime)
        if found is None or (combined and len(found) != len(combined)):
            return False
        if modulus == 1:
            combined = found
        else:
            step = pow(modulus, -1, prime)
            combined = [old + modulus * ((new - old) * step % prime) for old, new in zip(combined, found, strict=True)]
        modulus *= prime
        if count & (count - 1):
            continue
        numbers = [rational(residue, modulus) for residue in combined]
        known = [number for number in numbers if number is not None]
        if len(known) == len(numbers) and accept(known):
            return True
    return False
