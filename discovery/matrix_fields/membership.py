"""Whether a polynomial continued fraction is a row of a field of conjugate polynomials, by comparing coefficients."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_poly

from discovery.errors import InputError, ProofRefused
from discovery.exact import polynomial
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.rational_function import RationalFunction, constant, variable
from discovery.exact.polynomial import Coefficients
from discovery.matrix_fields.conjugate import AXES, ConjugatePolynomials

FAMILIES = ("degree_1", "degree_2", "degree_2_mirror", "degree_3")


@dataclass(frozen=True)
class FieldRow:
    """A row of a field: a(n) = scale a_F(n + shift, y), b(n) = scale^2 b_F(n + shift), with its matrix identity.

    Parameters
    ----------
    family : str
        One of `FAMILIES`.
    parameters : tuple of Fraction
        ``(c,)``; for degree 1 ``(c0, c1, c2, c3)`` in f = c0 + c1 (x+y), f_bar = c2 + c3 (x-y).
    kappa : Fraction
        Constant added to b_F of `natural_b`; 0 for an undeformed field.
    scale, shift : Fraction
        Scale, not zero, and shift s in x = n + s.
    y_product : Fraction
        y(y-1), which is what a row of degree 2 or 3 determines.
    y : Fraction or None
        The row, at least 1/2 where y and 1-y give the same row; ``None`` if it is irrational.

    Notes
    -----
    The identity is [[0, b(n)], [1, a(n)]] = scale U^-1 M_x(n + shift, y) U with U = diag(1/scale, 1), where M_x is part
    of a field proved to be conservative.
    """

    family: str
    parameters: tuple[Fraction, ...]
    kappa: Fraction
    scale: Fraction
    shift: Fraction
    y_product: Fraction
    y: Fraction | None

    def pair(self) -> ConjugatePolynomials:
        """Return f and f_bar of the field."""
        x, y = (variable(name, AXES) for name in AXES)
        if self.family == "degree_1":
            c0, c1, c2, c3 = self.parameters
            return ConjugatePolynomials((x + y) * c1 + c0, (x - y) * c3 + c2)
        (c,) = self.parameters
        if self.family == "degree_3":
            f = (x + y) * (x * x + x * y + y * y + c)
            return ConjugatePolynomials(f, (y - x) * (x * x - x * y + y * y + c))
        f = x * x * 2 + x * y * 2 + y * y + c
        pair = ConjugatePolynomials(f, x * y * 2 - x * x * 2 - y * y - c)
        return pair.mirror() if self.family == "degree_2_mirror" else pair

    def field(self) -> MatrixField:
        """Return the field, proved to be conservative."""
        pair = self.pair()
        return pair.field(_natural_kappa(self.family, self.parameters) + self.kappa)

    def continued_fraction(self) -> tuple[Coefficients, Coefficients]:
        """Return a and b of the row, worked out from the matrix M_x of the field."""
        rows = self.field().matrix("x")
        b = _in_n(rows[0][1], self.shift)
        a_x, a_linear, a_square = _powers_of_y(rows[1][1])
        a = _in_n(a_x, self.shift)
        if self.y is not None:
            a += _in_n(a_linear, self.shift) * _rational(self.y) + _in_n(a_square, self.shift) * _rational(self.y**2)
        elif a_linear != -a_square:
            raise ProofRefused("the row", f"a(x, y) = {rows[1][1]} is not a function of y(y-1)")
        else:
            a += _in_n(a_square, self.shift) * _rational(self.y_product)
        return _coefficients(a * _rational(self.scale)), _coefficients(b * _rational(self.scale**2))

    def check(self, a: Coefficients, b: Coefficients) -> None:
        """Prove again that the continued fraction a, b is this row.

        Raises
        ------
        ProofRefused
            The field is not conservative, y does not belong to y(y-1), or a or b differs from the row.
        """
        if self.y is not None and self.y * (self.y - 1) != self.y_product:
            raise ProofRefused("the row", f"y = {self.y} has y(y-1) = {self.y * (self.y - 1)}, not {self.y_product}")
        for name, wanted, found in zip("ab", (a, b), self.continued_fraction(), strict=True):
            if wanted != found:
                texts = polynomial.to_text(found, "n"), polynomial.to_text(wanted, "n")
                raise ProofRefused(name, f"the row of the field has {texts[0]}, the continued fraction {texts[1]}")

    def to_json(self) -> dict[str, Any]:
        """Return the proof object: what `from_json` reads, and the field written out for other readers."""
        return {
            "type": "field_row",
            "family": self.family,
            "parameters": list(map(str, self.parameters)),
            "kappa": str(self.kappa),
            "scale": str(self.scale),
            "shift": str(self.shift),
            "y_product": str(self.y_product),
            "y": None if self.y is None else str(self.y),
            "field": self.field().to_json(),
            "identity": "[[0, b(n)], [1, a(n)]] = scale U^-1 M_x(n + shift, y) U, U = diag(1/scale, 1)",
        }

    @classmethod
    def from_json(cls, obj: Mapping[str, Any]) -> FieldRow:
        """Return the row of a proof object; `check` then proves it.

        Raises
        ------
        InputError
            A key is missing or malformed.
        """
        family, parameters, y = obj.get("family"), obj.get("parameters"), obj.get("y")
        if family not in FAMILIES:
            raise InputError(f"family must be one of {', '.join(FAMILIES)}", field="family")
        count = 4 if family == "degree_1" else 1
        if not isinstance(parameters, list) or len(parameters) != count:
            raise InputError(f"parameters must be a list of {count} numbers", field="parameters")
        kappa, scale, shift, y_product = (
            _number(obj.get(key), key) for key in ("kappa", "scale", "shift", "y_product")
        )
        if scale == 0:
            raise InputError("scale must not be zero", field="scale")
        values = tuple(_number(value, "parameters") for value in parameters)
        return cls(family, values, kappa, scale, shift, y_product, None if y is None else _number(y, "y"))


def find_row(a: Coefficients, b: Coefficients) -> FieldRow | None:
    """Return the field of conjugate polynomials of which a continued fraction is a row, or ``None``.

    Parameters
    ----------
    a, b : Coefficients
        The continued fraction a(0) + b(1)/(a(1) + ...).

    Returns
    -------
    FieldRow or None
        An undeformed row has ``kappa`` 0. Parameters are rational; y may be irrational, then y(y-1) is rational. With
        deg a <= 1 and deg b <= 2 it is ``None`` if lc(a)^2 + 4 lc(b) is not the square of a rational number.

    Notes
    -----
    Closed form, one comparison of coefficients for each family; since these are all the families of degree 1, 2, 3,
    ``None`` proves that the fraction is no row, up to deformation, of a field of these degrees over Q.
    """
    degrees = len(a) - 1, len(b) - 1
    if degrees == (3, 6):
        return _degree_3(a, b)
    if degrees == (2, 4):
        return _degree_2(a, b)
    if degrees == (1, 4):
        return _degree_2_mirror(a, b)
    return _degree_1(a, b) if degrees[0] <= 1 and 0 <= degrees[1] <= 2 else None


def _degree_3(a: Coefficients, b: Coefficients) -> FieldRow | None:
    """Compare with a = l (2x+1)(x^2+x+1+c+2y(y-1)) and b = -l^2 x^2 (x^2+c)^2, x = n + s."""
    scale = a[3] / 2
    shift = a[2] / (3 * a[3]) - Fraction(1, 2)
    a_x, b_x = _in_x(a, shift), _in_x(b, shift)
    if b_x[6] != -(scale**2) or b_x[5] or b_x[3] or b_x[1]:
        return None
    c = b_x[4] / b_x[6] / 2
    # a is an odd function of x + 1/2: its coefficients in x are l (2, 3, 3 + 2 k, 1 + k) with k = c + 2 y(y-1).
    k = a_x[0] / scale - 1
    if b_x[2] != b_x[6] * c**2 or a_x[1] != scale * (3 + 2 * k):
        return None
    return _row("degree_3", c, b_x[0] / scale**2, (scale, shift), (k - c) / 2)


def _degree_2(a: Coefficients, b: Coefficients) -> FieldRow | None:
    """Compare with a = 2 l (2x^2+2x+1+c+y(y-1)) and b = -4 l^2 x^2 (x^2+c), x = n + s."""
    scale = a[2] / 4
    shift = a[1] / (2 * a[2]) - Fraction(1, 2)
    a_x, b_x = _in_x(a, shift), _in_x(b, shift)
    if b_x[4] != -4 * scale**2 or b_x[3] or b_x[1]:
        return None
    c = b_x[2] / b_x[4]
    return _row("degree_2", c, b_x[0] / scale**2, (scale, shift), a_x[0] / (2 * scale) - 1 - c)


def _degree_2_mirror(a: Coefficients, b: Coefficients) -> FieldRow | None:
    """Compare with a = l (2x+1)(2y-1) and b = l^2 (x^2+c)^2, x = n + s."""
    scale = _square_root(b[4])
    if scale is None:
        return None
    shift = a[0] / a[1] - Fraction(1, 2)
    b_x = _in_x(b, shift)
    if b_x[3] or b_x[1]:
        return None
    c = b_x[2] / b_x[4] / 2
    y = (a[1] / (2 * scale) + 1) / 2
    return FieldRow("degree_2_mirror", (c,), b_x[0] / scale**2 - c**2, scale, shift, y * (y - 1), y)


def _degree_1(a: Coefficients, b: Coefficients) -> FieldRow | None:
    """Compare with a = c0-c2-c3 + (c1-c3) x + (c1+c3) y and b = x (c0 c3 + c1 c2 + c1 c3 x) in the row y = 0."""
    slope, square = (a[1] if len(a) == 2 else Fraction(0)), (b[2] if len(b) == 3 else Fraction(0))
    total = _square_root(slope**2 + 4 * square)
    if not total:
        return None
    # Two roots of b that are rational allow a shift to one of them, so that kappa is zero.
    shift = -_rational_root(b)
    a_x, b_x = _in_x(a, shift), _in_x(b, shift)
    c1, c3 = (total + slope) / 2, (total - slope) / 2
    constant_a = a_x[0] if a_x else Fraction(0)
    linear_b = b_x[1] if len(b_x) > 1 else Fraction(0)
    c2 = (linear_b - c3 * (constant_a + c3)) / total
    c0 = constant_a + c2 + c3
    if c0 == c1 == 0 or c2 == c3 == 0:
        # With f or f_bar zero a depends on one combination of x and y only, and M_y says nothing new.
        return None
    return FieldRow("degree_1", (c0, c1, c2, c3), b_x[0], Fraction(1), shift, Fraction(0), Fraction(0))


def _row(family: str, c: Fraction, kappa: Fraction, place: tuple[Fraction, Fraction], y_product: Fraction) -> FieldRow:
    """Return the row with a (scale, shift) and a value of y(y-1)."""
    root = _square_root(1 + 4 * y_product)
    return FieldRow(family, (c,), kappa, *place, y_product, None if root is None else (1 + root) / 2)


def _natural_kappa(family: str, parameters: tuple[Fraction, ...]) -> Fraction:
    """Return b(0) of the undeformed field: of the mirror of degree 2, b = (x^2+c)^2."""
    return parameters[0] ** 2 if family == "degree_2_mirror" else Fraction(0)


def _rational_root(b: Coefficients) -> Fraction:
    """Return the greater rational root of b of degree 1 or 2; 0 if it has none."""
    if len(b) == 2:
        return -b[0] / b[1]
    root = _square_root(b[1] ** 2 - 4 * b[0] * b[2]) if len(b) == 3 else None
    return Fraction(0) if root is None else max((-b[1] + root) / (2 * b[2]), (-b[1] - root) / (2 * b[2]))


def _square_root(value: Fraction) -> Fraction | None:
    if value < 0:
        return None
    roots = math.isqrt(value.numerator), math.isqrt(value.denominator)
    return Fraction(*roots) if (roots[0] ** 2, roots[1] ** 2) == (value.numerator, value.denominator) else None


def _in_x(coefficients: Coefficients, shift: Fraction) -> Coefficients:
    """Return a polynomial in n as one in x = n + shift."""
    return _coefficients(_polynomial(coefficients)(fmpq_poly([_rational(-shift), 1])), len(coefficients))


def _in_n(function: RationalFunction, shift: Fraction) -> fmpq_poly:
    """Return a polynomial in x alone as one in n, x = n + shift."""
    values = {powers[0]: value for powers, value in function.coefficients().items()}
    coefficients = tuple(values.get(power, Fraction(0)) for power in range(max(values, default=-1) + 1))
    return _polynomial(coefficients)(fmpq_poly([_rational(shift), 1]))


def _powers_of_y(function: RationalFunction) -> tuple[RationalFunction, RationalFunction, RationalFunction]:
    """Return the coefficients of 1, y, y^2 of a polynomial of degree at most 2 in y."""
    parts: list[RationalFunction] = [constant(0, AXES)] * 3
    x = variable("x", AXES)
    for (i, j), value in function.coefficients().items():
        parts[j] += x**i * value
    return parts[0], parts[1], parts[2]


def _polynomial(coefficients: Coefficients) -> fmpq_poly:
    return fmpq_poly([_rational(value) for value in coefficients])


def _rational(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def _coefficients(value: fmpq_poly, length: int | None = None) -> Coefficients:
    count = value.degree() + 1 if length is None else length
    return tuple(Fraction(int(value[i].p), int(value[i].q)) for i in range(count))


def _number(given: Any, key: str) -> Fraction:
    try:
        if isinstance(given, str) and len(given) <= 1000:
            return Fraction(given)
        if isinstance(given, int) and not isinstance(given, bool):
            return Fraction(given)
    except (ValueError, ZeroDivisionError):
        pass
    raise InputError(f"{key} must be a rational number as a string, such as '1/4'", field=key)
