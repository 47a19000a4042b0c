from __future__ import annotations

import numpy as np
import pytest

from discovery.errors import PrecisionLost
from discovery.esma import signed_forms
from discovery.esma.closed_form import DIFFERENCES
from discovery.esma.constants import exact_constant
from discovery.esma.expansion import fixed_point_monomials, regular_quotients
from discovery.esma.refinement import confirm
from discovery.esma.sign_patterns import pack_patterns, sign_patterns
from discovery.exact.expression import parse
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction


def expand(constant, row):
    powers = fixed_point_monomials((exact_constant(parse(constant)),), len(row) // 2 - 1, 128, max(map(abs, row)))
    quotients, x, y = np.zeros(804, np.int64), *np.zeros((2, powers.shape[1]), np.int64)
    return quotients, regular_quotients(np.array(row, np.int64), powers, x, y, quotients)


CASES = [("e", (0, 1, 1, 0)), ("e", (1, 1, 3, 0)), ("tan(1)", (1, 0, 0, 1)), ("sqrt(7)", (0, 1, 1, 0))]


@pytest.mark.parametrize(("constant", "row"), CASES)
def test_measures_are_those_of_the_confirmed_findings(constant, row):
    patterns = sign_patterns(4)
    measures = np.zeros((len(patterns), 3))
    signed_forms._measure_forms(*expand(constant, row), pack_patterns(patterns), DIFFERENCES, measures)
    constant_complexity = None
    for signs, (period, digits, rate) in zip(patterns, measures, strict=True):
        try:
            finding = confirm((exact_constant(parse(constant)),), row, signs, precision_bits=2048, max_order=23)
        except PrecisionLost:
            finding = None
        assert (finding is None) == (period == 0)
        if finding is None:
            continue
        formula = SignedContinuedFraction.from_json(finding.formula)
        assert len(formula.letters) == period
        assert finding.digits_per_term == pytest.approx(rate, abs=1e-6)
        # The integers of the value belong to the complexity too; they are the same for all forms.
        constant_complexity = finding.complexity - digits if constant_complexity is None else constant_complexity
        assert finding.complexity == pytest.approx(digits + constant_complexity)
    assert constant_complexity is not None


@pytest.mark.parametrize(("constant", "row"), CASES)
def test_chosen_forms_are_the_best_of_all(constant, row):
    patterns = sign_patterns(4)
    packed = pack_patterns(patterns)
    measures = np.zeros((len(patterns), 3))
    signed_forms._measure_forms(*expand(constant, row), packed, DIFFERENCES, measures)
    chosen = signed_forms.choose_forms(*expand(constant, row), packed)
    assert chosen[0] == 0
    assert 1 <= len(chosen) == len(set(chosen)) <= 3
    periods = measures[measures[:, 0] > 0, 0]
    assert min(measures[number, 0] for number in chosen) == periods.min()
    assert max(measures[number, 2] for number in chosen) > measures[:, 2].max() - 10.0**-signed_forms.RATE_PLACES
    assert chosen == signed_forms.choose_forms(*expand(constant, row), packed)


def test_e():
    patterns = sign_patterns(3)
    chosen = signed_forms.choose_forms(*expand("e", (0, 1, 1, 0)), pack_patterns(patterns))
    # e = 3 - 1/(3 + 1/(2 - 1/(5 + ...))) has two letters and converges faster than the regular one.
    assert [patterns[number] for number in chosen] == [(1,), (-1, 1)]


def test_a_number_without_closed_forms_has_none():
    packed = pack_patterns(sign_patterns(3))
    assert signed_forms.choose_forms(*expand("pi", (0, 1, 1, 0)), packed) == ()
    quotients, count = expand("pi", (0, 1, 1, 0))
    assert count > 400
    assert signed_forms.choose_forms(quotients, 0, packed) == ()
