"""Taylor coefficients of expressions in x, as balls: at a point, or at every point of an interval at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import TypeAlias

from flint import arb, arb_series, ctx, fmpq

from discovery.errors import InputError
from discovery.exact.dirichlet import character_values, exact_integer
from discovery.exact.evaluation import rational_value
from discovery.exact.expression import Call, Expression, Name, Number, Operation, names, to_text
from discovery.exact.functions import ATOMS, FUNCTIONS
from discovery.exact.precision import working_precision

VARIABLE = "x"
MAX_LENGTH = 100

Series: TypeAlias = arb_series
_Value: TypeAlias = arb | arb_series


def taylor_coefficients(expression: Expression, center: arb, length: int, bits: int) -> list[arb]:
    """Return balls that contain the Taylor coefficients f^(k)(t)/k!, k < length, at every t of a ball.

    Parameters
    ----------
    expression : Expression
        f, an expression in ``x``.
    center : arb
        The point, or a ball of points.
    length : int
        Number of coefficients, in [1, 100].
    bits : int
        Working precision.

    Returns
    -------
    list of arb
        Rigorous; not finite where f is not known to be analytic on the whole ball.

    Raises
    ------
    InputError
        A function in the expression has no Taylor coefficients here; the message names it.

    Notes
    -----
    With the coefficients c_k at m and C_k over the ball m +- h, Taylor's theorem gives
    f(m + y) in c_0 + c_1 y + ... + c_{n-1} y^{n-1} + C_n y^n for |y| <= h.
    """
    with series_arithmetic(bits, length):
        return coefficients(expression_series(expression, variable_series(center, length), length), length)


@contextmanager
def series_arithmetic(bits: int, length: int) -> Iterator[None]:
    """Set the working precision, and the number of coefficients of every series, inside the block.

    Notes
    -----
    Both are globals of the process (`flint.ctx`); without the second every series operation is silently cut to ten
    coefficients. The lock of `working_precision` covers both.
    """
    if not 1 <= length <= MAX_LENGTH:
        raise ValueError(f"length must be in [1, {MAX_LENGTH}]; got {length}")
    with working_precision(bits):
        before = ctx.cap
        ctx.cap = length
        try:
            yield
        finally:
            ctx.cap = before


def variable_series(center: arb, length: int) -> Series:
    """Return center + z as a series of `length` coefficients."""
    return arb_series([center, 1], prec=length)


def coefficients(series: Series, length: int) -> list[arb]:
    """Return the first coefficients of a series; all nan if it is known to fewer."""
    if series.prec < length:
        return [arb.nan()] * length
    return [series[k] for k in range(length)]


def divide(left: _Value, right: _Value, length: int) -> Series:
    """Return the quotient of two series, nan where the divisor may be zero at the center."""
    divisor = as_series(right, length)
    if divisor[0].contains(0) or not divisor[0].is_finite():
        return _unknown(length)
    return as_series(left, length) / divisor


def as_series(value: _Value, length: int) -> Series:
    """Return a series as it is, and a number as a constant series."""
    return value if isinstance(value, arb_series) else arb_series([value], prec=length)


def expression_series(expression: Expression, x: Series, length: int) -> Series:
    """Return the series of an expression for a series x, inside a block of `series_arithmetic`."""
    return as_series(_value(expression, x, length), length)


def _unknown(length: int) -> Series:
    return arb_series([arb.nan()] * length, prec=length)


def _value(node: Expression, x: Series, length: int) -> _Value:
    if isinstance(node, Number):
        return _ball(node.value)
    if isinstance(node, Name):
        return x if node.name == VARIABLE else _constant(node.name)
    if isinstance(node, Call):
        arguments = [_value(argument, x, length) for argument in node.arguments]
        if all(isinstance(argument, arb) for argument in arguments):
            return FUNCTIONS[node.function].ball(*arguments)
        if node.function not in _SERIES or any(isinstance(order, arb_series) for order in arguments[:-1]):
            raise InputError(
                f"{to_text(node)[:60]} has no Taylor series in x here",
                hint="Let x stand in the last argument only, or use another function",
            )
        return _SERIES[node.function](length, *arguments)
    left = _value(node.left, x, length)
    if node.right is None:
        return -left
    if node.op == "^":
        return _power(node, left, x, length)
    right = _value(node.right, x, length)
    if node.op == "/":
        return left / right if isinstance(left, arb) and isinstance(right, arb) else divide(left, right, length)
    if node.op == "*":
        return left * right
    return left + right if node.op == "+" else left - right


def _constant(name: str) -> arb:
    if name not in ATOMS:
        raise InputError(f"the variable {name!r} has no value", hint=f"The variable is {VARIABLE}")
    return ATOMS[name].ball()


def _ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


def _power(node: Operation, base: _Value, x: Series, length: int) -> _Value:
    assert node.right is not None
    exponent = None if names(node.right) else rational_value(node.right)
    if exponent is not None and exponent.denominator == 1:
        whole = base ** abs(exponent.numerator)
        return whole if exponent >= 0 else divide(arb(1), whole, length)
    if exponent == Fraction(1, 2):
        return base.sqrt()
    power = _value(node.right, x, length)
    return (base.log() * power).exp()


def _compose(outer: list[arb], inner: Series) -> Series:
    """Return the series of g(u) from the Taylor coefficients of g at (all points of) u_0."""
    length = inner.prec
    rest = arb_series([arb(0), *(inner[k] for k in range(1, length))], prec=length)
    if rest.length() == 0:
        return as_series(outer[0], length)
    return arb_series(outer, prec=length)(rest)


def _integrated(name: str, u: Series, slope: Series) -> Series:
    """Return g(u) from the derivative g'(u) and the value at the center."""
    length = u.prec
    product = arb_series([slope[k] for k in range(length)], prec=length) * u.derivative()
    values = [FUNCTIONS[name].ball(u[0]), *(product[k - 1] / k for k in range(1, length))]
    return arb_series(values, prec=length)


def _cube_root(length: int, u: Series) -> Series:
    if u[0] < 0:
        return -_cube_root(length, -u)
    return (u.log() / 3).exp()


def _sinh(u: Series) -> Series:
    return (u.exp() - (-u).exp()) / 2


def _cosh(u: Series) -> Series:
    return (u.exp() + (-u).exp()) / 2


def _digamma(length: int, u: Series) -> Series:
    with series_arithmetic(ctx.prec, length + 1):
        gamma = arb_series([u[0], 1], prec=length + 1).gamma()
        slope = [(k + 1) * gamma[k + 1] for k in range(length)]
        value = [gamma[k] for k in range(length)]
    quotient = divide(arb_series(slope, prec=length), arb_series(value, prec=length), length)
    return _compose([quotient[k] for k in range(length)], u)


def _hurwitz(length: int, s: arb, a: Series) -> Series:
    # DLMF 25.11.17: the derivative of zeta(s, a) by a is -s zeta(s+1, a).
    factor, outer = arb(1), []
    for k in range(length):
        outer.append(factor * FUNCTIONS["hurwitz"].ball(s + k, a[0]))
        factor = -factor * (s + k) / (k + 1)
    return _compose(outer, a)


def _polylogarithm(length: int, s: arb, z: Series) -> Series:
    # z d/dz Li_s = Li_{s-1}, so Li_s(z_0 e^w) = sum Li_{s-k}(z_0) w^k / k!.
    w = divide(z, arb_series([z[0]], prec=length), length).log()
    values = [FUNCTIONS["polylog"].ball(s - k, z[0]) / math.factorial(k) for k in range(length)]
    return _compose(values, w)


def _l_series(length: int, d: arb, s: Series) -> Series:
    values = character_values(exact_integer(d))
    modulus = len(values)
    total = as_series(arb(0), length)
    for n, sign in enumerate(values):
        if sign:
            total = total + sign * s.zeta(arb(n) / modulus)
    return total * (-s * arb(modulus).log()).exp()


def _bessel_ball(name: str, nu: arb, z: arb) -> arb:
    """Return a Bessel function; for half-integral orders and wide balls Arb's own takes seconds."""
    if nu.is_integer() or not (2 * nu).is_integer():
        return FUNCTIONS[name].ball(nu, z)
    if name == "besselk":
        # Decreasing for z > 0 (DLMF 10.37).
        return arb.bessel_k(z.lower(), nu).union(arb.bessel_k(z.upper(), nu)) if z > 0 else arb.nan()
    if name == "bessely":
        # DLMF 10.2.3, where cos(nu pi) = 0.
        return -_bessel_ball("besselj", -nu, z) / nu.sin_pi()
    # DLMF 10.16.9 and 10.39.9.
    square = z * z / 4 if name == "besseli" else -z * z / 4
    return (z / 2) ** nu * (nu + 1).rgamma() * square.hypgeom_0f1(nu + 1)


def _bessel(name: str) -> Callable[[int, arb, Series], Series]:
    # DLMF 10.6.7 and 10.29.5: 2^k times the k-th derivative is the sum of (+-1)^i C(k, i) times order nu - k + 2i.
    inner = -1 if name in ("besselj", "bessely") else 1
    outer = -1 if name == "besselk" else 1

    def series(length: int, nu: arb, z: Series) -> Series:
        orders = {m: _bessel_ball(name, nu + m, z[0]) for m in range(1 - length, length)}
        derivatives = []
        for k in range(length):
            total = arb(0)
            for i in range(k + 1):
                total += inner**i * math.comb(k, i) * orders[2 * i - k]
            derivatives.append(total * outer**k / (2**k * math.factorial(k)))
        return _compose(derivatives, z)

    return series


def _native(method: Callable[[Series], Series]) -> Callable[[int, Series], Series]:
    return lambda _, u: method(u)


_SERIES: dict[str, Callable[..., Series]] = {
    "sqrt": _native(arb_series.sqrt),
    "cbrt": _cube_root,
    "exp": _native(arb_series.exp),
    "log": _native(arb_series.log),
    "log2": lambda _, u: u.log() / arb(2).log(),
    "log10": lambda _, u: u.log() / arb(10).log(),
    "sin": _native(arb_series.sin),
    "cos": _native(arb_series.cos),
    "tan": _native(arb_series.tan),
    "cot": lambda n, u: divide(u.cos(), u.sin(), n),
    "sinh": _native(_sinh),
    "cosh": _native(_cosh),
    "tanh": lambda n, u: divide(_sinh(u), _cosh(u), n),
    "coth": lambda n, u: divide(_cosh(u), _sinh(u), n),
    "asin": _native(arb_series.asin),
    "acos": _native(arb_series.acos),
    "atan": _native(arb_series.atan),
    "asinh": lambda n, u: _integrated("asinh", u, divide(arb(1), (u * u + 1).sqrt(), n)),
    "acosh": lambda n, u: _integrated("acosh", u, divide(arb(1), (u * u - 1).sqrt(), n)),
    "atanh": lambda n, u: _integrated("atanh", u, divide(arb(1), 1 - u * u, n)),
    "gamma": _native(arb_series.gamma),
    "digamma": _digamma,
    "zeta": _native(arb_series.zeta),
    "hurwitz": _hurwitz,
    "polylog": _polylogarithm,
    "erf": _native(arb_series.erf),
    "erfc": _native(arb_series.erfc),
    **{name: _bessel(name) for name in ("besseli", "besselj", "besselk", "bessely")},
    "airyai": _native(arb_series.airy_ai),
    "airybi": _native(arb_series.airy_bi),
    "lambertw": _native(arb_series.lambertw),
    "ei": _native(arb_series.ei),
    "e1": lambda _, z: -(-z).ei(),
    "L": _l_series,
}
