"""Oracles in exact rationals and mpmath, independent of the code under test."""

from __future__ import annotations

import mpmath
import pytest


def make_context(digits):
    own = mpmath.MPContext()
    own.dps = digits
    return own


def quotients_of_interval(low, high, below):
    """Common partial quotients of low/below and high/below."""
    ends = [(low, below), (high, below)]
    quotients = []
    while ends[0][1] and ends[1][1]:
        (q, r), (other, other_r) = divmod(*ends[0]), divmod(*ends[1])
        if q != other:
            break
        quotients.append(q)
        ends = [(ends[0][1], r), (ends[1][1], other_r)]
    return quotients


@pytest.fixture(scope="session")
def context():
    """Own mpmath context of a number of digits."""
    return make_context


@pytest.fixture(scope="session")
def exact_quotients():
    """Regular continued fraction of |P(c)/Q(c)|: function of an mpmath evaluator and a row."""

    def quotients(evaluate, row, bits=4000):
        own = make_context(int(bits * 0.302) + 40)
        constant = evaluate(own)
        half = len(row) // 2
        p, q = (sum(c * constant**i for i, c in enumerate(part)) for part in (row[:half], row[half:]))
        scaled = int(own.floor(own.ldexp(abs(p / q), bits)))
        return quotients_of_interval(scaled - 2**40, scaled + 2**40, 2**bits)

    return quotients
