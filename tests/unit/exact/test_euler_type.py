from fractions import Fraction

import mpmath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from discovery.errors import InputError, LimitExceeded
from discovery.exact.fractions.hypergeometric_term import Terms
from discovery.exact.polynomial import evaluate, parse_polynomial, to_text
from discovery.exact.proofs.euler_type import EulerType, euler_type, euler_types


def poly(text):
    return parse_polynomial(text, "n")


NAMED = [
    ("2*n^2+2*n+1", "-n^4", "n^2", "n^2", "1"),  # 1/zeta(2)
    ("2*n^3+3*n^2+3*n+1", "-n^6", "n^3", "n^3", "1"),  # 1/zeta(3)
    ("2*n^3+3*n^2+27*n+13", "-n^6", "n^3", "n^3", "n^4+2*n^3+3*n^2+2*n+2/3"),
    ("2*n^5+5*n^4+10*n^3+10*n^2+5*n+1", "-n^10", "n^5", "n^5", "1"),  # 1/zeta(5)
    ("3*n^2+3*n+1", "n^3-2*n^4", "n^2", "2*n^2-n", "1"),  # 8/pi^2
    ("2", "(2*n-1)^2", "1-2*n", "2*n-1", "1"),  # Brouncker
    ("3*n+3", "n-2*n^2", "n", "2*n-1", "n^2+5*n+3"),  # 4/(3 pi - 8)
    ("1", "n^2", "-n", "n", "1"),  # 1/log 2
    ("n+3", "-n", "1", "n", "n"),  # e, degrees that differ
    ("2*n^2+2*n+3", "-(n^2+1)^2", "n^2+1", "n^2+1", "1"),  # b without rational zeros
    ("4*n^2+3*n+2", "-3*n^4-n^3", "n^2", "3*n^2+n", None),
]


@pytest.mark.parametrize(("a", "b", "h1", "h2", "f"), NAMED)
def test_named_continued_fractions_of_euler_type(a, b, h1, h2, f):
    found = list(euler_types(poly(a), poly(b)))
    if f is None:
        assert found == []
        return
    assert EulerType(poly(h1), poly(h2), poly(f)) in found
    assert euler_type(poly(a), poly(b)) == found[0]
    assert all(kind.holds(poly(a), poly(b)) for kind in found)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("2*n+1", "n^2"),  # 4/pi: the roots 1 +- sqrt 2 are irrational
        ("6*n+3", "-n^2"),  # 2/log 2: 3 +- 2 sqrt 2
        ("34*n^3+51*n^2+27*n+5", "-n^6"),
        ("11*n^2+11*n+3", "n^4"),
        ("7*n^2+7*n+2", "8*n^4"),
        ("4*n^3+6*n^2+4*n+1", "-4*n^6"),
        ("n^3", "n"),
        ("1", "n"),
        ("4*n+2", "1"),
        ("1", "0"),
    ],
)
def test_others_are_not(a, b):
    assert euler_type(poly(a), poly(b)) is None


def rationals(bound):
    return st.builds(Fraction, st.integers(-bound, bound), st.integers(1, 3))


def product(left, right):
    result = [Fraction(0)] * (len(left) + len(right) - 1)
    for i, x in enumerate(left):
        for j, y in enumerate(right):
            result[i + j] += x * y
    return result


def interpolated(points):
    total = [Fraction(0)] * len(points)
    for i, (x, y) in enumerate(points):
        term = [y]
        for j, (other, _) in enumerate(points):
            if j != i:
                term = [c / (x - other) for c in product(term, [-other, Fraction(1)])]
        total = [s + t for s, t in zip(total, term, strict=True)]
    return total


def divided(numerator, divisor):
    rest, quotient = list(numerator), []
    while len(rest) >= len(divisor):
        factor = rest[-1] / divisor[-1]
        quotient.append(factor)
        for i, c in enumerate(divisor):
            rest[len(rest) - len(divisor) + i] -= factor * c
        rest.pop()
    assert not any(rest)
    return quotient[::-1]


def moved(coefficients, by):
    result, power = [Fraction(0)] * (len(coefficients) + 1), [Fraction(1)]
    for c in coefficients:
        for i, x in enumerate(power):
            result[i] += c * x
        power = product(power, [Fraction(by), Fraction(1)])
    return trimmed(result)


def trimmed(coefficients):
    result = list(coefficients)
    while result and not result[-1]:
        result.pop()
    return tuple(result)


@settings(max_examples=60)
@given(
    st.lists(rationals(4), min_size=1, max_size=3),
    st.lists(rationals(6), max_size=3, unique=True),
    rationals(3),
    st.integers(1, 3),
)
def test_a_constructed_one_is_found(h1, zeros, scale, extra):
    # f has the zeros given. At those, f(n-1) h1(n) + f(n+1) h2(n+1) must vanish: that fixes values of h2.
    assume(h1[-1])
    f = [Fraction(1)]
    for zero in zeros:
        f = product(f, [-zero, Fraction(1)])
    at = lambda p, x: sum((c * x**i for i, c in enumerate(p)), Fraction(0))  # noqa: E731
    assume(all(at(f, zero + 1) for zero in zeros))
    points = [(zero + 1, -at(f, zero - 1) * at(h1, zero) / at(f, zero + 1)) for zero in zeros]
    h2 = [*interpolated(points), *[Fraction(0)] * 5]
    for i, c in enumerate(product(moved(f, -1), [scale] * extra)):
        h2[i] += c
    h2 = trimmed(h2)
    assume(h2)
    right = [Fraction(0)] * 12
    for p in (product(moved(f, -1), h1), product(moved(f, 1), moved(h2, 1))):
        for i, c in enumerate(p):
            right[i] += c
    a = trimmed(divided(right, f))
    b = trimmed([-c for c in product(h1, h2)])
    # Where the leading terms of both sides cancel the degrees of a, h1 and h2 do not tell those of h1 and h2.
    assume(len(a) == max(len(h1), len(h2)))
    kinds = list(euler_types(a, b))
    assert EulerType(tuple(h1), h2, tuple(f)) in kinds or any(
        (kind.h1, kind.h2) == (tuple(h1), h2) and len(kind.f) <= len(f) for kind in kinds
    )
    assert all(kind.holds(a, b) for kind in kinds)


@pytest.mark.parametrize(("a", "b", "h1", "h2", "f"), [case for case in NAMED if case[4]])
def test_convergents_are_the_telescoped_partial_sums(a, b, h1, h2, f):
    a, b, kind = poly(a), poly(b), EulerType(poly(h1), poly(h2), poly(f))
    start = 1 if to_text(kind.f, "n") == "n" else 0
    terms = Terms(kind.h1, kind.h2, kind.f, start)
    u, v = terms.ratio
    c = evaluate(kind.f, start - 1) * evaluate(kind.h1, start) / evaluate(kind.f, start)
    p, q, p_old, q_old = evaluate(a, start), Fraction(1), Fraction(1), Fraction(0)
    term, total = terms.first, Fraction(0)
    for n in range(12):
        total += term
        ratio = u(n) / v(n)
        term *= Fraction(int(ratio.p), int(ratio.q))
        assert p / q == c + 1 / (evaluate(kind.f, start) ** 2 * total)
        at = start + n + 1
        p, p_old = evaluate(a, at) * p + evaluate(b, at) * p_old, p
        q, q_old = evaluate(a, at) * q + evaluate(b, at) * q_old, q


def test_the_sum_agrees_with_a_long_recurrence():
    context = mpmath.MPContext()
    context.dps = 45
    for a, b in (("3*n^2+4*n+2", "-2*n^4"), ("3*n+3", "n-2*n^2"), ("4*n^2+6*n+3", "-3*n^4"), ("5*n^2+8*n+4", "-4*n^4")):
        kind = euler_type(poly(a), poly(b))

        def at(coefficients, n):
            value = evaluate(coefficients, n)
            return context.mpf(value.numerator) / value.denominator

        total, term = context.mpf(0), 1 / at(kind.h2, 1)
        for k in range(250):
            total += term / (at(kind.f, k) * at(kind.f, k + 1))
            term *= at(kind.h1, k + 1) / at(kind.h2, k + 2)
        value = at(kind.f, -1) * at(kind.h1, 0) / at(kind.f, 0) + 1 / (at(kind.f, 0) ** 2 * total)
        p, q, p_old, q_old = evaluate(poly(a), 0), 1, 1, 0
        for n in range(1, 250):
            x, y = evaluate(poly(a), n), evaluate(poly(b), n)
            p, p_old = x * p + y * p_old, p
            q, q_old = x * q + y * q_old, q
        recurrence = context.mpf(int(p)) / int(q)
        assert abs(recurrence - value) < context.mpf(10) ** -30 * abs(value)


def test_all_zeros_of_f_may_be_integers():
    # h1 = n, h2 = n + c with f = n (n - 1): found although f vanishes at 0 and 1.
    kinds = list(euler_types(poly("2*n^3+3*n^2+27*n+13"), poly("-n^6")))
    assert len(kinds) == 1
    kind = euler_type(poly("6"), poly("(2*n-1)^2"))
    assert kind == EulerType(poly("1-2*n"), poly("2*n-1"), poly("n"))


def test_limits_on_size():
    with pytest.raises(InputError, match="64"):
        euler_type(poly("n"), tuple([Fraction(1)] * 70))
    many = [Fraction(1)]
    for root in range(13):
        many = product(many, [Fraction(root), Fraction(1)])
    with pytest.raises(LimitExceeded, match="splits"):
        euler_type(poly("n"), tuple(many))


def test_convergence_is_decided():
    def convergence(h1, h2, f="1"):
        return Terms(poly(h1), poly(h2), poly(f), 0).convergence

    assert convergence("n^2", "n^2") == "converges"  # terms 1/(k+1)^2
    assert convergence("n", "n") == "infinite"  # 1/(k+1)
    assert convergence("n^2+1", "n^2+n+1") == "converges"  # exponent 3: one from b, two from the shift
    assert convergence("n+1", "n") == "infinite"
    assert convergence("-n", "n") == "converges"
    assert convergence("-n-1", "n") == "undecided"
    assert convergence("-1", "1") == "undecided"
    assert convergence("2*n", "n+1") == "infinite"
    assert convergence("n", "-2*n") == "converges"
    assert convergence("1", "n") == "converges"
    assert convergence("n^2", "n") == "infinite"
    assert convergence("n", "n", "n+1/2") == "converges"


def test_the_bound_of_the_tail_holds():
    for h1, h2, f in (("n^2", "n^2", "1"), ("n", "-2*n", "1"), ("-n", "n", "1"), ("n", "2*n-1", "n^2+5*n+3")):
        terms = Terms(poly(h1), poly(h2), poly(f), 0)
        begin, slope, constant = terms.tail
        u, v = terms.ratio
        values, term = [], terms.first
        for k in range(begin + 400):
            values.append(term)
            ratio = u(k) / v(k)
            term = Fraction(float(term)) * Fraction(int(ratio.p), int(ratio.q))
        for k in range(begin, begin + 30):
            assert abs(sum(values[k:])) <= abs(values[k]) * (slope * k + constant)
