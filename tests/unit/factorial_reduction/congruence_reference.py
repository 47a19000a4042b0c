"""The congruences by their definition, in exact rationals: the oracle of the filter's kernels."""

from __future__ import annotations

import itertools

PRIMES = [p for p in range(5, 62) if all(p % q for q in range(2, p))]


def value(coefficients, point):
    total = 0
    for c in reversed(coefficients):
        total = total * point + c
    return total


def numerator(a, b, root, prime):
    """p_{l-1} from the root, by the definition of the recurrence, as an exact rational."""
    root = int(root) if root.denominator == 1 else root
    before, now = 1, value(a, root)
    for k in range(1, prime):
        before, now = now, value(a, root + k) * now + value(b, root + k) * before
    return now


def divisible(number, modulus):
    """Whether a rational with a denominator prime to the modulus is 0 modulo it."""
    return number.numerator % modulus == 0


def good(a, b, root, prime):
    degree = max(len(a) - 1, -(-(len(b) - 1) // 2))
    slope = a[degree] if degree < len(a) else 0
    square = b[2 * degree] if 2 * degree < len(b) else 0
    discriminant = slope**2 + 4 * square
    return bool(2 * b[-1] * (discriminant or 1) * root.denominator % prime)


def passes(a, b, roots, degree):
    """Whether every one of the first good primes up to 61, 12 or from degree 3 on 14, holds from some root."""
    primes = [prime for prime in PRIMES if good(a, b, roots[0], prime)][: 12 if degree < 3 else 14]
    return all(any(divisible(numerator(a, b, r, p), p**degree) for r in roots) for p in primes)


def passing_pairs(box):
    """Every pair of a box that passes, by trying them all; a prime that fails is tried first on the next pair."""
    found = []
    for group in box.groups:
        roots = sorted(set(group.roots))
        for c in group.values:
            b = tuple(c * s for s in group.primitive)
            for x in itertools.product(*(range(low, high + 1) for low, high in box.ranges)):
                a = [0] * (box.degree + 1)
                for factor, polynomial in zip(x, box.basis, strict=True):
                    for k, coefficient in enumerate(polynomial):
                        a[k] += factor * coefficient
                if any(a) and passes(tuple(a), b, roots, box.degree):
                    found.append((tuple(a), b))
    return found
