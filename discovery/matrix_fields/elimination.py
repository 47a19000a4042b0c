"""Solutions over the rational numbers of polynomial systems that fall apart into linear steps and factors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from flint import fmpz, fmpz_mpoly

from discovery.errors import LimitExceeded
from discovery.exact.fields.rational_function import RationalFunction, Variables, quotient

MAX_BRANCHES = 2000

Indices: TypeAlias = tuple[int, ...]
"""Places of the unknowns among the variables."""


@dataclass(frozen=True)
class Solution:
    """A family of solutions.

    Parameters
    ----------
    values : tuple of (str, RationalFunction)
        The unknowns that are determined, each as a function of the free ones.
    not_zero : tuple of fmpz_mpoly
        Polynomials in the free unknowns that are not zero on the family.
    """

    values: tuple[tuple[str, RationalFunction], ...]
    not_zero: tuple[fmpz_mpoly, ...]


@dataclass(frozen=True)
class Unresolved:
    """A branch left open: equations that are neither linear in an unknown nor reducible.

    Parameters
    ----------
    equations : tuple of fmpz_mpoly
        What remains to be solved; without rational solution if one of them has a single unknown.
    """

    equations: tuple[fmpz_mpoly, ...]

    @property
    def irrational(self) -> bool:
        """Whether the branch certainly has no rational solution: an irreducible equation in one unknown."""
        return any(sum(degree > 0 for degree in e.degrees()) == 1 for e in self.equations)


@dataclass(frozen=True)
class _State:
    """One branch: equations to come, what was eliminated (as v = -rest/factor), and what is not zero."""

    equations: tuple[fmpz_mpoly, ...]
    eliminated: tuple[tuple[int, fmpz_mpoly, fmpz_mpoly], ...]
    not_zero: tuple[fmpz_mpoly, ...]


def solve(
    equations: Iterable[fmpz_mpoly], unknowns: Variables, not_zero: tuple[fmpz_mpoly, ...] = ()
) -> list[Solution | Unresolved]:
    """Return all rational solutions of a system, as families.

    Parameters
    ----------
    equations : iterable of fmpz_mpoly
        Polynomials wanted to be zero, of one context; those likely to be linear first.
    unknowns : tuple of str
        Variables of that context to solve for; polynomials in the others are coefficients, not zero unless they are
        the zero polynomial.
    not_zero : tuple of fmpz_mpoly
        Polynomials known not to be zero.

    Raises
    ------
    LimitExceeded
        There are more than `MAX_BRANCHES` branches.

    Notes
    -----
    An equation with an unknown to the first power and a constant coefficient eliminates that unknown. Where there is
    none the simplest equation is factored, one branch a factor; an irreducible one that has an unknown to the first
    power gives a branch where its coefficient is zero and one where it is not. No Groebner basis.
    """
    results: list[Solution | Unresolved] = []
    pending = [_State(tuple(equations), (), not_zero)]
    names = pending[0].equations[0].context().names() if pending[0].equations else ()
    indices = tuple(index for index, name in enumerate(names) if name in unknowns)
    for _ in range(MAX_BRANCHES + 1):
        if not pending:
            return results
        state = pending.pop()
        while (reduced := _reduced(state, indices)) is not None:
            state = reduced
            if not state.equations:
                results.append(_solution(state))
                break
            if (step := _linear_pivot(state.equations, indices, coefficient_free=True)) is None:
                branches = _branches(state, indices)
                if not branches:
                    results.append(Unresolved(state.equations))
                pending += reversed(branches)
                break
            state = _eliminate(state, *step)
    raise LimitExceeded(
        f"the system has more than {MAX_BRANCHES} branches; take a smaller one", limit=f"{MAX_BRANCHES}"
    )


def _reduced(state: _State, unknowns: Indices) -> _State | None:
    """Return the state with primitive distinct equations free of factors that are not zero; ``None`` if impossible."""
    if any(factor.is_zero() for factor in state.not_zero):
        return None
    kept: list[fmpz_mpoly] = []
    univariate: dict[int, fmpz_mpoly] = {}
    for given in state.equations:
        if given.is_zero():
            continue
        equation = given
        for factor in state.not_zero:
            while not (common := equation.gcd(factor)).is_constant():
                equation = equation / common
        if not (occurring := _unknowns_in(equation, unknowns)):
            return None
        equation = equation.primitive()[1]
        if len(occurring) == 1:
            (index,) = occurring
            equation = equation.gcd(univariate.get(index, equation))
            if not _unknowns_in(equation, unknowns):
                return None
            univariate[index] = equation
        elif equation not in kept:
            kept.append(equation)
    return _State((*univariate.values(), *kept), state.eliminated, state.not_zero)


def _unknowns_in(polynomial: fmpz_mpoly, unknowns: Indices) -> list[int]:
    """Return the indices of the unknowns that occur."""
    degrees = polynomial.degrees()
    return [index for index in unknowns if degrees[index] > 0]


def _linear_pivot(
    equations: tuple[fmpz_mpoly, ...], unknowns: Indices, *, coefficient_free: bool
) -> tuple[int, fmpz_mpoly] | None:
    """Return (unknown, equation) of the shortest equation with a first power, if wanted times known coefficients."""
    for equation in sorted(equations, key=len):
        degrees = equation.degrees()
        for index in _unknowns_in(equation, unknowns):
            known = not coefficient_free or not _unknowns_in(equation.derivative(index), unknowns)
            if degrees[index] == 1 and known:
                return index, equation
    return None


def _branches(state: _State, unknowns: Indices) -> list[_State]:
    """Return the branches of a state in which no equation is linear with a known coefficient."""
    for equation in sorted(state.equations, key=lambda e: (len(e), e.total_degree())):
        factors = [factor for factor, _ in equation.factor()[1] if _unknowns_in(factor, unknowns)]
        if len(factors) > 1 or factors[0].total_degree() < equation.total_degree():
            rest = tuple(e for e in state.equations if e is not equation)
            # A later factor need only be looked at where the earlier ones are not zero.
            return [
                _State((factor, *rest), state.eliminated, (*state.not_zero, *factors[:index]))
                for index, factor in enumerate(factors)
            ]
    if (pivot := _linear_pivot(state.equations, unknowns, coefficient_free=False)) is None:
        return []
    index, equation = pivot
    factor = equation.derivative(index)
    generic = _State(state.equations, state.eliminated, (*state.not_zero, factor))
    return [_State((factor, *state.equations), state.eliminated, state.not_zero), _eliminate(generic, index, equation)]


def _eliminate(state: _State, index: int, equation: fmpz_mpoly) -> _State:
    factor = equation.derivative(index)
    rest = equation - factor * equation.context().gens()[index]
    equations = tuple(_replaced(e, index, factor, rest) for e in state.equations if e is not equation)
    not_zero = tuple(_replaced(e, index, factor, rest) for e in state.not_zero)
    return _State(equations, (*state.eliminated, (index, factor, rest)), not_zero)


def _replaced(polynomial: fmpz_mpoly, index: int, factor: fmpz_mpoly, rest: fmpz_mpoly) -> fmpz_mpoly:
    """Return factor^m p(-rest/factor), m the degree of p in the unknown."""
    context = polynomial.context()
    degree = int(polynomial.degrees()[index])
    if degree <= 0:
        return polynomial
    parts: list[dict[tuple[int, ...], fmpz]] = [{} for _ in range(degree + 1)]
    for powers, coefficient in polynomial.to_dict().items():
        parts[powers[index]][(*powers[:index], 0, *powers[index + 1 :])] = coefficient
    total = context.from_dict(parts[degree])
    scale = context.constant(1)
    for part in reversed(parts[:-1]):
        scale *= factor
        total = total * -rest + context.from_dict(part) * scale
    return total


def _solution(state: _State) -> Solution:
    values: dict[str, RationalFunction] = {}
    for index, factor, rest in reversed(state.eliminated):
        values[rest.context().names()[index]] = quotient(-rest, factor).substitute(values)
    return Solution(tuple(values.items()), state.not_zero)
