import itertools
import math

import pytest

from discovery.errors import InputError
from discovery.exact.formula import formula_from_json
from discovery.exact.fractions.convergence import convergence

E = {"kind": "signed_continued_fraction", "value": "e", "b": [1], "a_start": [2], "a": ["1", "2*k+2", "1"]}
COTANGENT = {"kind": "signed_continued_fraction", "value": "1/tan(1)", "b": [-1], "a_start": [], "a": ["2*k+1"]}


def test_the_regular_fraction_of_e_is_its_own_regular_fraction() -> None:
    digits_of_e, regular_digits = convergence([formula_from_json(E)], 40)
    assert digits_of_e == regular_digits
    # The first convergents of e: 2, 3, 8/3, 11/4, 19/7.
    for digits, fraction in zip(digits_of_e, (2, 3, 8 / 3, 11 / 4, 19 / 7), strict=False):
        assert digits == pytest.approx(-math.log10(abs(fraction - math.e) / math.e), abs=1e-3)


def test_deep_convergents_still_have_exact_errors() -> None:
    curve, _regular = convergence([formula_from_json(COTANGENT)], 400)
    known = [digits for digits in curve if digits is not None]
    # b_0 = -1 after a_0 = 1: only the first convergents may be without value.
    assert len(known) >= 398
    assert all(after > before for before, after in itertools.pairwise(known[2:]))
    assert known[-1] > 1500


def test_terms_out_of_range() -> None:
    with pytest.raises(InputError, match="terms must be"):
        convergence([formula_from_json(E)], 0)


def test_a_polynomial_fraction_with_rational_coefficients_converges_like_its_inflation() -> None:
    whole = {"kind": "polynomial_continued_fraction", "value": "2/log(2)", "a": "6*n+3", "b": "-n^2"}
    third = {**whole, "value": "2/(3*log(2))", "a": "2*n+1", "b": "-n^2/9"}
    curve, _ = convergence([formula_from_json(whole)], 30)
    other, _ = convergence([formula_from_json(third)], 30)
    assert curve == pytest.approx(other, abs=1e-3)
    assert curve[-1] == pytest.approx(30 * 1.531, rel=0.05)
