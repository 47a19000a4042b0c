from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from discovery.esma.closed_form import closed_form
from discovery.esma.constants import exact_constant
from discovery.esma.detection import REJECTED, UNDECIDED, detect_recurrence
from discovery.esma.expansion import fixed_point_monomials, regular_quotients
from discovery.esma.left_hand_sides import left_hand_sides
from discovery.esma.period_detection import LARGEST_PERIOD, detect_period
from discovery.esma.sign_patterns import pack_patterns, sign_patterns, signed_terms
from discovery.esma.tail_classes import tail_classes
from discovery.exact.expression import parse


def detect(terms, max_period=LARGEST_PERIOD):
    return detect_period(np.array(terms, np.int64), len(terms), max_period)


def by_definition(terms, max_period):
    """Smallest period by finite differences of each letter's own subsequence."""
    terms = np.array(terms, dtype=object)
    for period in range(1, max_period + 1):
        for degree in (1, 2, 3):
            window = max(period + 8, 48 - (degree + 1) * period)
            reach = (degree + 1) * period
            if window + reach > len(terms):
                continue
            weights = [(-1) ** i * math.comb(degree + 1, i) for i in range(degree + 2)]
            if all(
                sum(w * terms[t - i * period] for i, w in enumerate(weights)) == 0
                for t in range(len(terms) - window, len(terms))
            ):
                return period
    return None


def interlaced(generator, period, degree, count, start):
    letters = generator.integers(0, 9, (period, degree + 1))
    letters[:, 0] += 1
    letters[int(generator.integers(period)), degree] += 1
    terms = generator.integers(1, 50, start).tolist()
    for n in range(count - start):
        k, j = divmod(n, period)
        terms.append(int(sum(int(c) * k**i for i, c in enumerate(letters[j]))))
    return terms


@pytest.mark.parametrize("degree", [0, 1, 2, 3])
def test_agrees_with_definition_on_interlaced_sequences_with_a_start(degree):
    generator = np.random.default_rng(degree)
    found = 0
    for _ in range(40):
        period, start = int(generator.integers(1, 28)), int(generator.integers(0, 40))
        terms = interlaced(generator, period, degree, 120, start)
        expected = by_definition(terms, 40)
        assert detect(terms, 40) == (REJECTED if expected is None else expected)
        found += expected is not None
    assert found > 10


def test_longest_periods():
    generator = np.random.default_rng(9)
    terms = interlaced(generator, LARGEST_PERIOD, 1, 3 * LARGEST_PERIOD + 8 + 5, 5)
    assert detect(terms) == LARGEST_PERIOD
    assert detect(terms[:-6]) == REJECTED
    assert detect(terms, LARGEST_PERIOD - 1) == REJECTED


def test_random_sequences_are_rejected():
    generator = np.random.default_rng(5)
    for count in (80, 100, 392):
        for _ in range(100):
            # Partial quotients of random numbers: 1 for two in five.
            assert detect(np.minimum(1 / generator.random(count), 1e9).astype(np.int64)) == REJECTED
            assert by_definition(generator.integers(1, 4, 80).tolist(), 24) is None


@pytest.mark.parametrize("count", [0, 1, 47, 79])
def test_too_few_terms_are_undecided(count):
    terms = np.random.default_rng(1).integers(1, 9, count)
    assert detect(terms) == UNDECIDED
    assert detect(np.random.default_rng(1).integers(1, 9, 80)) == REJECTED


def test_every_period_found_has_a_closed_form_that_reproduces_the_terms():
    generator = np.random.default_rng(3)
    for _ in range(60):
        terms = interlaced(generator, int(generator.integers(1, 30)), int(generator.integers(0, 4)), 200, 7)
        period = detect(terms)
        if period > 0:
            form = closed_form(terms)
            assert len(form.letters) == period
            k, j = divmod(199 - len(form.start), period)
            assert sum((c * k**i for i, c in enumerate(form.letters[j])), Fraction(0)) == terms[199]


def signed_sequences(rows, powers, depth, patterns):
    quotients, x, y = np.zeros(2 * depth + 4, np.int64), *np.zeros((2, powers.shape[1]), np.int64)
    for row in rows:
        count = regular_quotients(row, powers, x, y, quotients)
        for number, (bits, period) in enumerate(pack_patterns(patterns).T.tolist()):
            terms = np.zeros(depth, np.int64)
            length = signed_terms(quotients, count, bits, period, terms)
            below_one = quotients[0] == 0 and not bits & 1
            yield number, terms[:length], below_one


def test_published_number_of_hits_of_the_period_test():
    # e, degree 1, limit 3, sign periods up to 3, 80 terms, 640 bits, N <= 24: 2170 hits.
    powers = fixed_point_monomials((exact_constant(parse("e")),), 1, 20, 3)
    patterns = sign_patterns(3)
    hits = 0
    for _, terms, below_one in signed_sequences(left_hand_sides(1, 3).copy(), powers, 80, patterns):
        hits += not below_one and detect_linear(terms)
    assert hits == 2170


def detect_linear(terms):
    """The published test has second differences alone; no number here has letters of a higher degree."""
    period = detect(terms, 24)
    return period > 0


def test_hits_of_berlekamp_massey_are_hits_of_the_period_test():
    # Order <= 23 and 2 order + 8 terms against period 3 period + 8: both see the periods up to 11 within 100 terms.
    powers = fixed_point_monomials((exact_constant(parse("e")),), 1, 48, 3)
    patterns = tuple(signs for signs in sign_patterns(3) if 1 in signs)
    residues, polynomials = np.zeros(100, np.uint32), np.zeros((3, 24), np.uint32)
    both = 0
    for _, terms, _ in signed_sequences(left_hand_sides(1, 3)[::5].copy(), powers, 100, patterns):
        order = detect_recurrence(terms, len(terms), 23, residues, polynomials)
        period = detect(terms)
        if 0 <= order <= 23 and (form := closed_form(terms.tolist())) and len(form.letters) <= 11:
            assert period == len(form.letters)
            assert order <= 2 * period
            both += 1
        if 0 < period <= 11:
            assert 0 <= order <= 2 * period
    assert both > 200


def test_hurwitzian_classes_of_e_by_one_regular_expansion():
    # Moebius images of e with coefficients up to 3: 62 of 68 classes have a period of at most 110 within 1536 bits.
    rows = tail_classes(1, 3).representatives.copy()
    powers = fixed_point_monomials((exact_constant(parse("e")),), 1, 48, 3)
    quotients, x, y = np.zeros(402, np.int64), *np.zeros((2, 49), np.int64)
    missed = []
    for row in rows:
        count = regular_quotients(row, powers, x, y, quotients)
        if detect_period(quotients, count, 110) <= 0:
            missed.append(abs(int(row[0] * row[3] - row[1] * row[2])))
    assert len(rows) - len(missed) == 62
    assert sorted(missed) == [13, 13, 15, 15, 15, 15]
