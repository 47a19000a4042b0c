from __future__ import annotations

import numpy as np
import pytest

from discovery.esma.binary_filter import is_refused
from discovery.esma.detection import detect_recurrence, terms_needed


def refused(terms, max_order=23):
    return is_refused(np.array(terms, np.int64), len(terms), max_order)


def plain_profile(bits):
    """Linear complexity modulo 2 of every prefix: Massey's algorithm on lists."""
    c, b, order, shift, profile = [1], [1], 0, 1, []
    for n in range(len(bits)):
        if sum(c[i] & bits[n - i] for i in range(min(len(c), n + 1))) % 2:
            longer = c + [0] * (len(b) + shift - len(c))
            for i, x in enumerate(b):
                longer[i + shift] ^= x
            if 2 * order <= n:
                order, b, shift = n + 1 - order, c, 0
            c = longer
        shift += 1
        profile.append(order)
    return profile


@pytest.mark.parametrize("max_order", [1, 5, 23, 50, 63])
def test_agrees_with_plain_lists(max_order):
    generator = np.random.default_rng(max_order)
    outcomes = []
    for trial in range(120):
        terms = generator.integers(0, 2, 300).tolist()
        if trial % 2:
            # A recurrence of the parities at the end, after noise of any length.
            order, noise = int(generator.integers(1, max_order + 4)), int(generator.integers(0, 250))
            taps = generator.integers(0, 2, order).tolist()
            for n in range(noise + order, 300):
                terms[n] = sum(t * x for t, x in zip(taps, terms[n - order : n], strict=True)) % 2
        profile = [0, *plain_profile(terms[::-1])]
        expected = None
        for read, order in enumerate(profile):
            if order > max_order:
                expected = True
            elif read >= terms_needed(order):
                expected = False
            if expected is not None:
                break
        assert refused(terms, max_order) == expected
        outcomes.append(expected)
    assert len(set(outcomes)) == 2


def recurrent(generator, order, last):
    taps = generator.integers(-5, 6, order).tolist()
    taps[-1] = last
    terms = generator.integers(1, 100, order).tolist()
    while len(terms) < 100:
        # Modulo 2^40 the parities obey the recurrence still.
        terms.append(sum(c * t for c, t in zip(taps, terms[::-1][:order], strict=True)) % 2**40)
    return terms


def test_integral_recurrences_are_never_refused():
    generator = np.random.default_rng(1)
    for order in range(1, 24):
        for _ in range(20):
            noise = generator.integers(0, 2**40, int(generator.integers(0, 100 - terms_needed(order) + 1))).tolist()
            assert not refused([*noise, *recurrent(generator, order, 1)[: 100 - len(noise)]])
            assert not refused(recurrent(generator, order, 2))


def test_random_sequences_are_refused_as_the_full_test_does():
    generator = np.random.default_rng(2)
    residues, polynomials = np.zeros(100, np.uint32), np.zeros((3, 24), np.uint32)
    count = 0
    for _ in range(500):
        terms = generator.integers(1, 2**40, 100)
        if refused(terms):
            count += 1
            assert detect_recurrence(terms, 100, 23, residues, polynomials) == -1
    assert count > 480


def test_nothing_is_refused_without_enough_terms_or_in_too_long_words():
    terms = np.random.default_rng(3).integers(1, 2**40, 300)
    assert refused(terms, 63)
    assert not refused(terms, 64)
    assert refused(terms[:54])
    assert not refused(terms[:53])
