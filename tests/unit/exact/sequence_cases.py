"""Sequences of the tests, each by its definition and not by a recurrence."""

import math
from fractions import Fraction

from flint import fmpq


def rationals(values):
    return tuple(fmpq(Fraction(value).numerator, Fraction(value).denominator) for value in values)


def fibonacci(count):  # OEIS A000045, by Binet's sum of binomials
    return [sum(math.comb(n - 1 - k, k) for k in range((n + 1) // 2)) for n in range(count)]


def apery(count):  # OEIS A005259
    return [sum((math.comb(n, k) * math.comb(n + k, k)) ** 2 for k in range(n + 1)) for n in range(count)]


def motzkin(count):  # OEIS A001006
    return [sum(math.comb(n, 2 * k) * math.comb(2 * k, k) // (k + 1) for k in range(n // 2 + 1)) for n in range(count)]


def catalan(count):  # OEIS A000108
    return [math.comb(2 * n, n) // (n + 1) for n in range(count)]


def factorials(count):  # OEIS A000142
    return [math.factorial(n) for n in range(count)]


def harmonic(count):  # OEIS A001008/A002805
    return [sum((Fraction(1, k) for k in range(1, n + 1)), Fraction(0)) for n in range(1, count + 1)]


def partitions(count):  # OEIS A000041
    numbers = [1] + [0] * (count - 1)
    for part in range(1, count):
        for total in range(part, count):
            numbers[total] += numbers[total - part]
    return numbers


def primes(count):  # OEIS A000040
    return [n for n in range(2, 20 * count) if all(n % d for d in range(2, math.isqrt(n) + 1))][:count]


def quotients_of_e(count):  # OEIS A003417
    return [2, *(value for k in range(1, count) for value in (1, 2 * k, 1))][:count]
