"""One period of a direction through a matrix field, as integer polynomials in the number of the period."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Protocol

from flint import fmpz_mpoly, fmpz_poly

from discovery.errors import InputError
from discovery.exact.fields.rational_function import RationalFunction, Scalar, Variables, compose, variable
from discovery.exact.fields.rational_matrix import Rows, transform
from discovery.exact.matrix_product import PolynomialRows, multiplied
from discovery.exact.rational import bit_size

MAX_STEPS = 1000
MAX_BITS = 256
MAX_PLACES = 300
"""Places within a period through which a way round an obstacle is looked for."""
_COUNTER: Variables = ("n",)


class SteppedField(Protocol):
    """What a path needs to know of a field: its axes, and the matrices of the unit steps along each."""

    @property
    def axes(self) -> Variables:
        """The names of the axes."""

    def matrix(self, axis: str) -> Rows:
        """Return the matrix of the step from a point to the next one along an axis."""

    def inverse(self, axis: str) -> Rows:
        """Return the inverse of that matrix."""

    def determinant(self, axis: str) -> RationalFunction:
        """Return the determinant of that matrix."""


@dataclass(frozen=True)
class StepMatrix:
    """The product of the unit steps from start + n*direction to start + (n+1)*direction, for every n >= 0.

    Parameters
    ----------
    rows : tuple of tuple of fmpz_poly
        Polynomials in n without a common factor.
    content, denominator : fmpz_poly
        Coprime, without zeros at the integers n >= 0; the product is ``content(n)/denominator(n) * rows(n)``.
    start : tuple of Fraction
        Point of n = 0, in the order of the axes.
    direction : tuple of int
        Steps along each axis in one period.
    """

    rows: PolynomialRows
    content: fmpz_poly
    denominator: fmpz_poly
    start: tuple[Fraction, ...]
    direction: tuple[int, ...]


@dataclass(frozen=True)
class _UnitStep:
    """A unit step of the period: its axis and sense, and the point start + n*direction + offset of its matrix."""

    axis: str
    forward: bool
    point: tuple[RationalFunction, ...]


def step_matrix(field: SteppedField, start: Sequence[Scalar], direction: Sequence[Scalar]) -> StepMatrix:
    """Return the matrix of one period of a direction.

    Parameters
    ----------
    field : SteppedField
        A field without parameters.
    start : sequence of int or Fraction
        First point, one coordinate of at most `MAX_BITS` bits for each axis, in their order.
    direction : sequence of int or Fraction
        One component for each axis, not all zero; a rational one stands for its least integer multiple, which has
        the same ray. A negative component takes inverse steps. At most `MAX_STEPS` unit steps.

    Raises
    ------
    InputError
        A step has a zero denominator or a zero determinant at an integer n >= 0: the message names the axis, the
        point and n. Also for a wrong number of coordinates and a direction that is zero or too long.

    Notes
    -----
    The steps are interleaved along the diagonal of the direction: the next axis is the one least advanced in
    proportion. In a conservative field any other order has the same product but may meet other poles, so where the
    diagonal is blocked the other orders are tried.
    """
    first = _coordinates(start, field.axes, "start")
    steps = _integer_direction(_coordinates(direction, field.axes, "direction"))
    factors, content, denominator = [], fmpz_poly([1]), fmpz_poly([1])
    for step in _path(field, first, steps):
        rows, above, below = _restricted(field, step)
        factors.append(rows)
        content, denominator = content * above, denominator * below
    product, common = _primitive(_balanced_product(factors))
    content *= common
    shared = content.gcd(denominator)
    return StepMatrix(product, content // shared, denominator // shared, first, steps)


def _coordinates(point: Sequence[Scalar], axes: Variables, field: str) -> tuple[Fraction, ...]:
    values = tuple(map(Fraction, point))
    if len(values) != len(axes):
        raise InputError(
            f"the {field} has {len(values)} coordinates", field=field, hint=f"Give one for each axis {', '.join(axes)}"
        )
    if any(bit_size(value) > MAX_BITS for value in values):
        raise InputError(f"a coordinate of the {field} has more than {MAX_BITS} bits", field=field)
    return values


def _integer_direction(direction: tuple[Fraction, ...]) -> tuple[int, ...]:
    multiple = math.lcm(*(component.denominator for component in direction))
    steps = tuple(int(component * multiple) for component in direction)
    if not any(steps):
        raise InputError("the direction is zero", field="direction", hint="Take at least one step along some axis")
    if (count := sum(map(abs, steps))) > MAX_STEPS:
        shown = str(count) if count < 10**20 else f"about 2^{count.bit_length()}"
        raise InputError(
            f"the direction has {shown} unit steps in one period", field="direction", hint=f"At most {MAX_STEPS}"
        )
    return steps


def _path(field: SteppedField, first: tuple[Fraction, ...], steps: tuple[int, ...]) -> list[_UnitStep]:
    """Return the unit steps of a period in an order that meets no pole and no singular matrix.

    The one along the diagonal is tried first, then all others; where each is blocked, the obstacle on the first one
    is named.
    """
    end = tuple(map(abs, steps))
    here = (0,) * len(steps)
    diagonal: list[_UnitStep] = []
    while here != end:
        axis = _moving(here, end)[0]
        diagonal.append(_unit_step(field.axes, first, steps, here, axis))
        here = _after(here, axis)
    obstacles = [(*found, step) for step in diagonal if (found := _obstacle(field, step)) is not None]
    if not obstacles:
        return diagonal
    other = _other_path(field, first, steps)
    if other is None:
        n, what, step = min(obstacles, key=lambda obstacle: obstacle[0])
        place = ", ".join(str(value.evaluate({"n": n})) for value in step.point)
        raise InputError(
            f"{what} at ({', '.join(field.axes)}) = ({place}), in period {n} of the path",
            field="start",
            hint="Start elsewhere or take another direction",
        )
    return other


def _other_path(field: SteppedField, first: tuple[Fraction, ...], steps: tuple[int, ...]) -> list[_UnitStep] | None:
    """Return the first passable order of the steps, depth first, of those through `MAX_PLACES` places."""
    end = tuple(map(abs, steps))
    path: list[_UnitStep] = []
    seen = {(0,) * len(steps)}
    open_axes = [((0,) * len(steps), _moving((0,) * len(steps), end))]
    while open_axes:
        here, axes = open_axes[-1]
        if here == end:
            return path
        if not axes:
            open_axes.pop()
            del path[-1:]
            continue
        axis = axes.pop(0)
        there = _after(here, axis)
        if there in seen or len(seen) > MAX_PLACES:
            continue
        step = _unit_step(field.axes, first, steps, here, axis)
        if _obstacle(field, step) is None:
            seen.add(there)
            path.append(step)
            open_axes.append((there, _moving(there, end)))
    return None


def _moving(done: tuple[int, ...], end: tuple[int, ...]) -> list[int]:
    """Return the axes with steps left, the one least advanced in proportion first."""
    axes = [index for index, (taken, wanted) in enumerate(zip(done, end, strict=True)) if taken < wanted]
    return sorted(axes, key=lambda index: Fraction(done[index], end[index]))


def _after(done: tuple[int, ...], axis: int) -> tuple[int, ...]:
    return tuple(taken + (index == axis) for index, taken in enumerate(done))


def _unit_step(
    axes: Variables, first: tuple[Fraction, ...], steps: tuple[int, ...], done: tuple[int, ...], axis: int
) -> _UnitStep:
    """Return the next step along an axis, where so many steps of the period are done along each."""
    forward = steps[axis] > 0
    offset = [count if step > 0 else -count for count, step in zip(done, steps, strict=True)]
    # The step back from a point undoes the step to it, whose matrix is taken at the point before.
    offset[axis] -= not forward
    line = zip(first, steps, offset, strict=True)
    point = tuple(variable("n", _COUNTER) * step + (origin + moved) for origin, step, moved in line)
    return _UnitStep(axes[axis], forward, point)


def _obstacle(field: SteppedField, step: _UnitStep) -> tuple[int, str] | None:
    """Return the first n >= 0 at which a step has a pole or is singular, and which of them."""
    found = (
        (n, what)
        for polynomial, what in _must_not_vanish(field, step)
        if (n := _first_zero(polynomial, step)) is not None
    )
    return min(found, key=lambda obstacle: obstacle[0], default=None)


def _must_not_vanish(field: SteppedField, step: _UnitStep) -> Iterator[tuple[fmpz_mpoly, str]]:
    """Yield the polynomials that must not be zero where the matrix of the step is taken, and what a zero means."""
    name = f"M_{step.axis}" if step.forward else f"the inverse of M_{step.axis}"
    determinant = field.determinant(step.axis)
    if not step.forward:
        yield determinant.numerator, f"M_{step.axis} cannot be inverted: its determinant is zero"
    for row, entries in enumerate(_unit_matrix(field, step), 1):
        for column, entry in enumerate(entries, 1):
            yield entry.denominator, f"entry ({row}, {column}) of {name} has a zero denominator"
    yield (determinant.numerator if step.forward else determinant.denominator), f"{name} has determinant zero"


def _unit_matrix(field: SteppedField, step: _UnitStep) -> Rows:
    return field.matrix(step.axis) if step.forward else field.inverse(step.axis)


def _first_zero(polynomial: fmpz_mpoly, step: _UnitStep) -> int | None:
    """Return the least integer n >= 0 for which the polynomial is zero at the point of the step."""
    if polynomial.is_constant():
        return None
    composed = _univariate(compose(polynomial, list(step.point))[0])
    if composed.degree() < 0:
        return 0
    return min((int(root) for root, _ in composed.roots() if root >= 0), default=None)


def _restricted(field: SteppedField, step: _UnitStep) -> tuple[PolynomialRows, fmpz_poly, fmpz_poly]:
    """Return (rows, content, denominator) of the matrix of a unit step, as polynomials in n."""
    values = dict(zip(field.axes, step.point, strict=True))
    rows = transform(_unit_matrix(field, step), lambda entry: entry.substitute(values, _COUNTER))
    denominators = [_univariate(entry.denominator) for row in rows for entry in row]
    common = reduce(lambda left, right: left * (right // left.gcd(right)), denominators)
    cleared = tuple(
        tuple(_univariate(entry.numerator) * (common // _univariate(entry.denominator)) for entry in row)
        for row in rows
    )
    primitive, content = _primitive(cleared)
    return primitive, content, common


def _univariate(polynomial: fmpz_mpoly) -> fmpz_poly:
    coefficients = [0] * (max(0, int(polynomial.total_degree())) + 1)
    for (power,), coefficient in polynomial.terms():
        coefficients[power] = int(coefficient)
    return fmpz_poly(coefficients)


def _primitive(rows: PolynomialRows) -> tuple[PolynomialRows, fmpz_poly]:
    content = reduce(lambda left, right: left.gcd(right), (entry for row in rows for entry in row), fmpz_poly([0]))
    return tuple(tuple(entry // content for entry in row) for row in rows), content


def _balanced_product(factors: list[PolynomialRows]) -> PolynomialRows:
    if len(factors) == 1:
        return factors[0]
    middle = len(factors) // 2
    return multiplied(_balanced_product(factors[:middle]), _balanced_product(factors[middle:]))
