from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest

from discovery.esma.closed_form import closed_form
from discovery.esma.interlaced import fit_interlaced


def interlaced(start, letters, count):
    terms = list(start)
    for n in range(count - len(start)):
        k, j = divmod(n, len(letters))
        terms.append(sum(c * k**power for power, c in enumerate(letters[j])))
    return terms


@pytest.mark.parametrize(
    ("start", "letters"),
    [
        ((2,), ((1,), (2, 2), (1,))),
        ((), ((2, 4),)),
        ((0, 5, 3, 9), ((1,), (7, 3), (1,), (2,), (4, 12))),
        ((-3,), ((2, 0, 1), (1,))),
        ((1,), ((1,), (3, 1, 2, 1))),
        ((9,), ((1,), (2,), (3,), (1,), (18,))),
    ],
)
def test_agrees_with_the_closed_form_of_the_search(start, letters) -> None:
    terms = interlaced(start, letters, 80)
    fit = fit_interlaced(terms)
    assert fit is not None
    assert fit.start == start
    assert fit.letters == tuple(tuple(map(Fraction, letter)) for letter in letters)
    reference = closed_form(terms)
    assert (fit.start, fit.letters) == (reference.start, reference.letters)
    assert fit.fitted + fit.confirming == 80


def test_surplus_is_what_the_confirming_quotients_tell_less_the_choice() -> None:
    fit = fit_interlaced([3] * 12)
    # q_0 = 1 after the one quotient that is fitted.
    denominators = [1, 3]
    while len(denominators) < 12:
        denominators.append(3 * denominators[-1] + denominators[-2])
    shapes = sum(1 for d in range(4) for n in range(1, 13) for s in range(12) if s + (d + 1) * n < 12)
    assert fit.explained_digits == pytest.approx(2 * math.log10(denominators[-1]))
    assert fit.surplus_digits == pytest.approx(fit.explained_digits - math.log10(shapes))


def test_falling_letters_are_no_continued_fraction() -> None:
    fit = fit_interlaced([40 - n for n in range(20)])
    assert fit is None or fit.surplus_digits < 5


def test_random_quotients_reach_few_surplus_digits() -> None:
    generator = random.Random(7)
    for count in (10, 30, 100):
        for _ in range(50):
            # Gauss-Kuzmin: P(a >= n) = log2(1 + 1/n)
            quotients = [int(1 / (2 ** generator.random() - 1 + 1e-12)) for _ in range(count)]
            fit = fit_interlaced(quotients)
            assert fit is None or fit.surplus_digits < 3


@pytest.mark.parametrize("quotients", [[], [3], [3, 7], [3, 10**400, 7]])
def test_nothing_to_see(quotients) -> None:
    fit = fit_interlaced(quotients)
    assert fit is None or fit.surplus_digits < 5
