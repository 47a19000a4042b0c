"""Conservative matrix fields: matrices of rational functions whose path-ordered products depend on end points only."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Any, ClassVar

from flint import fmpq, fmpq_mat

from discovery.errors import InputError, LimitExceeded, ProofRefused
from discovery.exact.fields.rational_function import (
    MAX_CHARACTERS,
    RationalFunction,
    Scalar,
    Variables,
    parse_rational_function,
    variable,
)
from discovery.exact.fields.rational_matrix import Rows, determinant, inverse, multiply, transform
from discovery.exact.fields.step_matrix import StepMatrix, step_matrix
from discovery.exact.functions import ATOMS, FUNCTIONS
from discovery.search import canonical_json

MAX_AXES = 10
MAX_PARAMETERS = 10
MAX_RANK = 8
MAX_INTEGER_BITS = 6643
MAX_TERMS = 4000
"""Terms of all entries of one field together."""

_TRIAL = (1013, 557, 1709, 263, 1999, 809, 1301, 431, 1607, 127, 941, 691, 1471, 379, 1213, 53, 1867, 179, 1109, 613)
_NAME = re.compile(r"[A-Za-z][0-9]{0,3}")


@dataclass(frozen=True)
class ConservationDefect:
    """A place where the matrices of a field do not commute: M_a(p) M_b(p + e_a) differs from M_b(p) M_a(p + e_b).

    Parameters
    ----------
    axes : tuple of (str, str)
        The pair a, b.
    row, column : int
        Place of the first unequal entry, from 1.
    left, right : RationalFunction
        That entry of the two products.
    """

    axes: tuple[str, str]
    row: int
    column: int
    left: RationalFunction
    right: RationalFunction

    def describe(self) -> str:
        """Return the statement in words."""
        a, b = self.axes
        left, right = _short(self.left), _short(self.right)
        # Long ones may begin alike.
        difference = f"; the difference is {_short(self.left - self.right)}" if left == right else ""
        return (
            f"entry ({self.row}, {self.column}) of M_{a} M_{b}({a}+1) is {left}, "
            f"but of M_{b} M_{a}({b}+1) it is {right}{difference}"
        )


@dataclass(frozen=True)
class MatrixField:
    """Square matrices M_a, one for each axis, with M_a(p) M_b(p + e_a) = M_b(p) M_a(p + e_b) for every pair of axes.

    Parameters
    ----------
    axes : tuple of str
        Names of the axes, 1 to `MAX_AXES`: a letter, or a letter and at most three digits.
    matrices : tuple of Rows
        One matrix for each axis, in their order; entries are rational functions of axes + parameters, determinants
        are not zero everywhere.
    parameters : tuple of str
        Names of further variables that no step changes.

    Raises
    ------
    InputError
        Names, shapes or sizes are not as said, or a determinant is zero everywhere.

    Notes
    -----
    The constructor checks shapes only; `proved` and `from_json` also prove the identity, and the fields derived from
    a conservative one are conservative. Products are taken from left to right, start point first.
    """

    axes: Variables
    matrices: tuple[Rows, ...]
    parameters: Variables = ()

    kind: ClassVar[str] = "matrix_field"

    def __post_init__(self) -> None:
        _check_names(self.axes, self.parameters)
        if len(self.matrices) != len(self.axes):
            raise InputError(f"there are {len(self.axes)} axes but {len(self.matrices)} matrices", field="matrices")
        terms = 0
        for axis, rows in zip(self.axes, self.matrices, strict=True):
            _check_shape(axis, rows, len(self.matrices[0]))
            for entry in (entry for row in rows for entry in row):
                if entry.variables != self.variables:
                    raise ValueError(f"an entry of M_{axis} is in other variables than {self.variables}")
                terms += len(entry.numerator) + len(entry.denominator)
        if terms > MAX_TERMS:
            raise InputError(f"the entries have {terms} terms together", field="matrices", hint=f"At most {MAX_TERMS}")
        for axis in self.axes:
            if not _regular_somewhere(self.matrix(axis), self.variables) and self.determinant(axis).is_zero:
                raise InputError(f"the determinant of M_{axis} is zero everywhere", field="matrices")

    @classmethod
    def proved(cls, axes: Variables, matrices: Mapping[str, Rows], parameters: Variables = ()) -> MatrixField:
        """Return the field of some matrices, proved to be conservative.

        Raises
        ------
        ProofRefused
            Two products differ; the message names the axes, the entry and both values.
        """
        field = cls(axes, tuple(matrices[axis] for axis in axes), parameters)
        if defect := field.conservation_defect():
            raise ProofRefused("conservation", defect.describe())
        return field

    @classmethod
    def from_json(cls, obj: Mapping[str, Any]) -> MatrixField:
        """Return the field of a formula-file object, proved to be conservative.

        Parameters
        ----------
        obj : mapping
            Keys ``axes``, ``matrices`` (axis to rows of texts or integers) and ``parameters`` (absent: the other
            letters, or letters with digits, that the matrices contain).

        Raises
        ------
        InputError
            A key is missing or malformed; ``field`` and the message name it.
        ProofRefused
            The matrices do not commute.
        """
        axes, given = _names(obj, "axes"), obj.get("matrices")
        parameters = _names(obj, "parameters") if "parameters" in obj else _other_names(given, axes)
        _check_names(axes, parameters)
        if not isinstance(given, Mapping) or set(given) != set(axes):
            raise InputError(f"matrices must be an object with the keys {', '.join(axes)}", field="matrices")
        variables = axes + parameters
        return cls.proved(axes, {axis: _rows_from_json(axis, given[axis], variables) for axis in axes}, parameters)

    def to_json(self) -> dict[str, Any]:
        """Return the formula-file object."""
        matrices = {
            axis: [[str(entry) for entry in row] for row in rows]
            for axis, rows in zip(self.axes, self.matrices, strict=True)
        }
        parameters = {"parameters": list(self.parameters)} if self.parameters else {}
        return {"kind": self.kind, "axes": list(self.axes), **parameters, "matrices": matrices}

    def key(self) -> str:
        """Return the canonical key: equal for two descriptions with one `canonical` form."""
        return canonical_json(self.canonical().to_json())

    def canonical(self) -> MatrixField:
        """Return the field with axes and parameters in alphabetical order and every matrix without constant content.

        Notes
        -----
        A constant factor of a matrix changes neither conservation nor the limit of any path. The sign is such that
        the first entry that is not zero has a positive leading coefficient.
        """
        axes = tuple(sorted(self.axes))
        used = {name for rows in self.matrices for row in rows for entry in row for name in entry.used_variables()}
        parameters = tuple(sorted(used.intersection(self.parameters)))
        absent = dict.fromkeys(set(self.parameters) - used, 0)
        matrices = (
            _without_content(transform(self.matrix(axis), lambda e: e.substitute(absent, axes + parameters)))
            for axis in axes
        )
        return MatrixField(axes, tuple(matrices), parameters)

    def complexity(self) -> float:
        """Return the sum over all entries of the number of terms and the digits of the coefficients."""
        entries = (entry for rows in self.matrices for row in rows for entry in row)
        parts = (part for entry in entries for part in (entry.numerator, entry.denominator))
        return float(sum(1 + math.log10(abs(int(c))) for part in parts for c in part.coeffs()))

    @property
    def variables(self) -> Variables:
        """The axes and then the parameters."""
        return self.axes + self.parameters

    @property
    def rank(self) -> int:
        """Number of rows of every matrix."""
        return len(self.matrices[0])

    def matrix(self, axis: str) -> Rows:
        """Return M_axis, the matrix of the step from a point to the next one along an axis."""
        return self.matrices[self.axes.index(axis)]

    def inverse(self, axis: str) -> Rows:
        """Return the inverse of M_axis; the step back to a point is its value at that point."""
        return self._inverses[self.axes.index(axis)]

    def determinant(self, axis: str) -> RationalFunction:
        """Return the determinant of M_axis."""
        return self._determinants[self.axes.index(axis)]

    @cached_property
    def _inverses(self) -> tuple[Rows, ...]:
        return tuple(inverse(rows) for rows in self.matrices)

    @cached_property
    def _determinants(self) -> tuple[RationalFunction, ...]:
        return tuple(determinant(rows) for rows in self.matrices)

    def conservation_defect(self) -> ConservationDefect | None:
        """Return the first entry in which two products differ, by symbolic arithmetic; ``None`` proves the field."""
        for a, b in combinations(self.axes, 2):
            left = multiply(self.matrix(a), self._shifted(b, a))
            right = multiply(self.matrix(b), self._shifted(a, b))
            for row in range(self.rank):
                for column in range(self.rank):
                    if left[row][column] != right[row][column]:
                        entries = left[row][column], right[row][column]
                        return ConservationDefect((a, b), row + 1, column + 1, *entries)
        return None

    def _shifted(self, axis: str, along: str) -> Rows:
        moved = {along: variable(along, self.variables) + 1}
        return transform(self.matrix(axis), lambda entry: entry.substitute(moved))

    def matrix_at(self, axis: str, point: Sequence[Scalar]) -> tuple[tuple[Fraction, ...], ...]:
        """Return M_axis at a point with one coordinate for each axis; not for a field with parameters.

        Raises
        ------
        InputError
            An entry has a zero denominator there, or the field has parameters.
        """
        self._check_no_parameters()
        values = dict(zip(self.axes, point, strict=True))
        try:
            return tuple(tuple(entry.evaluate(values) for entry in row) for row in self.matrix(axis))
        except InputError as error:
            raise InputError(f"M_{axis}: {error.message}", field="start", hint=error.hint) from None

    def step_matrix(self, start: Sequence[Scalar], direction: Sequence[Scalar]) -> StepMatrix:
        """Return the matrix of one period of a direction as polynomials in the number of the period.

        See `discovery.exact.fields.step_matrix.step_matrix`, which this calls; not for a field with parameters.
        """
        self._check_no_parameters()
        return step_matrix(self, start, direction)

    def _check_no_parameters(self) -> None:
        if self.parameters:
            raise InputError(
                f"the field has the parameters {', '.join(self.parameters)}", hint="Give each of them a value first"
            )


def _check_names(axes: Variables, parameters: Variables) -> None:
    for field, names, least, most in (("axes", axes, 1, MAX_AXES), ("parameters", parameters, 0, MAX_PARAMETERS)):
        if not least <= len(names) <= most:
            raise InputError(f"there must be {least} to {most} {field}; got {len(names)}", field=field)
        for name in names:
            if not _NAME.fullmatch(name) or name in ATOMS or name in FUNCTIONS:
                raise InputError(
                    f"{name[:20]!r} cannot name a variable",
                    field=field,
                    hint="Use a letter, or a letter and digits, that is not a constant such as e",
                )
    if len(set(axes + parameters)) < len(axes + parameters):
        raise InputError("two axes or parameters have one name", field="axes", hint="Name every variable differently")


def _check_shape(axis: str, rows: Rows, rank: int) -> None:
    if not 1 <= len(rows) <= MAX_RANK:
        raise InputError(f"M_{axis} must have 1 to {MAX_RANK} rows; got {len(rows)}", field="matrices")
    for number, row in enumerate(rows, 1):
        if len(row) != len(rows):
            raise InputError(
                f"M_{axis} is not square: row {number} has {len(row)} of {len(rows)} entries", field="matrices"
            )
    if len(rows) != rank:
        raise InputError(f"M_{axis} has {len(rows)} rows, but the first matrix {rank}", field="matrices")


def _regular_somewhere(rows: Rows, variables: Variables) -> bool:
    """Return whether the determinant is not zero at some trial point, which is cheaper than the determinant itself."""
    for trial in range(3):
        point = {
            name: Fraction(_TRIAL[(index + trial) % len(_TRIAL)], 7 + trial) for index, name in enumerate(variables)
        }
        try:
            values = [entry.evaluate(point) for row in rows for entry in row]
        except InputError:
            continue
        matrix = fmpq_mat(len(rows), len(rows), [fmpq(value.numerator, value.denominator) for value in values])
        if matrix.det() != 0:
            return True
    return False


def _names(obj: Mapping[str, Any], key: str) -> Variables:
    given = obj.get(key, [])
    if not isinstance(given, list | tuple) or not all(isinstance(name, str) for name in given):
        raise InputError(f"{key} must be a list of names", field=key, hint='Write for example ["x", "y"]')
    return tuple(given)


def _other_names(matrices: Any, axes: Variables) -> Variables:
    """Return the names of variables in the texts of some matrices that are no axes, in alphabetical order."""
    given = matrices.values() if isinstance(matrices, Mapping) else ()
    rows = [row for matrix in given if isinstance(matrix, list | tuple) for row in matrix]
    texts = [entry for row in rows if isinstance(row, list | tuple) for entry in row if isinstance(entry, str)]
    words = {word for text in texts for word in re.findall(r"[A-Za-z_][A-Za-z_0-9]*", text[:MAX_CHARACTERS])}
    return tuple(sorted(w for w in words if _NAME.fullmatch(w) and not (w in axes or w in ATOMS or w in FUNCTIONS)))


def _rows_from_json(axis: str, given: Any, variables: Variables) -> Rows:
    if not isinstance(given, list | tuple) or not 1 <= len(given) <= MAX_RANK:
        raise InputError(f"matrices.{axis} must be a list of 1 to {MAX_RANK} rows", field="matrices")
    rows = []
    for number, row in enumerate(given, 1):
        if not isinstance(row, list | tuple) or len(row) != len(given):
            raise InputError(
                f"row {number} of matrices.{axis} must be a list of {len(given)} entries",
                field="matrices",
                hint="Matrices are square",
            )
        rows.append(
            tuple(
                _entry(entry, f"matrices.{axis}({number}, {column})", variables) for column, entry in enumerate(row, 1)
            )
        )
    return tuple(rows)


def _entry(given: Any, place: str, variables: Variables) -> RationalFunction:
    if isinstance(given, bool) or not isinstance(given, int | str):
        raise InputError(f"{place} must be a rational function as a string", field="matrices")
    text = given if isinstance(given, str) else str(given) if given.bit_length() <= MAX_INTEGER_BITS else ""
    if not text:
        raise InputError(f"{place} is empty or an integer of more than 2000 digits", field="matrices")
    try:
        return parse_rational_function(text, variables)
    except InputError as error:
        raise InputError(f"{place}: {error.message}", field="matrices", hint=error.hint) from None
    except LimitExceeded as error:
        raise InputError(f"{place}: {error}", field="matrices") from None


def _without_content(rows: Rows) -> Rows:
    """Return the matrix divided by the greatest rational constant that leaves integer coefficients."""
    entries = [entry for row in rows for entry in row if not entry.is_zero]
    above = math.gcd(*(int(c) for entry in entries for c in entry.numerator.coeffs()))
    below = math.lcm(*(math.gcd(*map(int, entry.denominator.coeffs())) for entry in entries))
    sign = 1 if entries[0].numerator.leading_coefficient() > 0 else -1
    return transform(rows, lambda entry: entry * Fraction(sign * below, above))


def _short(entry: RationalFunction) -> str:
    text = str(entry)
    return text if len(text) <= 80 else f"{text[:77]}..."
