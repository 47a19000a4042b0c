"""Second evaluation of polynomial continued fractions, independent of the balls: GMP integers and mpmath numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import mul
from typing import Any, TypeAlias

from gmpy2 import isqrt, mpz

from discovery.errors import LimitExceeded, NotConvergent
from discovery.exact.fractions.polynomial_recurrence import evaluate, first_positive_root
from discovery.exact.fractions.tail_bound import Speed, behavior

LOG2_10 = math.log2(10)
MAX_DEPTH = 20_000_000
MAX_COEFFICIENTS = 3000
LEAF_STEPS = 8
FIRST_DEPTH = 48
GUARD_BITS = 48
WINDOW = 6

Matrix: TypeAlias = tuple[mpz, mpz, mpz, mpz]
"""(p_{n-1}, p_n, q_{n-1}, q_n), or a product of step matrices, by rows."""


def forward_value(a: Sequence[int], b: Sequence[int], digits: int, context: Any) -> tuple[Any, int]:
    """Return the value of a(0) + b(1)/(a(1) + b(2)/(a(2) + ...)), and the depth.

    Parameters
    ----------
    a, b : sequence of int
        Coefficients from low to high, without leading zeros.
    digits : int
        Decimal digits aimed at, relative; not certified.
    context : MPContext
        Where the number is to live.

    Returns
    -------
    tuple of (mpf, int)
        The value, and the n of the last partial denominator used.

    Raises
    ------
    NotConvergent
        No finite limit.
    LimitExceeded
        Too many terms would be needed.

    Notes
    -----
    Where the convergence is geometric, or like exp(-c sqrt n): the convergent p_n/q_n at a depth found from the
    differences of neighboring convergents. Where it is algebraic: (p_{n-1} S + b(n) p_{n-2})/(q_{n-1} S +
    b(n) q_{n-2}), with S = S(n) = a(n) + b(n+1)/S(n+1) from its series in 1/n, in fixed point.
    """
    bits = math.ceil(digits * LOG2_10) + GUARD_BITS
    end = first_positive_root(b)
    if end is not None:
        p, q, depth = _last_ratio(a, b, end - 1)
    elif behavior(a, b).speed is Speed.ALGEBRAIC:
        p, q, depth = _series_ratio(a, b, bits)
    else:
        p, q, depth = _plain_ratio(a, b, bits)
    if q == 0:
        raise NotConvergent(f"the convergent at depth {depth} is infinite")
    return context.mpf(int(p)) / context.mpf(int(q)), depth


def _last_ratio(a: Sequence[int], b: Sequence[int], depth: int) -> tuple[mpz, mpz, int]:
    """Return the convergent at a given depth, the last one of a finite fraction."""
    if depth > MAX_DEPTH:
        raise LimitExceeded(f"the fraction ends only after {depth} terms", limit=f"{MAX_DEPTH} terms")
    _, p, _, q = _times(_start(a), _product(a, b, 1, depth + 1))
    return p, q, depth


def _plain_ratio(a: Sequence[int], b: Sequence[int], bits: int) -> tuple[mpz, mpz, int]:
    """Return the convergent that is estimated to know `bits` bits."""
    matrix = _start(a)
    depth, known, step = 0, 0.0, FIRST_DEPTH
    while depth < MAX_DEPTH:
        step = min(step, MAX_DEPTH - depth)
        matrix = _times(matrix, _product(a, b, depth + 1, depth + step + 1))
        before, known = known, _known_bits(matrix, bits)
        depth += step
        rate = (known - before) / step
        if rate <= 0:
            step = depth
            continue
        # The error is about the last difference times 1/(2^rate - 1).
        missing = bits - known - math.log2(-math.expm1(-rate * math.log(2)))
        if missing <= 0:
            return matrix[1], matrix[3], depth
        step = min(depth, math.ceil(missing / rate) + 1)
    raise LimitExceeded("the continued fraction converges too slowly", limit=f"{MAX_DEPTH} terms")


def _start(a: Sequence[int]) -> Matrix:
    return mpz(1), mpz(evaluate(a, 0)), mpz(0), mpz(1)


def _known_bits(matrix: Matrix, bits: int) -> float:
    """Return -log2 of the relative difference of neighboring convergents; near zero of the absolute, less `bits`."""
    p_before, p, q_before, q = matrix
    determinant = p * q_before - p_before * q
    if determinant == 0 or q == 0 or q_before == 0:
        return 0.0
    absolute = q.bit_length() + q_before.bit_length() - determinant.bit_length() - 1
    return float(max(absolute + p.bit_length() - q.bit_length() - 1, absolute - bits))


def _product(a: Sequence[int], b: Sequence[int], begin: int, end: int) -> Matrix:
    """Return the product of [[0, b(n)], [1, a(n)]] for begin <= n < end."""
    if end - begin > LEAF_STEPS:
        middle = (begin + end) // 2
        return _times(_product(a, b, begin, middle), _product(a, b, middle, end))
    w, x, y, z = mpz(1), mpz(0), mpz(0), mpz(1)
    for n in range(begin, end):
        numerator, denominator = evaluate(b, n), evaluate(a, n)
        w, x = x, numerator * w + denominator * x
        y, z = z, numerator * y + denominator * z
    return w, x, y, z


def _times(left: Matrix, right: Matrix) -> Matrix:
    a, b, c, d = left
    e, f, g, h = right
    return a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h


def _series_ratio(a: Sequence[int], b: Sequence[int], bits: int) -> tuple[mpz, mpz, int]:
    """Return numerator and denominator of the value from the series of S at a depth where it knows `bits` bits."""
    precision = bits + GUARD_BITS
    series = _Series(a, b, precision)
    count = max(12, bits // 24)
    while True:
        series.extend(count)
        depth = series.depth_for(bits)
        if depth <= count * count // 2 or count >= MAX_COEFFICIENTS:
            break
        count = min(MAX_COEFFICIENTS, count + max(6, count // 3))
    if depth > MAX_DEPTH:
        raise LimitExceeded("the continued fraction converges too slowly", limit=f"{MAX_DEPTH} terms")
    p_before, p, q_before, q = _times(_start(a), _product(a, b, 1, depth))
    s, rest = series.value(depth), mpz(evaluate(b, depth)) << precision
    return p * s + rest * p_before, q * s + rest * q_before, depth


class _Series:
    """S(n) ~ n^e sum_k s_k n^-k with (S(n-1) - a(n-1)) S(n) = b(n), coefficients as integers over 2^precision.

    The branch is the one with the largest |S|. With d_k the coefficients of S(n-1) - a(n-1), order k of the equation
    is sum_i d_i s_{k-i} = b_k. If the characteristic roots are equal, d_0 = -s_0 and order k + 1 determines s_k.
    """

    def __init__(self, a: Sequence[int], b: Sequence[int], precision: int) -> None:
        self.degree = e = max(len(a) - 1, (len(b) - 1) // 2)
        self.precision = precision
        # a(n-1) and b(n), coefficients of n^(e-k) and n^(2e-k).
        shifted = [sum(c * math.comb(i, j) * (-1) ** (i - j) for i, c in enumerate(a)) for j in range(e + 1)]
        self.a = [mpz(c) << precision for c in reversed(shifted)]
        self.b = [mpz(c) << precision for c in reversed([*b, *[0] * (2 * e + 1 - len(b))])]
        self.equal_roots = len(a) - 1 == e
        self.coefficients: list[mpz] = []
        self.differences: list[mpz] = []
        # (-1)^(k-j) C(e-j, k-j) for the next order k: the coefficients of S(n-1) in terms of those of S(n).
        self.row: list[mpz] = []
        lead = self.a[0] // 2 if self.equal_roots else self._root(self.b[0])
        self._accept(lead if a[-1] > 0 or self.equal_roots else -lead)
        if self.equal_roots:
            self._accept(self._second())

    def extend(self, count: int) -> None:
        """Compute coefficients until there are `count`."""
        s, d = self.coefficients, self.differences
        while len(s) < count:
            k = len(s)
            known = self._known(self.row) - self._a(k)
            if not self.equal_roots:
                rest = self._sum(d[1:], s[:0:-1])
                self._accept(self._over(self._b(k) - self._times(s[0], known) - rest, 2 * s[0]))
                continue
            after = self._known(self._next_row()) - self._a(k + 1)
            rest = self._sum(d[2:], s[:1:-1]) + self._times(known, s[1])
            factor = s[0] * (k - self.degree) + d[1] + s[1]
            self._accept(self._over(self._b(k + 1) - self._times(s[0], after) - rest, factor))

    def depth_for(self, bits: int) -> int:
        """Return n at which the last terms, several because some may be zero, are below ``2**-bits`` of the first."""
        missing = bits + 1 - self.coefficients[0].bit_length()
        last = list(enumerate(self.coefficients))[-WINDOW:]
        depths = [math.ceil(2.0 ** min(40.0, (s.bit_length() + missing) / k)) for k, s in last if s]
        return max(FIRST_DEPTH, *depths) if depths else FIRST_DEPTH

    def value(self, n: int) -> mpz:
        """Return 2^precision S(n), from all coefficients."""
        total = mpz(0)
        for coefficient in reversed(self.coefficients):
            total = total // n + coefficient
        return total * mpz(n) ** self.degree

    def _second(self) -> mpz:
        """Return s_1, a root of s_1^2 + q s_1 + r = 0, by its discriminant times a square."""
        e, s = self.degree, self.coefficients[0]
        q = (1 - 2 * e) * s - self._a(1)
        r = self._times(s, math.comb(e, 2) * s - self._a(2)) - self._b(2)
        root = self._root(max(mpz(0), self._times(q, q) - 4 * r))
        return (-q + (root if s > 0 else -root)) // 2

    def _accept(self, coefficient: mpz) -> None:
        k = len(self.coefficients)
        known = self._known(self.row)
        self.row = [*self._next_row(), mpz(k - self.degree)]
        self.coefficients.append(coefficient)
        self.differences.append(coefficient + known - self._a(k))

    def _next_row(self) -> list[mpz]:
        k, row = len(self.coefficients), self.row
        if not row:
            return []
        first = mpz((-1) ** (k + 1) * math.comb(self.degree, k + 1))
        return [first, *(row[j - 1] + row[j] for j in range(1, k))]

    def _known(self, row: Sequence[mpz]) -> mpz:
        return sum(map(mul, self.coefficients, row), mpz(0))

    def _a(self, k: int) -> mpz:
        return self.a[k] if k < len(self.a) else mpz(0)

    def _b(self, k: int) -> mpz:
        return self.b[k] if k < len(self.b) else mpz(0)

    def _sum(self, left: Sequence[mpz], right: Sequence[mpz]) -> mpz:
        return sum(map(mul, left, right), mpz(0)) >> self.precision

    def _times(self, left: mpz, right: mpz) -> mpz:
        return left * right >> self.precision

    def _over(self, top: mpz, bottom: mpz) -> mpz:
        return (top << self.precision) // bottom

    def _root(self, number: mpz) -> mpz:
        return isqrt(number << self.precision)
