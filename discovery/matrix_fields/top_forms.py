"""The highest parts that a potential of conjugate polynomials can have, and the ring its coefficients live in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from flint import fmpz, fmpz_mpoly, fmpz_mpoly_ctx

from discovery.exact.fields.rational_function import RationalFunction, Variables, quotient
from discovery.matrix_fields.conjugate import AXES
from discovery.matrix_fields.elimination import Unresolved, solve

Monomial = tuple[int, int]


@dataclass(frozen=True)
class PotentialRing:
    """Integer polynomials in x, y and the coefficients of a potential of degree d+1 without constant term.

    Parameters
    ----------
    degree : int
        The degree d of f and f_bar.
    """

    degree: int

    @property
    def monomials(self) -> list[Monomial]:
        """Exponents of the monomials of the potential, from the highest total degree to 1, powers of x falling."""
        return [(i, total - i) for total in range(self.degree + 1, 0, -1) for i in range(total, -1, -1)]

    @cached_property
    def context(self) -> fmpz_mpoly_ctx:
        """The context: x, y, and one coefficient ``h<i>_<j>`` for each monomial."""
        return fmpz_mpoly_ctx.get((*AXES, *map(coefficient_name, self.monomials)), "deglex")

    @cached_property
    def _generators(self) -> dict[str, fmpz_mpoly]:
        return dict(zip(self.context.names(), self.context.gens(), strict=True))

    def coefficient(self, monomial: Monomial) -> fmpz_mpoly:
        """Return the variable that is the coefficient of a monomial."""
        return self._generators[coefficient_name(monomial)]

    def term(self, monomial: Monomial) -> fmpz_mpoly:
        """Return x^i y^j."""
        return self._generators["x"] ** monomial[0] * self._generators["y"] ** monomial[1]

    def layer(self, total: int) -> list[Monomial]:
        """Return the monomials of one total degree."""
        return [monomial for monomial in self.monomials if sum(monomial) == total]


@dataclass(frozen=True)
class TopForm:
    """A form T of degree d+1 for which T_x^2 - T_y^2 has no mixed monomial.

    Parameters
    ----------
    form : fmpz_mpoly
        The form, an element of the `PotentialRing`; coefficients in it are free.
    not_zero : tuple of fmpz_mpoly
        Polynomials in the free coefficients that are not zero.
    """

    form: fmpz_mpoly
    not_zero: tuple[fmpz_mpoly, ...]


def coefficient_name(monomial: Monomial) -> str:
    """Return the name of the coefficient of a monomial."""
    return f"h{monomial[0]}_{monomial[1]}"


def top_forms(ring: PotentialRing) -> Iterator[TopForm | Unresolved]:
    """Yield all top forms over the rational numbers, each with its first coefficient 1 and then cleared.

    Notes
    -----
    One system for each place of the first coefficient that is not zero; see `elimination.solve`.
    """
    layer = ring.layer(ring.degree + 1)
    for index, first in enumerate(layer):
        unknowns = tuple(map(coefficient_name, layer[index + 1 :]))
        form = ring.term(first)
        for monomial in layer[index + 1 :]:
            form += ring.coefficient(monomial) * ring.term(monomial)
        for solution in solve(mixed_coefficients(form.derivative(0) ** 2 - form.derivative(1) ** 2), unknowns):
            if isinstance(solution, Unresolved):
                yield solution
            else:
                yield TopForm(in_ring(form, solution.values).numerator, solution.not_zero)


def mixed_coefficients(polynomial: fmpz_mpoly) -> list[fmpz_mpoly]:
    """Return the coefficients of the monomials that contain x and y, those of the highest total degree first."""
    grouped = by_monomial(polynomial)
    mixed = sorted((powers for powers in grouped if powers[0] and powers[1]), key=lambda powers: (-sum(powers), powers))
    return [grouped[powers] for powers in mixed]


def by_monomial(polynomial: fmpz_mpoly) -> dict[Monomial, fmpz_mpoly]:
    """Return the coefficients of a polynomial in its first two variables, which are x and y."""
    grouped: dict[Monomial, dict[tuple[int, ...], fmpz]] = {}
    for powers, coefficient in polynomial.to_dict().items():
        grouped.setdefault((powers[0], powers[1]), {})[(0, 0, *powers[2:])] = coefficient
    return {powers: polynomial.context().from_dict(terms) for powers, terms in grouped.items()}


def in_ring(polynomial: fmpz_mpoly, values: Iterable[tuple[str, RationalFunction]]) -> RationalFunction:
    """Return a polynomial with some of its variables replaced by functions in the same variables."""
    one = polynomial.context().constant(1)
    return quotient(polynomial, one).substitute(dict(values))


def variables_of(polynomial: fmpz_mpoly, names: Variables) -> Variables:
    """Return those of the names that occur in a polynomial."""
    context, degrees = polynomial.context(), polynomial.degrees()
    return tuple(name for name in names if degrees[context.variable_to_index(name)] > 0)
