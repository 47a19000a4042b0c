"""All fields of conjugate polynomials of a degree, found from nothing but the two conditions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from flint import fmpz_mpoly

from discovery.errors import ParameterError
from discovery.exact.fields.rational_function import RationalFunction, Scalar, Variables, quotient, variable
from discovery.matrix_fields.conjugate import AXES, ConjugatePolynomials
from discovery.matrix_fields.elimination import Unresolved, solve
from discovery.matrix_fields.recognition import find_member
from discovery.matrix_fields.top_forms import (
    PotentialRing,
    TopForm,
    by_monomial,
    coefficient_name,
    in_ring,
    mixed_coefficients,
    top_forms,
    variables_of,
)

MAX_DEGREE = 12
MAX_LIFTED_DEGREE = 8
"""Degrees up to which trivial top forms, too, are continued to the lower coefficients."""


@dataclass(frozen=True)
class ExaminedForm:
    """A top form of the potential with what became of it.

    Parameters
    ----------
    form : str
        The form in x and y; further names are free coefficients.
    fate : str
        ``family``, ``separable`` (a is free of y), ``degenerate`` (f or f_bar is zero) or ``no field`` (no lower
        coefficients fit).
    lifted : bool
        Whether the lower coefficients were solved for; else the fate is that of the form alone.
    """

    form: str
    fate: str
    lifted: bool


@dataclass(frozen=True)
class Discovery:
    """All fields of conjugate polynomials of one degree, up to translation, scaling and exchange of the axes.

    Parameters
    ----------
    degree : int
        Higher of the degrees of f and f_bar.
    families : tuple of ConjugatePolynomials
        Pairs with parameters. If `complete`, every pair of the degree with f and f_bar not zero and with a(x, y) not
        free of y is a multiple of a translate of one of them or of its mirror.
    examined : tuple of ExaminedForm
        Every top form over Q.
    complete : bool
        Whether every branch over Q was followed to its end.
    """

    degree: int
    families: tuple[ConjugatePolynomials, ...]
    examined: tuple[ExaminedForm, ...]
    complete: bool

    def statement(self) -> str:
        """Return in words what was computed and what it shows."""
        found = f"{len(self.families)} found" if self.families else "none found"
        forms = "; ".join(f"{item.form}: {item.fate}" for item in self.examined)
        if self.complete:
            reach = "Each was followed through all lower coefficients, so the list is complete over Q"
        else:
            reach = "These forms are all there are over Q; the lower coefficients of the trivial ones were not examined"
        return f"Degree {self.degree}: {found}. Top forms of the potential: {forms}. {reach}."


def discover(degree: int) -> Discovery:
    """Return all fields of conjugate polynomials of a degree.

    Parameters
    ----------
    degree : int
        In [1, 12]. Up to `MAX_LIFTED_DEGREE` the search is complete over Q; beyond, the top forms are classified and
        the trivial ones are not continued.

    Raises
    ------
    ParameterError
        The degree is out of range.

    Notes
    -----
    With centered differences f = H(x+1/2, y+1/2) - H(x-1/2, y-1/2) and f_bar = H(x-1/2, y+1/2) - H(x+1/2, y-1/2) the
    linear condition holds for every potential H, and what remains is that f f_bar has no mixed monomial. Its highest
    part says that H_x^2 - H_y^2 has none for the top form of H, which is solved first; from there on the equations of
    each total degree are linear in the next layer of coefficients. Translations are used up by making two
    coefficients just below the top form zero.
    """
    if isinstance(degree, bool) or not isinstance(degree, int) or not 1 <= degree <= MAX_DEGREE:
        raise ParameterError(f"degree must be an int in [1, {MAX_DEGREE}]; got {degree!r}", field="degree")
    ring = PotentialRing(degree)
    families: list[ConjugatePolynomials] = []
    examined: list[ExaminedForm] = []
    complete = True
    for top in top_forms(ring):
        if isinstance(top, Unresolved):
            complete = complete and top.irrational
            continue
        doubled = _doubled_pair(ring, top.form)
        fate, lifted = _fate(*(in_ring(part, ()) for part in doubled)), False
        if fate == "family" or degree <= MAX_LIFTED_DEGREE:
            pairs, resolved = _lift(ring, top)
            fates = {_fate(*pair) for pair in pairs}
            fate = next((word for word in ("family", "separable", "degenerate") if word in fates), "no field")
            lifted = resolved
            for pair in pairs:
                if _fate(*pair) == "family":
                    family = _normalized(*pair)
                    if all(find_member(family, known) is None for known in families):
                        families.append(family)
        complete = complete and lifted
        examined.append(ExaminedForm(str(in_ring(top.form, ())), fate, lifted))
    return Discovery(degree, tuple(families), tuple(examined), complete)


def _doubled(ring: PotentialRing) -> list[tuple[str, RationalFunction]]:
    """Return the substitution that writes x and y in place of x/2 and y/2."""
    return [(name, variable(name, tuple(ring.context.names())) * 2) for name in AXES]


def _doubled_pair(ring: PotentialRing, h: fmpz_mpoly) -> tuple[fmpz_mpoly, fmpz_mpoly]:
    """Return (f, f_bar) of a centered potential in which x and y stand for x/2 and y/2, so that shifts are whole."""
    x, y, *others = ring.context.gens()
    return (
        h.compose(x + 1, y + 1, *others) - h.compose(x - 1, y - 1, *others),
        h.compose(x - 1, y + 1, *others) - h.compose(x + 1, y - 1, *others),
    )


def _fate(f: RationalFunction, f_bar: RationalFunction) -> str:
    if f.is_zero or f_bar.is_zero:
        return "degenerate"
    return "family" if "y" in ConjugatePolynomials(f, f_bar).a().used_variables() else "separable"


def _lift(ring: PotentialRing, top: TopForm) -> tuple[list[tuple[RationalFunction, RationalFunction]], bool]:
    """Return the pairs with a top form, and whether every branch was resolved."""
    lower = [monomial for monomial in ring.monomials if sum(monomial) <= ring.degree]
    potential = top.form
    for monomial in lower:
        potential += ring.coefficient(monomial) * ring.term(monomial)
    free = variables_of(top.form, tuple(map(coefficient_name, ring.layer(ring.degree + 1))))
    f, f_bar = _doubled_pair(ring, potential)
    equations = [*_without_translations(ring, top.form), *mixed_coefficients(f * f_bar)]
    pairs, resolved = [], True
    for solution in solve(equations, (*map(coefficient_name, lower), *free), top.not_zero):
        if isinstance(solution, Unresolved):
            resolved = resolved and solution.irrational
        else:
            values = (*solution.values, *_doubled(ring))
            pairs.append((in_ring(f, values), in_ring(f_bar, values)))
    return pairs, resolved


def _without_translations(ring: PotentialRing, form: fmpz_mpoly) -> list[fmpz_mpoly]:
    """Return two equations for the layer below a top form T that every potential meets after one translation.

    A translation by (s, t) adds s T_x + t T_y to that layer, so it can be made orthogonal to both.
    """
    equations = []
    for along in (by_monomial(form.derivative(0)), by_monomial(form.derivative(1))):
        terms = (value * ring.coefficient(monomial) for monomial, value in along.items())
        equations.append(sum(terms, ring.context.constant(0)))
    return equations


def _normalized(f: RationalFunction, f_bar: RationalFunction) -> ConjugatePolynomials:
    """Return the pair scaled so that the top form of f is primitive, with parameters that are coefficients of it."""
    grouped = by_monomial(f.numerator)
    degree = max(map(sum, grouped))
    top = [value for powers, value in sorted(grouped.items(), reverse=True) if sum(powers) == degree]
    scale = reduce(lambda left, right: left.gcd(right), top)
    if (top[0] / scale).leading_coefficient() < 0:
        scale = -scale
    factor = quotient(f.denominator, scale)
    pair = f * factor, f_bar * factor
    free = sorted((pair[0].used_variables() | pair[1].used_variables()) - set(AXES))
    names: Variables = ("c",) if len(free) == 1 else tuple(f"c{index}" for index in range(len(free)))
    values: dict[str, RationalFunction | Scalar] = dict.fromkeys(f.variables[len(AXES) :], 0)
    for old, new in zip(free, names, strict=True):
        values[old] = _in_terms_of_coefficient(old, pair, variable(new, (*AXES, *names)))
    return ConjugatePolynomials(*(part.substitute(values, (*AXES, *names)) for part in pair))


def _in_terms_of_coefficient(
    name: str, pair: tuple[RationalFunction, RationalFunction], parameter: RationalFunction
) -> RationalFunction:
    """Return a free coefficient by the first coefficient of the pair that is a Moebius function of it alone."""
    for part in pair:
        for _, value in sorted(by_monomial(part.numerator).items(), key=lambda item: (sum(item[0]), item[0])):
            coefficient = quotient(value, part.denominator)
            above, below = coefficient.numerator, coefficient.denominator
            if coefficient.used_variables() == {name} and max(above.total_degree(), below.total_degree()) == 1:
                (slope, at_zero), (slope_below, at_zero_below) = _line(above, name), _line(below, name)
                return (parameter * at_zero_below - at_zero) / (parameter * -slope_below + slope)
    return parameter


def _line(polynomial: fmpz_mpoly, name: str) -> tuple[int, int]:
    """Return (slope, value at zero) of a polynomial of degree one in a single variable."""
    context = polynomial.context()
    slope = polynomial.derivative(context.variable_to_index(name))
    rest = polynomial - slope * context.gens()[context.variable_to_index(name)]
    return int(slope.leading_coefficient()), int(rest.leading_coefficient())
