"""Classical changes of variable and result: parity, zeros as factors, (x-1)/(x+1), x-1/x, squaring, double angles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from flint import arb, fmpq

from discovery.approximation.remez import BITS, Problem
from discovery.approximation.targets import Target
from discovery.exact.expression import Call, Expression
from discovery.exact.precision import working_precision
from discovery.exact.programs.function_zeros import zeros
from discovery.exact.programs.program_fields import RELATIVE
from discovery.exact.programs.program_structure import VARIABLE
from discovery.exact.programs.program_writer import ProgramWriter
from discovery.exact.programs.taylor_ball import taylor_coefficients

PLAIN, SHIFTED, EVEN, ODD, LOGARITHMIC = "x", "x - z", "x^2", "x * x^2", "((x-1)/(x+1))^2"
RECIPROCAL = "x + 1/x"
MAX_SQUARINGS = 6
MAX_DOUBLINGS = 2
_DECIMALS = 12
_SYMMETRY_LENGTH = 24
_SYMMETRY_BITS = 256
# With a zero of the weight at an end, the interval begins this part of its length inward.
_INWARD = 1e-7


@dataclass(frozen=True)
class Wrapping:
    """How a target f is reduced to a function g(t) that is approximated by a rational function.

    Parameters
    ----------
    target : Target
    variable : str
        ``x``: t = x, f = g(t). ``x - z``: t = x - z, f = t g(t), z a zero of f. ``x^2``: t = x^2, f = g(t), f even.
        ``x * x^2``: t = x^2, f = x g(t), f odd. For f(1/x) = -f(x): ``((x-1)/(x+1))^2``: y = (x-1)/(x+1), t = y^2,
        f = y g(t); ``x + 1/x``: t = x + 1/x, f = (x - 1/x) g(t).
    zero : Fraction
        z, a decimal fraction, where it is used.
    squarings : int
        s: g is replaced by its 2^s-th root, and the root's approximation squared s times; g > 0.
    doublings : int
        d: g by d double-angle steps, g -> h with g = h^2 - 2^(1-2^(1-k)), k = 1 ... d; for cosines.
    """

    target: Target
    variable: str
    zero: Fraction = Fraction(0)
    squarings: int = 0
    doublings: int = 0

    @property
    def name(self) -> str:
        """What is done, in words."""
        parts = [] if self.variable == PLAIN else [f"in {self.variable}".replace("z", str(self.zero))]
        if self.variable == SHIFTED and not self.zero:
            parts = ["times x"]
        if self.squarings:
            parts.append(f"{self.squarings} squarings" if self.squarings > 1 else "1 squaring")
        if self.doublings:
            parts.append(f"{self.doublings} angle doublings" if self.doublings > 1 else "1 angle doubling")
        return ", ".join(parts)

    @property
    def operations(self) -> int:
        """Number of operations besides those of the rational function."""
        shifted = 2 if self.zero else 1
        around = {PLAIN: 0, SHIFTED: shifted, EVEN: 1, ODD: 2, LOGARITHMIC: 5, RECIPROCAL: 4}[self.variable]
        return around + self.squarings + 2 * self.doublings

    def problem(self) -> Problem:
        """Return the minimax problem of the reduced function, whose weighted error is, to first order, the target's."""
        with working_precision(BITS):
            ends = sorted((self._inner(_ball(end)) for end in (self.target.lower, self.target.upper)), key=float)
            lower, upper = ends
            if self.variable in (EVEN, ODD, LOGARITHMIC, RECIPROCAL) and self._contains_center():
                lower = arb(2 if self.variable == RECIPROCAL else 0)
            if self.target.error != RELATIVE and self.variable not in (PLAIN, EVEN):
                nudge = (upper - lower) * _INWARD
                center = 2 if self.variable == RECIPROCAL else 0
                lower = lower + nudge if lower == center else lower
                upper = upper - nudge if upper == center else upper
        return Problem(self._value, self._weight, lower.mid(), upper.mid())

    def write_variable(self, writer: ProgramWriter) -> tuple[str, str | None]:
        """Write t and return its operand, and that of the factor of g or ``None``."""
        if self.variable == PLAIN:
            return VARIABLE, None
        if self.variable == SHIFTED and not self.zero:
            return VARIABLE, VARIABLE
        if self.variable == SHIFTED:
            shifted = writer.apply("-", VARIABLE, writer.constant(_decimal(self.zero)))
            return shifted, shifted
        if self.variable in (EVEN, ODD):
            return writer.square(VARIABLE), VARIABLE if self.variable == ODD else None
        one = writer.constant("1")
        if self.variable == RECIPROCAL:
            inverse = writer.apply("/", one, VARIABLE)
            return writer.apply("+", VARIABLE, inverse), writer.apply("-", VARIABLE, inverse)
        factor = writer.apply("/", writer.apply("-", VARIABLE, one), writer.apply("+", VARIABLE, one))
        return writer.square(factor), factor

    def write_result(self, writer: ProgramWriter, reduced: str, factor: str | None, constants: list[str]) -> str:
        """Write f from the approximation of the reduced function; `constants` are those of the doublings."""
        for constant in constants:
            reduced = writer.apply("-", writer.square(reduced), writer.constant(constant))
        reduced = writer.square(reduced, self.squarings)
        return reduced if factor is None else writer.apply("*", factor, reduced)

    def doubling_constants(self) -> list[arb]:
        """Return the constants of the doublings, innermost first: 2^(1 - 2^(1-k)), k = d ... 1."""
        return [arb(2) ** (1 - arb(2) ** (1 - k)) for k in range(self.doublings, 0, -1)]

    def _contains_center(self) -> bool:
        center = 1 if self.variable in (LOGARITHMIC, RECIPROCAL) else 0
        return self.target.lower <= center <= self.target.upper

    def _inner(self, x: arb) -> arb:
        if self.variable == SHIFTED:
            return x - _ball(self.zero)
        if self.variable in (EVEN, ODD):
            return x * x
        if self.variable == LOGARITHMIC:
            return ((x - 1) / (x + 1)) ** 2
        return x + 1 / x if self.variable == RECIPROCAL else x

    def _outer(self, t: arb) -> arb:
        """Return an x with the given t."""
        if self.variable == SHIFTED:
            return t + _ball(self.zero)
        if self.variable in (EVEN, ODD):
            root = t.sqrt()
            return root if self.target.upper > 0 else -root
        if self.variable == LOGARITHMIC:
            root = t.sqrt() if self.target.upper > 1 else -t.sqrt()
            return (1 + root) / (1 - root)
        if self.variable == RECIPROCAL:
            root = (t * t - 4).sqrt() if self.target.upper > 1 else -(t * t - 4).sqrt()
            return (t + root) / 2
        return t

    def _factor(self, x: arb) -> arb:
        """Return r(x) in f = r g."""
        if self.variable == SHIFTED:
            return x - _ball(self.zero)
        if self.variable == LOGARITHMIC:
            return (x - 1) / (x + 1)
        if self.variable == RECIPROCAL:
            return x - 1 / x
        return x if self.variable == ODD else arb(1)

    def _ratio(self, x: arb) -> arb:
        """Return f(x)/r(x), at a zero of r its limit."""
        function = self.target.expression
        factor = self._factor(x)
        if factor.contains(0):
            slope = taylor_coefficients(function, x, 2, BITS)[1]
            if self.variable == RECIPROCAL:
                return slope / 2
            return 2 * slope if self.variable == LOGARITHMIC else slope
        return taylor_coefficients(function, x, 1, BITS)[0] / factor

    def _value(self, t: arb) -> arb:
        value = self._ratio(self._outer(t))
        for _ in range(self.squarings):
            value = value.sqrt()
        for constant in reversed(self.doubling_constants()):
            value = (value + constant).sqrt()
        return value

    def _weight(self, t: arb) -> arb:
        x = self._outer(t)
        value = self._ratio(x)
        weight = 1 / abs(value) if self.target.error == RELATIVE else abs(self._factor(x))
        for _ in range(self.squarings):
            value = value.sqrt()
            weight = weight * 2 * value
        for constant in reversed(self.doubling_constants()):
            value = (value + constant).sqrt()
            weight = weight * 2 * value
        return weight


def wrappings(target: Target) -> Iterator[Wrapping]:
    """Yield the wrappings that fit a target, cheapest first within each kind.

    Notes
    -----
    Symmetries are read off Taylor coefficients that are exactly or nearly zero; a program made with a wrong one would
    have a large error, never a wrong bound.
    """
    positive = _is_positive(target)
    roots = MAX_SQUARINGS if positive else 0
    if target.error != RELATIVE or not target.zeros:
        yield from (Wrapping(target, PLAIN, squarings=s) for s in range(roots + 1))
    parity = _parity(target.expression)
    if parity == 0:
        yield from (Wrapping(target, EVEN, squarings=s) for s in range(roots + 1))
        if isinstance(target.expression, Call) and target.expression.function == "cos":
            yield from (Wrapping(target, EVEN, doublings=d) for d in range(1, MAX_DOUBLINGS + 1))
    if parity == 1:
        yield Wrapping(target, ODD)
    exact = [zero for zero in target.zeros if zero.exact]
    if len(target.zeros) == len(exact) == 1 and exact[0].multiplicity == 1 and parity != 1:
        if 10**_DECIMALS % exact[0].lower.denominator == 0:
            yield Wrapping(target, SHIFTED, zero=exact[0].lower)
        if exact[0].lower == 1 and target.lower > 0 and _is_logarithmic(target.expression):
            yield Wrapping(target, LOGARITHMIC)
            yield Wrapping(target, RECIPROCAL)


def _is_positive(target: Target) -> bool:
    if zeros(target.expression, target.lower, target.upper):
        return False
    return bool(taylor_coefficients(target.expression, _ball(target.lower), 1, _SYMMETRY_BITS)[0] > 0)


def _parity(function: Expression) -> int | None:
    """Return 0 for an even function, 1 for an odd one, else ``None``."""
    values = taylor_coefficients(function, arb(0), _SYMMETRY_LENGTH, _SYMMETRY_BITS)
    if not all(value.is_finite() for value in values):
        return None
    for parity in (0, 1):
        if all(abs(value) < 1e-50 for value in values[1 - parity :: 2]):
            return parity
    return None


def _is_logarithmic(function: Expression) -> bool:
    """Return whether f(1/x) = -f(x), at a few points."""
    pairs = [(Fraction(n, 16), Fraction(16, n)) for n in (9, 11, 13)]
    with working_precision(_SYMMETRY_BITS):
        for pair in pairs:
            one, other = (taylor_coefficients(function, _ball(x), 1, _SYMMETRY_BITS)[0] for x in pair)
            if not abs(one + other) < 1e-50:
                return False
    return True


def _decimal(value: Fraction) -> str:
    """Return a decimal fraction as text."""
    return str(value) if value.denominator == 1 else str(Decimal(value.numerator) / Decimal(value.denominator))


def _ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))
