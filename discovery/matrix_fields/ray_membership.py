"""On which trajectory of a known field a polynomial continued fraction lies, by an explicit change of basis."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product

from discovery.errors import DiscoveryError
from discovery.exact.fields.trajectory import Trajectory
from discovery.exact.fields.trajectory_bound import scaled_limit
from discovery.exact.fractions.growth_order import ratio_invariant
from discovery.exact.matrices import Matrix, multiply, primitive
from discovery.exact.polynomial import Coefficients
from discovery.exact.proofs.equivalence import Equivalence, Pair, check_equivalence
from discovery.exact.proofs.equivalence_search import MAX_DEGREE, class_key, find_equivalence, normal_forms
from discovery.matrix_fields.catalogue import known_field, known_fields
from discovery.matrix_fields.domain_texts import Assignment
from discovery.matrix_fields.domains import Ray, ray_field
from discovery.matrix_fields.membership import find_row
from discovery.matrix_fields.recurrence import TrajectoryFraction, as_fraction

DIRECTIONS = ((1, 1), (1, 2), (2, 1), (1, 0), (0, 1))
"""Directions looked at in a field with two axes; in others those of the known limits."""
_PARTS = tuple(Fraction(*pair) for pair in ((1, 1), (1, 2), (1, 4), (3, 4), (1, 3), (2, 3)))
STARTS = tuple(pair for pair in product(_PARTS, repeat=2) if len({part.denominator for part in pair} - {1}) < 2)
"""Starts looked at in a field with two axes: what differs by integers is on an equivalent trajectory."""
_GENERIC = (17, 46, 85, 131, 190)
"""Numerators of a start from which no direction is blocked."""


@dataclass(frozen=True)
class RayMembership:
    """The proof that a continued fraction x lies on a trajectory with the continued fraction z.

    Parameters
    ----------
    ray : Ray
        Field, values of its parameters, start and direction.
    fraction : TrajectoryFraction
        z, with the gauge that carries the steps of the trajectory into it.
    equivalence : Equivalence
        r(n) F_x(n) U(n+1) = s(n) U(n) F_z(n), checked.
    matrix : tuple of int
        p, q, r, s with x = (p L + q)/(r L + s) for the limit L of the trajectory, if it has one.
    """

    ray: Ray
    fraction: TrajectoryFraction
    equivalence: Equivalence
    matrix: Matrix

    def check(self, a: Coefficients, b: Coefficients) -> None:
        """Prove it again from the field: that z is the trajectory's, and x equivalent to it.

        Raises
        ------
        ProofRefused
            The identity of the equivalence, or one of its conditions, fails.
        ArithmeticError
            The continued fraction is not that of the trajectory.
        """
        if _fraction(self.ray) != self.fraction:
            raise ArithmeticError("the continued fraction is not that of the trajectory")
        if _composed((a, b), self.fraction, self.equivalence) != self.matrix:
            raise ArithmeticError("the matrix of the equivalence is another one")


def rays_of(field: str, values: Assignment) -> Iterator[Ray]:
    """Yield the trajectories of a field that a continued fraction is compared with: those of known limits first.

    Parameters
    ----------
    field : str
        Id in the catalogue, or a matrix field object as JSON text.
    values : tuple of (str, Fraction)
        Value of every parameter of the field.
    """
    first = _known_limits(field, values)
    yield from first
    given = ray_field(field, values)
    if given.rank == len(given.axes) == 2:
        for start, direction in product(STARTS, DIRECTIONS):
            ray = Ray(field, values, start, direction)
            if ray not in first:
                yield ray


def known_rays(a: Coefficients, b: Coefficients) -> Iterator[Ray]:
    """Yield the trajectories of the catalogue that a continued fraction a, b is compared with, and its own row.

    Those of known limits come first, but for a row of a field without parameters.
    """
    row = row_ray(a, b)
    if row is not None and not row.values:
        yield row
    fields = [
        (name, values)
        for name, known in known_fields().items()
        if known.field.rank == 2
        for values in ([()] if not known.field.parameters else dict.fromkeys(limit.values for limit in known.limits))
    ]
    for name, values in fields:
        yield from _known_limits(name, values)
    if row is not None and row.values:
        yield row
    for name, values in fields:
        yield from rays_of(name, values)


def _known_limits(field: str, values: Assignment) -> list[Ray]:
    known = known_fields().get(field)
    limits = () if known is None else known.limits
    return [Ray(field, values, limit.start, limit.direction) for limit in limits if limit.values == values]


def row_ray(a: Coefficients, b: Coefficients) -> Ray | None:
    """Return the row of a field of conjugate polynomials that a continued fraction is, as a trajectory along x.

    Notes
    -----
    By comparison of coefficients over Q, see `membership.find_row`: a row with irrational y starts at no rational
    point, and one whose b has a constant added is in no field of the catalogue; both are ``None``.
    """
    plain = next(normal_forms((a, b), 1))[0]
    row = find_row(*plain) if all(plain) else None
    if row is None or row.kappa or row.y is None:
        return None
    names = known_field(row.family).field.parameters
    values = tuple(zip(names, row.parameters, strict=True))
    start, direction = (row.shift + 1, row.y), (1, 0)
    for name, known in known_fields().items():
        if known.pair is not None and not known.field.parameters and known.field == ray_field(row.family, values):
            return Ray(name, (), start, direction)
    return Ray(row.family, values, start, direction)


def find_ray(a: Coefficients, b: Coefficients, rays: Iterable[Ray], seconds: float) -> RayMembership | None:
    """Return the first of some trajectories that a continued fraction lies on, ``None`` if none was found in time.

    Parameters
    ----------
    a, b : Coefficients
        The continued fraction a(0) + b(1)/(a(1) + ...).
    rays : iterable of Ray
        Such as `known_rays` yields, of rank two.
    seconds : float
        No further trajectory is looked at after so long; each takes 1 to 100 ms.

    Notes
    -----
    The quotient of the eigenvalues of the steps depends on the direction alone and is compared first, then the
    invariants of `class_key`; what is left goes to `find_equivalence`. So a fraction whose even part is on the
    trajectory is found too; what is not found may still lie on one of them.
    """
    end = time.monotonic() + seconds
    if not a or not b or max(len(a), len(b)) > MAX_DEGREE + 1:
        return None
    pair = a, b
    invariant, key = ratio_invariant(a, b), class_key(a, b)
    even = next((form for form, _ in normal_forms(pair, 2)), None)
    even_key = class_key(*even) if even is not None and all(even) else None
    for ray in rays:
        if time.monotonic() > end:
            return None
        try:
            along = _invariant(ray.field, ray.values, ray.direction)
            folded = {_folded(invariant), invariant}
            if along not in folded and _folded(along) != invariant:
                continue
            fraction = _fraction(ray)
            plain = fraction.a, fraction.b
            if along in folded and class_key(*plain) not in (key, even_key):
                continue
            equivalence = find_equivalence(pair, plain)
            if equivalence is not None:
                return RayMembership(ray, fraction, equivalence, _composed(pair, fraction, equivalence))
        except DiscoveryError:
            # The trajectory is blocked, or too long to be compared.
            continue
    return None


def _folded(invariant: Fraction | None) -> Fraction | None:
    """Return the invariant of two steps together."""
    return None if invariant is None else (invariant - 2) ** 2


@lru_cache(maxsize=4000)
def _fraction(ray: Ray) -> TrajectoryFraction:
    return as_fraction(Trajectory.of(ray_field(ray.field, ray.values), ray.start, ray.direction).step.rows)


@lru_cache(maxsize=1000)
def _invariant(field: str, values: Assignment, direction: tuple[int, ...]) -> Fraction | None:
    """Return x/y + y/x + 2 for the limits x, y of the eigenvalues of the steps, which do not depend on the start."""
    generic = tuple(Fraction(numerator, 211) for numerator in _GENERIC[: len(direction)])
    (p, q), (r, s) = scaled_limit(Trajectory.of(ray_field(field, values), generic, direction).step.rows)[1]
    determinant = p * s - q * r
    return None if determinant == 0 else Fraction((p + s) ** 2, determinant)


def _composed(pair: Pair, fraction: TrajectoryFraction, equivalence: Equivalence) -> Matrix:
    """Return the map from the limit of a trajectory to the value of an equivalent continued fraction."""
    image = check_equivalence(pair, (fraction.a, fraction.b), equivalence)
    p, q, r, s = fraction.matrix
    entries = int(image.p), int(image.q), int(image.r), int(image.s)
    return primitive(multiply(entries, (s, -q, -r, p)))
