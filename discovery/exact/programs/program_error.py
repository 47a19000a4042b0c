"""The error of a program as an analytic function: its Taylor coefficients at a point or over an interval, as balls."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flint import arb, arb_poly, arb_series, fmpq, fmpq_poly

from discovery.errors import InputError, NotConvergent
from discovery.exact.evaluation import evaluate_ball, rational_value
from discovery.exact.expression import Expression, to_text
from discovery.exact.precision import working_precision
from discovery.exact.programs.function_zeros import MAX_MULTIPLICITY, Zero, zeros
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_fields import RELATIVE
from discovery.exact.programs.program_function import QUOTIENT_OPERATORS, Quotient, shipped_constants
from discovery.exact.programs.program_structure import VARIABLE, Instruction, live
from discovery.exact.programs.taylor_ball import (
    coefficients,
    divide,
    expression_series,
    series_arithmetic,
    variable_series,
)

# Above this degree, results are multiplied as series on every piece instead of exactly; (core)^(2^s) is a case.
SERIES_DEGREE = 48
_END_BITS = 192
# A ball of points nearer to a zero of the target than this many of its radii is expanded together with the zero.
_NEAR = 8


class ProgramError:
    """The error p/f - 1 or p - f of a program p for a target f on an interval, with removable gaps filled.

    Parameters
    ----------
    program : Program

    Attributes
    ----------
    lower, upper : Fraction
        Dyadic ends of the interval; an end that is not dyadic is moved outward by less than 2**-180 of its size.
    zeros : tuple of Zero
        For the relative error: the zeros of the target, all at exact places where the program is zero too.
    quotients : dict of str to Quotient
        The operands (``x``, constants, results) that are known as exact rational functions.

    Raises
    ------
    InputError
        The interval is empty, or an end of it has no real value.
    NotConvergent
        The relative error has no bound: the target is zero where the program is not, or not known to be.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.relative = program.error == RELATIVE
        self.lower, self.upper = dyadic_interval(program.interval)
        self.zeros: tuple[Zero, ...] = zeros(program.target, self.lower, self.upper) if self.relative else ()
        self.result = f"v{len(program.operations) - 1}"
        self.quotients, self._steps = exact_part(program)
        if self.zeros:
            self._remove_zeros()
        self._polynomials: dict[tuple[str, int], tuple[arb_poly, arb_poly]] = {}

    def coefficients(self, center: arb, length: int, bits: int) -> list[arb]:
        """Return balls with the first Taylor coefficients of the error at every point of a ball.

        Parameters
        ----------
        center : arb
            Points of the interval.
        length : int
            Number of coefficients.
        bits : int
            Working precision.

        Returns
        -------
        list of arb
            Rigorous; not finite where a pole or a singularity cannot be excluded.
        """
        with series_arithmetic(bits, length + MAX_MULTIPLICITY):
            value, target = self.program_series(center, length, bits), self.target_series(center, length)
            error = divide(value, target, length) - 1 if self.relative else value - target
            return coefficients(error, length)

    def at(self, place: Fraction, bits: int) -> arb:
        """Return a ball with the error at a point of the interval; not finite as in `coefficients`."""
        with series_arithmetic(bits, 1):
            center = _ball(place)
        return self.coefficients(center, 1, bits)[0]

    def program_series(self, center: arb, length: int, bits: int) -> arb_series:
        """Return the series of the program, divided by (x - z)^k for the zeros z of the target."""
        registers: dict[str, arb_series] = {}

        def series(operand: str) -> arb_series:
            if operand not in registers:
                registers[operand] = self._quotient_series(operand, center, length, bits)
            return registers[operand]

        for name, (operator, operands) in self._steps:
            registers[name] = _SERIES_OPERATORS[operator](length, *[series(operand) for operand in operands])
        return series(self.result)

    def target_series(self, center: arb, length: int) -> arb_series:
        """Return the series of the target, divided by (x - z)^k for its zeros z.

        Notes
        -----
        Near a zero g = f/(x - z)^k is not formed by division: g(t) is a mean of f^(k)/k! over the points between z
        and t, so the Taylor coefficients of g over a ball lie in those of f over the hull of the ball and z, moved
        down by k.
        """
        near = [zero for zero in self.zeros if _is_near(center, zero)]
        if len(near) > 1:
            return arb_series([arb.nan()] * length, prec=length)
        if near:
            whole = length + near[0].multiplicity
            hull = variable_series(center.union(_ball(near[0].lower)), whole)
            values = coefficients(expression_series(self.program.target, hull, whole), whole)
            series = arb_series(values[near[0].multiplicity :], prec=length)
        else:
            series = expression_series(self.program.target, variable_series(center, length), length)
        for zero in self.zeros:
            if zero not in near:
                factor = variable_series(center - _ball(zero.lower), length)
                series = divide(series, factor**zero.multiplicity, length)
        return series

    def _quotient_series(self, operand: str, center: arb, length: int, bits: int) -> arb_series:
        key = (operand, bits)
        if key not in self._polynomials:
            quotient = self.quotients[operand]
            self._polynomials[key] = (arb_poly(quotient.numerator), arb_poly(quotient.denominator))
        shift = arb_poly([center, 1])
        top, bottom = (
            arb_series(polynomial(shift).coeffs()[:length], prec=length) for polynomial in self._polynomials[key]
        )
        return divide(top, bottom, length)

    def _remove_zeros(self) -> None:
        """Divide the program by (x - z)^k for all zeros z of the target, exactly."""
        target = to_text(self.program.target)[:60]
        if self.result not in self.quotients:
            raise NotConvergent(
                f"{target} is zero at x = {float(self.zeros[0].lower):.10g}, and the program is not a quotient of "
                f"polynomials of degree up to {SERIES_DEGREE}, so that its own zero there cannot be shown"
            )
        quotient = self.quotients[self.result]
        numerator = quotient.numerator
        for zero in self.zeros:
            factor = fmpq_poly([fmpq(-zero.lower.numerator, zero.lower.denominator), 1]) ** zero.multiplicity
            numerator, rest = divmod(numerator, factor)
            if not zero.exact or not rest.is_zero():
                raise NotConvergent(
                    f"the relative error has no bound: {target} is zero at x = {float(zero.lower):.10g}, "
                    "and the program is not (to the same order)"
                )
        self.quotients[self.result] = Quotient(numerator, quotient.denominator)


def dyadic_interval(interval: tuple[Expression, Expression]) -> tuple[Fraction, Fraction]:
    """Return an interval with dyadic ends that contains a given one.

    Parameters
    ----------
    interval : tuple of (Expression, Expression)

    Returns
    -------
    tuple of (Fraction, Fraction)
        Exact ends where they are dyadic; others moved outward by less than 2**-180 of their size.

    Raises
    ------
    InputError
        An end has no real value, or the lower one is not below the upper one.
    """
    lower, upper = (_dyadic(end, up) for end, up in zip(interval, (False, True), strict=True))
    if not lower < upper:
        text = ", ".join(to_text(end) for end in interval)
        raise InputError(f"the interval [{text}] is empty", field="interval", hint="Give the lower end first")
    return lower, upper


def _dyadic(end: Expression, up: bool) -> Fraction:
    exact = rational_value(end)
    if exact is not None and exact.denominator & (exact.denominator - 1) == 0:
        return exact
    ball = evaluate_ball(end, _END_BITS)
    with working_precision(_END_BITS):
        mantissa, exponent = (ball.upper() if up else ball.lower()).man_exp()
    value = int(mantissa) * Fraction(2) ** int(exponent)
    scale = Fraction(2) ** (_END_BITS - 8 - max(0, value.numerator.bit_length() - value.denominator.bit_length()))
    scaled = value * scale
    return (scaled.__ceil__() if up else scaled.__floor__()) / scale


def exact_part(program: Program) -> tuple[dict[str, Quotient], list[tuple[str, Instruction]]]:
    """Return the operands that are exact rational functions of low degree, and the needed instructions that are not.

    Raises
    ------
    InputError
        An instruction divides by a function that is zero everywhere.
    """
    one = fmpq_poly([1])
    quotients = {VARIABLE: Quotient(fmpq_poly([0, 1]), one)}
    for index, value in enumerate(shipped_constants(program)):
        quotients[f"c{index}"] = Quotient(fmpq_poly([fmpq(value.numerator, value.denominator)]), one)
    steps: list[tuple[str, Instruction]] = []
    for index, (line, needed) in enumerate(zip(program.operations, live(program.operations), strict=True)):
        name = f"v{index}"
        if not needed:
            continue
        if line.operator != "sqrt" and all(operand in quotients for operand in line.operands):
            parts = [quotients[operand] for operand in line.operands]
            if sum(part.degree for part in parts) <= SERIES_DEGREE:
                quotients[name] = QUOTIENT_OPERATORS[line.operator](*parts)
                continue
        steps.append((name, line))
    return quotients, steps


def _is_near(center: arb, zero: Zero) -> bool:
    distance = abs(center.mid() - _ball(zero.lower))
    return not distance > _NEAR * center.rad()


def _ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


_SERIES_OPERATORS: dict[str, Callable[..., arb_series]] = {
    "+": lambda _, a, b: a + b,
    "-": lambda _, a, b: a - b,
    "*": lambda _, a, b: a * b,
    "/": lambda length, a, b: divide(a, b, length),
    "sqrt": lambda _, a: a.sqrt(),
    "fma": lambda _, a, b, c: a * b + c,
}
