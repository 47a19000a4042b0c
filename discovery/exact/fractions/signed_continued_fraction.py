"""Signed interlaced continued fractions: closed form, exact evaluation with a proved tail bound, canonical key."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import cycle, islice
from typing import Any, ClassVar

from flint import arb, fmpz
from gmpy2 import mpz
from mpmath import MPContext

from discovery.errors import InputError, LimitExceeded, NotConvergent
from discovery.exact import polynomial
from discovery.exact.expression import Expression, Number, integers_of, to_text
from discovery.exact.fractions.normal_form import normal_form
from discovery.exact.fractions.signed_fields import fields_from_json, integer_to_json, is_integer_valued
from discovery.exact.polynomial import Coefficients
from discovery.exact.precision import working_precision
from discovery.search import canonical_json

LOG2_10 = math.log2(10)
MAX_DEPTH = 20_000_000
LEAF_TERMS = 24

Matrix = tuple[fmpz, fmpz, fmpz, fmpz]


@dataclass(frozen=True)
class SignedContinuedFraction:
    """The claim ``value = a_0 + b_0/(a_1 + b_1/(a_2 + ...))`` with periodic signs b and interlaced polynomials a.

    Parameters
    ----------
    value : Expression
        The number claimed, taken literally (no absolute value).
    signs : tuple of int
        One period of b, entries -1 and +1: b_n = signs[n mod len(signs)]; b_n follows a_n.
    start : tuple of int
        a_0 ... a_{s-1}, any integers.
    letters : tuple of Coefficients
        N polynomials in k, integer valued: for n >= s write n - s = k N + j, then a_n = letters[j](k).

    References
    ----------
    Razon et al., "Automated Search for Conjectures on Mathematical Constants using Analysis of Integer Sequences",
    ICML 2023, arXiv:2212.09470.
    """

    value: Expression
    signs: tuple[int, ...]
    start: tuple[int, ...]
    letters: tuple[Coefficients, ...]

    kind: ClassVar[str] = "signed_continued_fraction"

    @classmethod
    def from_json(cls, obj: Mapping[str, Any]) -> SignedContinuedFraction:
        """Return the formula of a formula-file object.

        Parameters
        ----------
        obj : mapping
            Keys ``value``, ``b``, ``a_start`` (absent: empty) and ``a``; other keys are ignored.

        Raises
        ------
        InputError
            A key is missing or malformed; ``field`` and the message name it.
        """
        return cls(*fields_from_json(obj))

    def to_json(self) -> dict[str, Any]:
        """Return the formula-file object; integers beyond 2**53 and all polynomials are strings."""
        return {
            "kind": self.kind,
            "value": to_text(self.value),
            "b": list(self.signs),
            "a_start": [integer_to_json(number) for number in self.start],
            "a": [polynomial.to_text(letter, "k") for letter in self.letters],
        }

    def key(self) -> str:
        """Return the canonical key: equal for two descriptions of one sequence claimed for one value text."""
        signs, start, letters = normal_form(self.signs, self.start, self.letters)
        return canonical_json(SignedContinuedFraction(self.value, signs, start, letters).to_json())

    def partial_denominator(self, n: int) -> int:
        """Return a_n, n >= 0."""
        if n < len(self.start):
            return self.start[n]
        k, j = divmod(n - len(self.start), len(self.letters))
        numerators, denominator = self._integer_letters[j]
        return _horner(numerators, k) // denominator

    def sign(self, n: int) -> int:
        """Return b_n, n >= 0."""
        return self.signs[n % len(self.signs)]

    def terms(self, begin: int = 0) -> Iterator[tuple[int, int]]:
        """Yield (a_n, b_n) for n = begin, begin + 1, ... without end; faster than asking for each."""
        turn = begin % len(self.signs)
        signs = cycle(self.signs[turn:] + self.signs[:turn])
        yield from zip(self.start[begin:], signs, strict=False)
        k, j = divmod(max(0, begin - len(self.start)), len(self.letters))
        while True:
            for numerators, denominator in self._integer_letters[j:]:
                value = _horner(numerators, k)
                yield (value if denominator == 1 else value // denominator), next(signs)
            k, j = k + 1, 0

    def enclosure(self, bits: int) -> tuple[arb, int]:
        """Return a ball that contains the value of the fraction, from the closed form alone.

        Parameters
        ----------
        bits : int
            Wanted precision: the radius is at most ``2**-bits * |value|``.

        Returns
        -------
        tuple of (arb, int)
            The ball, and the depth: the number of partial denominators used.

        Raises
        ------
        NotConvergent
            The tail cannot be bounded, or is rational.
        LimitExceeded
            More than `MAX_DEPTH` partial denominators would be needed.

        Notes
        -----
        From n0 = `tail_start` on, every letter matrix [[a_n, b_n], [1, 0]] maps [1, inf] into itself, so the value
        lies between the images of 1 and of inf under the product of the first n >= n0 of them. That interval has
        length 1/|q (q + q')|, (q, q') the second row of the product, which is a product of integers by binary
        splitting: O(M(bits) log bits) bit operations.
        """
        depth = self.tail_start
        product = self._product(0, depth)
        goal = bits + 4
        while (known := _known_bits(product)) < goal:
            # Aim straight at the goal once the growth is known; letters only grow, so this overshoots little.
            growth = known / depth if depth and known > 0 else 0.0
            step = max(depth, 2 * LEAF_TERMS)
            if growth:
                step = min(step, math.ceil((goal - known) / growth) + 4)
            if depth + step > MAX_DEPTH:
                raise LimitExceeded(
                    f"the continued fraction is not known to {bits} bits after {depth} terms; ask for fewer digits",
                    limit=f"{MAX_DEPTH} terms",
                    used=f"more than {depth} terms",
                )
            product = _multiply(product, self._product(depth, depth + step))
            depth += step
        p, p_other, q, q_other = product
        with working_precision(bits + 16):
            return (arb(p) / arb(q)).union(arb(p + p_other) / arb(q + q_other)), depth

    @cached_property
    def tail_start(self) -> int:
        """First n0 found such that a_n >= 1 and a_n + b_n >= 1 for all n >= n0, proved for all n.

        Raises
        ------
        NotConvergent
            There is no such n0, or the tail is the rational 2 - 1/(2 - 1/(2 - ...)) = 1.
        """
        shared = math.gcd(len(self.letters), len(self.signs))
        begin = len(self.start)
        first, unbounded = 0, False
        for j, letter in enumerate(self.letters):
            # Letter j meets exactly the signs whose index is s + j modulo the common divisor of the two periods.
            met = self.signs[(begin + j) % shared :: shared]
            bound = 1 if min(met) > 0 else 2
            k = polynomial.positive_from(letter, bound)
            if k is None:
                raise NotConvergent(
                    "the tail of the continued fraction cannot be bounded: the letter "
                    f"{polynomial.to_text(letter, 'k')} does not stay at {bound} or above, "
                    f"as it must where its sign is {'+' if bound == 1 else '-'}1"
                )
            first = max(first, begin + j + (k - 1) * len(self.letters) + 1 if k else 0)
            unbounded = unbounded or any(letter[1:]) or letter[0] + max(met) >= 2
        if not unbounded:
            raise NotConvergent(
                "the continued fraction ends in 2 - 1/(2 - 1/(2 - ...)) = 1, so its value is a rational number and "
                "no formula for an irrational constant"
            )
        if first > MAX_DEPTH:
            raise NotConvergent(f"the tail cannot be bounded: the letters are positive only from term {first} on")
        n = max(first, begin)
        # The finite rest before n0 is checked letter by letter.
        while n > 0 and self.partial_denominator(n - 1) >= max(1, 1 - self.sign(n - 1)):
            n -= 1
        return n

    def forward_value(self, digits: int, context: Any = None) -> tuple[Any, int]:
        """Return the value by the three-term recurrence, independently of `enclosure`.

        Parameters
        ----------
        digits : int
            Decimal digits aimed at, relative; not certified.
        context : MPContext, optional
            Where the number is to live, at `digits` or more; an own one of ``digits + 15`` digits if absent.

        Returns
        -------
        tuple of (mpf, int)
            The last convergent, and the number of partial denominators used.

        Raises
        ------
        LimitExceeded
            More than `MAX_DEPTH` partial denominators would be needed.

        Notes
        -----
        p_n = a_n p_{n-1} + b_{n-1} p_{n-2} until p_n q_n > 10**(digits + 16) and the letters are known to stay
        positive: O(digits**2) bit operations.
        """
        goal = math.ceil((digits + 16) * LOG2_10)
        least = self.tail_start
        p_old, q_old, p, q = mpz(0), mpz(1), mpz(1), mpz(0)
        b_before = 1
        for depth, (a, b) in enumerate(self.terms()):
            if depth > least and q and p.bit_length() + q.bit_length() > goal:
                break
            if depth == MAX_DEPTH:
                raise LimitExceeded("the continued fraction converges too slowly", limit=f"{MAX_DEPTH} terms")
            p_old, p = p, a * p + b_before * p_old
            q_old, q = q, a * q + b_before * q_old
            b_before = b
        if context is None:
            context = MPContext()
            context.dps = digits + 15
        return context.mpf(int(p)) / context.mpf(int(q)), depth

    def complexity(self) -> float:
        """Return sum of log10(2|c| + 1) over all integers c of the fraction and of the value: decimal digits."""
        integers = [*self.start, *integers_of(self.value)]
        for coefficient in (c for letter in self.letters for c in letter):
            integers += integers_of(Number(coefficient))
        return sum(math.log10(2 * abs(number) + 1) for number in integers)

    @cached_property
    def _integer_letters(self) -> list[tuple[tuple[int, ...], int]]:
        """Letters as integer coefficients, high to low, over one denominator."""
        letters = []
        for letter in self.letters:
            denominator = math.lcm(*(c.denominator for c in letter))
            if denominator > 1 and not is_integer_valued(letter):
                raise InputError(
                    f"the letter {polynomial.to_text(letter, 'k')} is not an integer for every integer k", field="a"
                )
            letters.append((tuple(int(c * denominator) for c in reversed(letter)), denominator))
        return letters

    def _product(self, begin: int, end: int) -> Matrix:
        """Return the product of the letter matrices begin ... end-1 by binary splitting."""
        if end - begin > LEAF_TERMS:
            middle = (begin + end) // 2
            return _multiply(self._product(begin, middle), self._product(middle, end))
        p, p_other, q, q_other = 1, 0, 0, 1
        for a, b in islice(self.terms(begin), end - begin):
            p, p_other = a * p + p_other, b * p
            q, q_other = a * q + q_other, b * q
        return fmpz(p), fmpz(p_other), fmpz(q), fmpz(q_other)


def _multiply(left: Matrix, right: Matrix) -> Matrix:
    a, b, c, d = left
    e, f, g, h = right
    return a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h


def _known_bits(product: Matrix) -> int:
    """Return b such that the images of 1 and inf differ by at most 2**-b times each; negative if a pole is between.

    The images are p/q and (p + p')/(q + q') and the determinant is +-1, so their difference relative to the first is
    1/|p (q + q')|, and relative to the second 1/|q (p + p')|.
    """
    p, p_other, q, q_other = product
    p_sum, q_sum = p + p_other, q + q_other
    if q * q_sum <= 0 or p * p_sum <= 0:
        return -1
    return min(abs(p).bit_length() + abs(q_sum).bit_length(), abs(q).bit_length() + abs(p_sum).bit_length()) - 2


def _horner(numerators: tuple[int, ...], point: int) -> int:
    result = 0
    for coefficient in numerators:
        result = result * point + coefficient
    return result
