import pytest

from discovery.esma.best_forms import MAX_PERIOD, best_forms
from discovery.esma.closed_form import closed_form
from discovery.esma.refinement import LEAST_BITS, TERMS, digits_per_term
from discovery.esma.sign_patterns import exact_signed_terms, sign_patterns
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.expression import parse
from discovery.exact.fractions.continued_fraction import regular_continued_fraction
from discovery.exact.fractions.signed_continued_fraction import SignedContinuedFraction
from discovery.exact.precision import agreed_digits

VALUES = ["tan(1)", "e", "e^2", "(3*e+1)/2", "sqrt(7)", "besseli(0,2)/besseli(1,2)"]


def all_forms(value):
    """Every closed form over all patterns, by exact integers."""
    quotients = regular_continued_fraction(evaluate_ball(value, LEAST_BITS), 2 * TERMS + 2)
    forms = {}
    for signs in sign_patterns(MAX_PERIOD):
        terms = exact_signed_terms(quotients, signs, TERMS)
        while signs == (-1,) and terms and terms[-1] == 2:
            terms.pop()
        form = closed_form(terms)
        if form is not None:
            forms[signs] = SignedContinuedFraction(value, signs, form.start, form.letters)
    return forms


@pytest.mark.parametrize("text", VALUES)
def test_the_forms_are_the_best_of_all_and_true(text):
    value = parse(text)
    forms = best_forms(value)
    everything = all_forms(value)
    ball = evaluate_ball(value, 1100)
    for form in forms:
        assert form == everything[form.signs]
        assert form.signs != (1,)
        assert agreed_digits(form.enclosure(1100)[0], ball) >= 320
    shortest = min(len(form.letters) for form in everything.values())
    shown = [*forms, everything[1,]] if (1,) in everything else [*forms]
    assert min(len(form.letters) for form in shown) == shortest
    if len(everything[1,].letters) > shortest:
        assert len(forms[0].letters) == shortest
    rates = {signs: digits_per_term(form) for signs, form in everything.items()}
    assert max(rates[form.signs] for form in shown) >= max(rates.values()) - 1e-3


def test_shorter_and_faster_forms_of_e():
    (form,) = {form for form in best_forms(parse("e")) if len(form.letters) == 2}
    assert len(form.signs) % 2 == 0
    assert len(best_forms(parse("e"))) <= 2


def test_numbers_without_pattern_have_no_form():
    assert best_forms(parse("pi")) == ()
    assert best_forms(parse("zeta(3)")) == ()
