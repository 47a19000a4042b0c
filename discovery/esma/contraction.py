"""Closed forms of interlaced fractions by contraction: quotients of Bessel functions, and quadratic irrationals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import fmpz

from discovery.esma.value import left_hand_side_value
from discovery.exact.expression import Expression, parse, to_text
from discovery.exact.matrices import Matrix, determinant, multiply, primitive

Letter = tuple[int, ...]
Rational = tuple[Fraction, Fraction, Fraction, Fraction]
HALF = Fraction(1, 2)
LARGE = 10**12
"""Integers beyond which an elementary value is worse to read than a Bessel quotient of half-integer order."""


@dataclass(frozen=True)
class ClosedValue:
    """The value |P(c)/Q(c)| of a fraction.

    Parameters
    ----------
    constant : Expression
        The constant c.
    row : tuple of int
        Coefficients of P, then of Q, lowest power first, without common factor: four integers.
    neighbor : ClosedValue or None
        The same value as an image of another constant, such as a Bessel quotient of higher order.
    """

    constant: Expression
    row: tuple[int, int, int, int]
    neighbor: ClosedValue | None = None

    def expression(self) -> Expression:
        """Return the value: the shorter of the two ways to write it, with small integers."""
        ways = [] if self.neighbor is None else [self.neighbor.expression()]
        if not ways or max(map(abs, self.row)) < LARGE:
            ways.append(left_hand_side_value((self.constant,), self.row))
        return min(ways, key=lambda expression: len(to_text(expression)))


@dataclass(frozen=True)
class _Growing:
    """The letter alpha + beta J of block J, the sign after it, and the product of the constant letters that follow."""

    alpha: int
    beta: int
    sign: int
    constants: Matrix


def closed_value(signs: Sequence[int], letters: Sequence[Letter]) -> ClosedValue | None:
    """Return the value of a semi-regular interlaced fraction with letters of degree at most 1, where it is classical.

    Parameters
    ----------
    signs : sequence of int
        One period of b.
    letters : sequence of tuple of int
        N letters, lowest power first: a_(kN + j) = letters[j](k). With a_n >= 1 and a_n + b_n >= 1 for n >= 1, and
        a_n + b_n >= 2 infinitely often.

    Returns
    -------
    ClosedValue or None
        Exact; ``None`` if the fraction does not contract to a quotient of Bessel functions, or a letter is of higher
        degree.

    Notes
    -----
    Without growing letters the value is a fixed point of one block. Otherwise let x_i be the tail at the growing
    letter a_i, b_i the sign after it, and (p, q; r, s) of determinant e the product of the constant letter matrices up
    to the next growing letter. From x_i = a_i + b_i (r x_{i+1} + s)/(p x_{i+1} + q) follows, with X_i = x_i + q'/p' for
    the (p', q') before a_i, that X_i = A_i + B_i/X_{i+1}, A_i = a_i + q'/p' + b_i r/p and B_i = b_i e/p^2. If there are
    w and v with A_i A_{i+1}/B_i = (v + i)(v + i + 1)/w for all i, then X_0 is a multiple of
    K_v = v + w/(v+1 + w/(v+2 + ...)) = (z/2) I_{v-1}(z)/I_v(z), w = (z/2)^2, with J for I and -w for w < 0.

    References
    ----------
    DLMF 10.10.1 and 10.33.1 (Gauss); O. Perron, Die Lehre von den Kettenbrüchen, 2nd ed., Teubner, Leipzig 1929, on
    contraction; D. H. Lehmer, Scripta Math. 29 (1973) 17-24.
    """
    if any(any(letter[2:]) for letter in letters):
        return None
    size = math.lcm(len(signs), len(letters))
    steps = size // len(letters)
    block = []
    for n in range(size):
        k, j = divmod(n, len(letters))
        constant, slope = (*letters[j], 0)[:2]
        block.append((constant + slope * k, slope * steps, signs[n % len(signs)]))
    places = [n for n, (_, beta, _) in enumerate(block) if beta]
    if not places:
        return _quadratic(_product(block))
    ends = [*places[1:], places[0] + size]
    growing = [
        _Growing(*block[begin], _product([block[n % size] for n in range(begin + 1, end)]))
        for begin, end in zip(places, ends, strict=True)
    ]
    return _bessel(_product(block[: places[0]]), growing)


def _product(letters: Sequence[tuple[int, int, int]]) -> Matrix:
    """Return the product of the matrices [[a, b], [1, 0]] of constant letters."""
    p, p_other, q, q_other = 1, 0, 0, 1
    for a, _, b in letters:
        p, p_other, q, q_other = a * p + p_other, b * p, a * q + q_other, b * q
    return p, p_other, q, q_other


def _quadratic(block: Matrix) -> ClosedValue:
    """Return the attracting fixed point of a block: an eigenvector of the eigenvalue of larger absolute value."""
    p, _, r, s = block
    trace = p + s
    square, root = _split_square(trace * trace - 4 * determinant(block))
    # x = (trace + sign(trace) square sqrt(root) - 2 s)/(2 r)
    matrix = (square if trace > 0 else -square, trace - 2 * s, 0, 2 * r)
    if root == 5:
        # sqrt(5) = 2 phi - 1
        matrix = multiply(matrix, (2, -1, 0, 1))
    return _value("phi" if root == 5 else f"sqrt({root})", matrix)


def _bessel(before: Matrix, growing: Sequence[_Growing]) -> ClosedValue | None:
    count = len(growing)
    signs = {item.sign * determinant(item.constants) for item in growing}
    if len(signs) > 1:
        return None
    alphas, betas = [], []
    for i, item in enumerate(growing):
        p_before, q_before = growing[i - 1].constants[:2]
        p, _, r, _ = item.constants
        alphas.append(item.alpha + Fraction(q_before, p_before) + Fraction(item.sign * r, p))
        # In terms of the number n = count * J + i of the growing letter, A_n = slope * (v + n).
        betas.append(Fraction(item.beta, count))
    orders = {alpha / beta - i for i, (alpha, beta) in enumerate(zip(alphas, betas, strict=True))}
    inverses = {betas[i - 1] * betas[i] * growing[i - 1].constants[0] ** 2 for i in range(count)}
    if len(orders) > 1 or len(inverses) > 1:
        return None
    order, inverse, sign = orders.pop(), inverses.pop(), signs.pop()
    p_last, q_last = growing[-1].constants[:2]
    to_first_tail = (betas[0], -Fraction(q_last, p_last), Fraction(0), Fraction(1))
    start = _times(_exact(before), to_first_tail)
    matrix = _times(start, _shift(order, Fraction(sign) / inverse))
    least_order = order - math.ceil(order) + 1
    if least_order == HALF:
        found = _circular(matrix, sign, inverse)
        if max(map(abs, found.row)) < LARGE:
            return found
    else:
        found = _bessel_image(matrix, least_order, sign, inverse)
    return replace(found, neighbor=_bessel_image(start, order, sign, inverse)) if order > 1 else found


def _bessel_image(matrix: Rational, order: Fraction, sign: int, inverse: Fraction) -> ClosedValue:
    """Return the image of K_order under a matrix as one of I_order/I_{order-1}, or J for I."""
    root, squarefree = _square_root(inverse)
    # K = (z/2) I_{v-1}/I_v with z/2 = 1/(root sqrt(squarefree))
    argument = _argument(2 / root, squarefree)
    text = "/".join(f"bessel{'i' if sign > 0 else 'j'}({index},{argument})" for index in (order, order - 1))
    return _value(
        text if squarefree == 1 else f"sqrt({squarefree})*{text}",
        _integers(_times(matrix, (Fraction(0), 1 / root, Fraction(1), Fraction(0)))),
    )


def _circular(matrix: Rational, sign: int, inverse: Fraction) -> ClosedValue:
    """Return the value for order 1/2: K = (y/2) coth(y), or cot(y), with y = 2/sqrt(inverse)."""
    name = "tanh" if sign > 0 else "tan"
    root, squarefree = _square_root(inverse)
    if squarefree > 1:
        q = inverse / 4
        half = (Fraction(0), HALF, Fraction(1), Fraction(0))
        return _value(f"sqrt({q})*{name}(1/sqrt({q}))", _integers(_times(matrix, half)))
    y = 2 / root
    tangent = _integers(_times(matrix, (Fraction(0), y / 2, Fraction(1), Fraction(0))))
    found = _value(f"{name}({y})", tangent)
    if sign > 0 and y.numerator == 1:
        # tanh(y) = (c - 1)/(c + 1) with c = exp(2 y). Members of one class have one determinant, so one constant.
        exponential = primitive(multiply(tangent, (1, -1, 1, 1)))
        exponent = 2 * y
        if exponent.numerator == 1 or abs(determinant(exponential)) < abs(determinant(tangent)):
            return _value("e" if exponent == 1 else f"e^{_exponent(exponent)}", exponential)
    return found


def _shift(order: Fraction, w: Fraction) -> Rational:
    """Return the matrix that takes K_v, 0 < v <= 1, to K_order: K_v = v + w/K_{v+1}."""
    matrix = (Fraction(1), Fraction(0), Fraction(0), Fraction(1))
    while order <= 0:
        matrix = _times(matrix, (order, w, Fraction(1), Fraction(0)))
        order += 1
    while order > 1:
        order -= 1
        matrix = _times(matrix, (Fraction(0), w, Fraction(1), -order))
    return matrix


def _times(left: Rational, right: Rational) -> Rational:
    a, b, c, d = left
    e, f, g, h = right
    return a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h


def _exact(matrix: Matrix) -> Rational:
    p, q, r, s = map(Fraction, matrix)
    return p, q, r, s


def _integers(matrix: Rational) -> Matrix:
    scale = math.lcm(*(entry.denominator for entry in matrix))
    p, q, r, s = (int(entry * scale) for entry in matrix)
    return primitive((p, q, r, s))


def _value(text: str, matrix: Matrix) -> ClosedValue:
    p, q, r, s = primitive(matrix)
    return ClosedValue(parse(text), (q, p, s, r))


def _square_root(number: Fraction) -> tuple[Fraction, int]:
    """Return (f, d) with number = f^2 d, d a squarefree integer."""
    square, squarefree = _split_square(number.numerator * number.denominator)
    return Fraction(square, number.denominator), squarefree


def _split_square(number: int) -> tuple[int, int]:
    """Return (f, d) with number = f^2 d, d squarefree, for a positive integer."""
    square, squarefree = 1, 1
    for prime, exponent in fmpz(number).factor():
        square *= int(prime) ** (exponent // 2)
        squarefree *= int(prime) ** (exponent % 2)
    return square, squarefree


def _argument(number: Fraction, squarefree: int) -> str:
    """Return the text of number/sqrt(squarefree)."""
    numerator, denominator = number.numerator, number.denominator
    if squarefree == 1:
        return str(number)
    if numerator % squarefree == 0:
        multiple = numerator // squarefree
        text = f"sqrt({squarefree})" if multiple == 1 else f"{multiple}*sqrt({squarefree})"
        return text if denominator == 1 else f"{text}/{denominator}"
    return f"{numerator}/sqrt({squarefree})" if denominator == 1 else f"{numerator}/({denominator}*sqrt({squarefree}))"


def _exponent(number: Fraction) -> str:
    return str(number) if number.denominator == 1 else f"({number})"
