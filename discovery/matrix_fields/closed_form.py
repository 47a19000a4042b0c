"""Closed forms over directions for fields of conjugate polynomials: the error rate, and delta for four known fields."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from discovery.errors import InputError
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.rational_function import RationalFunction
from discovery.matrix_fields.conjugate import conjugate_polynomials

Floats: TypeAlias = NDArray[np.float64]
Complexes: TypeAlias = NDArray[np.complex128]

ESTABLISHED = {
    "zeta(3)": ("(x+y)*(x^2+x*y+y^2)", "(y-x)*(x^2-x*y+y^2)"),
    "zeta(2)": ("2*x^2+2*x*y+y^2", "-(2*x^2-2*x*y+y^2)"),
    "zeta(2) mirror": ("x^2+2*x*y+2*y^2", "x^2-2*x*y+2*y^2"),
    "log(2)": ("x+y", "x-y"),
}
"""f and f_bar of the fields whose delta was compared with exact products, in 8 directions each: within 0.008 at 4000
unit steps. It is a conjecture even there, but for the theorem at (1, 1); elsewhere the same formula is mostly wrong."""


@dataclass(frozen=True)
class ClosedForm:
    """The irrationality exponent delta = E/R - 1 over directions; arrays of the shape of the directions but the last.

    Parameters
    ----------
    error_rate : ndarray of float64
        E: the error of a ratio falls like exp(-E N) with the number N of periods.
    size_rate : ndarray of float64
        R: the reduced denominator grows like exp(R N).
    delta : ndarray of float64
        E/R - 1.
    """

    error_rate: Floats
    size_rate: Floats
    delta: Floats


def established_name(field: MatrixField) -> str | None:
    """Return the name under which the field is in `ESTABLISHED`, ``None`` if it is not."""
    return _established().get(field.key())


def error_rates(field: MatrixField, directions: ArrayLike) -> Floats:
    """Return log of the ratio of the two solutions' growth in one period, for many directions at once.

    Parameters
    ----------
    field : MatrixField
        With M_x = [[0, b], [1, a]] and M_y = [[f_bar, b], [1, f]], polynomials of x and y.
    directions : array_like of int, shape (..., 2)
        Directions (p, q), both >= 0 and not both 0.

    Returns
    -------
    ndarray of float64, shape (...)
        E >= 0 to double precision; 0 where the two are complex conjugates, infinite where one of them is zero.

    Raises
    ------
    InputError
        The field is not of that form, or a direction is not as said.

    Notes
    -----
    Far out the matrices at (pn, qn) are those of their top homogeneous parts F of f and G of f_bar, which commute:
    the eigenvalues of M_x are the roots of t^2 - (F - G) t - B, B = FG at y = 0, those of M_y are the same ones plus
    G. Each solution grows with its own pair, so that E = |p log|x1/x2| + q log|(x1 + G)/(x2 + G)||.
    """
    _, error, _ = _rates(*_conjugate_parts(field), _checked(directions))
    return error


def closed_form(field: MatrixField, directions: ArrayLike) -> ClosedForm:
    """Return delta over directions for one of the fields in `ESTABLISHED`.

    Parameters
    ----------
    field : MatrixField
        One of those four.
    directions : array_like of int, shape (..., 2)
        Directions (p, q), both >= 0 and not both 0.

    Raises
    ------
    InputError
        Another field, for which the formula does not hold; or a direction is not as said.

    Notes
    -----
    R = p (log|x1| - d log p - log|cX|/2) + q (log|y1| - d log q - log|cY|/2) + d max(p, q), d the degree, x1 and y1
    the dominant eigenvalues at (p, q), det M_x ~ cX x^(2d), det M_y ~ cY y^(2d). On an axis E = 0 and delta = -1.
    """
    if established_name(field) is None:
        raise InputError(
            "the closed form of delta is established for four fields only, and this is none of them",
            field="field",
            hint=f"They are those of {', '.join(ESTABLISHED)}; measure delta instead",
        )
    points = _checked(directions)
    f, f_bar = _conjugate_parts(field)
    degree, error, (first, second) = _rates(f, f_bar, points)
    p, q = points[..., 0], points[..., 1]
    determinant_x = abs(_value(f, degree, 1.0, 0.0) * _value(f_bar, degree, 1.0, 0.0))
    determinant_y = abs(_value(f, degree, 0.0, 1.0) * _value(f_bar, degree, 0.0, 1.0))
    size = degree * np.maximum(p, q)
    for steps, eigenvalue, determinant in ((p, first, determinant_x), (q, second, determinant_y)):
        logs = np.log(np.where(steps > 0, steps, 1.0))
        rate = np.log(np.where(steps > 0, eigenvalue, 1.0)) - degree * logs - np.log(determinant) / 2
        size = size + steps * rate
    return ClosedForm(error, size, error / size - 1)


@cache
def _established() -> dict[str, str]:
    return {conjugate_polynomials(*pair).field().key(): name for name, pair in ESTABLISHED.items()}


def _checked(directions: ArrayLike) -> Floats:
    points = np.asarray(directions, dtype=np.float64)
    if points.ndim < 1 or points.shape[-1] != 2:
        raise InputError(f"directions must have shape (..., 2); got {points.shape}", field="directions")
    if not np.isfinite(points).all() or (points < 0).any() or (points.sum(axis=-1) == 0).any():
        raise InputError("a direction must have components >= 0 that are not both 0", field="directions")
    return points


def _conjugate_parts(field: MatrixField) -> tuple[RationalFunction, RationalFunction]:
    """Return f and f_bar from the matrices."""
    if field.axes == ("x", "y") and field.rank == 2 and not field.parameters:
        ((zero, b), (one, _)), ((f_bar, b_again), (one_again, f)) = field.matrices
        polynomial = all(entry.is_polynomial for entry in (f, f_bar, b))
        if zero.is_zero and str(one) == str(one_again) == "1" and b == b_again and polynomial:
            return f, f_bar
    raise InputError(
        "the matrices are not those of conjugate polynomials",
        field="field",
        hint="M_x = [[0, b], [1, a]] and M_y = [[f_bar, b], [1, f]] are wanted, without parameters",
    )


def _rates(f: RationalFunction, f_bar: RationalFunction, points: Floats) -> tuple[int, Floats, tuple[Floats, Floats]]:
    """Return the degree, E, and the moduli of the dominant eigenvalues of M_x and M_y at the points."""
    degree = max(sum(powers) for part in (f, f_bar) for powers in part.coefficients())
    p, q = points[..., 0], points[..., 1]
    top, top_bar = _value(f, degree, p, q), _value(f_bar, degree, p, q)
    bottom = _value(f, degree, p, 0.0) * _value(f_bar, degree, p, 0.0)
    trace = top - top_bar
    root: Complexes = np.sqrt((trace * trace + 4 * bottom).astype(np.complex128))
    # The root of larger modulus first, the other one from their product: no cancellation.
    large: Complexes = (trace + np.where(trace < 0, -1, 1) * root) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        small: Complexes = np.where(large == 0, 0, -bottom / large)
        along_x = _log_ratio(large, small, p)
        along_y = _log_ratio(np.add(large, top_bar), np.add(small, top_bar), q)
    error = np.abs(along_x + along_y)
    dominant_y = np.maximum(np.abs(large + top_bar), np.abs(small + top_bar))
    return degree, error, (np.abs(large), dominant_y)


def _log_ratio(first: Complexes, second: Complexes, steps: Floats) -> Floats:
    """Return steps * log|first/second|, 0 where there are no steps."""
    logs = np.log(np.abs(first)) - np.log(np.abs(second))
    return np.where(steps > 0, steps * np.where(steps > 0, logs, 0.0), 0.0)


def _value(part: RationalFunction, degree: int, x: Floats | float, y: Floats | float) -> Floats:
    """Return the homogeneous part of a degree at points."""
    total: Floats = np.zeros(np.broadcast(x, y).shape)
    for (i, j), coefficient in part.coefficients().items():
        if i + j == degree:
            total = total + float(coefficient) * np.asarray(x) ** i * np.asarray(y) ** j
    return total
