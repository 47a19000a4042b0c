from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from discovery.esma.closed_form import closed_form


def reproduce(form, count):
    terms = list(form.start)
    while len(terms) < count:
        k, j = divmod(len(terms) - len(form.start), len(form.letters))
        terms.append(sum(c * k**i for i, c in enumerate(form.letters[j])))
    return terms[:count]


def brute_force(terms, max_period):
    """(period, degree, start) by trying every start and fitting every letter by Lagrange interpolation."""
    count = len(terms)
    for period in range(1, max_period + 1):
        for degree in range(4):
            for start in range(count - (degree + 1) * period - max(period, 8) - 6 + 1):
                if all(fits(terms[start + j :: period], degree) for j in range(period)):
                    return period, degree, start
    return None


def fits(values, degree):
    for x in range(degree + 1, len(values)):
        total = Fraction(0)
        for i in range(degree + 1):
            weight = Fraction(1)
            for j in range(degree + 1):
                if j != i:
                    weight *= Fraction(x - j, i - j)
            total += weight * values[i]
        if total != values[x]:
            return False
    return True


CASES = [
    ([], [[1], [2, 2], [1]]),
    ([2], [[1], [2, 2], [1]]),
    ([9, 9, 9], [[5], [1, 0, 3]]),
    ([4, 1, 7, 7], [[2, 3], [1], [1], [3, 3], [18, 12]]),
    ([3, 1], [[0, Fraction(1, 2), Fraction(1, 2)], [1, Fraction(-1, 3), 0, Fraction(1, 3)]]),
    ([8], [[3]]),
    ([], [[1, 7]]),
]


@pytest.mark.parametrize(("start", "letters"), CASES)
def test_kernel_agrees_with_brute_force(start, letters):
    terms = [int(t) for t in reproduce(type("F", (), {"start": start, "letters": letters}), 60)]
    form = closed_form(terms)
    degree = max(len(letter) for letter in form.letters) - 1
    assert (len(form.letters), degree, len(form.start)) == brute_force(terms, 8)
    assert reproduce(form, 60) == terms
    assert all(isinstance(c, Fraction) for letter in form.letters for c in letter)


def test_euler_fraction_of_e():
    form = closed_form([2, *(t for k in range(20) for t in (1, 2 * k + 2, 1))])
    assert form.start == (2,)
    assert form.letters == ((1,), (2, 2), (1,))


def test_the_start_is_the_shortest_possible():
    # The first letter of this sequence belongs to the interlaced part already.
    form = closed_form([1, *(t for k in range(20) for t in (2 * k + 2, 1, 1))])
    assert form.start == ()
    assert form.letters == ((1,), (2, 2), (1,))


def test_random_sequences_have_none():
    generator = np.random.default_rng(4)
    for _ in range(20):
        assert closed_form(generator.integers(1, 4, 300).tolist()) is None
    assert closed_form([]) is None
    assert closed_form([1] * 14) is None
    assert closed_form([1] * 15) is not None


def test_longest_period():
    generator = np.random.default_rng(9)
    letters = [[int(generator.integers(1, 9)), 4 * (j % 7 == 0)] for j in range(128)]
    terms = reproduce(type("F", (), {"start": [7, 7], "letters": letters}), 2 + 128 * 3 + 20)
    form = closed_form(terms)
    assert len(form.letters) == 128
    assert reproduce(form, len(terms)) == terms


def test_terms_beyond_64_bits():
    terms = [10**30 * (2 * k + 1) for k in range(40)]
    assert closed_form(terms).letters == ((10**30, 2 * 10**30),)
    assert closed_form([2**k for k in range(200)]) is None


def test_a_wrong_last_term_is_not_explained():
    terms = [2, *(t for k in range(20) for t in (1, 2 * k + 2, 1))]
    assert closed_form([*terms[:-1], 5]) is None
