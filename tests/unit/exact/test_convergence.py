import itertools
import math

import pytest

from discovery.errors import InputError
from discovery.exact.convergence import convergence
from discovery.exact.formula import formula_from_json

E = {"kind": "signed_continued_fraction", "value": "e", "b": [1], "a_start": [2], "a": ["1", "2*k+2", "1"]}
COTANGENT = {"kind": "signed_continued_fraction", "value": "1/tan(1)", "b": [-1], "a_start": [], "a": ["2*k+1"]}


def test_the_regular_fraction_of_e_is_its_own_regular_fraction() -> None:
    curves = convergence(formula_from_json(E), 40)
    assert curves.digits == curves.regular_digits
    # The first convergents of e: 2, 3, 8/3, 11/4, 19/7.
    for digits, fraction in zip(curves.digits, (2, 3, 8 / 3, 11 / 4, 19 / 7), strict=False):
        assert digits == pytest.approx(-math.log10(abs(fraction - math.e) / math.e), abs=1e-3)


def test_deep_convergents_still_have_exact_errors() -> None:
    curves = convergence(formula_from_json(COTANGENT), 400)
    known = [digits for digits in curves.digits if digits is not None]
    # b_0 = -1 after a_0 = 1: only the first convergents may be without value.
    assert len(known) >= 398
    assert all(after > before for before, after in itertools.pairwise(known[2:]))
    assert known[-1] > 1500


def test_terms_out_of_range() -> None:
    with pytest.raises(InputError, match="terms must be"):
        convergence(formula_from_json(E), 0)
