"""What is claimed about a sequence: held-out terms, refusals, wrong terms; and the programs that continue it."""

import random
import shutil
import subprocess
from fractions import Fraction

import pytest
from flint import fmpq
from sequence_cases import (
    apery,
    catalan,
    factorials,
    fibonacci,
    harmonic,
    motzkin,
    partitions,
    primes,
    quotients_of_e,
    rationals,
)

from discovery.exact.sequences.examination import (
    CONSTANT,
    INTERLACED,
    LEAST_PREDICTED,
    POLYNOMIAL,
    examine,
    predicted_terms,
)
from discovery.exact.sequences.generating_function import generating_function
from discovery.exact.sequences.hypergeometric import hypergeometric_term
from discovery.exact.sequences.recurrence import Recurrence
from discovery.exact.sequences.sequence_code import pari_code, python_code
from discovery.exact.sequences.writing import (
    closed_form_tex,
    closed_form_text,
    generating_function_tex,
    generating_function_text,
    hypergeometric_tex,
    hypergeometric_text,
    recurrence_tex,
    recurrence_text,
)

KNOWN = {
    "Fibonacci": (fibonacci, CONSTANT, "a(n) = a(n-1) + a(n-2)"),
    "Apery": (apery, POLYNOMIAL, "n^3*a(n) = (2*n-1)*(17*n^2-17*n+5)*a(n-1) - (n-1)^3*a(n-2)"),
    "Motzkin": (motzkin, POLYNOMIAL, "(n+2)*a(n) = (2*n+1)*a(n-1) + 3*(n-1)*a(n-2)"),
    "Catalan": (catalan, POLYNOMIAL, "(n+1)*a(n) = 2*(2*n-1)*a(n-1)"),
    "factorials": (factorials, POLYNOMIAL, "a(n) = n*a(n-1)"),
    "harmonic": (harmonic, POLYNOMIAL, "(n+1)*a(n) = (2*n+1)*a(n-1) - n*a(n-2)"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_sequences_and_their_next_terms(name: str) -> None:
    make, kind, text = KNOWN[name]
    terms = rationals(make(24))
    best = examine(terms, 0).fits[0]
    assert isinstance(best.form, Recurrence)
    assert (best.kind, recurrence_text(best.form)) == (kind, text)
    assert best.fitted + best.predicted == 24
    assert predicted_terms(best, terms, 0, 6) == list(rationals(make(30))[24:])


def test_quotients_of_e_are_interlaced() -> None:
    terms = rationals(quotients_of_e(24))
    found = examine(terms, 0)
    assert [fit.kind for fit in found.fits] == [INTERLACED, CONSTANT]
    best = found.fits[0]
    assert not isinstance(best.form, Recurrence)
    assert closed_form_text(best.form) == "a(3k+1) = 1; a(3k+2) = 2*k+2; a(3k+3) = 1"
    assert (best.exceptions, best.fitted, best.predicted) == (1, 7, 17)
    assert predicted_terms(best, terms, 0, 9) == list(rationals(quotients_of_e(33))[24:])


@pytest.mark.parametrize("count", [20, 40])
@pytest.mark.parametrize("make", [partitions, primes])
def test_partitions_and_primes_have_no_law(make, count: int) -> None:
    found = examine(rationals(make(count)), 0)
    assert found.fits == ()
    assert found.fault is None


def test_random_terms_of_any_size_have_no_law() -> None:
    generator = random.Random(3)
    for size, count in ((1, 24), (9, 30), (10**6, 12), (10**6, 40)):
        for _ in range(2):
            found = examine(rationals([generator.randint(-size, size) for _ in range(count)]), 0)
            assert found.fits == ()
            assert found.fault is None


@pytest.mark.parametrize("name", KNOWN)
def test_without_terms_held_out_nothing_is_claimed(name: str) -> None:
    make, kind, _ = KNOWN[name]
    enough = examine(rationals(make(24)), 0).fits[0].fitted
    for count in range(4, enough + LEAST_PREDICTED):
        assert not any(fit.kind == kind for fit in examine(rationals(make(count)), 0).fits)


def test_too_few_terms_say_how_many_are_missing() -> None:
    refused = {fit.kind: fit for fit in examine(rationals(factorials(5)), 0).refused}[POLYNOMIAL]
    assert (refused.fitted, refused.predicted, refused.missing_terms) == (4, 1, 2)
    assert any(fit.kind == POLYNOMIAL for fit in examine(rationals(factorials(7)), 0).fits)


def test_more_terms_are_more_evidence() -> None:
    surplus = [examine(rationals(apery(count)), 0).fits[0].surplus_digits for count in (17, 20, 26)]
    assert surplus == sorted(surplus)
    assert surplus[0] > 30


@pytest.mark.parametrize("place", [2, 7, 13, 20, 28, 29])
@pytest.mark.parametrize("name", KNOWN)
def test_a_wrong_term_is_named(name: str, place: int) -> None:
    terms = list(rationals(KNOWN[name][0](30)))
    right = terms[place]
    terms[place] += 1
    fault = examine(terms, 0).fault
    assert fault is not None
    assert (fault.place, fault.expected, fault.corrected) == (place, right, True)


def test_a_law_that_ends_is_no_law() -> None:
    found = examine(rationals([*fibonacci(25), 3, 1, 4, 1, 5, 9, 2]), 0)
    assert found.fits == ()
    assert found.fault is not None
    assert (found.fault.place, found.fault.expected, found.fault.corrected) == (25, fmpq(75025), False)


@pytest.mark.parametrize("first", [-3, 0, 1])
@pytest.mark.parametrize("make", [*(row[0] for row in KNOWN.values()), quotients_of_e])
def test_programs_give_the_terms(make, first: int) -> None:
    terms = rationals(make(22))
    expected = [str(term) for term in rationals(make(26))]
    for fit in examine(terms, first).fits:
        space: dict = {}
        exec(python_code(fit.form, fit.exceptions, terms, first), space)  # noqa: S102
        assert [str(Fraction(term)) for term in space["terms"](26)] == expected
        assert [str(Fraction(term)) for term in space["terms"](1)] == expected[:1]


@pytest.mark.skipif(shutil.which("gp") is None, reason="no PARI/GP: apt-get install -y pari-gp")
def test_pari_programs_give_the_terms() -> None:
    programs, expected = [], []
    for make in (*(row[0] for row in KNOWN.values()), quotients_of_e):
        terms = rationals(make(22))
        for fit in examine(terms, 1).fits:
            programs += [pari_code(fit.form, fit.exceptions, terms, 1), "print(terms(26))\n"]
            expected.append(f"[{', '.join(str(term) for term in rationals(make(26)))}]")
    done = subprocess.run(["gp", "-q", "-f"], input="".join(programs), capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == expected


def test_text_and_tex_of_laws() -> None:
    terms = rationals(catalan(16))
    fit = examine(terms, 0).fits[0]
    assert isinstance(fit.form, Recurrence)
    assert recurrence_tex(fit.form) == "(n+1) a_{n} = 2 (2 n-1) a_{n-1}"
    closed = hypergeometric_term(fit.form, 0, terms[0])
    assert closed is not None
    assert hypergeometric_text(closed) == "a(k) = 4^k*rf(1/2, k)/rf(2, k)"
    assert hypergeometric_tex(closed) == r"a_{k} = 4^{k} \frac{\left(\frac{1}{2}\right)_{k}}{(2)_{k}}"
    long = examine(rationals(apery(20)), 0).fits[0].form
    assert isinstance(long, Recurrence)
    assert recurrence_tex(long).count(r"\\") == 1
    values = rationals(fibonacci(16))
    function = generating_function(examine(values, 0).fits[0].form, 0, values)
    assert generating_function_text(function) == "x/(1-x-x^2)"
    assert generating_function_tex(function) == r"\frac{x}{1-x-x^{2}}"
    squares = examine(rationals([n * n for n in range(1, 12)]), 1).fits[0].form
    assert closed_form_text(squares) == "a(k+1) = k^2+2*k+1"
    assert closed_form_tex(squares) == "a_{k+1} = k^{2}+2 k+1"
