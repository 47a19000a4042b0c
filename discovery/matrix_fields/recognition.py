"""Whether a pair of conjugate polynomials belongs to a family, up to translation, scaling and exchange of the axes."""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpz_mpoly

from discovery.exact.fields.rational_function import RationalFunction, variable
from discovery.matrix_fields.conjugate import ConjugatePolynomials
from discovery.matrix_fields.elimination import Solution, solve
from discovery.matrix_fields.top_forms import by_monomial

_SCALE, _X, _Y = "scale", "shift_x", "shift_y"


@dataclass(frozen=True)
class FamilyMember:
    """The way from a family to one of its members: scale * family(x + shift_x, y + shift_y), then the mirror if so.

    Parameters
    ----------
    parameters : tuple of (str, RationalFunction)
        Value of each parameter of the family.
    scale, shift_x, shift_y : RationalFunction
        Functions, as the parameters are, of the member's own parameters alone.
    mirrored : bool
        Whether the axes are exchanged afterwards.
    """

    parameters: tuple[tuple[str, RationalFunction], ...]
    scale: RationalFunction
    shift_x: RationalFunction
    shift_y: RationalFunction
    mirrored: bool

    def member(self, family: ConjugatePolynomials) -> ConjugatePolynomials:
        """Return the pair it describes, in x, y and the parameters of the member."""
        variables = self.scale.variables
        values = {
            "x": variable("x", variables) + self.shift_x,
            "y": variable("y", variables) + self.shift_y,
            **dict(self.parameters),
        }
        f, f_bar = (part.substitute(values, variables) * self.scale for part in (family.f, family.f_bar))
        pair = ConjugatePolynomials(f, f_bar)
        return pair.mirror() if self.mirrored else pair


def find_member(pair: ConjugatePolynomials, family: ConjugatePolynomials) -> FamilyMember | None:
    """Return how a pair is a member of a family, or ``None`` if it is not, over the field of the pair's parameters.

    Parameters
    ----------
    pair : ConjugatePolynomials
        Its own parameters count as generic.
    family : ConjugatePolynomials
        The family, with its parameters.

    Notes
    -----
    Equal coefficients are a polynomial system for scale, translation and parameters, solved by elimination; the
    answer is checked by inserting it.
    """
    for mirrored in (False, True):
        wanted = pair.mirror() if mirrored else pair
        renamed = {name: f"family_{name}" for name in family.parameters}
        unknowns = (_SCALE, _X, _Y, *renamed.values())
        variables = (*pair.f.variables, *unknowns)
        moved = {
            "x": variable("x", variables) + variable(_X, variables),
            "y": variable("y", variables) + variable(_Y, variables),
            **{name: variable(fresh, variables) for name, fresh in renamed.items()},
        }
        equations: list[fmpz_mpoly] = []
        for ours, theirs in ((wanted.f, family.f), (wanted.f_bar, family.f_bar)):
            general = theirs.substitute(moved, variables) * variable(_SCALE, variables)
            equations += by_monomial((ours.substitute({}, variables) - general).numerator).values()
        equations.sort(key=lambda equation: (equation.total_degree(), len(equation)))
        not_zero = (variable(_SCALE, variables).numerator,)
        for solution in solve(equations, unknowns, not_zero):
            if isinstance(solution, Solution) and len(solution.values) == len(unknowns):
                values = {
                    name: value.substitute(dict.fromkeys(unknowns, 0), pair.f.variables)
                    for name, value in solution.values
                }
                found = FamilyMember(
                    tuple((name, values[fresh]) for name, fresh in renamed.items()),
                    values[_SCALE],
                    values[_X],
                    values[_Y],
                    mirrored,
                )
                if found.member(family) == pair:
                    return found
    return None
