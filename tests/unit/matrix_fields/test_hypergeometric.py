"""Fields of pFq: proved on construction, and checked against values of the functions themselves."""

from fractions import Fraction

import mpmath
import pytest

from discovery.errors import ParameterError
from discovery.exact.fields.field_transformations import specialize
from discovery.matrix_fields.hypergeometric import hypergeometric_field

CONTEXT = mpmath.MPContext()
CONTEXT.dps = 40


def value_row(p: int, parameters: list, z: Fraction, rank: int) -> list:
    """Return (F, theta F, ...) of pFq, as sums of n^k times its terms."""
    numbers = [CONTEXT.mpf(value.numerator) / value.denominator for value in map(Fraction, parameters)]
    upper, lower = numbers[:p], numbers[p:]
    x = CONTEXT.mpf(z.numerator) / z.denominator

    def term(n: int) -> object:
        total = x**n / CONTEXT.factorial(n)
        for a in upper:
            total *= CONTEXT.rf(a, n)
        for b in lower:
            total /= CONTEXT.rf(b, n)
        return total

    return [CONTEXT.fsum(CONTEXT.mpf(n) ** k * term(n) for n in range(150)) for k in range(rank)]


@pytest.mark.parametrize(
    ("p", "q", "z", "rank"),
    [
        (2, 1, None, 2),
        (2, 1, -1, 2),
        (2, 1, 1, 1),
        (3, 2, None, 3),
        (3, 2, 1, 2),
        (1, 1, None, 2),
        (1, 1, 1, 2),
        (0, 1, None, 2),
        (2, 0, None, 2),
        (1, 2, Fraction(3, 5), 3),
        (2, 2, Fraction(-1, 2), 3),
        (3, 1, 2, 3),
        (1, 0, Fraction(1, 2), 1),
    ],
)
def test_fields_are_conservative_with_the_rank_of_the_operator(p: int, q: int, z: Fraction | None, rank: int) -> None:
    field = hypergeometric_field(p, q, z)
    assert field.rank == rank
    assert len(field.axes) == p + q
    assert field.conservation_defect() is None


@pytest.mark.parametrize(
    ("p", "q", "z", "point"),
    [
        (2, 1, Fraction(-1, 3), ["1/2", "4/3", "5/2"]),
        (3, 2, Fraction(1, 4), ["1/2", "1/3", "2", "7/2", "5/3"]),
        (1, 1, Fraction(-7, 3), ["2/3", "9/4"]),
        (0, 1, Fraction(5, 2), ["3/7"]),
        (1, 2, Fraction(3), ["1/5", "4/3", "7/3"]),
    ],
)
def test_each_step_takes_the_function_to_its_neighbor(p: int, q: int, z: Fraction, point: list[str]) -> None:
    field = hypergeometric_field(p, q, z)
    start = [Fraction(text) for text in point]
    before = value_row(p, start, z, field.rank)
    for index, axis in enumerate(field.axes):
        moved = [value + (place == index) for place, value in enumerate(start)]
        wanted = value_row(p, moved, z, field.rank)
        rows = field.matrix_at(axis, tuple(start))
        for column in range(field.rank):
            entries = (CONTEXT.mpf(row[column].numerator) / row[column].denominator for row in rows)
            got = CONTEXT.fsum(v * entry for v, entry in zip(before, entries, strict=True))
            assert abs(got - wanted[column]) < CONTEXT.mpf(10) ** -30


def test_at_one_the_gauss_sum_satisfies_the_field_of_rank_one() -> None:
    field = hypergeometric_field(2, 1, 1)
    a, b, c = Fraction(1, 3), Fraction(1, 4), Fraction(5, 2)

    def gauss(a: Fraction, b: Fraction, c: Fraction) -> object:
        gamma = [CONTEXT.gamma(CONTEXT.mpf(v.numerator) / v.denominator) for v in (c, c - a - b, c - a, c - b)]
        return gamma[0] * gamma[1] / (gamma[2] * gamma[3])

    for axis, moved in (("a1", (a + 1, b, c)), ("a2", (a, b + 1, c)), ("b1", (a, b, c + 1))):
        ((entry,),) = field.matrix_at(axis, (a, b, c))
        ratio = gauss(*moved) / gauss(a, b, c)
        assert abs(ratio - CONTEXT.mpf(entry.numerator) / entry.denominator) < CONTEXT.mpf(10) ** -30


def test_at_one_the_rank_of_3f2_drops_and_the_values_agree() -> None:
    """3F2(1,1,1;2,3;1) = 2 (zeta(2)-1), theta F = 2 (2-zeta(2)); the step to 3F2(1,1,1;2,4;1) from its own sums."""
    field = hypergeometric_field(3, 2, 1)
    zeta2 = CONTEXT.zeta(2)
    before = [2 * (zeta2 - 1), 2 * (2 - zeta2)]
    rows = field.matrix_at("b2", (1, 1, 1, 2, 3))
    got = sum(v * CONTEXT.mpf(row[0].numerator) / row[0].denominator for v, row in zip(before, rows, strict=True))
    wanted = CONTEXT.nsum(lambda n: 6 / ((n + 1) ** 2 * (n + 2) * (n + 3)), [0, CONTEXT.inf])
    assert abs(got - wanted) < CONTEXT.mpf(10) ** -25


@pytest.mark.parametrize(("p", "q"), [(2, 1), (1, 1), (3, 2)])
def test_the_general_argument_specializes(p: int, q: int) -> None:
    general = hypergeometric_field(p, q)
    assert general.parameters == ("z",)
    assert specialize(general, {"z": Fraction(-2, 3)}) == hypergeometric_field(p, q, Fraction(-2, 3))


@pytest.mark.parametrize(
    ("p", "q", "z"), [(-1, 1, None), (2, -1, None), (0, 0, None), (4, 2, None), (2, 1, 0), (1, 0, 1), (True, 1, None)]
)
def test_bad_requests_are_refused(p: int, q: int, z: int | None) -> None:
    with pytest.raises(ParameterError):
        hypergeometric_field(p, q, z)
