"""Fields of the generalized hypergeometric functions pFq, from the companion matrix of their operator."""

from __future__ import annotations

from fractions import Fraction

from discovery.errors import ParameterError
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.rational_function import RationalFunction, Scalar, Variables, constant, variable
from discovery.exact.fields.rational_matrix import Rows, inverse, transform

MAX_PARAMETERS = 5
"""Upper and lower parameters together."""


def hypergeometric_field(p: int, q: int, z: Scalar | None = None) -> MatrixField:
    """Return the field of pFq(a1, ..., ap; b1, ..., bq; z), proved to be conservative.

    Parameters
    ----------
    p, q : int
        Numbers of upper and lower parameters, together 1 to 5; each of them is an axis.
    z : int or Fraction, optional
        The argument, not zero; a parameter named z if absent. With p = q+1 and z = 1 the rank is one less, at least 1.

    Returns
    -------
    MatrixField
        Axes a1, ..., ap, b1, ..., bq. With theta = z d/dz and the row vector V = (F, theta F, theta^2 F, ...) of the
        length of the rank, the step along an axis takes V to that of the next parameter: V(a+1) = V(a) M_a(a).

    Raises
    ------
    ParameterError
        p, q or z is out of range.

    Notes
    -----
    F(a+1) = (theta/a + 1) F and F(b-1) = (theta/(b-1) + 1) F; theta acts on V as the companion matrix of
    theta (theta+b1-1) ... (theta+bq-1) - z (theta+a1) ... (theta+ap). The step forward along b is the inverse of the
    step back.

    References
    ----------
    DLMF 16.3 (contiguous functions), 16.8.3 (the differential equation).
    """
    for name, value in (("p", p), ("q", q)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ParameterError(f"{name} must be an int of at least 0; got {value!r}", field=name)
    if not 1 <= p + q <= MAX_PARAMETERS:
        raise ParameterError(f"p + q must be in [1, {MAX_PARAMETERS}]; got {p + q}", field="p")
    if z == 0:
        raise ParameterError("z must not be zero", field="z", hint="The function is 1 there")
    axes = (*(f"a{i}" for i in range(1, p + 1)), *(f"b{j}" for j in range(1, q + 1)))
    parameters: Variables = ("z",) if z is None else ()
    variables = (*axes, *parameters)
    theta = _theta(axes, p, variable("z", variables) if z is None else constant(Fraction(z), variables))
    if not theta:
        raise ParameterError(f"{p}F{q} at z = 1 has rank 0", field="z", hint="Take another z")
    matrices: dict[str, Rows] = {}
    for axis in axes[:p]:
        matrices[axis] = _plus_one(theta, variable(axis, variables))
    for axis in axes[p:]:
        # The step back from b+1 to b.
        moved = transform(theta, lambda entry, b=axis: entry.substitute({b: variable(b, variables) + 1}))  # type: ignore[misc]
        matrices[axis] = inverse(_plus_one(moved, variable(axis, variables)))
    return MatrixField.proved(axes, matrices, parameters)


def _theta(axes: Variables, p: int, z: RationalFunction) -> Rows:
    """Return the matrix of theta on the row vector (F, theta F, ...)."""
    variables = z.variables
    one, zero = constant(1, variables), constant(0, variables)
    upper, lower = [one], [zero, one]
    for index, axis in enumerate(axes):
        if index < p:
            upper = _times(upper, variable(axis, variables))
        else:
            lower = _times(lower, variable(axis, variables) - 1)
    operator = [
        (lower[k] if k < len(lower) else zero) - z * (upper[k] if k < len(upper) else zero)
        for k in range(max(len(upper), len(lower)))
    ]
    while operator[-1].is_zero:
        operator.pop()
    rank = len(operator) - 1
    return tuple(
        tuple(-operator[i] / operator[rank] if j == rank - 1 else (one if i == j + 1 else zero) for j in range(rank))
        for i in range(rank)
    )


def _times(coefficients: list[RationalFunction], root: RationalFunction) -> list[RationalFunction]:
    """Return the coefficients, from low to high, of a polynomial in theta times theta + root."""
    zero = root - root
    return [
        low + high for low, high in zip([zero, *coefficients], [*(c * root for c in coefficients), zero], strict=True)
    ]


def _plus_one(theta: Rows, divisor: RationalFunction) -> Rows:
    return tuple(tuple(entry / divisor + int(i == j) for j, entry in enumerate(row)) for i, row in enumerate(theta))
