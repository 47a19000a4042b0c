"""From one conservative matrix field to another: dual, gauge, sub-field, specialization, translation."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from discovery.errors import InputError
from discovery.exact.fields.matrix_field import MatrixField
from discovery.exact.fields.rational_function import RationalFunction, Scalar, Variables, constant, variable
from discovery.exact.fields.rational_matrix import Rows, determinant, identity, inverse, multiply, transform, transpose

MAX_SUB_FIELD_STEPS = 24


def dual(field: MatrixField) -> MatrixField:
    """Return the dual field, whose matrices are the transposed inverses."""
    matrices = tuple(transpose(field.inverse(axis)) for axis in field.axes)
    return MatrixField(field.axes, matrices, field.parameters)


def gauge(field: MatrixField, u: Rows) -> MatrixField:
    """Return the field with the matrices U(p)^-1 M_a(p) U(p + e_a).

    Parameters
    ----------
    field : MatrixField
    u : Rows
        Matrix of the rank and in the variables of the field.

    Raises
    ------
    InputError
        The determinant of U is zero everywhere.
    """
    if determinant(u).is_zero:
        raise InputError("the determinant of the gauge U is zero everywhere", field="u")
    inverted = inverse(u)
    matrices = []
    for axis, rows in zip(field.axes, field.matrices, strict=True):
        moved = _substituted(u, {axis: variable(axis, field.variables) + 1})
        matrices.append(multiply(multiply(inverted, rows), moved))
    return MatrixField(field.axes, tuple(matrices), field.parameters)


def sub_field(field: MatrixField, basis: Mapping[str, tuple[int, ...]]) -> MatrixField:
    """Return the field on a sub-lattice through the origin.

    Parameters
    ----------
    field : MatrixField
    basis : mapping of str to tuple of int
        New axes by name: the steps along each old axis that one step along the new one takes. Linearly independent,
        at most `MAX_SUB_FIELD_STEPS` unit steps each. A path elsewhere starts from a translated field.

    Raises
    ------
    InputError
        A vector of the wrong length or with too many steps, or dependent vectors.
    """
    axes = tuple(basis)
    for name, vector in basis.items():
        if len(vector) != len(field.axes):
            raise InputError(
                f"the basis vector {name!r} has {len(vector)} components, the field {len(field.axes)} axes",
                field="basis",
            )
        if sum(map(abs, vector)) > MAX_SUB_FIELD_STEPS:
            raise InputError(f"the basis vector {name!r} has more than {MAX_SUB_FIELD_STEPS} steps", field="basis")
    if _rank(list(basis.values())) < len(axes):
        raise InputError("the basis vectors are linearly dependent", field="basis")
    variables = axes + field.parameters
    origin = {
        old: sum((variable(new, variables) * vector[index] for new, vector in basis.items()), constant(0, variables))
        for index, old in enumerate(field.axes)
    }
    matrices = tuple(_walked(field, origin, vector) for vector in basis.values())
    return MatrixField(axes, matrices, field.parameters)


def specialize(field: MatrixField, values: Mapping[str, Scalar]) -> MatrixField:
    """Return the field with numbers for some of its parameters.

    Raises
    ------
    InputError
        A name is not a parameter, or some matrix has a zero denominator or determinant everywhere with these values.
    """
    for name in values:
        if name not in field.parameters:
            raise InputError(f"{name!r} is not a parameter of the field", field=name)
    parameters = tuple(name for name in field.parameters if name not in values)
    variables = field.axes + parameters
    matrices = tuple(_substituted(rows, values, variables) for rows in field.matrices)
    return MatrixField(field.axes, matrices, parameters)


def translate(field: MatrixField, start: Mapping[str, RationalFunction | Scalar]) -> MatrixField:
    """Return the field with its origin moved: its matrices at p are those of the old field at p + start.

    Parameters
    ----------
    field : MatrixField
    start : mapping of str to RationalFunction, int or Fraction
        New origin by axis, any rational numbers or polynomials in the parameters; axes that are not in it stay.
    """
    moved = {axis: variable(axis, field.variables) + by for axis, by in start.items()}
    return MatrixField(field.axes, tuple(_substituted(rows, moved) for rows in field.matrices), field.parameters)


def _substituted(
    rows: Rows, values: Mapping[str, RationalFunction | Scalar], variables: Variables | None = None
) -> Rows:
    return transform(rows, lambda entry: entry.substitute(values, variables))


def _walked(field: MatrixField, origin: dict[str, RationalFunction], vector: tuple[int, ...]) -> Rows:
    """Return the product of the unit steps of a vector, taken axis after axis from the origin."""
    variables = next(iter(origin.values())).variables
    place = dict(origin)
    product = identity(field.rank, variables)
    for axis, count in zip(field.axes, vector, strict=True):
        for _ in range(abs(count)):
            if count < 0:
                place[axis] -= 1
            rows = field.matrix(axis) if count > 0 else field.inverse(axis)
            product = multiply(product, _substituted(rows, place, variables))
            if count > 0:
                place[axis] += 1
    return product


def _rank(vectors: list[tuple[int, ...]]) -> int:
    rows = [list(map(Fraction, vector)) for vector in vectors]
    rank = 0
    for column in range(len(rows[0])):
        pivot = next((i for i in range(rank, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for i in range(rank + 1, len(rows)):
            factor = rows[i][column] / rows[rank][column]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[rank], strict=True)]
        rank += 1
    return rank
