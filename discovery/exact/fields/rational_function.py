"""Rational functions over the rational numbers in named variables, exact and in lowest terms."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from flint import fmpq, fmpq_mpoly_ctx, fmpz, fmpz_mpoly, fmpz_mpoly_ctx

from discovery.errors import InputError, LimitExceeded
from discovery.exact.expression import Call, Expression, Name, Number, Operation, parse
from discovery.exact.expression import to_text as expression_text

MAX_CHARACTERS = 20_000
MAX_NODES = 600
MAX_DEGREE = 64
MAX_TERMS = 4000
# Numbers below 10**2000 can be written and read back.
_MAX_BITS = 6643
_ORDERING = "deglex"

Scalar: TypeAlias = int | Fraction
Variables: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class RationalFunction:
    """A quotient of two integer polynomials in lowest terms; two of them are equal exactly if their parts are.

    Parameters
    ----------
    numerator, denominator : fmpz_mpoly
        Coprime over the integers, of one context; the leading coefficient of `denominator` is positive. Use
        `quotient`, `constant`, `variable`, `from_expression` or `parse_rational_function` to make one.
    """

    numerator: fmpz_mpoly
    denominator: fmpz_mpoly

    def __hash__(self) -> int:
        return hash(self.to_text())

    def __str__(self) -> str:
        return self.to_text()

    def __add__(self, other: RationalFunction | Scalar) -> RationalFunction:
        right = self._coerced(other)
        if self.denominator == right.denominator:
            return quotient(self.numerator + right.numerator, self.denominator)
        return quotient(
            self.numerator * right.denominator + right.numerator * self.denominator,
            self.denominator * right.denominator,
        )

    def __neg__(self) -> RationalFunction:
        return RationalFunction(-self.numerator, self.denominator)

    def __sub__(self, other: RationalFunction | Scalar) -> RationalFunction:
        return self + (-self._coerced(other))

    def __mul__(self, other: RationalFunction | Scalar) -> RationalFunction:
        right = self._coerced(other)
        return quotient(self.numerator * right.numerator, self.denominator * right.denominator)

    def __truediv__(self, other: RationalFunction | Scalar) -> RationalFunction:
        right = self._coerced(other)
        return quotient(self.numerator * right.denominator, self.denominator * right.numerator)

    def __pow__(self, exponent: int) -> RationalFunction:
        if exponent >= 0:
            return RationalFunction(self.numerator**exponent, self.denominator**exponent)
        return quotient(self.denominator**-exponent, self.numerator**-exponent)

    def _coerced(self, other: RationalFunction | Scalar) -> RationalFunction:
        return other if isinstance(other, RationalFunction) else constant(other, self.variables)

    @property
    def variables(self) -> Variables:
        """The names of all variables it may contain, in order."""
        return tuple(self.numerator.context().names())

    @property
    def is_zero(self) -> bool:
        """Whether it is the zero function."""
        return bool(self.numerator.is_zero())

    @property
    def is_polynomial(self) -> bool:
        """Whether its denominator is a number."""
        return bool(self.denominator.is_constant())

    def as_number(self) -> Fraction | None:
        """Return its value if it is a number, else ``None``."""
        if not (self.numerator.is_constant() and self.denominator.is_constant()):
            return None
        return Fraction(int(self.numerator.leading_coefficient()), int(self.denominator.leading_coefficient()))

    def used_variables(self) -> frozenset[str]:
        """Return the names of the variables that do occur."""
        degrees = zip(self.variables, self.numerator.degrees(), self.denominator.degrees(), strict=True)
        return frozenset(name for name, above, below in degrees if above > 0 or below > 0)

    def coefficients(self) -> dict[tuple[int, ...], Fraction]:
        """Return the coefficient of every monomial of a polynomial, by its exponents.

        Raises
        ------
        ValueError
            It is not a polynomial.
        """
        if not self.is_polynomial:
            raise ValueError(f"{self} is not a polynomial")
        divisor = int(self.denominator.leading_coefficient())
        return {tuple(map(int, powers)): Fraction(int(c), divisor) for powers, c in self.numerator.terms()}

    def substitute(
        self, values: Mapping[str, RationalFunction | Scalar], variables: Variables | None = None
    ) -> RationalFunction:
        """Return the function with variables replaced by functions or numbers, all at once.

        Parameters
        ----------
        values : mapping of str to RationalFunction, int or Fraction
            Functions of `variables`, by the name they replace; names that are not in it stay.
        variables : tuple of str, optional
            Variables of the result; those of this function if absent.

        Raises
        ------
        InputError
            The denominator becomes zero everywhere.
        """
        names = self.variables if variables is None else variables
        arguments = [_argument(values.get(name, name), names) for name in self.variables]
        if all(argument.is_polynomial for argument in arguments):
            above, above_divisor = compose(self.numerator, arguments)
            below, below_divisor = compose(self.denominator, arguments)
            above, below = above * below_divisor, below * above_divisor
        else:
            top, bottom = _compose_rational(self.numerator, arguments), _compose_rational(self.denominator, arguments)
            above, below = top.numerator * bottom.denominator, bottom.numerator * top.denominator
        if below.is_zero():
            shown = ", ".join(f"{name} = {value}" for name, value in values.items())
            raise InputError(f"the denominator of {self} is zero everywhere where {shown}")
        return quotient(above, below)

    def evaluate(self, point: Mapping[str, Scalar]) -> Fraction:
        """Return the exact value at a point that names every variable.

        Raises
        ------
        InputError
            The denominator is zero there; the message names the point.
        """
        values = [Fraction(point[name]) for name in self.variables]
        below = _value(self.denominator, values)
        if below == 0:
            place = ", ".join(f"{name} = {value}" for name, value in zip(self.variables, values, strict=True))
            raise InputError(f"{self} has a zero denominator at {place}", hint="Take another point")
        return _value(self.numerator, values) / below

    def to_text(self) -> str:
        """Return its text in the safe grammar, such as ``(x^2-2*x*y)/(y+1)``; equal functions have equal texts."""
        above = _polynomial_text(self.numerator)
        if self.denominator.is_one():
            return above
        below = _polynomial_text(self.denominator)
        if len(self.numerator) > 1:
            above = f"({above})"
        # After a quotient sign one number or one power of a variable stands without brackets.
        return f"{above}/{below}" if all(c not in below for c in "+-*") else f"{above}/({below})"


def quotient(numerator: fmpz_mpoly, denominator: fmpz_mpoly) -> RationalFunction:
    """Return numerator/denominator in lowest terms.

    Raises
    ------
    ZeroDivisionError
        The denominator is zero.
    """
    if denominator.is_zero():
        raise ZeroDivisionError("the denominator of a rational function is zero")
    if not denominator.is_one():
        common = numerator.gcd(denominator)
        if denominator.leading_coefficient() < 0:
            common = -common
        if not common.is_one():
            numerator, denominator = numerator / common, denominator / common
    return RationalFunction(numerator, denominator)


def constant(value: Scalar, variables: Variables) -> RationalFunction:
    """Return a number as a function of the variables."""
    context = _context(variables)
    number = Fraction(value)
    return RationalFunction(context.constant(number.numerator), context.constant(number.denominator))


def variable(name: str, variables: Variables) -> RationalFunction:
    """Return one of the variables as a function of them all."""
    generators, one = _generators(variables)
    return RationalFunction(generators[variables.index(name)], one)


def from_coefficients(coefficients: Mapping[tuple[int, ...], Scalar], variables: Variables) -> RationalFunction:
    """Return the polynomial with the given coefficients, by the exponents of their monomials."""
    divisor = math.lcm(1, *(Fraction(c).denominator for c in coefficients.values()))
    context = _context(variables)
    scaled = {powers: int(c * divisor) for powers, c in coefficients.items() if c}
    return quotient(context.from_dict(scaled), context.constant(divisor))


def from_expression(expression: Expression, variables: Variables) -> RationalFunction:
    """Return an expression built from rational numbers and variables by ``+ - * /`` and integer powers.

    Parameters
    ----------
    expression : Expression
        The expression.
    variables : tuple of str
        The variables, in the order of the result.

    Raises
    ------
    InputError
        It contains something else, divides by zero, or a part of it has a total degree above `MAX_DEGREE` or more
        than `MAX_TERMS` terms; nothing of that size is expanded.
    LimitExceeded
        A coefficient would have more than about 2000 digits.
    """
    if isinstance(expression, Number):
        return constant(expression.value, variables)
    if isinstance(expression, Name):
        if expression.name not in variables:
            raise InputError(
                f"{expression.name!r} is not one of the variables {', '.join(variables)}",
                hint="Entries are rational functions of the variables with rational coefficients",
            )
        return variable(expression.name, variables)
    if isinstance(expression, Call):
        raise InputError(f"{_shown(expression)} cannot stand in a rational function")
    left = from_expression(expression.left, variables)
    if expression.right is None:
        return -left
    right = from_expression(expression.right, variables)
    if expression.op == "^":
        return _power(left, right, expression)
    if expression.op == "/":
        if right.is_zero:
            raise InputError(f"{_shown(expression)} is a division by zero")
        _check_product(left.numerator, right.denominator, expression)
        _check_product(left.denominator, right.numerator, expression)
        return left / right
    _check_product(left.denominator, right.denominator, expression)
    if expression.op == "*":
        _check_product(left.numerator, right.numerator, expression)
        return left * right
    _check_product(left.numerator, right.denominator, expression)
    _check_product(right.numerator, left.denominator, expression)
    return left + right if expression.op == "+" else left - right


def parse_rational_function(text: str, variables: Variables) -> RationalFunction:
    """Return a rational function typed in the safe grammar; see `from_expression`.

    Raises
    ------
    ExpressionError
        The text is not in the grammar.

    Examples
    --------
    >>> str(parse_rational_function("(x^2-y^2)/(2*x-2*y)", ("x", "y")))
    '(x+y)/2'
    """
    tree = parse(text, variables, max_characters=MAX_CHARACTERS, max_nodes=MAX_NODES)
    return from_expression(tree, variables)


def compose(polynomial: fmpz_mpoly, arguments: list[RationalFunction]) -> tuple[fmpz_mpoly, int]:
    """Return a polynomial at polynomial arguments over Q, as an integer polynomial and its positive divisor."""
    context = arguments[0].numerator.context()
    if all(argument.denominator.is_one() for argument in arguments):
        return polynomial.compose(*(argument.numerator for argument in arguments), ctx=context), 1
    rational = fmpq_mpoly_ctx.get(context.names(), _ORDERING)
    source = fmpq_mpoly_ctx.get(polynomial.context().names(), _ORDERING)
    scaled = (
        rational.from_dict(argument.numerator.to_dict()) / argument.denominator.leading_coefficient()
        for argument in arguments
    )
    composed = source.from_dict(polynomial.to_dict()).compose(*scaled, ctx=rational).to_dict()
    divisor = math.lcm(1, *(int(c.q) for c in composed.values()))
    return context.from_dict({powers: int(c.p) * (divisor // int(c.q)) for powers, c in composed.items()}), divisor


def _argument(value: RationalFunction | Scalar | str, variables: Variables) -> RationalFunction:
    if isinstance(value, str):
        return variable(value, variables)
    if not isinstance(value, RationalFunction):
        return constant(value, variables)
    if value.variables != variables:
        raise ValueError(f"{value} is not given as a function of {', '.join(variables)}")
    return value


def _compose_rational(polynomial: fmpz_mpoly, arguments: list[RationalFunction]) -> RationalFunction:
    """Return a polynomial at rational functions, term by term."""
    total = constant(0, arguments[0].variables)
    for powers, coefficient in polynomial.terms():
        term = constant(int(coefficient), arguments[0].variables)
        for argument, power in zip(arguments, powers, strict=True):
            term *= argument ** int(power)
        total += term
    return total


def _context(variables: Variables) -> fmpz_mpoly_ctx:
    return fmpz_mpoly_ctx.get(variables, _ORDERING)


@lru_cache(maxsize=256)
def _generators(variables: Variables) -> tuple[tuple[fmpz_mpoly, ...], fmpz_mpoly]:
    """Return the variables themselves and 1 as polynomials; polynomials are never changed, so they can be shared."""
    context = _context(variables)
    return tuple(context.gens()), context.constant(1)


def _value(polynomial: fmpz_mpoly, values: list[Fraction]) -> Fraction:
    if all(value.denominator == 1 for value in values):
        return Fraction(int(polynomial(*(fmpz(value.numerator) for value in values))))
    rational = fmpq_mpoly_ctx.get(polynomial.context().names(), _ORDERING).from_dict(polynomial.to_dict())
    result = rational(*(fmpq(value.numerator, value.denominator) for value in values))
    return Fraction(int(result.p), int(result.q))


def _power(base: RationalFunction, exponent: RationalFunction, node: Operation) -> RationalFunction:
    number = exponent.as_number()
    if number is None or number.denominator != 1:
        raise InputError(f"{_shown(node)} is not a rational function", hint="Exponents are integers")
    if base.is_zero and number < 0:
        raise InputError(f"{_shown(node)} is a negative power of zero")
    for part in (base.numerator, base.denominator):
        size = abs(number.numerator)
        variables = sum(degree > 0 for degree in part.degrees())
        terms = math.comb(len(part) + size - 1, size) if len(part) > 1 else 1
        degree = _degree(part) * size
        _check_size(degree, min(terms, math.comb(degree + variables, variables)), _bits(part) * size, node)
    return base**number.numerator


def _check_product(left: fmpz_mpoly, right: fmpz_mpoly, node: Operation) -> None:
    degree = _degree(left) + _degree(right)
    variables = sum(a > 0 or b > 0 for a, b in zip(left.degrees(), right.degrees(), strict=True))
    terms = min(len(left) * len(right), math.comb(degree + variables, variables))
    _check_size(degree, terms, _bits(left) + _bits(right), node)


def _check_size(degree: int, terms: int, bits: int, node: Operation) -> None:
    if degree > MAX_DEGREE:
        raise InputError(f"{_shown(node)} has degree {degree}", hint=f"The total degree is at most {MAX_DEGREE}")
    if terms > MAX_TERMS:
        raise InputError(f"{_shown(node)} may have {terms} terms", hint=f"At most {MAX_TERMS} are expanded")
    if bits > _MAX_BITS:
        raise LimitExceeded(
            f"{_shown(node)} may have coefficients of more than 2000 digits; use smaller numbers",
            limit=f"{_MAX_BITS} bits",
            used=f"{bits} bits",
        )


def _degree(polynomial: fmpz_mpoly) -> int:
    return max(0, int(polynomial.total_degree()))


def _bits(polynomial: fmpz_mpoly) -> int:
    return max((int(abs(c)).bit_length() for c in polynomial.coeffs()), default=0)


def _shown(node: Expression) -> str:
    text = expression_text(node)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _polynomial_text(polynomial: fmpz_mpoly) -> str:
    names = polynomial.context().names()
    terms = [_term_text(int(c), powers, names) for powers, c in polynomial.terms()]
    return "0" if not terms else terms[0] + "".join(t if t.startswith("-") else f"+{t}" for t in terms[1:])


def _term_text(coefficient: int, powers: tuple[int, ...], names: Variables) -> str:
    factors = [name if power == 1 else f"{name}^{power}" for name, power in zip(names, powers, strict=True) if power]
    if not factors or abs(coefficient) != 1:
        factors.insert(0, str(abs(coefficient)))
    return ("-" if coefficient < 0 else "") + "*".join(factors)
