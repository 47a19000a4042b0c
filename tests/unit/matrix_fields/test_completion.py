"""Completion of families of continued fractions: dimensions, known second matrices, and an exact second solution."""

from fractions import Fraction

import pytest
from flint import fmpz_mat

from discovery.errors import InputError, LimitExceeded
from discovery.exact.fields.rational_function import RationalFunction, parse_rational_function
from discovery.exact.fields.rational_matrix import multiply, transform
from discovery.matrix_fields.completion import complete
from discovery.matrix_fields.conjugate import AXES, shifted

# name, a, b, dimension
FAMILIES = [
    ("zeta(3)", "(2*x+1)*(x^2+x+1+2*y*(y-1))", "-x^6", 1),
    ("zeta(2)", "2*(2*x^2+2*x+y^2-y+1)", "-4*x^4", 1),
    ("zeta(2) mirror", "(2*x+1)*(2*y-1)", "x^4", 1),
    ("log 2", "2*y-1", "x^2", 1),
    ("e", "x+y+1", "-x", 2),
    ("b depends on y", "(2*x+2)*(2*x+3)-x*(x+1)", "-x*(x+2)*(x+1)*(2*x+2*y-1)", 1),
    ("degree 3, moved", "(2*x+2)*((x+1/2)^2+x+7/2+2*y*(y-1))", "-(x+1/2)^2*((x+1/2)^2+2)^2", 1),
    ("not a field", "x+y^2", "x^2+1", 0),
    ("not a field, degree 3", "x^3+y", "x^6", 0),
    ("a guess for zeta(5)", "(2*x+1)*(x^4+x^2+3*y^2+1)", "-x^10", 0),
]
PAIRS = {
    "zeta(3)": ("(x+y)*(x^2+x*y+y^2)", "(y-x)*(x^2-x*y+y^2)"),
    "zeta(2)": ("2*x^2+2*x*y+y^2", "-2*x^2+2*x*y-y^2"),
    "log 2": ("x+y", "x-y"),
}


def parsed(text: str) -> RationalFunction:
    return parse_rational_function(text, AXES)


@pytest.mark.parametrize(("name", "a", "b", "dimension"), FAMILIES, ids=[case[0] for case in FAMILIES])
def test_the_dimension_and_every_solution(name: str, a: str, b: str, dimension: int) -> None:
    completion = complete(parsed(a), parsed(b))
    assert completion.dimension == dimension
    m_x = ((parsed("0"), parsed(b)), (parsed("1"), parsed(a)))
    for u in completion.solutions:
        left = multiply(m_x, transform(u, lambda entry: shifted(entry, 1, 0)))
        assert left == multiply(u, transform(m_x, lambda entry: shifted(entry, 0, 1)))
    assert all(field.conservation_defect() is None for field in completion.fields())


@pytest.mark.parametrize("name", PAIRS)
def test_the_conjugate_polynomials_are_found(name: str) -> None:
    _, a, b, _ = next(case for case in FAMILIES if case[0] == name)
    (u,) = complete(parsed(a), parsed(b)).solutions
    f, f_bar = PAIRS[name]
    assert u == ((parsed(f_bar), parsed(b)), (parsed("1"), parsed(f)))


def test_the_second_solution_of_e_is_y_times_the_first() -> None:
    first, second = complete(parsed("x+y+1"), parsed("-x")).solutions
    assert second == transform(first, lambda entry: entry * parsed("y"))
    assert [str(entry) for row in first for entry in row] == ["-1", "-x", "1", "x+y"]


@pytest.mark.parametrize(("name", "a", "b", "dimension"), FAMILIES[3:5] + FAMILIES[7:8], ids=str)
def test_exact_elimination_over_all_entries_gives_the_same_dimension(name: str, a: str, b: str, dimension: int) -> None:
    """All four entries of U are unknown, and the identity is imposed on a grid of integers, without a prime."""
    degree = 2 if name != "not a field" else 4
    monomials = [(i, j) for i in range(degree + 1) for j in range(degree + 1 - i)]
    rows = []
    for x in range(-5, 6):
        for y in range(-5, 6):
            a_0, b_0 = (int(parsed(text).evaluate({"x": x, "y": y})) for text in (a, b))
            a_1, b_1 = (int(parsed(text).evaluate({"x": x, "y": y + 1})) for text in (a, b))
            here = [x**i * y**j for i, j in monomials]
            after = [(x + 1) ** i * y**j for i, j in monomials]
            zero = [0] * len(monomials)

            def scaled(factor: int, values: list[int]) -> list[int]:
                return [factor * value for value in values]

            # Entries of M_x U(x+1) - U M_x(y+1) in the unknowns of U = [[A, B], [C, E]].
            rows.append(zero + scaled(-1, here) + scaled(b_0, after) + zero)
            rows.append(scaled(-b_1, here) + scaled(-a_1, here) + zero + scaled(b_0, after))
            rows.append(after + zero + scaled(a_0, after) + scaled(-1, here))
            total = [p - q for p, q in zip(scaled(a_0, after), scaled(a_1, here), strict=True)]
            rows.append(zero + after + scaled(-b_1, here) + total)
    matrix = fmpz_mat(len(rows), 4 * len(monomials), [value for row in rows for value in row])
    assert 4 * len(monomials) - matrix.rank() == dimension


def test_a_lower_degree_finds_less() -> None:
    assert complete(parsed("x+y+1"), parsed("-x"), degree=1).dimension == 1
    assert complete(parsed("2*y-1"), parsed("x^2"), degree=1).dimension == 0


def test_bad_input_is_refused() -> None:
    with pytest.raises(InputError, match="a must be a polynomial"):
        complete(parsed("1/x"), parsed("x"))
    with pytest.raises(InputError, match="b is zero"):
        complete(parsed("x"), parsed("0"))
    with pytest.raises(InputError, match="degree 60"):
        complete(parsed("x^30"), parsed("x"))


def test_coefficients_beyond_the_prime_are_said_so() -> None:
    huge = parsed("2*y-1") * Fraction(1, 10**12 + 39)
    with pytest.raises(LimitExceeded, match=r"beyond 2\^30"):
        complete(huge, parsed("x^2") * Fraction(1, (10**12 + 39) ** 2))
