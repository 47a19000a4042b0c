"""Polynomials over the rational numbers, as tuples of coefficients from low to high."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

from discovery.errors import InputError, LimitExceeded
from discovery.exact.expression import Call, Expression, Name, Number, Operation, parse
from discovery.exact.expression import to_text as expression_text
from discovery.exact.rational import bit_size, combine

Coefficients: TypeAlias = tuple[Fraction, ...]
"""c_0, c_1, ..., c_d with c_d not zero; the zero polynomial is the empty tuple."""

MAX_CHARACTERS = 20000
MAX_NODES = 600
# Numbers below 10**2000 can be written and read back.
_MAX_BITS = 6643
_MAX_START = 2**63


def from_expression(expression: Expression, variable: str, *, max_degree: int = 64) -> Coefficients:
    """Return the coefficients of an expression that is a polynomial in one variable.

    Parameters
    ----------
    expression : Expression
        Built from rational numbers and the variable by ``+ - *``, powers with exponents 0, 1, 2, ..., and division by
        rational numbers other than zero.
    variable : str
        Name of the variable.
    max_degree : int
        Highest degree allowed, of every part.

    Returns
    -------
    tuple of Fraction
        Coefficients from low to high, exact.

    Raises
    ------
    InputError
        The expression is not such a polynomial, or its degree is too high; nothing of that size is expanded.
    LimitExceeded
        A coefficient would have more than about 2000 digits.
    """
    if isinstance(expression, Number):
        return _trimmed([expression.value])
    if isinstance(expression, Name):
        if expression.name != variable:
            raise InputError(
                f"{expression.name!r} is not the variable {variable!r} of this polynomial",
                hint="Its coefficients are rational numbers",
            )
        return (Fraction(0), Fraction(1))
    if isinstance(expression, Call):
        raise InputError(f"{_shown(expression)} cannot stand in a polynomial in {variable!r}")
    left = from_expression(expression.left, variable, max_degree=max_degree)
    if expression.right is None:
        return tuple(-c for c in left)
    right = from_expression(expression.right, variable, max_degree=max_degree)
    if expression.op == "^":
        return _power(left, right, expression, max_degree)
    if expression.op == "/":
        if len(right) != 1:
            what = "zero" if not right else f"{_shown(expression.right)}, which contains {variable!r}"
            raise InputError(f"{_shown(expression)} is a division by {what}", hint="Divide by a number")
        return _product(left, (1 / right[0],), expression, max_degree)
    if expression.op == "*":
        return _product(left, right, expression, max_degree)
    total = _sum(left, right if expression.op == "+" else tuple(-c for c in right))
    _check_size(len(total) - 1, _bits(total), expression, max_degree)
    return total


def parse_polynomial(text: str, variable: str) -> Coefficients:
    """Return the coefficients of a polynomial typed in the safe grammar; see `from_expression`.

    Raises
    ------
    ExpressionError
        The text is not in the grammar.
    InputError
        It is not a polynomial in `variable`.

    Examples
    --------
    >>> [str(c) for c in parse_polynomial("3*k^2-k/2+1", "k")]
    ['1', '-1/2', '3']
    """
    expression = parse(text, (variable,), max_characters=MAX_CHARACTERS, max_nodes=MAX_NODES)
    return from_expression(expression, variable)


def to_text(coefficients: Coefficients, variable: str) -> str:
    """Return the text of a polynomial in the safe grammar, highest power first, such as ``3*k^2-k/2+1``."""
    terms = [_term_text(c, variable, power) for power, c in reversed(list(enumerate(coefficients))) if c]
    return _joined(terms)


def to_tex(coefficients: Coefficients, variable: str) -> str:
    r"""Return a polynomial in TeX, highest power first, such as ``3 k^{2}-\frac{1}{2} k+1``.

    Raises
    ------
    InputError
        The variable is not a single ASCII letter.
    """
    if not (len(variable) == 1 and variable.isascii() and variable.isalpha()):
        raise InputError(f"{variable!r} is not a single letter and cannot be set in TeX")
    terms = [_term_tex(c, variable, power) for power, c in reversed(list(enumerate(coefficients))) if c]
    return _joined(terms)


def evaluate(coefficients: Coefficients, point: int) -> Fraction:
    """Return the exact value of a polynomial at an integer."""
    value = Fraction(0)
    for c in reversed(coefficients):
        value = value * point + c
    return value


def shift(coefficients: Coefficients, by: int) -> Coefficients:
    """Return the coefficients of p(x + by), by synthetic division; they have the length of those of p(x)."""
    shifted = list(coefficients)
    for low in range(len(shifted) - 1):
        for index in range(len(shifted) - 2, low - 1, -1):
            shifted[index] += by * shifted[index + 1]
    return tuple(shifted)


def positive_from(coefficients: Coefficients, bound: int) -> int | None:
    """Return a point from which a polynomial is proved to be at least `bound`.

    Parameters
    ----------
    coefficients : tuple of Fraction
        The polynomial p.
    bound : int
        The lower bound.

    Returns
    -------
    int or None
        Least n0 >= 0 such that p(x + n0) - bound has no negative coefficient, so that p(x) >= bound for all real
        x >= n0; ``None`` if there is none: p is a constant below `bound`, or its leading coefficient is negative.

    Raises
    ------
    LimitExceeded
        n0 would be above 2**63.

    Notes
    -----
    Coefficients that are not negative stay so under further shifts, so doubling and bisection find the least n0.
    """

    def proved(start: int) -> bool:
        return all(c >= 0 for c in shift(excess, start))

    excess = _sum(coefficients, (Fraction(-bound),))
    if proved(0):
        return 0
    if len(excess) < 2 or excess[-1] < 0:
        return None
    low, high = 0, 1
    while not proved(high):
        low, high = high, 2 * high
        if high > _MAX_START:
            raise LimitExceeded(
                f"a polynomial reaches {bound} only beyond 2^63; use smaller coefficients", limit="2^63"
            )
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if proved(middle) else (middle, high)
    return high


def _trimmed(coefficients: list[Fraction]) -> Coefficients:
    while coefficients and coefficients[-1] == 0:
        coefficients.pop()
    return tuple(coefficients)


def _sum(left: Coefficients, right: Coefficients) -> Coefficients:
    if len(left) < len(right):
        left, right = right, left
    return _trimmed([c + (right[index] if index < len(right) else 0) for index, c in enumerate(left)])


def _product(left: Coefficients, right: Coefficients, node: Operation, max_degree: int) -> Coefficients:
    if not left or not right:
        return ()
    _check_size(len(left) + len(right) - 2, _bits(left) + _bits(right), node, max_degree)
    product = [Fraction(0)] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            # Most coefficients of what people write are zero.
            if a and b:
                product[i + j] += a * b
    return tuple(product)


def _power(base: Coefficients, exponent: Coefficients, node: Operation, max_degree: int) -> Coefficients:
    power = exponent[0] if len(exponent) == 1 else Fraction(0)
    if len(exponent) > 1 or power.denominator != 1 or (power < 0 and len(base) > 1):
        raise InputError(f"{_shown(node)} is not a polynomial", hint="Exponents are 0, 1, 2, ...")
    if len(base) < 2:
        constant = base[0] if base else Fraction(0)
        if constant == 0 > power:
            raise InputError(f"{_shown(node)} is a negative power of zero")
        return _trimmed([combine("^", constant, power, _MAX_BITS) or Fraction(0)])
    _check_size((len(base) - 1) * power.numerator, _bits(base) * power.numerator, node, max_degree)
    result: Coefficients = (Fraction(1),)
    for _ in range(power.numerator):
        result = _product(result, base, node, max_degree)
    return result


def _bits(coefficients: Coefficients) -> int:
    return max((bit_size(c) for c in coefficients), default=0)


def _check_size(degree: int, bits: int, node: Operation, max_degree: int) -> None:
    if degree > max_degree:
        raise InputError(f"{_shown(node)} has degree {degree}", hint=f"The degree is at most {max_degree}")
    if bits > _MAX_BITS:
        raise LimitExceeded(
            f"{_shown(node)} may have coefficients of more than 2000 digits; use smaller numbers",
            limit=f"{_MAX_BITS} bits",
            used=f"{bits} bits",
        )


def _shown(node: Expression) -> str:
    text = expression_text(node)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _joined(terms: list[str]) -> str:
    return "0" if not terms else terms[0] + "".join(t if t.startswith("-") else f"+{t}" for t in terms[1:])


def _power_text(variable: str, power: int) -> str:
    return variable if power == 1 else f"{variable}^{power}"


def _term_text(coefficient: Fraction, variable: str, power: int) -> str:
    numerator, denominator = abs(coefficient.numerator), coefficient.denominator
    sign = "-" if coefficient < 0 else ""
    factor = str(numerator) if power == 0 else _power_text(variable, power)
    if power and numerator != 1:
        factor = f"{numerator}*{factor}"
    return f"{sign}{factor}" if denominator == 1 else f"{sign}{factor}/{denominator}"


def _term_tex(coefficient: Fraction, variable: str, power: int) -> str:
    numerator, denominator = abs(coefficient.numerator), coefficient.denominator
    sign = "-" if coefficient < 0 else ""
    number = str(numerator) if denominator == 1 else rf"\frac{{{numerator}}}{{{denominator}}}"
    if power == 0:
        return sign + number
    letter = variable if power == 1 else f"{variable}^{{{power}}}"
    return sign + (letter if number == "1" else f"{number} {letter}")
