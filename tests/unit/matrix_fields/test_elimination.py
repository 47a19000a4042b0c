"""Solving polynomial systems by elimination: solutions inserted, and against Groebner bases of sympy."""

from fractions import Fraction
from itertools import product

import pytest
import sympy

from discovery.exact.expression import parse
from discovery.exact.fields.rational_function import parse_rational_function
from discovery.exact.sympy_tree import to_sympy
from discovery.matrix_fields.elimination import Solution, Unresolved, solve

UNKNOWNS = ("x", "y", "z")
SYSTEMS = [
    ["x+y-3", "x-y-1"],
    ["x*y", "x+y+z-1"],
    ["x^2-1", "y-x", "z*(z-x)"],
    ["x*y-1", "y*z-2", "x+z-3"],
    ["x^2-4", "x*y-z", "y^2-9"],
    ["x*(y-1)", "y*(z-2)", "z*(x-3)"],
]


def numerators(texts: list[str], names: tuple[str, ...] = UNKNOWNS) -> list:
    return [parse_rational_function(text, names).numerator for text in texts]


def rational_points(texts: list[str]) -> set[tuple[Fraction, ...]]:
    """Return the rational solutions in a box of a system with finitely many, by trying."""
    box = [Fraction(k, 2) for k in range(-8, 9)]
    functions = [parse_rational_function(text, UNKNOWNS) for text in texts]
    points = product(box, repeat=3)
    return {p for p in points if all(f.evaluate(dict(zip(UNKNOWNS, p, strict=True))) == 0 for f in functions)}


@pytest.mark.parametrize("texts", SYSTEMS, ids=str)
def test_every_solution_solves_and_no_point_is_missed(texts: list[str]) -> None:
    found = solve(numerators(texts), UNKNOWNS)
    assert found
    functions = [parse_rational_function(text, UNKNOWNS) for text in texts]
    for solution in found:
        assert isinstance(solution, Solution)
        assert all(function.substitute(dict(solution.values)).is_zero for function in functions)
    for point in rational_points(texts):
        place = dict(zip(UNKNOWNS, point, strict=True))
        assert any(all(value.evaluate(place) == place[name] for name, value in s.values) for s in found)


@pytest.mark.parametrize(
    "texts", [["x+y", "x+y-1"], ["x*y-1", "x"], ["x^2-2", "x^2-3"], ["x*y", "x-1", "y-1"], ["x^2-2", "x-1"]], ids=str
)
def test_impossible_systems_have_no_solution_and_a_unit_groebner_basis(texts: list[str]) -> None:
    assert solve(numerators(texts), UNKNOWNS) == []
    trees = [to_sympy(parse(text, UNKNOWNS)) for text in texts]
    assert sympy.groebner(trees, *sympy.symbols(UNKNOWNS)).exprs == [1]


def test_irrational_solutions_are_reported_as_such() -> None:
    (found,) = solve(numerators(["x^2-2", "y-1"]), UNKNOWNS)
    assert isinstance(found, Unresolved)
    assert found.irrational


def test_a_conic_stays_open() -> None:
    (found,) = solve(numerators(["x^2+y^2-1"]), UNKNOWNS)
    assert isinstance(found, Unresolved)
    assert not found.irrational


def test_names_that_are_no_unknowns_are_generic_coefficients() -> None:
    (found,) = solve(numerators(["x*z-1", "y-x*z"]), ("x", "y"))
    assert isinstance(found, Solution)
    assert {name: str(value) for name, value in found.values} == {"x": "1/z", "y": "1"}
    assert solve(numerators(["x-1", "z"]), ("x",)) == []


def test_what_is_not_zero_excludes_branches() -> None:
    (zero,) = numerators(["x"])
    (found,) = solve(numerators(["x*(x-5)"]), UNKNOWNS, (zero,))
    assert isinstance(found, Solution)
    assert [(name, str(value)) for name, value in found.values] == [("x", "5")]
