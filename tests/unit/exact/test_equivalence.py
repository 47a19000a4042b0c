import dataclasses
from fractions import Fraction

import mpmath
import pytest
from flint import fmpq_poly
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from discovery.errors import LimitExceeded, NotConvergent, ProofRefused
from discovery.exact.evaluation import evaluate_ball
from discovery.exact.fractions.continued_fraction_matrix import largest_root
from discovery.exact.fractions.growth_order import dominance
from discovery.exact.fractions.polynomial_continued_fraction import PolynomialContinuedFraction
from discovery.exact.polynomial import evaluate, parse_polynomial, to_text
from discovery.exact.precision import working_precision
from discovery.exact.proofs.equivalence import Equivalence, check_equivalence, compose, inverse, transfer
from discovery.exact.proofs.equivalence_search import class_key, find_equivalence
from discovery.exact.proofs.equivalence_transformations import deflated, even_part, inflation, mirror, shift_equivalence
from discovery.exact.proofs.known_fractions import known_fraction, related_fractions
from discovery.exact.proofs.sum_enclosure import ball_of


def pair(a, b):
    return parse_polynomial(a, "n"), parse_polynomial(b, "n")


def value(fraction):
    return PolynomialContinuedFraction(*fraction).enclosure(150)[0]


def holds_for_values(first, second, matrix):
    """Return whether the values, by balls from the continued fractions themselves, correspond under the map."""
    with working_precision(150):
        x, y = value(first), value(second)
        p, q, r, s = (ball_of(entry) for entry in (matrix.p, matrix.q, matrix.r, matrix.s))
        return x.overlaps((p * y + q) / (r * y + s))


def zeta3_row(y):
    return pair(f"n^3+(n+1)^3+2*({y})*({y}-1)*(2*n+1)", "-n^6")


def zeta2_row(y):
    return pair(f"4*n^2+4*n+2+2*({y})*({y}-1)", "-4*n^4")


EQUIVALENT = [
    (pair("34*n^3+51*n^2+27*n+5", "-n^6"), pair("34*(n+2)^3+51*(n+2)^2+27*(n+2)+5", "-(n+2)^6")),
    (pair("2*n+3", "(n+1)^2"), pair("2*n+1", "n^2")),
    (pair("(n+2)*(2*n+1)", "(n+2)*(n+1)*n^2"), pair("2*n+1", "n^2")),
    (pair("6*n+3", "9*n^2"), pair("(n^2+1)*(2*n+1)", "(n^2+1)*(n^2-2*n+2)*n^2")),
    (zeta3_row(1), zeta3_row(3)),
    (zeta3_row(3), zeta3_row(1)),
    (zeta3_row(2), zeta3_row(5)),
    (zeta3_row("3/4"), zeta3_row("7/4")),
    (zeta2_row(1), zeta2_row(2)),
    (pair("2*n^2+2*n+7", "-n^4"), pair("2*n^2+2*n+3", "-n^4")),
    (pair("1", "n^2"), pair("3", "n^2")),
    (pair("1", "1"), pair("3", "-1")),
    (pair("3", "-1"), pair("1", "1")),
    (pair("2", "(2*n-1)^2"), pair("32*n^2-32*n+14", "-(4*n-3)^2*(4*n-5)^2")),
    (pair("n+3", "-n"), pair("n+4", "-n-1")),
    (pair("4*n+2", "1"), pair("4*n+14", "1")),
]


@pytest.mark.parametrize(("first", "second"), EQUIVALENT)
def test_equivalences_are_found_and_carry_the_value(first, second):
    equivalence = find_equivalence(first, second)
    matrix = check_equivalence(first, second, equivalence)
    assert matrix.determinant != 0
    assert holds_for_values(first, second, matrix)
    if equivalence.folds == (1, 1):
        assert class_key(*first) == class_key(*second)
    # The identity once more, with numbers.
    entries = [
        tuple(evaluate(entry, 5) for entry in equivalence.matrix),
        tuple(evaluate(entry, 6) for entry in equivalence.matrix),
    ]
    left, right = step(first, 5, equivalence.folds[0]), step(second, 5, equivalence.folds[1])
    r, s = evaluate(equivalence.left, 5), evaluate(equivalence.right, 5)
    assert [r * x for x in times(left, entries[1])] == [s * x for x in times(entries[0], right)]


def times(left, right):
    return [sum(left[2 * row + i] * right[2 * i + column] for i in range(2)) for row in range(2) for column in range(2)]


def step(fraction, n, fold):
    if fold == 1:
        return [Fraction(0), evaluate(fraction[1], n), Fraction(1), evaluate(fraction[0], n)]
    return times(step(fraction, 2 * n - 1, 1), step(fraction, 2 * n, 1))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (pair("11*n^2+11*n+3", "n^4"), pair("7*n^2+7*n+2", "8*n^4")),
        (pair("2*n^2+2*n+1", "-n^4"), pair("2*n^2+2*n+5", "-n^4")),
        (pair("1", "n^2"), pair("2*n+1", "n^2")),
        (pair("1", "n"), pair("2*n+1", "n^2")),
        (pair("4*n^3+6*n^2+4*n+1", "-4*n^6"), pair("34*n^3+51*n^2+27*n+5", "-n^6")),
        (zeta3_row(1), pair("2*n^3+3*n^2+5*n+2", "-n^6")),
    ],
)
def test_others_are_not_equivalent(first, second):
    assert find_equivalence(first, second) is None


def test_a_matrix_that_exchanges_the_solutions_is_refused():
    # From y = 1/4 to 5/4 the same field has a matrix, but the minimal solution goes to a dominant one.
    first, second = pair("16*n^3+24*n^2+18*n+5", "-64*n^6"), pair("16*n^3+24*n^2+34*n+13", "-64*n^6")
    assert find_equivalence(first, second) is None
    entries = ("64*n^3-32*n^2+8*n-1", "512*n^6", "-8", "-64*n^3-32*n^2-8*n-1")
    one = (Fraction(1),)
    false = Equivalence(tuple(parse_polynomial(entry, "n") for entry in entries), one, one, (1, 1))
    with pytest.raises(ProofRefused) as caught:
        check_equivalence(first, second, false)
    assert caught.value.condition == "growth"
    with working_precision(100):
        image = [ball_of(evaluate(entry, 1)) for entry in false.matrix]
        x, y = value(first) - 5, value(second) - 13
        assert not x.overlaps((image[0] * y + image[1]) / (image[2] * y + image[3]))


def test_a_perturbed_equivalence_is_refused():
    for first, second in (EQUIVALENT[1], EQUIVALENT[4], EQUIVALENT[13]):
        good = find_equivalence(first, second)
        for place in range(4):
            for power in range(len(good.matrix[place]) + 1):
                entry = [*good.matrix[place], *[Fraction(0)] * 2]
                entry[power] += 1
                while entry and not entry[-1]:
                    entry.pop()
                matrix = (*good.matrix[:place], tuple(entry), *good.matrix[place + 1 :])
                with pytest.raises(ProofRefused):
                    check_equivalence(first, second, dataclasses.replace(good, matrix=matrix))
        shifted = shift_equivalence(second, 1)[0]
        with pytest.raises(ProofRefused):
            check_equivalence(first, shifted, good)


def test_each_condition_is_named():
    first, second = EQUIVALENT[1]
    good = find_equivalence(first, second)

    def refused(one=first, two=second, **changes):
        with pytest.raises(ProofRefused) as caught:
            check_equivalence(one, two, dataclasses.replace(good, **changes))
        return caught.value.condition

    one = (Fraction(1),)
    assert refused(one=pair("n", "n-3")) == "b"
    assert refused(two=pair("n", "0")) == "b"
    assert refused(folds=(3, 1)) == "folds"
    assert refused(left=()) == "r"
    assert refused(right=parse_polynomial("n-4", "n")) == "s"
    assert refused(left=one) == "identity"
    assert refused(matrix=((), (), (), ())) == "U"
    # Complex roots: no dominant solution, so nothing is carried over.
    oscillating = pair("1", "-n^2-n-1")
    same = dataclasses.replace(good, matrix=(one, (), (), one), left=one, right=one)
    with pytest.raises(ProofRefused, match="growth"):
        check_equivalence(oscillating, oscillating, same)


def test_composition_and_inverse():
    first, second, third = zeta3_row(1), zeta3_row(2), zeta3_row(3)
    one, two = find_equivalence(first, second), find_equivalence(second, third)
    joined = check_equivalence(first, third, compose(one, two))
    assert joined == check_equivalence(first, third, find_equivalence(first, third))
    back = check_equivalence(second, first, inverse(one))
    assert holds_for_values(second, first, back)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(-4, 4), min_size=2, max_size=3),
    st.lists(st.integers(-4, 4), min_size=2, max_size=4),
    st.lists(st.integers(1, 4), min_size=1, max_size=3),
    st.integers(0, 2),
)
def test_explicit_transformations_carry_the_value(a, b, factor, steps):
    fraction = tuple(map(Fraction, a)), tuple(map(Fraction, b))
    assume(fraction[0][-1] and fraction[1][-1] and (largest_root(fraction[1]) or 0) < 1 and dominance(*fraction))
    try:
        value(fraction)
    except (NotConvergent, LimitExceeded):
        assume(False)
    inflated = multiplied(fraction[0], factor), multiplied(fraction[1], multiplied(factor, moved(factor)))
    for start, target, equivalence in (
        (inflated, fraction, inflation(fmpq_poly(factor))),
        (fraction, *shift_equivalence(fraction, steps)),
        (inflated, *deflated(inflated)),
    ):
        assert holds_for_values(start, target, check_equivalence(start, target, equivalence))
    assert len(deflated(inflated)[0][0]) <= len(fraction[0])


def multiplied(left, right):
    result = [Fraction(0)] * (len(left) + len(right) - 1)
    for i, p in enumerate(left):
        for j, q in enumerate(right):
            result[i + j] += p * q
    return tuple(result)


def moved(coefficients):
    return tuple(
        sum((Fraction(c) * binomial(i, k) * (-1) ** (i - k) for i, c in enumerate(coefficients) if i >= k), Fraction(0))
        for k in range(len(coefficients))
    )


def binomial(n, k):
    return int(mpmath.binomial(n, k))


@pytest.mark.parametrize(
    "fraction", [pair("2", "(2*n-1)^2"), pair("n+3", "n+1"), pair("2*n+3", "(n+1)^2"), pair("3", "1")]
)
def test_the_even_part(fraction):
    even, equivalence = even_part(fraction)
    matrix = check_equivalence(fraction, even, equivalence)
    assert holds_for_values(fraction, even, matrix)
    all_convergents, even_convergents = convergents(fraction, 13), convergents(even, 7)
    for m in range(1, 7):
        p, q = even_convergents[m]
        image = Fraction(matrix.p * p + matrix.q * q, matrix.r * p + matrix.s * q)
        assert image == Fraction(*all_convergents[2 * m])


def convergents(fraction, count):
    p, q, p_old, q_old = evaluate(fraction[0], 0), Fraction(1), Fraction(1), Fraction(0)
    found = []
    for n in range(1, count + 1):
        found.append((p, q))
        x, y = evaluate(fraction[0], n), evaluate(fraction[1], n)
        p, p_old = x * p + y * p_old, p
        q, q_old = x * q + y * q_old, q
    return found


def test_the_mirror_runs_the_recurrence_backwards():
    a, b = pair("10*n^2+7*n+2", "-16*n^4")
    assert [to_text(p, "n") for p in mirror((a, b), -1)] == ["-10*n^2-13*n-5", "-16*n^4"]
    assert mirror(mirror((a, b), 2), 2) == (a, b)
    u = {-20: Fraction(1), -19: Fraction(3)}
    for n in range(-18, -1):
        u[n] = evaluate(a, n) * u[n - 1] + evaluate(b, n) * u[n - 2]
    # Backwards, u solves the recurrence of the mirror times a product of values of b.
    w, factor = {}, Fraction(1)
    for m in range(3, 21):
        factor *= evaluate(b, 2 - m)
        w[m] = factor * u[-m]
    other = mirror((a, b), 2)
    for m in range(5, 21):
        assert w[m] == evaluate(other[0], m) * w[m - 1] + evaluate(other[1], m) * w[m - 2]


def test_growth_against_long_recurrences():
    context = mpmath.MPContext()
    context.dps = 60
    for a, b in (
        ("2*n^3+3*n^2+27*n+13", "-n^6"),
        ("3*n+3", "n-2*n^2"),
        ("2*n^2+2*n+7", "-n^4"),
        ("7*n^2+7*n+2", "8*n^4"),
        ("n+3", "-n"),
        ("1", "n^2"),
    ):
        fraction = pair(a, b)
        growth = dominance(*fraction)
        old, new = context.mpf(1), context.mpf(3)
        for n in range(2, 3001):
            x, y = evaluate(fraction[0], n), evaluate(fraction[1], n)
            old, new = (
                new,
                context.mpf(x.numerator) / x.denominator * new + context.mpf(y.numerator) / y.denominator * old,
            )
        quotient = new / old / context.mpf(3000) ** growth.degree
        for index, term in enumerate(growth.terms[:4]):
            # 20/n for a next term of moderate size.
            assert abs(quotient - context.mpf(term.numerator) / term.denominator) < 0.1, (a, index)
            quotient = (quotient - context.mpf(term.numerator) / term.denominator) * 3000


def test_growth_that_is_not_decided():
    assert dominance(*pair("1", "-n^2")) is None  # complex roots
    assert dominance(*pair("0", "n^2")) is None
    assert dominance(*pair("2*n^2+2*n-7", "-n^4")) is None  # a double root with oscillation
    assert dominance(*pair("2*n", "-n^2")) is None  # exp(+-i c sqrt n)
    assert dominance(*pair("2*n+3", "-n^2")).half_powers
    assert dominance(*pair("2*n^2+2*n+5", "-n^4")).surd is not None
    assert dominance(*pair("2*n+1", "n^2")).terms == ()


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("2*n+1", "n^2"),
        ("6*n+3", "-n^2"),
        ("-4*n-2", "n^2"),
        ("2*n+1", "3*(n^2+2)"),
        ("2*n+1", "3*(n^2-1/4)"),
        ("2*n+1", "-n^2/3-1/5"),
        ("2*n+1", "-n^2/3+1/12"),
        ("4*n+2", "3"),
        ("4*n+2", "-3"),
        ("-2*n-1", "-3"),
        ("3*n+4", "5"),
        ("3*n+4", "-5"),
        ("-3*n-4", "-5"),
        ("5", "-6"),
        ("-5", "2"),
        ("34*n^3+51*n^2+27*n+5", "-n^6"),
        ("11*n^2+11*n+3", "n^4"),
    ],
)
def test_the_values_of_the_catalog(a, b):
    fraction = pair(a, b)
    known = known_fraction(*fraction)
    assert evaluate_ball(known.value, 150).overlaps(value(fraction))
    assert known.reference


def test_what_is_not_in_the_catalog():
    for a, b in (
        ("2*n+1", "-2*n^2"),
        ("2*n+1", "n^2-4"),
        ("1", "-1"),
        ("n", "1"),
        ("2*n+2", "n^2"),
        ("n^2", "1"),
        ("2*n+1", "n^2+n"),
    ):
        assert known_fraction(*pair(a, b)) is None
    assert [to_text(known.a, "n") for known in related_fractions(*pair("n", "1"))][-1] == "n+1"


def test_limits_on_size_and_missing_parts():
    with pytest.raises(LimitExceeded):
        find_equivalence(pair("n^30", "n"), pair("n", "n"))
    assert find_equivalence(pair("n", "0"), pair("n", "n")) is None
    first, second = EQUIVALENT[0]
    assert transfer(first, second, find_equivalence(first, second)).from_second
