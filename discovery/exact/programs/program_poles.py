"""Places of an interval where a program divides by zero: poles, and gaps that close in the result."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import acb, arb, fmpq, fmpq_poly

from discovery.exact.precision import working_precision
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_error import ProgramError, dyadic_interval, exact_part
from discovery.exact.programs.program_structure import live

_BITS = 128


@dataclass(frozen=True)
class Pole:
    """A zero of a divisor.

    Parameters
    ----------
    instruction : int
        The division, i of v_i.
    place : float
        Where, correctly rounded or nearly so.
    """

    instruction: int
    place: float

    def __str__(self) -> str:
        return f"v{self.instruction} divides by zero at x = {self.place:.10g}"


def poles(error: ProgramError) -> list[float]:
    """Return the places of the interval where the value of the program is infinite, ascending.

    Notes
    -----
    Of the program as one quotient in lowest terms; a program of higher degree has none where its error is bounded.
    """
    quotient = error.quotients.get(error.result)
    return [] if quotient is None else _roots(quotient.denominator, error.lower, error.upper)


def inner_poles(program: Program) -> list[Pole]:
    """Return the divisions by zero inside the interval of a program, in the order of its instructions.

    Raises
    ------
    InputError
        The interval is empty, or a divisor is zero everywhere.

    Notes
    -----
    Complete for a program whose error is bounded: a divisor that is not one exact quotient then has no zero.
    """
    quotients, _ = exact_part(program)
    lower, upper = dyadic_interval(program.interval)
    found = []
    for index, (line, needed) in enumerate(zip(program.operations, live(program.operations), strict=True)):
        if needed and line.operator == "/" and line.operands[1] in quotients:
            divisor = quotients[line.operands[1]].numerator
            found += [Pole(index, place) for place in _roots(divisor, lower, upper)]
    return found


def _roots(polynomial: fmpq_poly, lower: Fraction, upper: Fraction) -> list[float]:
    """Return the real roots of a polynomial that are not certainly outside an interval."""
    if polynomial.degree() < 1:
        return []
    with working_precision(_BITS):
        low, high = (arb(fmpq(end.numerator, end.denominator)) for end in (lower, upper))
        roots: list[tuple[acb, int]] = polynomial.complex_roots()  # type: ignore[assignment]
        real = [root.real for root, _ in roots if root.imag == 0]
        return sorted(float(root) for root in real if not (root < low or root > high))
